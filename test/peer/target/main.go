// Command target is what both tuners measure beside each other. It prints a REPORT line of its own: the emulator's log
// tail holds only what the function prints, and AWS Lambda Power Tuning reads durations nowhere else.
package main

import (
	"context"
	"fmt"
	"os"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-lambda-go/lambdacontext"
)

// took is how long an invocation takes.
const took = 20 * time.Millisecond

func main() { lambda.Start(handle) }

func handle(ctx context.Context) (string, error) {
	begun := time.Now()
	time.Sleep(took)
	id := ""
	if lc, ok := lambdacontext.FromContext(ctx); ok {
		id = lc.AwsRequestID
	}
	ms := float64(time.Since(begun)) / float64(time.Millisecond)
	fmt.Printf("REPORT RequestId: %s\tDuration: %.2f ms\tBilled Duration: %d ms\tMemory Size: %s MB\tMax Memory Used: 30 MB\t\n",
		id, ms, int(ms)+1, os.Getenv("AWS_LAMBDA_FUNCTION_MEMORY_SIZE"))
	return "done", nil
}
