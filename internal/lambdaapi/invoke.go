package lambdaapi

import (
	"context"
	"encoding/base64"
	"os"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/dualarch/dualarch/internal/tuner/cloud"
)

// Invoke calls once, waits for the answer and asks for the log tail.
func (c *Client) Invoke(ctx context.Context, function, qualifier, tenant string, payload []byte) (cloud.Invocation, error) {
	in := &lambda.InvokeInput{FunctionName: qualified(function, qualifier), LogType: types.LogTypeTail, Payload: payload}
	if tenant != "" {
		in.TenantId = &tenant
	}
	out, err := c.lambda.Invoke(ctx, in, region(function), untraced)
	if err != nil {
		return cloud.Invocation{}, wrapInvoke(ctx, err)
	}
	tail, err := base64.StdEncoding.DecodeString(aws.ToString(out.LogResult))
	if err != nil {
		tail = nil // then there is no log tail
	}
	id, _ := awsmiddleware.GetRequestIDMetadata(out.ResultMetadata)
	return cloud.Invocation{
		RequestID: id, FunctionError: aws.ToString(out.FunctionError), Payload: out.Payload, LogTail: string(tail),
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
