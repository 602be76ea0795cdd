package e2e

import (
	"context"
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/stretchr/testify/require"
)

// testDeleted deletes the stack while a run has a function that stays: CloudFormation has Heal stop the run and put the
// function back, with nothing but Heal's own role, before it deletes that.
func testDeleted(ctx context.Context, t *testing.T, app *tunedApp) {
	client := lambda.NewFromConfig(app.Config())
	before := readFunction(ctx, t, client, app.Single)
	startUntil(ctx, t, app, `{"lambdaARN":"`+app.Single+`","powerValues":[128,512],"num":500}`, func(states []string) bool {
		return slices.Contains(states, "Measure")
	})
	require.NotEqual(t, before, readFunction(ctx, t, client, app.Single), "it has not begun")
	app.destroy(ctx, t)
	require.Equal(t, before, readFunction(ctx, t, client, app.Single))
}
