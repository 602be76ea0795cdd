package lambdasim_test

import (
	"context"
	"encoding/base64"
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"
	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/lambdasim"
)

// TestTheSameSeedGivesTheSameDurations runs concurrent callers: what each sandbox does is the same in
// each run, whatever the order in which goroutines ran.
func TestTheSameSeedGivesTheSameDurations(t *testing.T) {
	measure := func(seed uint64) map[[2]int]string {
		var mu sync.Mutex
		calls, reports := map[string][2]int{}, map[[2]int]string{}
		f := lambdasim.Function{MemorySize: 1024, Timeout: 60, Behavior: lambdasim.Behavior{
			Workload: lambdasim.FindProfile("cpu-intensive/rust"), HostSigma: 0.02, FirstCall: 1.5, SlowShare: 0.1, SlowFactor: 3,
			Respond: func(i lambdasim.Invocation) lambdasim.Response {
				mu.Lock()
				defer mu.Unlock()
				calls[i.RequestID] = [2]int{i.Sandbox, i.SandboxCall}
				return lambdasim.Response{Body: []byte("{}")}
			},
		}}
		bubble(t, lambdasim.Options{Seed: seed}, f, func(t *testing.T, sim *lambdasim.Simulator, client *lambda.Client) {
			sim.Publish("prime", "")
			var group sync.WaitGroup
			for range 4 {
				group.Go(func() {
					for range 10 {
						out, err := client.Invoke(context.Background(), &lambda.InvokeInput{FunctionName: aws.String("prime:1"), LogType: types.LogTypeTail})
						if err != nil {
							t.Error(err)
							return
						}
						tail, _ := base64.StdEncoding.DecodeString(*out.LogResult)
						_, report, _ := strings.Cut(string(tail), "REPORT RequestId: ")
						id, numbers, _ := strings.Cut(report, "\t")
						mu.Lock()
						reports[calls[id]] = numbers
						mu.Unlock()
					}
				})
			}
			group.Wait()
		})
		require.Len(t, reports, 40)
		return reports
	}
	first := measure(1)
	require.Equal(t, first, measure(1))
	require.NotEqual(t, first, measure(2))
}
