package e2e

import (
	"context"
	"encoding/json"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/sfn/types"
	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/asl"
	"github.com/dualarch/dualarch/internal/tuner/run"
	"github.com/dualarch/dualarch/test/demostack"
	"github.com/dualarch/dualarch/test/emulator"
	"github.com/dualarch/dualarch/tuning"
)

// TestRoles runs the tuner with the roles it is deployed with where every call is checked against
// them, and then tries what each of these roles may do and what it may not.
func TestRoles(t *testing.T) {
	t.Parallel()
	ctx, stop := signal.NotifyContext(t.Context(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	app := deployTuned(ctx, t)
	steps := stepFunctions(ctx, t, app.Emulator)
	standIn(ctx, t, app.Emulator, steps, append([]string{app.Single}, app.Siblings...))

	t.Run("both siblings are tuned", func(t *testing.T) { testSiblingsUnderIAM(ctx, t, app) })
	t.Run("a function is optimized", func(t *testing.T) { testOptimizeUnderIAM(ctx, t, app) })
	t.Run("killed executions are healed", func(t *testing.T) { testKilled(ctx, t, app) })
	t.Run("a role may do its step's work and nothing else", func(t *testing.T) { testPermissions(ctx, t, app, steps) })
	t.Run("the stack is deleted in the middle of a run", func(t *testing.T) { testDeleted(ctx, t, app) })
}

// step is a step's Lambda function and what it runs as.
type step struct{ function, role string }

// stepFunctions finds the functions of all steps, a fleet's included, by what tells them which step they are.
func stepFunctions(ctx context.Context, t *testing.T, e *emulator.Emulator) map[asl.Step]step {
	t.Helper()
	steps := map[asl.Step]step{}
	pages := lambda.NewListFunctionsPaginator(lambda.NewFromConfig(e.Config()), &lambda.ListFunctionsInput{})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		require.NoError(t, err)
		for _, f := range page.Functions {
			if f.Environment == nil || f.Environment.Variables[asl.StepVariable] == "" {
				continue
			}
			steps[asl.Step(f.Environment.Variables[asl.StepVariable])] = step{
				function: aws.ToString(f.FunctionArn),
				role:     (*f.Role)[strings.LastIndex(*f.Role, "/")+1:],
			}
		}
	}
	for _, s := range []asl.Step{asl.Plan, asl.Prepare, asl.Measure, asl.Restore, asl.Verdict, asl.Apply, asl.Publish, asl.Heal} {
		require.Contains(t, steps, s)
	}
	return steps
}

// standIn grants the roles that tune targets what the emulator checks instead of what AWS checks. The construct grants
// none of it, and none of it allows a call that testPermissions expects to be denied.
func standIn(ctx context.Context, t *testing.T, e *emulator.Emulator, steps map[asl.Step]step, targets []string) {
	t.Helper()
	grant := func(name asl.Step, id string, resources []string, actions ...string) {
		queryIAM(ctx, t, e, "PutRolePolicy", map[string]string{
			"RoleName": steps[name].role, "PolicyName": id,
			"PolicyDocument": policy(t, map[string]any{"Action": actions, "Resource": resources}),
		})
	}
	// It takes every alias call but CreateAlias for lambda:ListAliases.
	for _, name := range []asl.Step{asl.Plan, asl.Prepare, asl.Restore, asl.Apply, asl.Heal} {
		grant(name, "aliases", targets, aliasAction)
	}
	// It takes GetFunctionConcurrency for lambda:PutFunctionConcurrency.
	grant(asl.Plan, "concurrency", targets, "lambda:PutFunctionConcurrency")
	// It checks log calls against the log group's ARN without the ":*" that AWS wants in policies.
	var logGroups []string
	for _, arn := range targets {
		logGroups = append(logGroups, "arn:aws:logs:"+emulator.Region+":"+emulator.Account+":log-group:"+logGroup(ctx, t, e, arn))
	}
	grant(asl.Measure, "logs", logGroups, "logs:FilterLogEvents")
}

// testSiblingsUnderIAM goes through Plan, Prepare, Measure, Restore and Verdict.
func testSiblingsUnderIAM(ctx context.Context, t *testing.T, app *tunedApp) {
	before := app.functions(ctx, t)
	execution, verdict := tuneUnderIAM(ctx, t, app, `{}`)
	require.Len(t, verdict.Targets, 2)
	for _, target := range verdict.Targets {
		require.Len(t, target.Sizes, 2)
		for _, size := range target.Sizes {
			require.Empty(t, size.Failed, "%s %d MB", target.Architecture, size.Power)
			require.GreaterOrEqual(t, size.Samples, 5)
		}
	}
	require.Equal(t, append(wholeRun(t, execution.Output), "Publish"), execution.Transitions)
	require.Equal(t, before, app.functions(ctx, t))
	requireKept(ctx, t, app, verdict)
}

// testOptimizeUnderIAM goes through Apply too.
func testOptimizeUnderIAM(ctx context.Context, t *testing.T, app *tunedApp) {
	client := lambda.NewFromConfig(app.Config())
	before := readFunction(ctx, t, client, app.Single)
	execution, verdict := tuneUnderIAM(ctx, t, app,
		`{"lambdaARN":"`+app.Single+`","powerValues":[128],"num":5,"onlyColdStarts":true,"autoOptimize":true,"autoOptimizeAlias":"tuned"}`)
	require.Contains(t, execution.Transitions, "Apply")
	require.Equal(t, 128, verdict.Power)
	require.Len(t, verdict.Targets[0].Sizes, 2, "today's 256 MB are measured too")

	after := readFunction(ctx, t, client, app.Single)
	require.Len(t, after.Versions, 2, "$LATEST and what the alias points to")
	require.Equal(t, int32(128), after.Versions[after.Aliases["tuned"]].MemorySize)
	require.Equal(t, int32(128), after.MemorySize)
	require.NotContains(t, after.Aliases, run.LockName)
	require.Equal(t, before.Description, after.Description)
}

func tuneUnderIAM(ctx context.Context, t *testing.T, app *tunedApp, input string) (*demostack.Execution, tuning.Output) {
	t.Helper()
	execution, err := demostack.Execute(ctx, app.Emulator, app.Machine, input)
	require.NoError(t, err)
	require.Equal(t, types.ExecutionStatusSucceeded, execution.Status, "%s: %s", execution.Error, execution.Cause)
	var verdict tuning.Output
	require.NoError(t, json.Unmarshal([]byte(execution.Output), &verdict), execution.Output)
	return execution, verdict
}
