package lambdasim_test

import (
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/lambdasim"
)

// What NewHost draws is what the Simulator's invocations take, to the hundredth of a millisecond.
func TestInvocationsTakeWhatTheirHostDraws(t *testing.T) {
	b := lambdasim.Behavior{
		Workload: lambdasim.Flat(lambdasim.Timing{Mean: 800, P99: 1200}), SlowShare: 0.1, SlowFactor: 3, FirstCall: 1.5,
		Hosts: map[string][]lambdasim.HostClass{"arm64": {{Share: 0.5, Factor: 1, Spread: 0.02}, {Share: 0.5, Factor: 1.4, Spread: 0.02}}},
		Drift: lambdasim.Drift{
			Sandbox: lambdasim.Wander{Sigma: 0.05}, Architecture: lambdasim.Wander{Sigma: 0.05, Time: 30 * time.Second}, All: lambdasim.Wander{Sigma: 0.1},
		},
	}
	f := lambdasim.Function{Architecture: "arm64", MemorySize: 512, Timeout: 60, Behavior: b}
	bubble(t, lambdasim.Options{Seed: 7}, f, func(t *testing.T, sim *lambdasim.Simulator, client *lambda.Client) {
		const latency = 12 * time.Millisecond
		start := time.Now()
		sim.Publish("prime", "")
		time.Sleep(2 * time.Second) // a version is Pending at first
		h := b.NewHost(7, "arm64", lambdasim.SandboxName("prime", "1", 1))
		for call := range 20 {
			at := time.Since(start)
			_, err := client.Invoke(t.Context(), &lambda.InvokeInput{FunctionName: aws.String("prime:1")})
			require.NoError(t, err)
			ms, initMs := h.Call(512, call == 0, at+latency)
			require.InDelta(t, ms+initMs, 1000*(time.Since(start)-at-latency).Seconds(), 0.00501, "call %d", call)
			time.Sleep(3 * time.Second)
		}
	})
}
