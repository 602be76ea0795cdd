package tuner

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/lambdasim"
	"github.com/dualarch/dualarch/internal/lambdasim/statemachine"
	"github.com/dualarch/dualarch/internal/tuner/cloud"
	"github.com/dualarch/dualarch/internal/tuner/run"
)

const (
	x86 = "arn:aws:lambda:us-east-1:123456789012:function:prime-x86"
	arm = "arn:aws:lambda:us-east-1:123456789012:function:prime-arm64"
)

func TestPlanRefuses(t *testing.T) {
	edit := func(change func(*lambdasim.Configuration)) func(*world) {
		return func(w *world) { w.sim.Deploy(siblings[0], change) }
	}
	reserve := func(n int) func(*world) {
		return func(w *world) { w.sim.SetReserved(siblings[0], &n) }
	}
	tests := []struct {
		name, input string
		arrange     func(*world)
		options     lambdasim.Options
		kind, want  string
	}{
		{"managed instances", `{}`, edit(func(c *lambdasim.Configuration) {
			c.CapacityProviderConfig = &lambdasim.CapacityProviderConfig{}
		}), lambdasim.Options{}, "NotTunable", x86 + " cannot be tuned: it runs on Lambda managed instances, whose memory size is not what is paid for"},
		{"durable", `{}`, edit(func(c *lambdasim.Configuration) { c.DurableConfig = &lambdasim.DurableConfig{ExecutionTimeout: 60} }), lambdasim.Options{},
			"NotTunable", x86 + " cannot be tuned: it is a durable function: its executions are checkpointed and replayed, so an invocation is no measure of them"},
		{"tenants", `{}`, edit(func(c *lambdasim.Configuration) {
			c.TenancyConfig = &lambdasim.TenancyConfig{TenantIsolationMode: "PER_TENANT"}
		}), lambdasim.Options{},
			"NotTunable", x86 + " cannot be tuned: it isolates tenants, and an invocation needs a tenant's id: give tenantId"},
		{"a mark without a lock", `{}`, edit(func(c *lambdasim.Configuration) { c.Description = "dualarch old#1.2 at 512 MB for a moment" }), lambdasim.Options{},
			"NotTunable", x86 + ` cannot be tuned: execution old left it at 512 MB with the description "dualarch old#1.2 at 512 MB for a moment", and its lock is gone: put both back`},
		{"nothing reserved", `{}`, reserve(0), lambdasim.Options{}, "NotTunable",
			x86 + " cannot be tuned: its reserved concurrency is 0 and 0 of it is provisioned, so that a test version could not run"},
		{"all provisioned", `{}`, func(w *world) { reserve(3)(w); w.sim.Provision(siblings[0], "live", 3) }, lambdasim.Options{}, "NotTunable",
			x86 + " cannot be tuned: its reserved concurrency is 3 and 3 of it is provisioned, so that a test version could not run"},
		{"a version that is not $LATEST", `{"lambdaARN":"` + x86 + `:1","num":5}`, edit(newCode), lambdasim.Options{}, "NotTunable",
			x86 + ":1 cannot be tuned: its code or configuration is not $LATEST's, and only $LATEST can be given other memory sizes"},
		{"an alias that is not there", `{"lambdaARN":"` + x86 + `:beta","num":5}`, nil, lambdasim.Options{}, "TuningFailed",
			"reading " + x86 + ":beta: not found: ResourceNotFoundException: Function not found: " + x86 + ":beta"},
		{"a function that is not there", `{"lambdaARN":"` + x86 + `-2","num":5}`, nil, lambdasim.Options{}, "TuningFailed",
			"reading " + x86 + "-2: not found: ResourceNotFoundException: Function not found: " + x86 + "-2"},
		{"one architecture twice", `{"targets":["` + x86 + `","` + x86 + `-3"],"num":5}`, func(w *world) {
			w.sim.CreateFunction(lambdasim.Function{Name: "prime-x86-3", Architecture: "x86_64"})
		}, lambdasim.Options{}, "NotTunable", x86 + " and " + x86 + "-3 are both x86_64: two targets need different architectures"},
		{"no code storage left", `{"onlyColdStarts":true,"num":20}`, nil, lambdasim.Options{CodeStorage: 100 << 20}, "NotTunable",
			"the run's first 40 versions take 200 MB, and the account has 80 MB of code storage left: ask for fewer memory sizes, or delete versions that nobody needs"},
		{"code storage for one of two", `{"onlyColdStarts":true,"num":20}`, nil, lambdasim.Options{CodeStorage: 170 << 20}, "NotTunable",
			"the run's first 40 versions take 200 MB, and the account has 150 MB of code storage left: ask for fewer memory sizes, or delete versions that nobody needs"},
		{"code storage for few sizes", `{"powerValues":"ALL"}`, nil, lambdasim.Options{CodeStorage: 70 << 20}, "NotTunable",
			"the run's first 92 versions take 460 MB, and the account has 50 MB of code storage left: ask for fewer memory sizes, or delete versions that nobody needs"},
		{"more than the state machine carries", `{"num":10000,"powerValues":[256,512,1024,2048]}`, nil, lambdasim.Options{}, "NotTunable", ""},
		{"an alias of that name that is not ours", `{}`, func(w *world) { w.sim.PointAlias(siblings[1], run.LockName, "1") }, lambdasim.Options{}, "FunctionLocked",
			`delete the alias if no tuner needs it: alias dualarch-lock of ` + arm + ` was not made by this tuner: its description is ""`},
		{"an input that is not allowed", `{"num":1}`, nil, lambdasim.Options{}, "InputError", ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t, test.options)
				if test.arrange != nil {
					test.arrange(w)
				}
				var wrote []string
				w.sim.OnCall(func(c lambdasim.Call) *lambdasim.Fault {
					if c.Writes() || c.Operation == "Invoke" {
						wrote = append(wrote, c.Operation)
					}
					return nil
				})
				name, message := w.fails(test.input)
				require.Equal(t, test.kind, name, message)
				if test.want != "" {
					require.Equal(t, test.want, message)
				}
				require.Empty(t, wrote)
			})
		})
	}
}

func TestSecondExecutionIsRefused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, lambdasim.Options{})
		before := w.snapshots()
		w.machines()
		first, err := w.tuning.Start("first", `{"num":200}`)
		require.NoError(t, err)
		time.Sleep(10 * time.Second)
		second, err := w.tuning.Start("second", `{"lambdaARN":"`+arm+`","num":5}`)
		require.NoError(t, err)
		outcome := second.Wait()
		require.NotNil(t, outcome.Error)
		require.Equal(t, "FunctionLocked", outcome.Error.Name)
		require.Contains(t, outcome.Error.Cause, arm+" is being tuned by execution arn:aws:states:us-east-1:123456789012:execution:tune:first")
		require.Equal(t, statemachine.Succeeded, first.Wait().Status)
		w.rest()
		require.Equal(t, before, w.snapshots())
	})
}

// Two executions that plan at the same moment: the locks decide, and the one that loses touches nothing.
func TestTwoExecutionsAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, lambdasim.Options{})
		before := w.snapshots()
		w.machines()
		var all []*statemachine.Execution
		for _, name := range []string{"one", "two", "three"} {
			e, err := w.tuning.Start(name, `{}`)
			require.NoError(t, err)
			all = append(all, e)
		}
		succeeded := 0
		for _, e := range all {
			if o := e.Wait(); o.Status == statemachine.Succeeded {
				succeeded++
			} else {
				require.Equal(t, "FunctionLocked", o.Error.Name)
			}
		}
		require.Equal(t, 1, succeeded)
		w.rest()
		require.Equal(t, before, w.snapshots())
	})
}

// Whoever stops an execution may start the next one at once, although the first still looks as if it ran.
func TestStopThenStart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, lambdasim.Options{StaleTime: 8 * time.Second})
		before := w.snapshots()
		w.during("Measure", "Invoke", 3, func() { w.tuning.Executions()[0].Stop("", "") })
		w.machines()
		first, err := w.tuning.Start("first", `{}`)
		require.NoError(t, err)
		require.Equal(t, statemachine.Aborted, first.Wait().Status)
		w.sim.OnCall(nil)
		w.succeeds("second", `{}`)
		w.rest()
		require.Equal(t, before, w.snapshots())
	})
}

// The same with another state machine, whose executions cannot be looked at.
func TestLockThatAnotherMachineTakesMeanwhile(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, lambdasim.Options{})
		w.during("Prepare", "GetAlias", 1, func() {
			w.sim.OnCall(nil)
			w.lockFor(time.Now().Add(time.Hour))
		})
		start := time.Now()
		outcome := w.run(`{"lambdaARN":"` + x86 + `","num":5}`)
		require.Equal(t, "FunctionLocked", outcome.Error.Name)
		require.Contains(t, outcome.Error.Cause, x86+" is being tuned by execution arn:aws:states:us-east-1:123456789012:execution:other:old")
		require.Less(t, time.Since(start), time.Hour)
		after := w.sim.Snapshot(siblings[0])
		require.Equal(t, 512, after.Latest.MemorySize)
		require.Len(t, after.Versions, 1)
		require.Contains(t, after.Aliases, run.LockName, "it is the other's")
	})
}

// lockFor leaves a lock on the first function, as an execution of another state machine would.
func (w *world) lockFor(lease time.Time) { w.lockOf("other", lease) }

// lockOf makes a lock of a state machine's execution that nobody knows any more.
func (w *world) lockOf(machine string, lease time.Time) {
	l := run.Lock{Function: w.arn(0), Region: "us-east-1", StateMachine: machine, Execution: "old", Lease: lease}
	_, err := w.client.CreateAlias(w.t.Context(), w.arn(0), cloud.Alias{Name: run.LockName, Version: "$LATEST", Description: l.Description()})
	require.NoError(w.t, err)
}

func TestLockOfAnotherMachine(t *testing.T) {
	t.Run("is respected until its lease ends", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			w := newWorld(t, lambdasim.Options{})
			w.lockFor(time.Now().Add(time.Hour))
			name, message := w.fails(`{}`)
			require.Equal(t, "FunctionLocked", name)
			require.Equal(t, x86+" is being tuned by execution arn:aws:states:us-east-1:123456789012:execution:other:old, which cannot be looked at from here; its lock ends at 2000-01-01T01:00:00Z", message)
		})
	})
	t.Run("is given up then", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			w := newWorld(t, lambdasim.Options{})
			before := w.snapshots()
			w.lockFor(time.Now().Add(-time.Second))
			outcome := w.run(`{}`)
			require.Nil(t, outcome.Error)
			require.Equal(t, before, w.snapshots())
		})
	})
	t.Run("is not given up where the function bears its mark", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			w := newWorld(t, lambdasim.Options{})
			w.sim.Deploy(siblings[0], func(c *lambdasim.Configuration) {
				c.Description, c.MemorySize = "dualarch old#1.0 at 1024 MB for a moment", 1024
			})
			w.lockFor(time.Now().Add(-time.Second))
			name, message := w.fails(`{}`)
			require.Equal(t, "FunctionLocked", name)
			require.Equal(t, "execution old left "+x86+` at 1024 MB with the description "dualarch old#1.0 at 1024 MB for a moment", and its history cannot be read: `+
				"put both back, then delete the alias dualarch-lock if there is one", message)
		})
	})
}
