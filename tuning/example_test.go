package tuning_test

import (
	"encoding/json"
	"fmt"

	"github.com/dualarch/dualarch/tuning"
)

// The output of an execution, as `aws stepfunctions describe-execution --query output --output text` prints it, decodes
// into an Output. What is advised is in Recommendation; what follows if it is not, in Warnings.
func ExampleOutput() {
	const output = `{
		"power": 1024, "cost": 0.000002266677, "duration": 154.545, "architecture": "arm64",
		"comparison": {"today": {"architecture": "x86_64", "power": 512, "cheaperPercent": 29.35, "fasterPercent": 57.14}},
		"recommendation": {
			"action": "change", "architecture": "arm64", "power": 1024, "confirmed": true, "sandboxes": 5,
			"text": "arm64 at 1024 MB: 29 % cheaper (28–31 %) and 57 % faster than today's x86_64 at 512 MB",
			"today": {"architecture": "x86_64", "power": 512, "cheaper": {"percent": 29.4, "low": 28.1, "high": 30.6}},
			"savingsPerMonth": 2.83
		},
		"warnings": ["3 of 40 durations were read from the caller's clock"]
	}`
	var o tuning.Output
	if err := json.Unmarshal([]byte(output), &o); err != nil {
		panic(err)
	}
	advice := o.Recommendation
	fmt.Println(advice.Text)
	if advice.Action == tuning.Change && advice.Confirmed {
		fmt.Printf("deploy %s with %d MB: at least %.0f %% cheaper, about %.2f USD a month\n",
			advice.Architecture, advice.Power, advice.Today.Cheaper.Low, *advice.SavingsPerMonth)
	}
	for _, warning := range o.Warnings {
		fmt.Println("but:", warning)
	}
	// Output:
	// arm64 at 1024 MB: 29 % cheaper (28–31 %) and 57 % faster than today's x86_64 at 512 MB
	// deploy arm64 with 1024 MB: at least 28 % cheaper, about 2.83 USD a month
	// but: 3 of 40 durations were read from the caller's clock
}
