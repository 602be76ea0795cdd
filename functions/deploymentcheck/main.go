// Command deploymentcheck is the Lambda function that AWS CodeDeploy calls before it sends traffic to a new version of
// a serving function. DUALARCH_CHECK says which function and what to send to it.
package main

import (
	"fmt"
	"log/slog"
	"os"

	"github.com/aws/aws-lambda-go/lambda"

	"github.com/dualarch/dualarch/internal/codedeployapi"
	"github.com/dualarch/dualarch/internal/lambdaapi"
	"github.com/dualarch/dualarch/internal/release"
	"github.com/dualarch/dualarch/internal/release/hook"
)

func main() {
	cfg := lambdaapi.Environment()
	settings, err := hook.ReadSettings(os.Getenv(hook.Variable), hook.PayloadsFile)
	if err != nil {
		panic(fmt.Sprintf("deploymentcheck: %v", err))
	}
	check := &release.Check{
		Lambda: lambdaapi.New(cfg), Deployments: codedeployapi.New(cfg), Settings: settings,
		Log: slog.New(slog.NewJSONHandler(os.Stdout, nil)),
	}
	lambda.Start(check.Run)
}
