// Command orders is a function that tests take from one architecture to the other. It says which one it was built for:
// to whoever calls its API or asks for it, and in its log for each order that a queue, a stream or a rule brings.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"runtime"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
)

// event is what any of its callers sends.
type event struct {
	RequestContext struct{ HTTP struct{ Method string } }
	Records        []record
	Detail         struct{ Order string } `json:"detail"`

	Order string            // an order
	Tell  bool              // which architecture this is
	On    map[string]string // what to do on an architecture: "fail", or "sleep"
}

// record is an order in a queue or a table's stream.
type record struct {
	Body     string
	DynamoDB struct {
		Keys struct {
			ID struct{ S string } `json:"id"`
		}
	} `json:"dynamodb"`
}

type response struct {
	StatusCode int    `json:"statusCode"`
	Body       string `json:"body"`
}

type order struct {
	Order        string
	Architecture string `json:",omitempty"`
}

func main() { lambda.Start(handle) }

func handle(ctx context.Context, e event) (response, error) {
	switch e.On[runtime.GOARCH] {
	case "fail":
		return response{}, errors.New("told to fail")
	case "sleep":
		select {
		case <-time.After(20 * time.Second):
		case <-ctx.Done():
		}
	}
	for _, r := range e.Records {
		if r.Body != "" {
			note(r.Body, "queue")
		} else {
			note(r.DynamoDB.Keys.ID.S, "stream")
		}
	}
	if e.Detail.Order != "" {
		note(e.Detail.Order, "rule")
	}
	answer := order{Order: e.Order}
	if e.Tell || e.RequestContext.HTTP.Method != "" {
		answer.Architecture = runtime.GOARCH
	}
	body, err := json.Marshal(answer)
	return response{http.StatusOK, string(body)}, err
}

// note writes to the log where an order came from.
func note(name, from string) { fmt.Printf("order %s from the %s on %s\n", name, from, runtime.GOARCH) }
