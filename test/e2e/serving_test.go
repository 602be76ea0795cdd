package e2e

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/jsii-runtime-go"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/test/emulator"
)

// TestServing takes a function in production to another architecture and leaves it alone there. After each deployment
// everything that leads to it, and what is its own, is what it was, and it answers on the architecture that is meant to.
//
// The emulator moves an alias at once, and after an update of a mapping it still invokes $LATEST, whatever the mapping
// says; $LATEST and the alias are of one architecture here.
func TestServing(t *testing.T) {
	stages := servingStages(t)
	assemblies := make([]string, len(stages))
	for i, s := range stages {
		assemblies[i] = synthesizeShop(t, s)
		requireReserved(t, assemblies[i])
	}
	jsii.Close()
	t.Parallel() // from here on: jsii is not safe for concurrent use

	ctx, stop := signal.NotifyContext(t.Context(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	e := startEmulator(ctx, t, emulator.Options{Name: "e2e-serving"})

	var before shop
	var handled []string // all orders so far
	for i, s := range stages {
		outputs := deploy(ctx, t, e, assemblies[i], shopName)
		now := shopOf(ctx, t, e, outputs, s.aliased)
		if i == 0 {
			before = now
			require.Empty(t, now.LogGroups, "Lambda makes it")
		} else {
			require.Equal(t, []string{"/aws/lambda/" + ordersName}, now.LogGroups, s.name)
			now.LogGroups = nil
			require.Equal(t, before, now, s.name)
		}
		handled = append(handled, placeOrders(ctx, t, e, outputs, strings.ReplaceAll(s.name, " ", "-"), s.architecture)...)
		slices.Sort(handled)
		require.EventuallyWithT(t, func(t *assert.CollectT) {
			assert.Equal(t, handled, handledOrders(ctx, t, e), "after %q: each order once, by the architecture of its time", s.name)
		}, time.Minute, 200*time.Millisecond)
		requireMoved(ctx, t, e, s)
	}
}

// requireReserved looks for the function's reserved concurrency in the template: the emulator's CloudFormation ignores it.
func requireReserved(t *testing.T, assembly string) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(assembly, shopName+".template.json"))
	require.NoError(t, err)
	var template struct {
		Resources map[string]struct {
			Properties struct {
				FunctionName                 any
				ReservedConcurrentExecutions int
			}
		}
	}
	require.NoError(t, json.Unmarshal(text, &template))
	var reserved []int
	for _, resource := range template.Resources {
		if resource.Properties.FunctionName == ordersName {
			reserved = append(reserved, resource.Properties.ReservedConcurrentExecutions)
		}
	}
	require.Equal(t, []int{5}, reserved)
}

// startEmulator starts an emulator that is ready for the CDK and ends with the test.
func startEmulator(ctx context.Context, t *testing.T, options emulator.Options) *emulator.Emulator {
	t.Helper()
	e, err := emulator.Start(ctx, options)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, e.Stop()) })
	var output bytes.Buffer
	require.NoError(t, e.Bootstrap(ctx, &output), "what the CDK CLI printed:\n%s", &output)
	return e
}

// deploy deploys a stack of an assembly and returns its outputs.
func deploy(ctx context.Context, t *testing.T, e *emulator.Emulator, assembly, stack string) map[string]string {
	t.Helper()
	var output bytes.Buffer
	outputs, err := e.Deploy(ctx, &output, assembly, stack)
	require.NoError(t, err, "what the CDK CLI printed:\n%s", &output)
	return outputs
}

// shop is what must not change.
type shop struct {
	Function, Role    string // ARNs
	Policies          []string
	LogGroup          string
	Mappings          map[string]string // UUIDs by source
	APIURL, Route     string            // the route's id
	Alarm, Dimensions string
	LogGroups         []string
}

func shopOf(ctx context.Context, t *testing.T, e *emulator.Emulator, outputs map[string]string, aliased bool) shop {
	t.Helper()
	client, name := lambda.NewFromConfig(e.Config()), ordersName
	function, err := client.GetFunctionConfiguration(ctx, &lambda.GetFunctionConfigurationInput{FunctionName: &name})
	require.NoError(t, err)
	s := shop{
		Function: aws.ToString(function.FunctionArn), Role: aws.ToString(function.Role),
		Mappings: map[string]string{}, APIURL: outputs["ApiUrl"],
	}
	if function.LoggingConfig != nil {
		s.LogGroup = aws.ToString(function.LoggingConfig.LogGroup)
	}
	roleName := s.Role[strings.LastIndex(s.Role, "/")+1:]
	attached := query(ctx, t, e, "iam", "2010-05-08", "ListAttachedRolePolicies", map[string]string{"RoleName": roleName})
	for _, match := range regexp.MustCompile(`<PolicyArn>([^<]+)<`).FindAllStringSubmatch(string(attached), -1) {
		s.Policies = append(s.Policies, match[1])
	}
	slices.Sort(s.Policies)
	require.Equal(t, []string{"arn:aws:iam::aws:policy/" + managedPolicy, "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"}, s.Policies)

	mappings, err := client.ListEventSourceMappings(ctx, &lambda.ListEventSourceMappingsInput{})
	require.NoError(t, err)
	target := s.Function
	if aliased {
		target += ":live"
	}
	for _, mapping := range mappings.EventSourceMappings {
		require.Equal(t, target, aws.ToString(mapping.FunctionArn))
		s.Mappings[aws.ToString(mapping.EventSourceArn)] = aws.ToString(mapping.UUID)
	}
	require.Len(t, s.Mappings, 2)
	require.Contains(t, s.Mappings, outputs["QueueArn"])
	require.Contains(t, s.Mappings, outputs["StreamArn"])

	id, _, _ := strings.Cut(strings.TrimPrefix(s.APIURL, "https://"), ".")
	var routes struct {
		Items []struct{ RouteID, RouteKey string }
	}
	require.NoError(t, json.Unmarshal(send(ctx, t, e, http.MethodGet, "/v2/apis/"+id+"/routes", "", nil), &routes))
	require.Len(t, routes.Items, 1)
	require.Equal(t, "GET /orders", routes.Items[0].RouteKey)
	s.Route = routes.Items[0].RouteID

	var alarms struct {
		MetricAlarms []struct {
			AlarmArn   string
			Dimensions []struct{ Name, Value string }
		}
	}
	require.NoError(t, json.Unmarshal(send(ctx, t, e, http.MethodPost, "/", "GraniteServiceVersion20100801.DescribeAlarms", map[string]any{"AlarmNames": []string{outputs["AlarmName"]}}), &alarms))
	require.Len(t, alarms.MetricAlarms, 1)
	require.Len(t, alarms.MetricAlarms[0].Dimensions, 1)
	s.Alarm, s.Dimensions = alarms.MetricAlarms[0].AlarmArn, alarms.MetricAlarms[0].Dimensions[0].Name+"="+alarms.MetricAlarms[0].Dimensions[0].Value
	require.Equal(t, "FunctionName="+ordersName, s.Dimensions)

	groups, err := cloudwatchlogs.NewFromConfig(e.Config()).DescribeLogGroups(ctx, &cloudwatchlogs.DescribeLogGroupsInput{LogGroupNamePrefix: aws.String("/aws/lambda/" + ordersName)})
	require.NoError(t, err)
	for _, group := range groups.LogGroups {
		s.LogGroups = append(s.LogGroups, aws.ToString(group.LogGroupName))
	}
	return s
}

// placeOrders sends an order by each way and returns what the log has to say of those that nobody waits for.
func placeOrders(ctx context.Context, t *testing.T, e *emulator.Emulator, outputs map[string]string, name, architecture string) []string {
	t.Helper()
	status, answer, err := e.Call(ctx, http.MethodGet, outputs["ApiUrl"]+"orders", "")
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, status, answer)
	require.JSONEq(t, `{"Order":"","Architecture":"`+architecture+`"}`, answer, name)

	send(ctx, t, e, http.MethodPost, "/", "AmazonSQS.SendMessage", map[string]any{"QueueUrl": outputs["QueueUrl"], "MessageBody": name})
	send(ctx, t, e, http.MethodPost, "/", "DynamoDB_20120810.PutItem", map[string]any{
		"TableName": outputs["TableName"], "Item": map[string]any{"id": map[string]string{"S": name}},
	})
	send(ctx, t, e, http.MethodPost, "/", "AWSEvents.PutEvents", map[string]any{"Entries": []map[string]string{
		{"Source": "shop", "DetailType": "placed", "Detail": `{"order":"` + name + `"}`},
	}})
	var expected []string
	for _, from := range []string{"queue", "stream", "rule"} {
		expected = append(expected, "order "+name+" from the "+from+" on "+architecture)
	}
	return expected
}

// handledOrders returns what the function's log has of orders.
func handledOrders(ctx context.Context, t require.TestingT, e *emulator.Emulator) []string {
	pages := cloudwatchlogs.NewFilterLogEventsPaginator(cloudwatchlogs.NewFromConfig(e.Config()), &cloudwatchlogs.FilterLogEventsInput{
		LogGroupName: aws.String("/aws/lambda/" + ordersName),
	})
	var handled []string
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		require.NoError(t, err)
		for _, event := range page.Events {
			if message := strings.TrimSpace(aws.ToString(event.Message)); strings.HasPrefix(message, "order ") {
				handled = append(handled, message)
			}
		}
	}
	slices.Sort(handled)
	return handled
}

// requireMoved invokes the function and its alias as those do who have their names.
func requireMoved(ctx context.Context, t *testing.T, e *emulator.Emulator, s stage) {
	t.Helper()
	names := []string{ordersName}
	if s.aliased {
		names = append(names, ordersName+":live")
	}
	for _, name := range names {
		answer, err := lambda.NewFromConfig(e.Config()).Invoke(ctx, &lambda.InvokeInput{FunctionName: &name, Payload: []byte(`{"tell":true}`)})
		require.NoError(t, err)
		require.Nil(t, answer.FunctionError, "%s", answer.Payload)
		require.Contains(t, string(answer.Payload), `\"Architecture\":\"`+s.architecture+`\"`, "%s: %s", s.name, name)
	}
}

// send calls a service whose SDK this module has no other use for, by its path or the target that its protocol names,
// and returns the answer. The emulator needs no signature.
func send(ctx context.Context, t *testing.T, e *emulator.Emulator, method, path, target string, body any) []byte {
	t.Helper()
	text, err := json.Marshal(body)
	require.NoError(t, err)
	request, err := http.NewRequestWithContext(ctx, method, e.URL+path, bytes.NewReader(text))
	require.NoError(t, err)
	if target != "" {
		request.Header.Set("Content-Type", "application/x-amz-json-1.1")
		request.Header.Set("X-Amz-Target", target)
	}
	response, err := http.DefaultClient.Do(request)
	require.NoError(t, err)
	answer, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	require.NoError(t, response.Body.Close())
	require.Equal(t, http.StatusOK, response.StatusCode, "%s%s: %s", path, target, answer)
	return answer
}
