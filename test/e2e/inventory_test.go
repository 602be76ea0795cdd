package e2e

import (
	"context"
	"io"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/test/demostack"
	"github.com/dualarch/dualarch/test/emulator"
)

// inventory returns the resources in the emulated account, of every kind that the demo stack
// has. Services whose SDK this module does not otherwise need are called in their own
// protocol; the emulator needs no signature.
func inventory(ctx context.Context, t *testing.T, e *emulator.Emulator) []string {
	t.Helper()
	const form = "application/x-www-form-urlencoded"
	const json11 = "application/x-amz-json-1.1"
	var found []string
	for _, kind := range []struct {
		name, method, path, contentType, target, body string
		item                                          string // a regular expression with one group, the resource's name
	}{
		{name: "function", method: http.MethodGet, path: "/2015-03-31/functions/", item: `"FunctionName": ?"([^"]+)"`},
		{name: "api", method: http.MethodGet, path: "/v2/apis", item: `"name": ?"([^"]+)"`},
		{name: "state machine", method: http.MethodPost, contentType: "application/x-amz-json-1.0", target: "AWSStepFunctions.ListStateMachines", body: "{}", item: `"stateMachineArn": ?"([^"]+)"`},
		{name: "log group", method: http.MethodPost, contentType: json11, target: "Logs_20140328.DescribeLogGroups", body: "{}", item: `"logGroupName": ?"([^"]+)"`},
		{name: "rule", method: http.MethodPost, contentType: json11, target: "AWSEvents.ListRules", body: "{}", item: `"Name": ?"([^"]+)"`},
		{name: "queue", method: http.MethodPost, contentType: form, body: "Action=ListQueues&Version=2012-11-05", item: `<QueueUrl>([^<]+)<`},
		{name: "role", method: http.MethodPost, contentType: form, body: "Action=ListRoles&Version=2010-05-08", item: `<RoleName>([^<]+)<`},
		{name: "policy", method: http.MethodPost, contentType: form, body: "Action=ListPolicies&Scope=Local&Version=2010-05-08", item: `<PolicyName>([^<]+)<`},
	} {
		request, err := http.NewRequestWithContext(ctx, kind.method, e.URL+kind.path, strings.NewReader(kind.body))
		require.NoError(t, err)
		request.Header.Set("Content-Type", kind.contentType)
		request.Header.Set("X-Amz-Target", kind.target)
		response, err := http.DefaultClient.Do(request)
		require.NoError(t, err)
		body, err := io.ReadAll(response.Body)
		require.NoError(t, err)
		require.NoError(t, response.Body.Close())
		require.Equal(t, http.StatusOK, response.StatusCode, "listing every %s: %s", kind.name, body)
		for _, match := range regexp.MustCompile(kind.item).FindAllStringSubmatch(string(body), -1) {
			found = append(found, kind.name+" "+match[1])
		}
	}
	slices.Sort(found)
	return found
}

// requireDeployed makes sure that the inventory sees what the demo stack holds; one that sees
// nothing would find nothing left behind.
func requireDeployed(t *testing.T, found []string) {
	t.Helper()
	for _, kind := range []string{"function", "api", "state machine", "log group", "rule", "queue", "role"} {
		require.True(t, slices.ContainsFunc(found, func(item string) bool {
			return strings.HasPrefix(item, kind+" ") && strings.Contains(item, demostack.Name)
		}), "no %s of the demo stack in %q", kind, found)
	}
}
