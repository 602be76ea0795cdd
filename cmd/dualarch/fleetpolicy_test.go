package main

import (
	"context"
	"encoding/json"
	"os"
	"path"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/arn"
	"github.com/dualarch/dualarch/internal/lambdasim"
)

// permission is an action on a resource, as IAM names them.
type permission struct{ action, resource string }

// oneOrMore is a list in a policy, which may be a single text.
type oneOrMore []string

func (o *oneOrMore) UnmarshalJSON(text []byte) error {
	var one string
	if json.Unmarshal(text, &one) == nil {
		*o = []string{one}
		return nil
	}
	return json.Unmarshal(text, (*[]string)(o))
}

// statement allows actions on resources.
type statement struct {
	Sid              string
	Action, Resource oneOrMore
}

// allows reports whether a statement allows something, as IAM matches it.
func (s statement) allows(p permission) bool {
	return slices.Contains(s.Action, p.action) && slices.ContainsFunc(s.Resource, func(pattern string) bool {
		matches, err := path.Match(strings.ReplaceAll(pattern, "/", "|"), strings.ReplaceAll(p.resource, "/", "|"))
		return err == nil && matches
	})
}

// pagePolicy returns the statements of the policy in a page, with other names.
func pagePolicy(t *testing.T, page string, names ...string) []statement {
	t.Helper()
	text, err := os.ReadFile("../../docs/" + page)
	require.NoError(t, err)
	_, block, found := strings.Cut(string(text), "\n```json\n{\n  \"Version\": \"2012-10-17\",")
	require.True(t, found)
	block, _, found = strings.Cut(block, "\n```\n")
	require.True(t, found)
	for i := 0; i < len(names); i += 2 {
		require.Contains(t, block, names[i])
	}
	var document struct{ Statement []statement }
	require.NoError(t, json.Unmarshal([]byte("{"+strings.NewReplacer(names...).Replace(block)), &document))
	return document.Statement
}

// asked records what the user calls: not the steps.
type asked struct {
	mu  sync.Mutex
	all []permission
}

func (a *asked) add(p permission) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.all = append(a.all, p)
}

func (a *asked) call(c lambdasim.Call) {
	if c.Task != nil {
		return
	}
	var body struct{ StateMachineArn, ExecutionArn, MapRunArn string }
	switch {
	case strings.HasPrefix(string(c.Body), "Action="):
		_, stack, named := strings.Cut(string(c.Body), "StackName=")
		resource := "*"
		if stack, _, _ = strings.Cut(stack, "&"); named {
			resource = "arn:aws:cloudformation:us-east-1:123456789012:stack/" + stack + "/id"
		}
		a.add(permission{"cloudformation:" + c.Operation, resource})
	case json.Unmarshal(c.Body, &body) == nil && body.StateMachineArn+body.ExecutionArn+body.MapRunArn != "":
		a.add(permission{"states:" + c.Operation, body.StateMachineArn + body.ExecutionArn + body.MapRunArn})
	default:
		resource, _ := arn.SplitFunction(c.Resource)
		a.add(permission{"lambda:" + c.Operation, resource})
	}
}

// Whatever "dualarch tune --all" calls of a fleet is in the policy of its page, interrupted or not, and everything in the
// policy is called.
func TestFleetPolicy(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSimulatedFleets(t)
		shop := s.tuner("Shop", []string{"Orders"}, []string{"shop-invoices"}, nil)
		f := s.fleetOf("Night", shop)
		made := &asked{}
		var interrupt context.CancelFunc
		var invoked atomic.Int32
		s.sim.OnCall(func(c lambdasim.Call) *lambdasim.Fault {
			made.call(c)
			if c.Operation == "Invoke" && invoked.Add(1) == 20 && interrupt != nil {
				interrupt()
			}
			return nil
		})
		for _, test := range []struct {
			args   []string
			status int
		}{
			{nil, 0}, {[]string{"--stack", "Shop"}, 0}, {[]string{"--stack", "Night"}, 0}, {[]string{"--state-machine", f.ARN()}, 0},
			{[]string{"--stack", "Night"}, exitInterrupted},
		} {
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			if test.status == exitInterrupted {
				interrupt = cancel
				invoked.Store(0)
			}
			status, stderr := s.tune(ctx, nil, test.args...)
			require.Equal(t, test.status, status, stderr)
		}
		require.Len(t, f.Executions(), 5)
		for _, e := range f.Executions()[:4] {
			made.add(permission{"s3:GetObject", "arn:aws:s3:::fleet/fleets/" + arn.Name(e.ARN) + "/fleet.json"})
		}

		policy := pagePolicy(t, "fleet.md", "eu-west-1", "us-east-1", "Night-Fleet", arn.Name(f.ARN()), "Shop-Tuner", arn.Name(shop.Tuning.ARN()),
			"Shop-Heal", arn.Name(shop.Healing.ARN()), "function:Shop-*", "function:shop-*", "night-results", "fleet")
		used := map[permission]bool{}
		for _, p := range made.all {
			allowed := false
			for _, s := range policy {
				if s.allows(p) {
					allowed = true
					used[permission{s.Sid, p.action}] = true
				}
			}
			require.True(t, allowed, "the policy does not allow %s on %s", p.action, p.resource)
		}
		for _, s := range policy {
			for _, action := range s.Action {
				require.True(t, used[permission{s.Sid, action}], "nothing needs %s in %s", action, s.Sid)
			}
		}
	})
}
