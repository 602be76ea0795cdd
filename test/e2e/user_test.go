package e2e

import (
	"context"
	"encoding/json"
	"encoding/xml"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/test/emulator"
)

const (
	tunePage = "../../docs/tune.md"
	userName = "reader"
	// aliasAction is what the emulator takes lambda:GetAlias for.
	aliasAction = "lambda:ListAliases"
)

// documentedPolicy returns the policy that the page says whoever runs the command needs, with the names of what is deployed
// in place of the page's.
func documentedPolicy(t *testing.T, names map[string]string) string {
	t.Helper()
	page, err := os.ReadFile(tunePage)
	require.NoError(t, err)
	_, section, found := strings.Cut(string(page), "\n## What it may do\n")
	require.True(t, found)
	_, block, found := strings.Cut(section, "\n```json\n")
	require.True(t, found)
	documented, _, found := strings.Cut(block, "\n```\n")
	require.True(t, found)
	for of, name := range names {
		require.Contains(t, documented, of)
		documented = strings.ReplaceAll(documented, of, name)
	}
	require.True(t, json.Valid([]byte(documented)), documented)
	return documented
}

// newUser makes a user who may do what a policy says, and returns the environment of a program that the user runs. As to
// the roles of steps, the emulator has to be told another action for reading an alias.
func newUser(ctx context.Context, t *testing.T, e *emulator.Emulator, documented string, functions []string) []string {
	t.Helper()
	queryIAM(ctx, t, e, "CreateUser", map[string]string{"UserName": userName})
	queryIAM(ctx, t, e, "PutUserPolicy", map[string]string{"UserName": userName, "PolicyName": "documented", "PolicyDocument": documented})
	queryIAM(ctx, t, e, "PutUserPolicy", map[string]string{
		"UserName": userName, "PolicyName": "emulator", "PolicyDocument": policy(t, map[string]any{"Action": aliasAction, "Resource": functions}),
	})
	answer := query(ctx, t, e, "iam", "2010-05-08", "CreateAccessKey", map[string]string{"UserName": userName})
	var key struct {
		ID     string `xml:"CreateAccessKeyResult>AccessKey>AccessKeyId"`
		Secret string `xml:"CreateAccessKeyResult>AccessKey>SecretAccessKey"`
	}
	require.NoError(t, xml.Unmarshal(answer, &key), "%s", answer)
	require.NotEmpty(t, key.ID, "%s", answer)
	return []string{"AWS_ACCESS_KEY_ID=" + key.ID, "AWS_SECRET_ACCESS_KEY=" + key.Secret}
}

// testDenied takes one permission at a time from the user: the command says which, and on what.
func testDenied(ctx context.Context, t *testing.T, app *commandApp) {
	executions := app.executions(ctx, t)
	history, restore := []string{"history", "--stack", commandStack}, []string{"restore", app.names[0]}
	for _, test := range []struct {
		action string
		status int
		args   []string
		on     string // what it was denied on, as the command says it
	}{
		{"cloudformation:DescribeStacks", 2, history, "reading the outputs of stack Shop: "},
		{"states:DescribeStateMachine", 2, history, "state machine " + app.machine + ": "},
		{"states:ListExecutions", 2, history, "listing the executions of " + app.machine + ": "},
		{"states:DescribeExecution", 2, history, "execution " + strings.Replace(app.machine, ":stateMachine:", ":execution:", 1) + ":"},
		{"s3:ListBucket", 2, history, "listing the kept verdicts s3://" + app.results + "/: "},
		{"s3:GetObject", 2, history, "reading the kept verdict s3://" + app.results + "/Orders/"},
		{"states:StartExecution", 3, []string{"tune", "--stack", commandStack, "--target", "Orders", "--yes"}, "starting an execution of " + app.machine + ": "},
		{"lambda:GetFunctionConfiguration", 2, restore, "function " + app.names[0] + ": "},
		{aliasAction, 2, restore, "reading the lock of " + app.functionARN(0) + ": "},
	} {
		t.Run(test.action, func(t *testing.T) {
			deny, err := json.Marshal(map[string]any{"Version": "2012-10-17", "Statement": map[string]string{
				"Effect": "Deny", "Action": test.action, "Resource": "*",
			}})
			require.NoError(t, err)
			queryIAM(ctx, t, app.Emulator, "PutUserPolicy", map[string]string{"UserName": userName, "PolicyName": "denied", "PolicyDocument": string(deny)})
			status, _, stderr, _ := app.run(ctx, t, test.args...)
			queryIAM(ctx, t, app.Emulator, "DeleteUserPolicy", map[string]string{"UserName": userName, "PolicyName": "denied"})
			require.Equal(t, test.status, status, stderr)
			require.Contains(t, stderr, "user/"+userName+" is not authorized to perform: "+test.action)
			require.Contains(t, stderr, "dualarch: "+test.on)
		})
	}
	require.Equal(t, executions, app.executions(ctx, t), "nothing was started")
}
