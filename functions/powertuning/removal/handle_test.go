package removal

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/tuner/heal"
)

const (
	machine = "arn:aws:states:eu-west-1:123456789012:stateMachine:tune"
	f1      = "arn:aws:lambda:eu-west-1:123456789012:function:one"
	f2      = "arn:aws:lambda:eu-west-1:123456789012:function:two"
)

// cloudFormation receives answers.
type cloudFormation struct {
	*httptest.Server
	bodies       []string
	contentTypes []string
	refuse       int // so many answers are refused first
}

func newCloudFormation(t *testing.T) *cloudFormation {
	c := &cloudFormation{}
	c.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		assert.Equal(t, http.MethodPut, r.Method)
		body, err := io.ReadAll(r.Body)
		assert.NoError(t, err)
		c.bodies, c.contentTypes = append(c.bodies, string(body)), append(c.contentTypes, r.Header.Get("Content-Type"))
		if c.refuse > 0 {
			c.refuse--
			w.WriteHeader(http.StatusServiceUnavailable)
		}
	}))
	t.Cleanup(c.Close)
	return c
}

// request is one as CloudFormation sends it; the numbers of its properties are strings.
func (c *cloudFormation) request(t *testing.T, kind, resource, properties string) Request {
	t.Helper()
	r, ok := Parse([]byte(`{"RequestType":"` + kind + `","RequestId":"r1","StackId":"arn:stack/1","ResponseURL":"` + c.URL + `/secret?X-Amz-Signature=abc",
		"ResourceType":"` + resource + `","LogicalResourceId":"HealOnDelete1A2B","PhysicalResourceId":"there",` + properties + `}`))
	require.True(t, ok)
	return r
}

func both(functions string) string {
	return `"ResourceProperties":{"ServiceToken":"arn:heal","ServiceTimeout":"1200","StateMachine":"` + machine + `","HealStateMachine":"` + machine + `-heal","Functions":[` + functions + `]}`
}

func before(functions string) string { return strings.Replace(both(functions), `"Res`, `"OldRes`, 1) }

func TestWhatIsLost(t *testing.T) {
	one, two := `"`+f1+`"`, `"`+f1+`","`+f2+`"`
	for name, test := range map[string]struct {
		kind, resource, properties string
		want                       *heal.Withdrawal
	}{
		"the stack is created":                {"Create", "Custom::DualarchHealOnDelete", both(two), nil},
		"the stack is updated":                {"Update", "Custom::DualarchHealOnDelete", both(one) + "," + before(two), nil},
		"the stack is deleted":                {"Delete", "Custom::DualarchHealOnDelete", both(two), &heal.Withdrawal{StateMachine: machine, HealStateMachine: machine + "-heal", Functions: []string{f1, f2}, All: true}},
		"the other resource is created":       {"Create", "Custom::DualarchHealOnUpdate", both(two), nil},
		"the other resource is deleted":       {"Delete", "Custom::DualarchHealOnUpdate", both(two), nil},
		"a function is taken off the list":    {"Update", "Custom::DualarchHealOnUpdate", both(one) + "," + before(two), &heal.Withdrawal{StateMachine: machine, Functions: []string{f2}}},
		"a function is added":                 {"Update", "Custom::DualarchHealOnUpdate", both(two) + "," + before(one), nil},
		"something else changes":              {"Update", "Custom::DualarchHealOnUpdate", both(two) + "," + before(two), nil},
		"all are taken off, others are added": {"Update", "Custom::DualarchHealOnUpdate", both(one) + "," + before(`"`+f2+`"`), &heal.Withdrawal{StateMachine: machine, Functions: []string{f2}}},
	} {
		t.Run(name, func(t *testing.T) {
			c := newCloudFormation(t)
			var got *heal.Withdrawal
			h := Handler{Withdraw: func(_ context.Context, w heal.Withdrawal) ([]string, error) {
				got = &w
				return nil, nil
			}}
			require.NoError(t, h.Handle(t.Context(), c.request(t, test.kind, test.resource, test.properties)))
			require.Equal(t, test.want, got)
			require.Equal(t, []string{`{"Status":"SUCCESS","RequestId":"r1","StackId":"arn:stack/1","LogicalResourceId":"HealOnDelete1A2B","PhysicalResourceId":"there"}`}, c.bodies)
			require.Equal(t, []string{""}, c.contentTypes, "the URL is signed without one")
		})
	}
}

func TestEventsOfStateMachinesAreNoRequests(t *testing.T) {
	for _, event := range []string{`{}`, `{"event":{"detail":{"executionArn":"arn"}},"tunable":[]}`, `{"RequestType":"Delete"}`, `[]`, `null`, ``} {
		_, ok := Parse([]byte(event))
		require.False(t, ok, event)
	}
}

// A failure is told once, with its reason; the next time the stack may go. A log that cannot be read lets it go, too.
func TestFailsOnce(t *testing.T) {
	for name, test := range map[string]struct {
		said bool
		err  error
		want string
	}{
		"at first":                   {false, nil, "FAILED"},
		"once more":                  {true, nil, "SUCCESS"},
		"the log cannot be searched": {false, errors.New("access denied"), "SUCCESS"},
	} {
		t.Run(name, func(t *testing.T) {
			c := newCloudFormation(t)
			var phrase string
			var logged []string
			h := Handler{
				Withdraw: func(context.Context, heal.Withdrawal) ([]string, error) {
					return []string{"version 7 is \x1b[2Jleft"}, errors.New(f1 + ": access denied \x1b[2J" + strings.Repeat("x", 5000))
				},
				Said: func(_ context.Context, p string, since time.Time) (bool, error) {
					phrase = p
					require.InDelta(t, 24, time.Since(since).Hours(), 0.1)
					return test.said, test.err
				},
				Log: func(line string) { logged = append(logged, line) },
			}
			require.NoError(t, h.Handle(t.Context(), c.request(t, "Delete", "Custom::DualarchHealOnDelete", both(`"`+f1+`"`))))
			require.Len(t, c.bodies, 1)
			require.Less(t, len(c.bodies[0]), 4096)
			var a answer
			require.NoError(t, json.Unmarshal([]byte(c.bodies[0]), &a))
			require.Equal(t, test.want, a.Status)
			if test.want == "FAILED" {
				require.Contains(t, a.Reason, `Power Tuning could not put every function back. Try once more; what fails then too is left as it is, and docs/tuner-protocol.md `+
					`of github.com/dualarch/dualarch says how to put it back by hand. `+f1+`: access denied \u001b[2Jxxx`)
			}
			require.Len(t, logged, 2)
			require.Equal(t, `version 7 is \u001b[2Jleft`, logged[0])
			require.Contains(t, logged[1], "ERROR: what the tuner changed is left on functions by HealOnDelete1A2B: "+f1+`: access denied \u001b[2Jxxx`)
			require.Contains(t, logged[1], phrase)
		})
	}
}

// There is time for the answer whatever happens before.
func TestTimeForTheAnswer(t *testing.T) {
	c := newCloudFormation(t)
	ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
	defer cancel()
	h := Handler{Withdraw: func(ctx context.Context, _ heal.Withdrawal) ([]string, error) {
		deadline, ok := ctx.Deadline()
		require.True(t, ok)
		require.InDelta(t, (time.Hour - toAnswer).Seconds(), time.Until(deadline).Seconds(), 10)
		return nil, nil
	}}
	require.NoError(t, h.Handle(ctx, c.request(t, "Delete", "Custom::DualarchHealOnDelete", both(`"`+f1+`"`))))
	require.Greater(t, toAnswer, tries*(tryLimit+between))
}

func TestAnswerIsTriedAgain(t *testing.T) {
	c := newCloudFormation(t)
	c.refuse = 1
	require.NoError(t, Handler{}.Handle(t.Context(), c.request(t, "Create", "Custom::DualarchHealOnDelete", both(``))))
	require.Len(t, c.bodies, 2)
}

// The URL lets whoever has it answer: it is in no error, because an error is logged.
func TestUndeliverableAnswer(t *testing.T) {
	c := newCloudFormation(t)
	c.Close()
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	err := Handler{}.Handle(ctx, c.request(t, "Create", "Custom::DualarchHealOnDelete", both(``)))
	require.ErrorContains(t, err, "CloudFormation cannot be answered; from a VPC that takes a way to S3: ")
	require.NotContains(t, err.Error(), "secret")
	err = put(ctx, "://secret", nil)
	require.EqualError(t, err, "CloudFormation cannot be answered: the address that it gave is not a URL")
}
