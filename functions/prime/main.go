// Command prime is the demo function that computes, and so is tuned: it counts
// the prime numbers up to a maximum of at most 10,000,000.
//
//	GET ?max=1000000
//	200 {"machine": "aarch64", "elapsed": 0.02, "message": "There are 78498 prime numbers <= 1000000"}
//	400 {"error": "..."} where max is missing or wrong
//
// PRIME_PAUSE=x86_64=500ms makes it wait on one kind of machine before it counts, as a release does that has become slow
// there: `make demo` deploys that, and tunes again.
package main

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"

	"github.com/dualarch/dualarch/functions/internal/httpapi"
	"github.com/dualarch/dualarch/functions/internal/machine"
	"github.com/dualarch/dualarch/functions/prime/primes"
)

func main() { lambda.Start(handle) }

func handle(_ context.Context, event events.APIGatewayV2HTTPRequest) (events.APIGatewayV2HTTPResponse, error) {
	pause, err := pauseOn(machine.Name(), os.Getenv("PRIME_PAUSE"))
	if err != nil {
		return events.APIGatewayV2HTTPResponse{}, err
	}
	time.Sleep(pause)
	report, err := primes.Measure(event.QueryStringParameters["max"], machine.Name())
	if err != nil {
		return httpapi.Error(http.StatusBadRequest, err)
	}
	return httpapi.JSON(http.StatusOK, report)
}

// pauseOn returns how long a setting has a machine wait: "x86_64=500ms" is for x86_64 only.
func pauseOn(machine, setting string) (time.Duration, error) {
	name, text, _ := strings.Cut(setting, "=")
	if name != machine {
		return 0, nil
	}
	pause, err := time.ParseDuration(text)
	if err != nil {
		return 0, fmt.Errorf("PRIME_PAUSE: %q was given; give a machine and a time, x86_64=500ms for example", setting)
	}
	return pause, nil
}
