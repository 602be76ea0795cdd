package tuner

import (
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/lambdasim"
)

// A run does not begin what it may not undo.
func TestVersionsThatCouldNotBeDeleted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, lambdasim.Options{})
		var wrote []string
		w.sim.OnCall(func(c lambdasim.Call) *lambdasim.Fault {
			switch {
			case c.Operation == "DeleteFunction":
				require.Equal(t, x86+":1000001", c.Resource)
				return &lambdasim.Fault{Err: lambdasim.AccessDenied("lambda:DeleteFunction", c.Resource)}
			case c.Writes() && !asks(c):
				wrote = append(wrote, c.Operation)
			}
			return nil
		})
		name, message := w.fails(`{"lambdaARN":"` + x86 + `","num":5}`)
		require.Equal(t, "TuningFailed", name)
		require.Equal(t, x86+" is not tuned, because its test versions could not be deleted afterwards: access denied: AccessDeniedException: User is not authorized to perform: lambda:DeleteFunction on resource: "+x86+":1000001 because no identity-based policy allows the lambda:DeleteFunction action", message)
		require.Empty(t, wrote)
	})
}

// Whatever is deployed between Plan and the run's first change ends the run before that, also where it
// changes nothing but an environment that nobody can read.
func TestDeploymentBetweenPlanAndPrepare(t *testing.T) {
	hidden := func(c *lambdasim.Configuration) {
		c.Environment = &lambdasim.Environment{Error: &lambdasim.EnvironmentError{ErrorCode: "AccessDeniedException", Message: "Lambda was unable to decrypt"}}
	}
	for name, test := range map[string]struct {
		before, deploy func(*lambdasim.Configuration)
		why            string
	}{
		"code":                  {nil, newCode, "its code or configuration is not the one that is being tuned"},
		"an environment":        {nil, newLevel, "its code or configuration is not the one that is being tuned"},
		"a hidden environment":  {hidden, func(*lambdasim.Configuration) {}, "it was updated or published meanwhile"},
		"nothing, in an update": {nil, func(*lambdasim.Configuration) {}, "it was updated or published meanwhile"},
	} {
		for _, operation := range []string{"GetAlias", "GetFunctionConfiguration", "CreateAlias", "UpdateFunctionConfiguration"} {
			t.Run(name+" before "+operation, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					w := newWorld(t, lambdasim.Options{})
					if test.before != nil {
						w.sim.Deploy(siblings[0], test.before)
					}
					want := w.snapshots()
					test.deploy(&want[0].Latest)
					w.during("Prepare", operation, 1, func() { w.sim.Deploy(siblings[0], test.deploy) })
					outcome := w.run(`{"lambdaARN":"` + x86 + `","num":5}`)
					require.Equal(t, "FunctionChanged", outcome.Error.Name)
					require.Contains(t, outcome.Error.Cause, x86+" has changed since Plan: "+test.why)
					require.Equal(t, want, w.snapshots())
				})
			})
		}
	}
}

// What the SDK does not know of a configuration is noticed like the rest: in the middle of Prepare, where
// nothing but the fingerprint tells of it, and in a version that is asked for.
func TestDeploymentOfWhatIsNotKnown(t *testing.T) {
	for name, deploy := range map[string]func(*lambdasim.Configuration){
		"a customer-managed runtime": func(c *lambdasim.Configuration) {
			c.RuntimeConfig = &lambdasim.RuntimeConfig{RuntimeArn: "arn:aws:lambda:us-east-1:123456789012:runtime/ours", RuntimeAlias: "stable"}
		},
		"an accelerator": func(c *lambdasim.Configuration) {
			c.AcceleratorConfig = &lambdasim.AcceleratorConfig{AcceleratorMemorySize: 16}
		},
		"a field to come": func(c *lambdasim.Configuration) {
			c.More = map[string]any{"ComesNext": map[string]any{"Mode": "ON"}}
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t, lambdasim.Options{})
				want := w.snapshots()
				deploy(&want[0].Latest)
				// It keeps the test size and the mark: the deployment changes nothing else.
				w.during("Prepare", "PublishVersion", 1, func() { w.sim.Deploy(siblings[0], deploy) })
				outcome := w.run(`{"lambdaARN":"` + x86 + `","num":5}`)
				require.Equal(t, "FunctionChanged", outcome.Error.Name)
				require.Contains(t, outcome.Error.Cause, x86+" has changed since Plan: its code or configuration is not the one that is being tuned")
				require.Equal(t, want, w.snapshots())
			})
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t, lambdasim.Options{})
				w.sim.Deploy(siblings[0], deploy)
				name, message := w.fails(`{"lambdaARN":"` + x86 + `:1","num":5}`)
				require.Equal(t, "NotTunable", name)
				require.Equal(t, x86+":1 cannot be tuned: its code or configuration is not $LATEST's, and only $LATEST can be given other memory sizes", message)
			})
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t, lambdasim.Options{})
				w.sim.Deploy(siblings[0], deploy)
				w.tuned(`{"lambdaARN":"` + x86 + `","num":5}`)
			})
		})
	}
}
