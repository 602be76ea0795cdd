// Package codedeployapi implements release.Deployments with the AWS SDK.
package codedeployapi

import (
	"context"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/codedeploy"
	"github.com/aws/aws-sdk-go-v2/service/codedeploy/types"

	"github.com/dualarch/dualarch/internal/release"
)

// Client calls AWS CodeDeploy.
type Client struct{ codedeploy *codedeploy.Client }

// New returns a client. The SDK repeats what fails in passing.
func New(cfg aws.Config) *Client { return &Client{codedeploy.NewFromConfig(cfg)} }

// AppSpec implements release.Deployments.
func (c *Client) AppSpec(ctx context.Context, deploymentID string) (string, error) {
	out, err := c.codedeploy.GetDeployment(ctx, &codedeploy.GetDeploymentInput{DeploymentId: &deploymentID})
	if err != nil {
		return "", err
	}
	info := out.DeploymentInfo
	if info == nil || info.Revision == nil {
		return "", errors.New("CodeDeploy returned no revision")
	}
	switch r := info.Revision; {
	case r.String_ != nil: //nolint:staticcheck // CloudFormation's deployments may still have this form
		return aws.ToString(r.String_.Content), nil
	case r.AppSpecContent != nil:
		return aws.ToString(r.AppSpecContent.Content), nil
	default:
		return "", fmt.Errorf("its revision is of type %q, not an AppSpec", r.RevisionType)
	}
}

// Report implements release.Deployments.
func (c *Client) Report(ctx context.Context, e release.Event, passed bool) error {
	status := types.LifecycleEventStatusFailed
	if passed {
		status = types.LifecycleEventStatusSucceeded
	}
	_, err := c.codedeploy.PutLifecycleEventHookExecutionStatus(ctx, &codedeploy.PutLifecycleEventHookExecutionStatusInput{
		DeploymentId: &e.DeploymentID, LifecycleEventHookExecutionId: &e.HookID, Status: status,
	})
	return err
}
