package release

import (
	"context"
	"fmt"
	"regexp"
)

// Event is what CodeDeploy sends to a hook.
type Event struct {
	DeploymentID string `json:"DeploymentId"`
	HookID       string `json:"LifecycleEventHookExecutionId"`
}

// Deployments is what a check asks of AWS CodeDeploy.
type Deployments interface {
	// AppSpec returns the specification of a deployment, JSON or YAML.
	AppSpec(ctx context.Context, deploymentID string) (string, error)
	// Report tells a deployment whether to go on.
	Report(ctx context.Context, e Event, passed bool) error
}

// A specification names the versions as digits in both of its forms.
var (
	currentVersion = regexp.MustCompile(`(?i)["']?CurrentVersion["']?\s*:\s*["']?([0-9]+)`)
	targetVersion  = regexp.MustCompile(`(?i)["']?TargetVersion["']?\s*:\s*["']?([0-9]+)`)
)

// versions returns the version that serves and the one that is coming.
func versions(appSpec string) (current, target string, err error) {
	from, to := currentVersion.FindStringSubmatch(appSpec), targetVersion.FindStringSubmatch(appSpec)
	if from == nil || to == nil {
		return "", "", fmt.Errorf("the deployment's specification names no CurrentVersion and TargetVersion")
	}
	return from[1], to[1], nil
}
