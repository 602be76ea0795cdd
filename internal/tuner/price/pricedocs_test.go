package price

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestTheReferenceStatesThePricesAndTheirDate(t *testing.T) {
	text, err := os.ReadFile("../../../docs/tuning-prices.md")
	require.NoError(t, err)
	require.Contains(t, string(text), "Prices of "+Date)
	r := ratesOf("us-east-1")
	for row, want := range map[string][]float64{
		"GB-second, to 6 billion (arm64: 7.5) a month": {r.x86, r.arm},
		"GB-second on provisioned concurrency":         {r.provisionedUsage, r.provisionedUsage * armProvisionedRatio},
		"GB-second of provisioned concurrency":         {r.provisioned, r.provisioned * armProvisionedRatio},
		"Request":                                      {r.request, r.request},
		"GB-second of ephemeral storage above 512 MB":  {r.storage, r.storage},
	} {
		require.Contains(t, string(text), fmt.Sprintf("| %s | %s | %s |", row, decimals(want[0]), decimals(want[1])))
	}
	require.Contains(t, string(text), "| State transition | "+decimals(r.transition)+" | |")
}

// decimals shows a price to ten decimals, without trailing zeros.
func decimals(v float64) string { return strings.TrimRight(fmt.Sprintf("%.10f", v), "0") }
