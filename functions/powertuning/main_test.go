package main

import (
	"encoding/json"
	"testing"

	"github.com/aws/aws-lambda-go/lambda/messages"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/lambdaapi"
	"github.com/dualarch/dualarch/internal/tuner/run"
)

func TestHandler(t *testing.T) {
	client := lambdaapi.New(aws.Config{Region: "us-east-1"})
	_, err := handler("paln", client)(t.Context(), run.Event{})
	require.Equal(t, messages.InvokeResponse_Error{
		Message: `powertuning: DUALARCH_STEP is "paln"; it must be plan, prepare, measure, restore, heal, verdict, apply or publish`, Type: "TuningFailed",
	}, err)

	// The state machine's Catch and Retry see the error's name.
	_, err = handler("plan", client)(t.Context(), run.Event{Input: json.RawMessage(`{"lambdaARN":"arn:aws:lambda:us-east-1:123456789012:function:f","num":1}`)})
	require.Equal(t, messages.InvokeResponse_Error{
		Message: "the input cannot be used: $.num: given 1; allowed: a whole number from 5 to 10000", Type: "InputError",
	}, err)
	_, err = handler("heal", client)(t.Context(), run.Event{})
	require.Equal(t, messages.InvokeResponse_Error{Message: "heal was called without an execution to heal", Type: "TuningFailed"}, err)
}
