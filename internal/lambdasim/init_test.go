package lambdasim_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/lambdasim"
)

// INIT gets 10 s. What takes longer is done again within the invocation, and REPORT does not tell of it.
func TestAnInitThatTakesTooLongIsDoneAgain(t *testing.T) {
	slow := lambdasim.Behavior{Workload: lambdasim.Constant(100), Init: lambdasim.Timing{Mean: 12_000}}
	for name, test := range map[string]struct {
		timeout     int
		format      string
		level       string
		takes       time.Duration
		tail        []string // its lines, in order
		cloudWatch  int      // lines more, there
		secondTakes time.Duration
	}{
		"text": {timeout: 30, takes: 22_100 * time.Millisecond, cloudWatch: 1, secondTakes: 100 * time.Millisecond, tail: []string{
			"INIT_REPORT Init Duration: 9999.79 ms\tPhase: init\tStatus: timeout",
			"START RequestId: ID Version: $LATEST", "END RequestId: ID",
			"REPORT RequestId: ID\tDuration: 12100.00 ms\tBilled Duration: 12100 ms\tMemory Size: 512 MB\tMax Memory Used: 64 MB\t",
		}},
		"JSON": {timeout: 30, format: "JSON", level: "INFO", takes: 22_100 * time.Millisecond, cloudWatch: 1, secondTakes: 100 * time.Millisecond, tail: []string{
			`{"record":{"initializationType":"on-demand","metrics":{"durationMs":9999.79},"phase":"init","status":"timeout"},"time":"2000-01-01T00:00:10.012Z","type":"platform.initReport"}`,
			`{"record":{"requestId":"ID","version":"$LATEST"},"time":"2000-01-01T00:00:22.012Z","type":"platform.start"}`,
			`{"record":{"metrics":{"billedDurationMs":12100,"durationMs":12100,"maxMemoryUsedMB":64,"memorySizeMB":512},"requestId":"ID","status":"success"},"time":"2000-01-01T00:00:22.112Z","type":"platform.report"}`,
		}},
		"JSON above INFO": {timeout: 30, format: "JSON", level: "WARN", takes: 22_100 * time.Millisecond, secondTakes: 100 * time.Millisecond, tail: []string{
			`{"record":{"initializationType":"on-demand","metrics":{"durationMs":9999.79},"phase":"init","status":"timeout"},"time":"2000-01-01T00:00:10.012Z","type":"platform.initReport"}`,
		}},
		"the second one times out": {timeout: 5, takes: 15 * time.Second, cloudWatch: 1, secondTakes: 5 * time.Second, tail: []string{
			"INIT_REPORT Init Duration: 9999.79 ms\tPhase: init\tStatus: timeout",
			"INIT_REPORT Init Duration: 5000.00 ms\tPhase: invoke\tStatus: timeout",
			"START RequestId: ID Version: $LATEST", "2000-01-01T00:00:15.012Z ID Task timed out after 5.00 seconds", "", "END RequestId: ID",
			"REPORT RequestId: ID\tDuration: 5000.00 ms\tBilled Duration: 5000 ms\tMemory Size: 512 MB\tMax Memory Used: 64 MB\tStatus: timeout\t",
		}},
	} {
		t.Run(name, func(t *testing.T) {
			f := lambdasim.Function{Timeout: test.timeout, Behavior: slow, Configure: func(c *lambdasim.Configuration) {
				if test.format != "" {
					c.LoggingConfig.LogFormat, c.LoggingConfig.SystemLogLevel = test.format, test.level
				}
			}}
			bubble(t, lambdasim.Options{}, f, func(t *testing.T, sim *lambdasim.Simulator, client *lambda.Client) {
				start := time.Now()
				out, tail := invoke(t, client, "")
				require.Equal(t, test.takes+12*time.Millisecond, time.Since(start))
				id, _ := awsmiddleware.GetRequestIDMetadata(out.ResultMetadata)
				require.Equal(t, strings.Join(test.tail, "\n")+"\n", strings.ReplaceAll(tail, id, "ID"))
				time.Sleep(5 * time.Second)
				messages, _, _ := filter(t, sim, cloudwatchlogs.FilterLogEventsInput{})
				require.Equal(t, strings.Count(tail, "\n"), strings.Count(strings.Join(messages, ""), "\n")-test.cloudWatch)
				start = time.Now()
				invoke(t, client, "")
				require.Equal(t, test.secondTakes+12*time.Millisecond, time.Since(start))
			})
		})
	}
}

// What AWS charges for snapshots is counted by version, deleted ones included.
func TestSnapStartUsage(t *testing.T) {
	f := lambdasim.Function{Behavior: steady, Configure: func(c *lambdasim.Configuration) {
		c.Runtime, c.SnapStart.ApplyOn = "python3.14", "PublishedVersions"
	}}
	bubble(t, lambdasim.Options{}, f, func(t *testing.T, sim *lambdasim.Simulator, client *lambda.Client) {
		sim.Publish("prime", "")
		for range 2 {
			_, err := client.Invoke(t.Context(), &lambda.InvokeInput{FunctionName: aws.String("prime"), Qualifier: aws.String("1")})
			require.NoError(t, err)
			time.Sleep(11 * time.Minute)
		}
		_, err := client.DeleteFunction(t.Context(), &lambda.DeleteFunctionInput{FunctionName: aws.String("prime"), Qualifier: aws.String("1")})
		require.NoError(t, err)
		sim.Deploy("prime", func(c *lambdasim.Configuration) { c.MemorySize = 1024 })
		sim.Publish("prime", "")
		time.Sleep(time.Hour)
		usage := sim.SnapStartUsage("prime")
		require.Len(t, usage, 2)
		require.Equal(t, "1 python3.14 512 MB 22m0s 2", fmt.Sprintf("%s %s %d MB %v %d", usage[0].Version, usage[0].Runtime, usage[0].MemorySize, usage[0].Cached.Round(time.Minute), usage[0].Restores))
		require.Equal(t, "2 python3.14 1024 MB 1h0m0s 0", fmt.Sprintf("%s %s %d MB %v %d", usage[1].Version, usage[1].Runtime, usage[1].MemorySize, usage[1].Cached.Round(time.Minute), usage[1].Restores))
	})
}
