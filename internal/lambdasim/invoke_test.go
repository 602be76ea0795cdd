package lambdasim_test

import (
	"context"
	"encoding/base64"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"
	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/lambdasim"
)

// invoke calls prime's $LATEST with its log tail decoded.
func invoke(t *testing.T, client *lambda.Client, payload string) (*lambda.InvokeOutput, string) {
	t.Helper()
	out, err := client.Invoke(context.Background(), &lambda.InvokeInput{FunctionName: aws.String("prime"), Payload: []byte(payload), LogType: types.LogTypeTail})
	require.NoError(t, err)
	tail, err := base64.StdEncoding.DecodeString(aws.ToString(out.LogResult))
	require.NoError(t, err)
	return out, string(tail)
}

var steady = lambdasim.Behavior{Workload: lambdasim.Constant(100), Init: lambdasim.Timing{Mean: 50}}

func TestTheFirstCallIsColdAndBilledWithItsInit(t *testing.T) {
	bubble(t, lambdasim.Options{}, lambdasim.Function{Behavior: steady}, func(t *testing.T, _ *lambdasim.Simulator, client *lambda.Client) {
		start := time.Now()
		out, tail := invoke(t, client, `{"n":1}`)
		require.Equal(t, 162*time.Millisecond, time.Since(start), "latency, INIT and the handler")
		require.Equal(t, "{}", string(out.Payload))
		require.Equal(t, "$LATEST", *out.ExecutedVersion)
		require.Nil(t, out.FunctionError)
		id := strings.Fields(tail)[2]
		require.Equal(t, fmt.Sprintf("START RequestId: %s Version: $LATEST\nEND RequestId: %s\n"+
			"REPORT RequestId: %s\tDuration: 100.00 ms\tBilled Duration: 150 ms\tMemory Size: 512 MB\tMax Memory Used: 64 MB\tInit Duration: 50.00 ms\t\n",
			id, id, id), tail)

		_, tail = invoke(t, client, `{}`)
		require.Contains(t, tail, "Billed Duration: 100 ms")
		require.NotContains(t, tail, "Init")

		time.Sleep(11 * time.Minute)
		_, tail = invoke(t, client, `{}`)
		require.Contains(t, tail, "Init Duration", "an idle sandbox is taken down")
	})
}

func TestCallsAtOnceGetASandboxEach(t *testing.T) {
	bubble(t, lambdasim.Options{}, lambdasim.Function{Behavior: steady}, func(t *testing.T, _ *lambdasim.Simulator, client *lambda.Client) {
		start := time.Now()
		var group sync.WaitGroup
		var mu sync.Mutex
		cold := 0
		for range 8 {
			group.Go(func() {
				for range 5 {
					_, tail := invoke(t, client, `{}`)
					mu.Lock()
					cold += strings.Count(tail, "Init Duration")
					mu.Unlock()
				}
			})
		}
		group.Wait()
		require.Equal(t, 8, cold)
		require.Equal(t, 5*112*time.Millisecond+50*time.Millisecond, time.Since(start))
	})
}

func TestConcurrencyLimits(t *testing.T) {
	three := 3
	bubble(t, lambdasim.Options{Concurrency: 5}, lambdasim.Function{Behavior: steady, Reserved: &three}, func(t *testing.T, sim *lambdasim.Simulator, client *lambda.Client) {
		reasons := func() map[string]int {
			var group sync.WaitGroup
			var mu sync.Mutex
			count := map[string]int{}
			for range 6 {
				group.Go(func() {
					_, err := client.Invoke(context.Background(), &lambda.InvokeInput{FunctionName: aws.String("prime")})
					mu.Lock()
					defer mu.Unlock()
					if err == nil {
						count["ok"]++
						return
					}
					var throttled *types.TooManyRequestsException
					require.ErrorAs(t, err, &throttled)
					require.Equal(t, "Rate Exceeded.", *throttled.Message)
					count[string(throttled.Reason)]++
				})
			}
			group.Wait()
			return count
		}
		require.Equal(t, map[string]int{"ok": 3, "ReservedFunctionConcurrentInvocationLimitExceeded": 3}, reasons())
		concurrency, err := client.GetFunctionConcurrency(context.Background(), &lambda.GetFunctionConcurrencyInput{FunctionName: aws.String("prime")})
		require.NoError(t, err)
		require.Equal(t, int32(3), *concurrency.ReservedConcurrentExecutions)

		sim.SetReserved("prime", nil)
		require.Equal(t, map[string]int{"ok": 5, "ConcurrentInvocationLimitExceeded": 1}, reasons())
		sim.CreateFunction(lambdasim.Function{Name: "other", Reserved: &three})
		require.Equal(t, map[string]int{"ok": 2, "ConcurrentInvocationLimitExceeded": 4}, reasons())
	})
}

func TestFunctionsFail(t *testing.T) {
	tests := []struct {
		name            string
		memory, timeout int
		format          string
		behavior        lambdasim.Behavior
		functionError   string
		payload         string
		log             []string
		next            string
	}{
		{
			name: "out of memory", memory: 128, behavior: lambdasim.Behavior{Workload: lambdasim.Constant(100), OutOfMemoryBelow: 256},
			functionError: "Unhandled", payload: `{"errorType":"Runtime.ExitError","errorMessage":"RequestId: ID Error: Runtime exited with error: signal: killed"}`,
			log: []string{
				"RequestId: ID Error: Runtime exited with error: signal: killed\nRuntime.ExitError\n",
				"Duration: 50.00 ms\t", "Memory Size: 128 MB\tMax Memory Used: 128 MB\t", "Status: error\tError Type: Runtime.OutOfMemory\t\n",
			},
			next: "Duration: 170.00 ms\tBilled Duration: 170 ms\t",
		},
		{
			name: "out of memory, JSON", memory: 128, format: "JSON", behavior: lambdasim.Behavior{Workload: lambdasim.Constant(100), OutOfMemoryBelow: 256},
			functionError: "Unhandled", payload: `{"errorType":"Runtime.ExitError","errorMessage":"RequestId: ID Error: Runtime exited with error: signal: killed"}`,
			log:  []string{`"type":"platform.report"`, `"durationMs":50`, `"errorType":"Runtime.OutOfMemory"`, `"status":"error"`},
			next: `"durationMs":170,`,
		},
		{
			name: "timeout", memory: 256, timeout: 2, behavior: lambdasim.Behavior{Workload: lambdasim.Constant(2500)},
			functionError: "Unhandled", payload: `{"errorType":"Sandbox.Timedout","errorMessage":"RequestId: ID Error: Task timed out after 2.00 seconds"}`,
			log:  []string{"Z ID Task timed out after 2.00 seconds\n", "Duration: 2000.00 ms\tBilled Duration: 2120 ms\t", "Status: timeout\t\n"},
			next: "Duration: 2000.00 ms\tBilled Duration: 2000 ms\t",
		},
		{
			name: "the function's own error", memory: 256, behavior: lambdasim.Behavior{Respond: func(i lambdasim.Invocation) lambdasim.Response {
				return lambdasim.Response{FunctionError: "Handled", Body: fmt.Appendf(nil, `{"errorType":"Bad","size":%d}`, i.MemorySize)}
			}},
			functionError: "Handled", payload: `{"errorType":"Bad","size":256}`, log: []string{"Duration: 1.00 ms"}, next: "Duration: 1.00 ms",
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			test.behavior.Init = lambdasim.Timing{Mean: 120}
			f := lambdasim.Function{MemorySize: test.memory, Timeout: test.timeout, Behavior: test.behavior, Configure: func(c *lambdasim.Configuration) {
				if test.format != "" {
					c.LoggingConfig.LogFormat = test.format
				}
			}}
			bubble(t, lambdasim.Options{}, f, func(t *testing.T, _ *lambdasim.Simulator, client *lambda.Client) {
				out, tail := invoke(t, client, "")
				id, ok := awsmiddleware.GetRequestIDMetadata(out.ResultMetadata)
				require.True(t, ok)
				require.Equal(t, test.functionError, *out.FunctionError)
				require.Equal(t, strings.ReplaceAll(test.payload, "ID", id), string(out.Payload))
				for _, text := range test.log {
					require.Contains(t, tail, strings.ReplaceAll(text, "ID", id))
				}
				_, tail = invoke(t, client, "")
				require.NotContains(t, tail, "Init Duration")
				require.NotContains(t, tail, "initDurationMs")
				require.Contains(t, tail, test.next, "a sandbox that died is initialised within the next invocation")
			})
		})
	}
}

func TestRequestsThatAreRefused(t *testing.T) {
	bubble(t, lambdasim.Options{}, lambdasim.Function{}, func(t *testing.T, _ *lambdasim.Simulator, client *lambda.Client) {
		ctx := context.Background()
		_, err := client.Invoke(ctx, &lambda.InvokeInput{FunctionName: aws.String("prime"), Payload: make([]byte, 6<<20+1)})
		requireAPIError(t, err, "RequestTooLargeException", 413, "Request must be smaller than 6291456 bytes for the InvokeFunction operation")
		_, err = client.Invoke(ctx, &lambda.InvokeInput{FunctionName: aws.String("prime"), Payload: []byte("{")})
		requireAPIError(t, err, "InvalidRequestContentException", 400, "Could not parse request body into json.")
		_, err = client.Invoke(ctx, &lambda.InvokeInput{FunctionName: aws.String("prime"), Qualifier: aws.String("7")})
		requireAPIError(t, err, "ResourceNotFoundException", 404, "Function not found: "+primeARN+":7")
		_, err = client.Invoke(ctx, &lambda.InvokeInput{FunctionName: aws.String("prime:1"), Qualifier: aws.String("2")})
		requireAPIError(t, err, "InvalidParameterValueException", 400, "The derived qualifier from the function name does not match the specified qualifier.")
		_, err = client.Invoke(ctx, &lambda.InvokeInput{FunctionName: aws.String("arn:aws:lambda:eu-west-1:123456789012:function:prime")})
		requireAPIError(t, err, "ResourceNotFoundException", 404, "Functions from 'eu-west-1' are not reachable in this region ('us-east-1')")
		_, err = client.ListEventSourceMappings(ctx, &lambda.ListEventSourceMappingsInput{})
		requireAPIError(t, err, "UnknownOperationException", 501, "lambdasim does not know GET /2015-03-31/event-source-mappings")
	})
}

// A function that isolates tenants wants to know for whom it is invoked, and no tenant meets another's sandbox.
func TestTenants(t *testing.T) {
	var seen []string
	f := lambdasim.Function{Behavior: lambdasim.Behavior{Respond: func(i lambdasim.Invocation) lambdasim.Response {
		seen = append(seen, fmt.Sprintf("%s %d.%d", i.Tenant, i.Sandbox, i.SandboxCall))
		return lambdasim.Response{Body: []byte(`{}`)}
	}}}
	bubble(t, lambdasim.Options{}, f, func(t *testing.T, sim *lambdasim.Simulator, client *lambda.Client) {
		invoke := func(tenant *string) error {
			_, err := client.Invoke(context.Background(), &lambda.InvokeInput{FunctionName: aws.String("prime"), TenantId: tenant})
			return err
		}
		require.Error(t, invoke(aws.String("blue")), "it isolates none")
		sim.Deploy("prime", func(c *lambdasim.Configuration) {
			c.TenancyConfig = &lambdasim.TenancyConfig{TenantIsolationMode: "PER_TENANT"}
		})
		requireAPIError(t, invoke(nil), "InvalidParameterValueException", 400,
			"The invoked function is enabled with tenancy configuration. Add a valid tenant ID in your request and try again.")
		for _, tenant := range []string{"blue", "green", "blue", "green"} {
			require.NoError(t, invoke(&tenant))
		}
		require.Equal(t, []string{"blue 1.1", "green 2.1", "blue 1.2", "green 2.2"}, seen)
	})
}

func TestLogTails(t *testing.T) {
	long := strings.Repeat("0123456789", 500)
	tests := []struct {
		name      string
		tail      lambdasim.Tail
		format    string
		level     string
		output    string
		snapStart bool
		check     func(t *testing.T, tail string)
	}{
		{name: "missing", tail: lambdasim.Missing, check: func(t *testing.T, tail string) { require.Empty(t, tail) }},
		{name: "without its report", tail: lambdasim.WithoutReport, check: func(t *testing.T, tail string) {
			require.Contains(t, tail, "END RequestId")
			require.NotContains(t, tail, "REPORT")
		}},
		{name: "report cut", tail: lambdasim.CutReport, check: func(t *testing.T, tail string) {
			require.Contains(t, tail, "REPORT RequestId")
			require.NotContains(t, tail, "Memory Size")
		}},
		{name: "whole numbers", tail: lambdasim.WholeNumbers, check: func(t *testing.T, tail string) {
			require.Contains(t, tail, "\tDuration: 100 ms\tBilled Duration: 150 ms\t")
		}},
		{name: "4 KB at most", output: long, check: func(t *testing.T, tail string) {
			require.Len(t, tail, 4096)
			require.NotContains(t, tail, "START")
			require.Contains(t, tail, "REPORT RequestId")
		}},
		{name: "JSON", format: "JSON", output: "{not json", check: func(t *testing.T, tail string) {
			lines := strings.Split(strings.TrimSpace(tail), "\n")
			require.Len(t, lines, 3)
			require.Contains(t, lines[0], `"type":"platform.start"`)
			require.Equal(t, "{not json", lines[1])
			require.Regexp(t, `^\{"record":\{"metrics":\{"billedDurationMs":150,"durationMs":100,"initDurationMs":50,"maxMemoryUsedMB":64,"memorySizeMB":512\},`+
				`"requestId":"[-0-9a-f]{36}","status":"success"\},"time":"2000-01-01T00:00:00.162Z","type":"platform.report"\}$`, lines[2])
		}},
		{name: "JSON above INFO", format: "JSON", level: "WARN", check: func(t *testing.T, tail string) { require.Empty(t, tail) }},
		{name: "from a snapshot", snapStart: true, check: func(t *testing.T, tail string) {
			require.Contains(t, tail, "\tDuration: 100.00 ms\tBilled Duration: 113 ms\t", "the restore is billed within, as in every REPORT of AWS's")
			require.Contains(t, tail, "Restore Duration: 50.00 ms\tBilled Restore Duration: 13 ms\t")
			require.NotContains(t, tail, "Init")
		}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			behavior := steady
			behavior.Output = test.output
			behavior.Tail = func(lambdasim.Invocation) lambdasim.Tail { return test.tail }
			f := lambdasim.Function{Behavior: behavior, Configure: func(c *lambdasim.Configuration) {
				if test.format != "" {
					c.LoggingConfig.LogFormat, c.LoggingConfig.SystemLogLevel = test.format, test.level
				}
				if test.snapStart {
					c.SnapStart.ApplyOn = "PublishedVersions"
				}
			}}
			bubble(t, lambdasim.Options{}, f, func(t *testing.T, sim *lambdasim.Simulator, client *lambda.Client) {
				sim.Publish("prime", "")
				out, err := client.Invoke(context.Background(), &lambda.InvokeInput{FunctionName: aws.String("prime:1"), LogType: types.LogTypeTail})
				require.NoError(t, err)
				tail, err := base64.StdEncoding.DecodeString(aws.ToString(out.LogResult))
				require.NoError(t, err)
				test.check(t, string(tail))
			})
		})
	}
}
