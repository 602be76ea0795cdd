package execution

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/tuner/run"
)

// Executions of two state machines may have one name. Whoever waits for one does not wait for the other's lock.
func TestPutBackWaitsForItsOwnExecution(t *testing.T) {
	const function = "arn:aws:lambda:eu-west-1:123456789012:function:prime"
	const execution = "arn:aws:states:eu-west-1:123456789012:execution:tune:nightly"
	for name, test := range map[string]struct {
		region, machine, execution string
		waits                      bool
	}{
		"its own":                {"eu-west-1", "tune", "nightly", true},
		"another state machine":  {"eu-west-1", "other", "nightly", false},
		"another region's":       {"eu-central-1", "tune", "nightly", false},
		"another execution":      {"eu-west-1", "tune", "weekly", false},
		"a name that begins so ": {"eu-west-1", "tune", "nightly2", false},
	} {
		t.Run(name, func(t *testing.T) {
			lock := run.Lock{Region: test.region, StateMachine: test.machine, Execution: test.execution, Lease: time.Now().Add(time.Hour)}
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				assert.Equal(t, "/2015-03-31/functions/"+function+"/aliases/dualarch-lock", r.URL.Path)
				assert.NoError(t, json.NewEncoder(w).Encode(map[string]string{"Description": lock.Description()}))
			}))
			defer server.Close()
			client := New(aws.Config{Credentials: aws.AnonymousCredentials{}, BaseEndpoint: &server.URL, Region: "eu-west-1"})
			err := client.PutBack(t.Context(), execution, []string{function}, Looks{Every: time.Millisecond, AtMost: 3})
			if test.waits {
				require.ErrorIs(t, err, ErrLocked)
				return
			}
			require.NoError(t, err)
		})
	}
}

// Whoever hears nothing does not know whether the functions are put back.
func TestPutBackWithoutAnAnswer(t *testing.T) {
	const function = "arn:aws:lambda:eu-west-1:123456789012:function:prime"
	const execution = "arn:aws:states:eu-west-1:123456789012:execution:tune:nightly"
	lock := run.Lock{Region: "eu-west-1", StateMachine: "tune", Execution: "nightly", Lease: time.Now().Add(time.Hour)}
	for name, test := range map[string]struct {
		answers int // before there are none
		want    string
	}{
		"never":              {0, `^reading the lock of ` + function + `: .*context canceled`},
		"no more after some": {2, `^not put back yet$`},
	} {
		t.Run(name, func(t *testing.T) {
			ctx, giveUp := context.WithCancel(t.Context())
			asked := 0
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if asked++; asked > test.answers {
					giveUp()
					<-r.Context().Done()
					return
				}
				assert.NoError(t, json.NewEncoder(w).Encode(map[string]string{"Description": lock.Description()}))
			}))
			defer server.Close()
			client := New(aws.Config{Credentials: aws.AnonymousCredentials{}, BaseEndpoint: &server.URL, Region: "eu-west-1"})
			err := client.PutBack(ctx, execution, []string{function}, Looks{Every: time.Millisecond})
			require.Error(t, err)
			require.Regexp(t, test.want, err.Error())
		})
	}
}
