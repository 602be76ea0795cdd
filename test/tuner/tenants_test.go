package tuner

import (
	"slices"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/lambdasim"
	"github.com/dualarch/dualarch/tuning"
)

// isolate has functions isolate tenants.
func (w *world) isolate(names ...string) {
	for _, name := range names {
		w.sim.Deploy(name, func(c *lambdasim.Configuration) {
			c.TenancyConfig = &lambdasim.TenancyConfig{TenantIsolationMode: "PER_TENANT"}
		})
	}
}

// tenants has both functions note whom they are invoked for.
func (w *world) tenants() map[string]map[string]bool {
	seen := map[string]map[string]bool{x86: {}, arm: {}}
	b := quick()
	b.Respond = func(i lambdasim.Invocation) lambdasim.Response { // called with the simulator's lock held
		seen[w.sim.FunctionARN(i.Function)][i.Tenant] = true
		return lambdasim.Response{Body: []byte(`{}`)}
	}
	w.behave(b)
	return seen
}

func TestFunctionsThatIsolateTenants(t *testing.T) {
	const ignored = "tenantId was ignored: the function does not isolate tenants"
	for name, test := range map[string]struct {
		isolated []string
		input    string
		want     map[string]map[string]bool
		ignored  bool
	}{
		"both":               {siblings, `{"tenantId":"blue"}`, map[string]map[string]bool{x86: {"blue": true}, arm: {"blue": true}}, false},
		"one of two":         {siblings[:1], `{"tenantId":"blue"}`, map[string]map[string]bool{x86: {"blue": true}, arm: {"": true}}, false},
		"none":               {nil, `{"tenantId":"blue"}`, map[string]map[string]bool{x86: {"": true}, arm: {"": true}}, true},
		"by the construct":   {siblings, `{}`, map[string]map[string]bool{x86: {"green": true}, arm: {"green": true}}, false},
		"none, by construct": {nil, `{}`, map[string]map[string]bool{x86: {"": true}, arm: {"": true}}, false},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t, lambdasim.Options{})
				w.isolate(test.isolated...)
				seen := w.tenants()
				w.defaults.Targets[0].TenantID = "green"
				o := w.tuned(test.input)
				require.Equal(t, test.want, seen)
				require.Equal(t, test.ignored, slices.Contains(o.Warnings, ignored))
				for _, target := range o.Targets {
					require.Equal(t, map[int]int{256: 1, 512: 1, 1024: 1}, sizesOf(target, func(s tuning.SizeStatistics) int { return s.Sandboxes }), "the tenant's own, kept warm")
				}
			})
		})
	}
}

// Processors are functions of their own: they get no tenant.
func TestProcessorsGetNoTenant(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, lambdasim.Options{})
		w.isolate(siblings...)
		var got []string
		for _, processor := range []string{"pre", "post"} {
			w.sim.CreateFunction(lambdasim.Function{Name: processor, Behavior: lambdasim.Behavior{Respond: func(i lambdasim.Invocation) lambdasim.Response {
				got = append(got, i.Tenant)
				return lambdasim.Response{Body: []byte(`{}`)}
			}}})
		}
		w.tuned(`{"tenantId":"blue","preProcessorARN":"` + w.sim.FunctionARN("pre") + `","postProcessorARN":"` + w.sim.FunctionARN("post") + `"}`)
		require.NotEmpty(t, got)
		require.NotContains(t, got, "blue")
	})
}
