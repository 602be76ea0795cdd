package lambdaapi

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"

	"github.com/dualarch/dualarch/tuning"
)

// Invoke calls once, waits for the answer and asks for the log tail.
func (c *Client) Invoke(ctx context.Context, function, qualifier string, payload []byte) (tuning.Invocation, error) {
	out, err := c.lambda.Invoke(ctx, &lambda.InvokeInput{
		FunctionName: qualified(function, qualifier), LogType: types.LogTypeTail, Payload: payload,
	}, region(function), once)
	if err = wrap(ctx, err); errors.Is(err, tuning.ErrConflict) {
		return tuning.Invocation{}, fmt.Errorf("%w: %s", tuning.ErrNotReady, err) // the function is being updated: nothing was executed
	}
	if err != nil {
		return tuning.Invocation{}, err
	}
	tail, err := base64.StdEncoding.DecodeString(aws.ToString(out.LogResult))
	if err != nil {
		tail = nil // then there is no log tail
	}
	id, _ := awsmiddleware.GetRequestIDMetadata(out.ResultMetadata)
	return tuning.Invocation{
		RequestID: id, FunctionError: aws.ToString(out.FunctionError), Payload: out.Payload, LogTail: string(tail),
	}, nil
}
