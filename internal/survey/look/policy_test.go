package look

import (
	"fmt"
	"path"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-containerregistry/pkg/compression"
	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/lambdasim"
	"github.com/dualarch/dualarch/internal/survey"
)

// permission is what IAM checks for a call of a survey that looks into code, "" for a download by a URL that is signed.
func permission(c lambdasim.Call) (action, resource string) {
	switch c.Operation {
	case "DownloadCode", "DownloadBlob":
		return "", ""
	case "GetLayerVersionByArn":
		return "lambda:GetLayerVersion", c.Resource
	case "GetManifest", "GetBlob":
		host, repository, _ := strings.Cut(c.Resource, "/")
		name, _, _ := strings.Cut(repository, "@")
		resource = fmt.Sprintf("arn:aws:ecr:us-east-1:%s:repository/%s", host[:12], name)
		return map[string]string{"GetManifest": "ecr:BatchGetImage", "GetBlob": "ecr:GetDownloadUrlForLayer"}[c.Operation], resource
	case "GetAuthorizationToken":
		return "ecr:GetAuthorizationToken", "*"
	case "GetMetricData", "ListMetrics":
		return "cloudwatch:" + c.Operation, "*"
	case "GetResources":
		return "tag:GetResources", "*"
	}
	return "lambda:" + c.Operation, c.Resource
}

// A survey with all kinds of code needs its policy, and nothing else.
func TestPolicy(t *testing.T) {
	w := newWorld()
	w.add("zip", "provided.al2023", "bootstrap", zipped(t, map[string]string{"bootstrap": x86(t)}),
		w.AddLayer(other, "shared", 3, zipped(t, map[string]string{"bin/tool": x86(t)}), ""))
	w.PointAlias("zip", "live", w.Publish("zip", ""))
	w.addImage("own", w.push(t, account, "team/own", image(t, "amd64", compression.GZip, map[string]string{"app": x86(t)})))
	w.addImage("foreign", w.push(t, other, "foreign", image(t, "amd64", compression.GZip, map[string]string{"app": x86(t)})))

	document := survey.Policy(survey.PolicyOptions{Account: account, Regions: []string{"us-east-1"}, Code: true, Images: true})
	unused := map[string]bool{}
	for _, s := range document.Statement {
		for _, action := range s.Action {
			unused[action] = true
		}
	}
	var mu sync.Mutex
	w.fault = func(c lambdasim.Call) *lambdasim.Fault {
		action, resource := permission(c)
		if action == "" {
			return nil
		}
		mu.Lock()
		defer mu.Unlock()
		delete(unused, action)
		if slices.ContainsFunc(document.Statement, func(s survey.PolicyStatement) bool { return allows(s, action, resource) }) {
			return nil
		}
		return &lambdasim.Fault{Err: lambdasim.AccessDenied(action, resource)}
	}
	report, err := survey.Run(t.Context(), w.Config(), survey.Options{Looker: newLooker(t, Options{}), CallsPerSecond: 1000, WithoutAdvice: true, WithoutVerdicts: true})
	require.NoError(t, err)
	require.Empty(t, report.Problems)
	require.Len(t, report.Functions, 3)
	for _, f := range report.Functions {
		require.Empty(t, f.Problems, f.Name)
		require.NotEmpty(t, f.Readiness.Obstacles, f.Name)
	}
	require.Empty(t, unused, "nothing calls it")
}

// allows matches as IAM does: * stands for slashes and colons too.
func allows(s survey.PolicyStatement, action, resource string) bool {
	return slices.Contains(s.Action, action) && slices.ContainsFunc(s.Resource, func(pattern string) bool {
		matches, err := path.Match(strings.ReplaceAll(pattern, "/", "|"), strings.ReplaceAll(resource, "/", "|"))
		return err == nil && matches
	})
}
