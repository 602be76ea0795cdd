package main

import (
	"context"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/lambdasim"
	"github.com/dualarch/dualarch/internal/lambdasim/statemachine"
	"github.com/dualarch/dualarch/test/tuner"
)

// Ctrl-C waits for functions that no construct has, and for constructs that two tuners call the same.
func TestInterruptedFleetWaitsForAll(t *testing.T) {
	for name, deploy := range map[string]func(s *simulatedFleets) []*tuner.Deployment{
		"further functions": func(s *simulatedFleets) []*tuner.Deployment {
			return []*tuner.Deployment{s.tuner("Others", nil, []string{"invoices", "thumbnails"}, late)}
		},
		"two of a name": func(s *simulatedFleets) []*tuner.Deployment {
			return []*tuner.Deployment{s.tuner("Shop", []string{"Orders"}, nil, late), s.tuner("Test", []string{"Orders"}, nil, nil)}
		},
		"two of a name, the other way round": func(s *simulatedFleets) []*tuner.Deployment {
			return []*tuner.Deployment{s.tuner("Shop", []string{"Orders"}, nil, nil), s.tuner("Test", []string{"Orders"}, nil, late)}
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newSimulatedFleets(t)
				f := s.fleetOf("Night", deploy(s)...)
				status, stderr := s.tune(s.interruptAt("Measure", "Invoke", 20), s.whole, "--stack", "Night")
				require.Equal(t, exitInterrupted, status, stderr)
				require.Contains(t, stderr, "dualarch: interrupted: the functions are put back; what has a verdict is kept by: dualarch tune --all --stack Night --older-than 1d\n")
				require.Equal(t, statemachine.Aborted, f.Executions()[0].Outcome().Status)
			})
		})
	}
}

// late delivers an event after a while, in which the functions are not put back.
func late(statemachine.StatusChange) []time.Duration { return []time.Duration{90 * time.Second} }

var toRestore = regexp.MustCompile(`^dualarch: interrupted: the functions are not put back at \d\d:\d\d:\d\d, although they should be; to put them back: (.*)$`)

// What is not put back is named, and nothing else.
func TestNothingHealsOfAFleet(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSimulatedFleets(t)
		nothing := func(statemachine.StatusChange) []time.Duration { return nil }
		shop, others := s.tuner("Shop", []string{"Orders"}, nil, nil), s.tuner("Others", nil, []string{"invoices"}, nothing)
		s.fleetOf("Night", shop, others)
		status, stderr := s.tune(s.interruptAt("Measure", "Invoke", 20), nil, "--stack", "Night")
		require.Equal(t, exitInterrupted, status, stderr)
		lines := strings.Split(strings.TrimSpace(stderr), "\n")
		found := toRestore.FindStringSubmatch(lines[len(lines)-1])
		require.NotNil(t, found, stderr)
		require.Equal(t, "dualarch restore "+s.sim.FunctionARN("invoices"), found[1])
	})
}

// What cannot be looked at is said to be unknown, and the fleet is stopped all the same.
func TestInterruptedFleetCannotBeSeen(t *testing.T) {
	for name, test := range map[string]struct {
		operation string
		want      string
	}{
		"executions": {"ListExecutions", `dualarch: interrupted, but whether the functions are put back is not known, although the fleet is stopped: listing the executions of arn:\S+:Others-tune: .*states:ListExecutions.*\nto look: aws stepfunctions describe-execution --execution-arn arn:\S+:Night-fleet:\S+\n$`},
		"locks":      {"GetAlias", `dualarch: interrupted, but whether the functions are put back is not known: reading the lock of arn:\S+:invoices: .*lambda:GetAlias.*\nto look: aws lambda get-alias --name dualarch-lock --function-name arn:\S+:invoices \(ResourceNotFoundException once it is put back\)\n$`},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newSimulatedFleets(t)
				f := s.fleetOf("Night", s.tuner("Others", nil, []string{"invoices"}, nil))
				ctx, interrupt := context.WithCancel(t.Context())
				var invoked atomic.Int32
				s.sim.OnCall(func(c lambdasim.Call) *lambdasim.Fault {
					if c.Task != nil && c.Task.State == "Measure" && c.Operation == "Invoke" {
						if invoked.Add(1) == 5 {
							interrupt()
						}
					}
					if c.Task == nil && ctx.Err() != nil && c.Operation == test.operation {
						return &lambdasim.Fault{Err: lambdasim.AccessDenied(map[string]string{"GetAlias": "lambda:GetAlias", "ListExecutions": "states:ListExecutions"}[c.Operation], c.Resource)}
					}
					return nil
				})
				status, stderr := s.tune(ctx, nil, "--stack", "Night")
				require.Equal(t, exitInterrupted, status, stderr)
				require.Regexp(t, test.want, stderr)
				require.Equal(t, statemachine.Aborted, f.Executions()[0].Outcome().Status)
				s.whole()
			})
		})
	}
}

// A function that is put back at the very last moment is seen to be.
func TestFleetPutBackAtTheLastMoment(t *testing.T) {
	// interrupted returns how long after the interrupt the functions were promised to be put back, and were.
	interrupted := func(delay time.Duration) (promise, seen time.Duration, stderr string) {
		synctest.Test(t, func(t *testing.T) {
			s := newSimulatedFleets(t)
			delayed := func(statemachine.StatusChange) []time.Duration { return []time.Duration{delay} }
			s.fleetOf("Night", s.tuner("Others", nil, []string{"invoices"}, delayed))
			began := time.Now()
			var ended time.Time
			_, stderr = s.tune(s.interruptAt("Measure", "Invoke", 5), func() { ended = time.Now() }, "--stack", "Night")
			promise, seen = latest(t, stderr, began).Sub(began), ended.Sub(began)
		})
		return promise, seen, stderr
	}
	const quiet = 5 * time.Second
	promise, _, _ := interrupted(0)
	delay := promise - 30*time.Second // by then nothing but the event is waited for
	_, seen, stderr := interrupted(delay)
	require.Contains(t, stderr, "dualarch: interrupted: the functions are put back;")
	_, _, stderr = interrupted(delay + promise - (seen - quiet) - time.Second)
	require.Contains(t, stderr, "dualarch: interrupted: the functions are put back;")
}
