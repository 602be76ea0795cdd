package lambdalimits_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/lambdalimits"
)

func TestExceeds(t *testing.T) {
	var (
		event       lambdalimits.Kind
		managed     = lambdalimits.Kind{CapacityProvider: true}
		accelerated = lambdalimits.Kind{Accelerator: true}
	)
	for _, test := range []struct {
		setting lambdalimits.Setting
		value   float64
		kind    lambdalimits.Kind
		want    string
	}{
		{lambdalimits.MemorySize, 10_240, event, ""},
		{lambdalimits.MemorySize, 10_241, event, "10241 MB were given; Lambda allowed at most 10240 MB as of 2026-11-20 (32768 for functions with a capacity provider or an accelerator)"},
		{lambdalimits.MemorySize, 32_769, event, "32769 MB were given; Lambda allowed at most 10240 MB as of 2026-11-20"},
		{lambdalimits.MemorySize, 32_768, managed, ""},
		{lambdalimits.MemorySize, 32_768, accelerated, ""},
		{lambdalimits.MemorySize, 65_536, managed, "65536 MB were given; Lambda allowed at most 32768 MB as of 2026-11-20"},
		{lambdalimits.EphemeralStorage, 10_240, event, ""},
		{lambdalimits.EphemeralStorage, 20_480, event, "20480 MB were given; Lambda allowed at most 10240 MB as of 2026-11-20 (32768 for functions with a capacity provider or an accelerator)"},
		{lambdalimits.EphemeralStorage, 32_768, accelerated, ""},
		{lambdalimits.Timeout, 1800, event, ""},
		{lambdalimits.Timeout, 1801, event, "1801 seconds were given; Lambda allowed at most 1800 seconds as of 2026-11-20 (5400 for functions with a capacity provider)"},
		{lambdalimits.Timeout, 1801, accelerated, "1801 seconds were given; Lambda allowed at most 1800 seconds as of 2026-11-20 (5400 for functions with a capacity provider)"},
		{lambdalimits.Timeout, 5400, managed, ""},
		{lambdalimits.Timeout, 1e7, managed, "10000000 seconds were given; Lambda allowed at most 5400 seconds as of 2026-11-20"},
	} {
		require.Equal(t, test.want, test.setting.Exceeds(test.value, test.kind), "%s %v", test.setting.Name, test.value)
	}
}
