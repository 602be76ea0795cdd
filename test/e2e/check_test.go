package e2e

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/signal"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"
	"github.com/aws/jsii-runtime-go"
	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/release"
	"github.com/dualarch/dualarch/internal/release/hook"
	"github.com/dualarch/dualarch/test/emulator"
)

// TestCheck deploys functions twice, on one architecture and then on the other, and has the hooks that the construct made
// check the second version against the first: with the settings and under the role that they are deployed with. CodeDeploy
// is a stub on loopback, because the emulator has none: it knows the deployments and hears the verdicts.
func TestCheck(t *testing.T) {
	functions := checkedFunctions(otherArchitecture())
	first := synthesizeChecked(t, functions, emulator.HostArchitecture(), false)
	second := synthesizeChecked(t, functions, otherArchitecture(), true)
	jsii.Close()
	t.Parallel() // from here on: jsii is not safe for concurrent use

	ctx, stop := signal.NotifyContext(t.Context(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	deployments := &codeDeploy{verdicts: map[string][]string{}}
	stub := httptest.NewServer(deployments)
	t.Cleanup(stub.Close)
	e := startEmulator(ctx, t, emulator.Options{Name: "e2e-check", Auth: true, Environment: []string{"AWS_ENDPOINT_URL_CODEDEPLOY=" + stub.URL}})
	deploy(ctx, t, e, first, checkedName)
	deploy(ctx, t, e, second, checkedName)

	hooks := hooksOf(ctx, t, e)
	require.Len(t, hooks, len(functions))
	for _, f := range functions {
		t.Run(f.name, func(t *testing.T) {
			hook := hooks[f.name]
			event, err := json.Marshal(release.Event{DeploymentID: f.name, HookID: "hook of " + f.name})
			require.NoError(t, err)
			started := time.Now()
			answer, err := lambda.NewFromConfig(e.Config()).Invoke(ctx, &lambda.InvokeInput{FunctionName: hook.FunctionName, Payload: event})
			require.NoError(t, err)
			require.Nil(t, answer.FunctionError, "%s", answer.Payload)
			require.Equal(t, []string{map[bool]string{true: "Succeeded", false: "Failed"}[f.passes] + " by hook of " + f.name}, deployments.verdictsOf(f.name))
			if f.timeout != nil {
				require.Less(t, time.Since(started), 20*time.Second, "it waits no longer than it was told to")
			}
			logged := messagesOf(ctx, t, e, aws.ToString(hook.LoggingConfig.LogGroup))
			require.Len(t, logged, len(f.logged), "%q", logged)
			for i, want := range f.logged {
				require.Regexp(t, "^"+want+"$", logged[i])
			}
		})
	}
}

// hooksOf finds the hooks by the function that each is for.
func hooksOf(ctx context.Context, t *testing.T, e *emulator.Emulator) map[string]types.FunctionConfiguration {
	t.Helper()
	hooks := map[string]types.FunctionConfiguration{}
	pages := lambda.NewListFunctionsPaginator(lambda.NewFromConfig(e.Config()), &lambda.ListFunctionsInput{})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		require.NoError(t, err)
		for _, f := range page.Functions {
			if f.Environment == nil || f.Environment.Variables[hook.Variable] == "" {
				continue
			}
			var settings hook.Settings
			require.NoError(t, json.Unmarshal([]byte(f.Environment.Variables[hook.Variable]), &settings))
			hooks[settings.Function[strings.LastIndex(settings.Function, ":")+1:]] = f
		}
	}
	return hooks
}

// messagesOf returns what a hook logged, without what the runtime writes around it.
func messagesOf(ctx context.Context, t *testing.T, e *emulator.Emulator, group string) []string {
	t.Helper()
	events, err := cloudwatchlogs.NewFromConfig(e.Config()).FilterLogEvents(ctx, &cloudwatchlogs.FilterLogEventsInput{LogGroupName: &group})
	require.NoError(t, err)
	var messages []string
	for _, event := range events.Events {
		var line struct{ Msg string }
		if json.Unmarshal([]byte(aws.ToString(event.Message)), &line) == nil && line.Msg != "" {
			messages = append(messages, line.Msg)
		}
	}
	return messages
}

// codeDeploy is a stub of AWS CodeDeploy. A deployment has the name of the function whose alias goes from version 1 to 2.
type codeDeploy struct {
	mu       sync.Mutex
	verdicts map[string][]string // by deployment
}

func (c *codeDeploy) verdictsOf(deployment string) []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.verdicts[deployment]
}

func (c *codeDeploy) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var input struct{ DeploymentID, LifecycleEventHookExecutionID, Status string }
	body, err := io.ReadAll(r.Body)
	if err == nil {
		err = json.Unmarshal(body, &input)
	}
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	w.Header().Set("Content-Type", "application/x-amz-json-1.1")
	switch target := r.Header.Get("X-Amz-Target"); target {
	case "CodeDeploy_20141006.GetDeployment":
		spec := fmt.Sprintf(`{"version":0.0,"Resources":[{%q:{"Type":"AWS::Lambda::Function","Properties":{"Name":%q,"Alias":"live","CurrentVersion":"1","TargetVersion":"2"}}}]}`,
			input.DeploymentID, input.DeploymentID)
		err = json.NewEncoder(w).Encode(map[string]any{"deploymentInfo": map[string]any{"revision": map[string]any{
			"revisionType": "String", "string": map[string]string{"content": spec},
		}}})
	case "CodeDeploy_20141006.PutLifecycleEventHookExecutionStatus":
		c.mu.Lock()
		c.verdicts[input.DeploymentID] = append(c.verdicts[input.DeploymentID], input.Status+" by "+input.LifecycleEventHookExecutionID)
		c.mu.Unlock()
		_, err = io.WriteString(w, "{}")
	default:
		http.Error(w, target, http.StatusNotImplemented)
	}
	if err != nil {
		panic(http.ErrAbortHandler)
	}
}
