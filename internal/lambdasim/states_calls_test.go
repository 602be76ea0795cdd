package lambdasim_test

import (
	"context"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/aws-sdk-go-v2/service/sfn/types"
	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/lambdasim"
	"github.com/dualarch/dualarch/internal/lambdasim/statemachine"
)

const machineARN = "arn:aws:states:us-east-1:123456789012:stateMachine:tune"

// anHour is an input of tune's machine.
const anHour = `{"rest":3600}`

// tune returns a machine that calls step once and waits as long as its input says.
func tune(t *testing.T, sim *lambdasim.Simulator, step statemachine.Function) *statemachine.Machine {
	t.Helper()
	stepARN := sim.FunctionARN("step")
	m, err := statemachine.New(statemachine.Options{
		ARN: machineARN,
		Definition: `{"StartAt":"Step","States":{"Step":{"Type":"Task","Resource":"` + stepARN + `","ResultPath":"$.step","Next":"Rest",
			"Catch":[{"ErrorEquals":["States.ALL"],"ResultPath":"$.step","Next":"Rest"}]},
			"Rest":{"Type":"Wait","SecondsPath":"$.rest","OutputPath":"$.step","End":true}}}`,
		Functions: map[string]statemachine.Function{stepARN: step},
	})
	require.NoError(t, err)
	sim.AddStateMachine(m)
	return m
}

func TestExecutionsThroughTheAPI(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx := context.Background()
		sim := lambdasim.New(lambdasim.Options{})
		m := tune(t, sim, func(context.Context, []byte) ([]byte, error) { return []byte(`{"journal":1}`), nil })
		client := sfn.NewFromConfig(sim.Config())
		started, err := client.StartExecution(ctx, &sfn.StartExecutionInput{StateMachineArn: aws.String(machineARN), Name: aws.String("run"), Input: aws.String(anHour)})
		require.NoError(t, err)
		const arn = "arn:aws:states:us-east-1:123456789012:execution:tune:run"
		require.Equal(t, arn, *started.ExecutionArn)
		time.Sleep(time.Minute)
		described, err := client.DescribeExecution(ctx, &sfn.DescribeExecutionInput{ExecutionArn: started.ExecutionArn})
		require.NoError(t, err)
		require.Equal(t, types.ExecutionStatusRunning, described.Status)
		require.Equal(t, anHour, *described.Input)
		require.Equal(t, *started.StartDate, *described.StartDate)
		require.Nil(t, described.StopDate)

		running := func() (names []string) {
			listed, err := client.ListExecutions(ctx, &sfn.ListExecutionsInput{StateMachineArn: aws.String(machineARN), StatusFilter: types.ExecutionStatusRunning})
			require.NoError(t, err)
			for _, e := range listed.Executions {
				names = append(names, *e.Name)
			}
			return names
		}
		require.Equal(t, []string{"run"}, running())
		_, err = client.StopExecution(ctx, &sfn.StopExecutionInput{ExecutionArn: started.ExecutionArn, Error: aws.String("E"), Cause: aws.String("C")})
		require.NoError(t, err)
		require.Empty(t, running())
		described, err = client.DescribeExecution(ctx, &sfn.DescribeExecutionInput{ExecutionArn: started.ExecutionArn})
		require.NoError(t, err)
		require.Equal(t, types.ExecutionStatusAborted, described.Status)
		require.Equal(t, []string{"E", "C"}, []string{*described.Error, *described.Cause})
		require.NotNil(t, described.StopDate)

		var kinds []string
		var output string
		pages := sfn.NewGetExecutionHistoryPaginator(client, &sfn.GetExecutionHistoryInput{ExecutionArn: started.ExecutionArn, MaxResults: 3})
		for pages.HasMorePages() {
			page, err := pages.NextPage(ctx)
			require.NoError(t, err)
			for _, e := range page.Events {
				kinds = append(kinds, string(e.Type))
				if e.LambdaFunctionSucceededEventDetails != nil {
					output = *e.LambdaFunctionSucceededEventDetails.Output
				}
			}
		}
		require.Equal(t, "ExecutionStarted TaskStateEntered LambdaFunctionScheduled LambdaFunctionStarted LambdaFunctionSucceeded "+
			"TaskStateExited WaitStateEntered ExecutionAborted", strings.Join(kinds, " "))
		require.Equal(t, `{"journal":1}`, output)
		newest, err := client.GetExecutionHistory(ctx, &sfn.GetExecutionHistoryInput{ExecutionArn: started.ExecutionArn, ReverseOrder: true, MaxResults: 4, IncludeExecutionData: aws.Bool(false)})
		require.NoError(t, err)
		require.Equal(t, "C", *newest.Events[0].ExecutionAbortedEventDetails.Cause)
		require.Equal(t, "Rest", *newest.Events[1].StateEnteredEventDetails.Name)
		require.Nil(t, newest.Events[1].StateEnteredEventDetails.Input)
		require.Nil(t, newest.Events[3].LambdaFunctionSucceededEventDetails.Output)
		m.Wait()

		second, err := m.Start("second", anHour)
		require.NoError(t, err)
		second.Wait()
		described, err = client.DescribeExecution(ctx, &sfn.DescribeExecutionInput{ExecutionArn: &second.ARN})
		require.NoError(t, err)
		require.Equal(t, `{"journal":1}`, *described.Output)
	})
}

func TestStepFunctionsCallsThatAreRefused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx := context.Background()
		sim := lambdasim.New(lambdasim.Options{})
		tune(t, sim, answerNull)
		client := sfn.NewFromConfig(sim.Config())
		_, err := client.DescribeExecution(ctx, &sfn.DescribeExecutionInput{ExecutionArn: aws.String("x")})
		requireAPIError(t, err, "ExecutionDoesNotExist", 400, "Execution Does Not Exist: 'x'")
		_, err = client.StopExecution(ctx, &sfn.StopExecutionInput{ExecutionArn: aws.String("x")})
		requireAPIError(t, err, "ExecutionDoesNotExist", 400, "Execution Does Not Exist: 'x'")
		_, err = client.GetExecutionHistory(ctx, &sfn.GetExecutionHistoryInput{ExecutionArn: aws.String("x")})
		requireAPIError(t, err, "ExecutionDoesNotExist", 400, "Execution Does Not Exist: 'x'")
		_, err = client.StartExecution(ctx, &sfn.StartExecutionInput{StateMachineArn: aws.String("x")})
		requireAPIError(t, err, "StateMachineDoesNotExist", 400, "State Machine Does Not Exist: 'x'")
		_, err = client.StartExecution(ctx, &sfn.StartExecutionInput{StateMachineArn: aws.String(machineARN), Name: aws.String("?")})
		requireAPIError(t, err, "InvalidName", 400, "Invalid Name: '?'")
		e, err := client.StartExecution(ctx, &sfn.StartExecutionInput{StateMachineArn: aws.String(machineARN), Input: aws.String(anHour)})
		require.NoError(t, err)
		_, err = client.GetExecutionHistory(ctx, &sfn.GetExecutionHistoryInput{ExecutionArn: e.ExecutionArn, NextToken: aws.String("x")})
		requireAPIError(t, err, "InvalidToken", 400, "Invalid Token: 'x'")
		_, err = client.GetExecutionHistory(ctx, &sfn.GetExecutionHistoryInput{ExecutionArn: e.ExecutionArn, MaxResults: 1001})
		requireAPIError(t, err, "ValidationException", 400, "1 validation error detected: Value at 'maxResults' failed to satisfy constraint: Member must have value less than or equal to 1000")
		_, err = client.ListActivities(ctx, &sfn.ListActivitiesInput{})
		requireAPIError(t, err, "UnknownOperationException", 501, "lambdasim does not know ListActivities")
		time.Sleep(2 * time.Hour)
	})
}

func answerNull(context.Context, []byte) ([]byte, error) { return []byte("null"), nil }

func TestMachinesThroughTheAPI(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx := context.Background()
		sim := lambdasim.New(lambdasim.Options{PageSize: 2})
		m := tune(t, sim, func(context.Context, []byte) ([]byte, error) { return []byte(`{}`), nil })
		client := sfn.NewFromConfig(sim.Config())
		described, err := client.DescribeStateMachine(ctx, &sfn.DescribeStateMachineInput{StateMachineArn: aws.String(machineARN)})
		require.NoError(t, err)
		require.Equal(t, m.Definition(), *described.Definition)
		_, err = client.DescribeStateMachine(ctx, &sfn.DescribeStateMachineInput{StateMachineArn: aws.String(machineARN + "s")})
		require.ErrorContains(t, err, "StateMachineDoesNotExist")
		machines, err := client.ListStateMachines(ctx, &sfn.ListStateMachinesInput{})
		require.NoError(t, err)
		require.Equal(t, machineARN, *machines.StateMachines[0].StateMachineArn)

		// A name and an input start one execution, as long as it runs.
		for _, name := range []string{"a", "b", "b", "c"} {
			_, err := client.StartExecution(ctx, &sfn.StartExecutionInput{StateMachineArn: aws.String(machineARN), Name: aws.String(name), Input: aws.String(anHour)})
			require.NoError(t, err)
		}
		_, err = client.StartExecution(ctx, &sfn.StartExecutionInput{StateMachineArn: aws.String(machineARN), Name: aws.String("b"), Input: aws.String(`{"rest":1}`)})
		require.ErrorContains(t, err, "ExecutionAlreadyExists")
		time.Sleep(30 * time.Minute)
		m.Executions()[1].Stop("", "")
		var names []string
		var ended []bool
		for pages := sfn.NewListExecutionsPaginator(client, &sfn.ListExecutionsInput{StateMachineArn: aws.String(machineARN)}); pages.HasMorePages(); {
			page, err := pages.NextPage(ctx)
			require.NoError(t, err)
			require.LessOrEqual(t, len(page.Executions), 2)
			for _, e := range page.Executions {
				names, ended = append(names, *e.Name), append(ended, e.StopDate != nil)
			}
		}
		require.Equal(t, []string{"c", "b", "a"}, names)
		require.Equal(t, []bool{false, true, false}, ended)
		m.Wait()
	})
}
