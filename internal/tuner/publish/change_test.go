package publish

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/tuning"
)

func TestCompare(t *testing.T) {
	advice := func(action tuning.Action, a tuning.Architecture, power int, confirmed bool) tuning.Advice {
		return tuning.Advice{Action: action, Architecture: a, Power: power, Confirmed: confirmed}
	}
	for name, test := range map[string]struct {
		last, now tuning.Advice
		is        bool
		changed   []string
	}{
		"the same":                {advice("change", "arm64", 512, true), advice("change", "arm64", 512, true), false, []string{}},
		"another size":            {advice("change", "arm64", 512, true), advice("change", "arm64", 1024, true), true, []string{"power"}},
		"another architecture":    {advice("change", "arm64", 512, true), advice("change", "x86_64", 512, true), true, []string{"architecture"}},
		"something to do":         {advice("keep", "x86_64", 512, false), advice("change", "arm64", 512, true), true, []string{"action", "architecture", "confirmed"}},
		"somebody left it":        {advice("keep", "arm64", 512, true), advice("change", "arm64", 512, true), true, []string{"action"}},
		"it was followed":         {advice("change", "arm64", 512, true), advice("keep", "arm64", 512, true), false, []string{"action"}},
		"it is given no more":     {advice("change", "arm64", 512, true), advice("keep", "x86_64", 512, false), true, []string{"action", "architecture", "confirmed"}},
		"less certain":            {advice("keep", "x86_64", 512, true), advice("keep", "x86_64", 512, false), false, []string{"confirmed"}},
		"somebody else's move":    {advice("keep", "x86_64", 512, true), advice("keep", "arm64", 256, true), false, []string{"architecture", "power"}},
		"another size to keep it": {advice("keep", "x86_64", 512, true), advice("change", "x86_64", 256, true), true, []string{"action", "power"}},
	} {
		p := &tuning.Published{Advice: test.now}
		compare(p, &test.last)
		require.Equal(t, test.is, p.AdviceChanged, name)
		require.Equal(t, test.changed, p.Changed, name)
		require.Equal(t, &test.last, p.Last, name)
	}
	p := &tuning.Published{Advice: advice("change", "arm64", 512, true)}
	compare(p, nil)
	require.Equal(t, &tuning.Published{Advice: p.Advice, Changed: []string{}}, p)
}
