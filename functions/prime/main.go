// Command prime is the demo function that computes, and so is tuned: it counts
// the prime numbers up to a maximum of at most 10,000,000.
//
//	GET ?max=1000000
//	200 {"machine": "aarch64", "elapsed": 0.02, "message": "There are 78498 prime numbers <= 1000000"}
//	400 {"error": "..."} where max is missing or wrong
package main

import (
	"context"
	"net/http"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"

	"github.com/dualarch/dualarch/functions/internal/httpapi"
	"github.com/dualarch/dualarch/functions/internal/machine"
	"github.com/dualarch/dualarch/functions/prime/primes"
)

func main() { lambda.Start(handle) }

func handle(_ context.Context, event events.APIGatewayV2HTTPRequest) (events.APIGatewayV2HTTPResponse, error) {
	report, err := primes.Measure(event.QueryStringParameters["max"], machine.Name())
	if err != nil {
		return httpapi.Error(http.StatusBadRequest, err)
	}
	return httpapi.JSON(http.StatusOK, report)
}
