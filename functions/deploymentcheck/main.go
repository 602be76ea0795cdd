// Command deploymentcheck is the Lambda function that AWS CodeDeploy calls before it sends traffic to a new version of
// a serving function. DUALARCH_CHECK says which function and what to send to it.
package main

import (
	"context"
	"fmt"
	"log/slog"
	"os"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-sdk-go-v2/config"

	"github.com/dualarch/dualarch/internal/codedeployapi"
	"github.com/dualarch/dualarch/internal/lambdaapi"
	"github.com/dualarch/dualarch/internal/release"
)

func main() {
	cfg, err := config.LoadDefaultConfig(context.Background(), config.WithHTTPClient(lambdaapi.HTTPClient()))
	if err != nil {
		panic(fmt.Sprintf("deploymentcheck: %v", err)) // Lambda reports it as an error of the initialisation
	}
	settings, err := release.ReadSettings(os.Getenv(release.SettingsVariable), release.PayloadsFile)
	if err != nil {
		panic(fmt.Sprintf("deploymentcheck: %v", err))
	}
	check := &release.Check{
		Lambda: lambdaapi.New(cfg), Deployments: codedeployapi.New(cfg), Settings: settings,
		Log: slog.New(slog.NewJSONHandler(os.Stdout, nil)),
	}
	lambda.Start(check.Run)
}
