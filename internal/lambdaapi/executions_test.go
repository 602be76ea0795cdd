package lambdaapi

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/tuner/cloud"
)

const machine = "arn:aws:states:eu-west-1:123456789012:stateMachine:tune"

func TestRunningExecutions(t *testing.T) {
	r := &remote{answer: func(n int) (*http.Response, error) {
		next := ""
		if n == 1 {
			next = `,"nextToken":"more"`
		}
		return status(200, "", fmt.Sprintf(`{"executions":[{"executionArn":"arn:%d","status":"RUNNING"}]%s}`, n, next))(n)
	}}
	running, err := r.client().Running(t.Context(), machine)
	require.NoError(t, err)
	require.Equal(t, []string{"arn:1", "arn:2"}, running)
	require.JSONEq(t, `{"stateMachineArn":"`+machine+`","statusFilter":"RUNNING"}`, r.bodies[0])
	require.Equal(t, "states.eu-west-1.amazonaws.com", r.requests[0].URL.Host)

	_, err = (&remote{answer: status(400, "StateMachineDoesNotExist", `{}`)}).client().Running(t.Context(), machine)
	require.ErrorIs(t, err, cloud.ErrNotFound)
}

// With an error or a cause Step Functions would need the machine's KMS key on behalf of the caller.
func TestExecutionsAreStoppedWithoutAReason(t *testing.T) {
	r := &remote{answer: status(200, "", `{"stopDate":1795676500}`)}
	require.NoError(t, r.client().Stop(t.Context(), "arn:aws:states:eu-west-1:123456789012:execution:tune:run"))
	require.JSONEq(t, `{"executionArn":"arn:aws:states:eu-west-1:123456789012:execution:tune:run"}`, r.bodies[0])
}

func TestSaid(t *testing.T) {
	since := time.UnixMilli(1795676400000)
	for name, test := range map[string]struct {
		pages []string
		want  bool
	}{
		"nothing":          {[]string{`{"events":[]}`}, false},
		"on a later page":  {[]string{`{"events":[],"nextToken":"more"}`, `{"events":[{"message":"it is left"}]}`}, true},
		"on the first one": {[]string{`{"events":[{"message":"it is left"}],"nextToken":"more"}`}, true},
	} {
		t.Run(name, func(t *testing.T) {
			r := &remote{answer: func(n int) (*http.Response, error) { return status(200, "", test.pages[n-1])(n) }}
			said, err := r.client().Said(t.Context(), "/aws/lambda/heal", "is left", since)
			require.NoError(t, err)
			require.Equal(t, test.want, said)
			require.JSONEq(t, `{"logGroupName":"/aws/lambda/heal","filterPattern":"\"is left\"","startTime":1795676400000}`, r.bodies[0])
		})
	}
}
