package main

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	locks "github.com/dualarch/dualarch/internal/tuner/run"
)

// denied answers a call that deny names as AWS does, in the service's own protocol.
func (s *stub) denied(w http.ResponseWriter, r *http.Request, action string, body []byte, in map[string]any) bool {
	var name, resource, format string
	header := http.StatusBadRequest
	form, _ := url.ParseQuery(string(body))
	key := strings.TrimPrefix(r.URL.Path, "/"+resultsBucket)
	switch {
	case form.Get("Action") != "":
		name, resource = "cloudformation:"+form.Get("Action"), "stack/"+form.Get("StackName")
		format = "<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>%s</Message></Error></ErrorResponse>"
	case strings.HasPrefix(r.URL.Path, "/2015-03-31/functions/"):
		name, resource = "lambda:GetFunctionConfiguration", armFunction
		if strings.Contains(r.URL.Path, "/aliases/"+locks.LockName) {
			name = "lambda:GetAlias"
		}
		w.Header().Set("X-Amzn-ErrorType", "AccessDeniedException")
		header, format = http.StatusForbidden, `{"Message": "%s"}`
	case key != r.URL.Path:
		name, resource = "s3:GetObject", "arn:aws:s3:::"+resultsBucket+key
		if strings.Trim(key, "/") == "" {
			name = "s3:ListBucket"
		}
		header, format = http.StatusForbidden, "<Error><Code>AccessDenied</Code><Message>%s</Message></Error>"
	default:
		name, resource = "states:"+action, fmt.Sprint(in["stateMachineArn"])
		if execution, given := in["executionArn"]; given {
			resource = fmt.Sprint(execution)
		}
		format = `{"__type": "AccessDeniedException", "message": "%s"}`
	}
	if s.deny != name && s.deny != name+" "+resource {
		return false
	}
	w.WriteHeader(header)
	_, _ = fmt.Fprintf(w, format, "User: somebody is not authorized to perform: "+name+" on resource: "+resource)
	return true
}

// A permission that is missing is named, with what it is missing on.
func TestDenied(t *testing.T) {
	output := goldenOutput(t, "prime")
	tune := []string{"tune", "--stack", "Shop", "--yes"}
	history := []string{"history", "--stack", "Shop"}
	restore := []string{"restore", "prime-arm"}
	execution := executionARN(1)
	for deny, test := range map[string]struct {
		args   []string
		status int
		place  string // where the error is said to be
	}{
		"cloudformation:DescribeStacks stack/Shop":     {tune, 2, "reading the outputs of stack Shop: "},
		"cloudformation:ListStackResources stack/Shop": {tune, 2, "no output of stack Shop names a tuning state machine (…PowerTuningStateMachineArn), and its resources cannot be listed: "},
		"states:DescribeStateMachine " + shopMachine:   {tune, 2, "state machine " + shopMachine + ": "},
		"states:StartExecution " + shopMachine:         {tune, 3, "starting an execution of " + shopMachine + ": "},
		"states:DescribeExecution " + execution:        {tune, 3, "execution " + execution + ": "},
		"states:ListExecutions " + shopMachine:         {history, 2, "listing the executions of " + shopMachine + ": "},
		"states:DescribeExecution " + pastARN("b"):     {history, 2, "execution " + pastARN("b") + ": "},
		"s3:ListBucket arn:aws:s3:::" + resultsBucket:  {history, 2, "listing the kept verdicts s3://shop-results/dualarch/: "},
		"s3:GetObject": {history, 2, "reading the kept verdict s3://shop-results/dualarch/Orders/2026-03-01T00-00-00Z-old.json: "},
		"lambda:GetFunctionConfiguration " + armFunction: {restore, 2, "function prime-arm: "},
		"lambda:GetAlias " + armFunction:                 {restore, 2, "reading the lock of " + armFunction + ": "},
		"states:ListStateMachines":                       {restore, 2, "listing the state machines: "},
		"states:DescribeStateMachine " + healMachine:     {restore, 2, "no state machine that can be read heals what " + shopMachine + " changes: state machine " + healMachine + ": "},
		"states:StartExecution " + healMachine:           {restore, 2, "starting an execution of " + healMachine + ": "},
	} {
		t.Run(deny, func(t *testing.T) {
			s := newStub(t, &stub{
				deny: deny, noOutput: strings.Contains(deny, "ListStackResources"), locked: 1,
				past: []map[string]any{pastRun("run-1", "2026-11-14", "FAILED", ""), pastRun("b", "2026-11-13", "SUCCEEDED", output)},
			})
			if test.args[0] != "restore" {
				s.locked = 0
			}
			if test.args[0] == "tune" {
				s.past = nil
			}
			s.keep(t, "Orders", shopMachine, "old", "2026-03-01", output)
			status, stdout, stderr := dualarch(t, test.args...)
			require.Equal(t, test.status, status, stderr)
			require.Contains(t, stderr, "dualarch: "+test.place)
			action, resource, _ := strings.Cut(deny, " ")
			require.Contains(t, stderr, "User: somebody is not authorized to perform: "+action+" on resource: "+resource)
			if strings.HasPrefix(deny, "s3:") {
				require.Contains(t, stdout, "2026-11-13 00:01  arm64 at 1024 MB", "what can be read is shown")
			}
		})
	}
}

// Without what is optional a run works.
func TestDeniedOptional(t *testing.T) {
	for _, deny := range []string{"states:ListExecutions", "states:GetExecutionHistory"} {
		newStub(t, &stub{deny: deny, polls: 2})
		status, _, stderr := dualarch(t, "tune", "--stack", "Shop", "--yes")
		require.Zero(t, status, "%s: %s", deny, stderr)
	}
}
