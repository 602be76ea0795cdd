package lambdaapi

import (
	"context"
	"encoding/base64"
	"io"
	"net/http"
	"os"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"
	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/dualarch/dualarch/internal/tuner/cloud"
)

// Invoke calls once, waits for the answer and asks for the log tail.
func (c *Client) Invoke(ctx context.Context, function, qualifier, tenant string, payload []byte) (cloud.Invocation, error) {
	in := &lambda.InvokeInput{FunctionName: qualified(function, qualifier), LogType: types.LogTypeTail, Payload: payload}
	if tenant != "" {
		in.TenantId = &tenant
	}
	var answer wholeBody
	out, err := c.lambda.Invoke(ctx, in, region(function), untraced, answer.read)
	if err != nil {
		return cloud.Invocation{}, wrapInvoke(ctx, err)
	}
	if answer.body == nil {
		answer.body = out.Payload
	}
	tail, err := base64.StdEncoding.DecodeString(aws.ToString(out.LogResult))
	if err != nil {
		tail = nil // then there is no log tail
	}
	id, _ := awsmiddleware.GetRequestIDMetadata(out.ResultMetadata)
	return cloud.Invocation{
		RequestID: id, FunctionError: aws.ToString(out.FunctionError), Payload: answer.body, LogTail: string(tail),
	}, nil
}

// traceVariable is the environment variable in which a Lambda runtime keeps the trace of the current
// invocation.
const traceVariable = "_X_AMZN_TRACE_ID"

// untraced invokes outside of the caller's own trace. Steps are traced, and the SDK passes a Lambda
// function's trace on with each call: the tuned function would then be traced in every measurement, but
// in production only in a few per cent. Lineage, which detects recursion, is kept.
func untraced(o *lambda.Options) {
	trace := os.Getenv(traceVariable)
	if trace == "" {
		return
	}
	parts := slices.DeleteFunc(strings.Split(trace, ";"), func(part string) bool { return part == "" })
	i := slices.IndexFunc(parts, func(part string) bool { return strings.HasPrefix(part, "Sampled=") })
	if i < 0 {
		i, parts = len(parts), append(parts, "")
	}
	parts[i] = "Sampled=0"
	o.APIOptions = append(o.APIOptions, smithyhttp.SetHeaderValue("X-Amzn-Trace-Id", strings.Join(parts, ";")))
}

// wholeBody is the body of an answer, which takes no more memory than its length. The SDK reads one above 512 KB into a
// buffer that it doubles: at the end that and the one before take twice the length, and Measure has many at once.
type wholeBody struct{ body []byte }

// longest is the longest body that is read so: Lambda's limit of an answer, and as much again, should that be raised.
const longest = 12 << 20

// read takes the body of a successful answer, if its length is known, before the SDK does.
func (w *wholeBody) read(o *lambda.Options) {
	o.APIOptions = append(o.APIOptions, func(stack *middleware.Stack) error {
		return stack.Deserialize.Add(middleware.DeserializeMiddlewareFunc("WholeBody", func(ctx context.Context, in middleware.DeserializeInput, next middleware.DeserializeHandler) (middleware.DeserializeOutput, middleware.Metadata, error) {
			out, metadata, err := next.HandleDeserialize(ctx, in)
			response, ok := out.RawResponse.(*smithyhttp.Response)
			if err != nil || !ok || response.StatusCode != http.StatusOK || response.ContentLength <= 0 || response.ContentLength > longest {
				return out, metadata, err
			}
			body := make([]byte, response.ContentLength)
			if _, err = io.ReadFull(response.Body, body); err != nil {
				return out, metadata, &smithy.DeserializationError{Err: err}
			}
			w.body, response.ContentLength = body, 0 // nothing is left for the SDK
			return out, metadata, nil
		}), middleware.After)
	})
}
