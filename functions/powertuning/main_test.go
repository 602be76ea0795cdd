package main

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/aws/aws-lambda-go/lambda/messages"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/lambdaapi"
)

func TestHandler(t *testing.T) {
	client := lambdaapi.New(aws.Config{Region: "us-east-1"})
	_, err := handler("paln", client)(t.Context(), json.RawMessage(`{}`))
	require.Equal(t, messages.InvokeResponse_Error{
		Message: `powertuning: DUALARCH_STEP is "paln"; it must be plan, prepare, measure, restore, heal, verdict, apply or publish`, Type: "TuningFailed",
	}, err)

	// The state machine's Catch and Retry see the error's name.
	_, err = handler("plan", client)(t.Context(), json.RawMessage(`{"input":{"lambdaARN":"arn:aws:lambda:us-east-1:123456789012:function:f","num":1}}`))
	require.Equal(t, messages.InvokeResponse_Error{
		Message: "the input cannot be used: $.num: given 1; allowed: a whole number from 5 to 10000", Type: "InputError",
	}, err)
	_, err = handler("fleet-list", client)(t.Context(), json.RawMessage(`{"input":{"maxCost":0}}`))
	require.Equal(t, messages.InvokeResponse_Error{
		Message: "the input cannot be used: $.maxCost: given 0; allowed: an amount in USD above 0", Type: "InputError",
	}, err)
	_, err = handler("heal", client)(t.Context(), json.RawMessage(`{}`))
	require.Equal(t, messages.InvokeResponse_Error{Message: "heal was called without an execution to heal", Type: "TuningFailed"}, err)
	_, err = handler("heal", client)(t.Context(), json.RawMessage(`[]`))
	require.ErrorContains(t, err, "powertuning: the event: json: cannot unmarshal array")
}

// CloudFormation is answered by Heal and by no other step: that has the permissions.
func TestHandlerAnswersCloudFormation(t *testing.T) {
	client := lambdaapi.New(aws.Config{Region: "us-east-1"})
	var answer struct{ Status, RequestId, StackId, LogicalResourceId, PhysicalResourceId string }
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		assert.NoError(t, json.NewDecoder(r.Body).Decode(&answer))
	}))
	defer server.Close()
	event := json.RawMessage(`{"RequestType":"Create","RequestId":"1","StackId":"arn:stack","LogicalResourceId":"HealOnDelete","ResponseURL":"` + server.URL + `",
		"ResourceType":"Custom::DualarchHealOnDelete","ResourceProperties":{"ServiceToken":"arn:heal","ServiceTimeout":"1200","StateMachine":"arn:machine","Functions":["arn:f"]}}`)
	result, err := handler("heal", client)(t.Context(), event)
	require.NoError(t, err)
	require.Nil(t, result)
	require.Equal(t, "SUCCESS", answer.Status)
	require.Equal(t, "arn:stack/HealOnDelete", answer.PhysicalResourceId)

	_, err = handler("verdict", client)(t.Context(), event)
	require.Error(t, err)
}
