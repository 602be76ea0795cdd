package lambdaapi

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"

	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/smithy-go"

	"github.com/dualarch/dualarch/internal/tuner/cloud"
)

// wrap returns an error by its meaning to the tuner. A call that the caller cancelled returns the context's
// error; the net package's time-outs of dials and look-ups are such errors too, but do not count as
// cancelled.
func wrap(ctx context.Context, err error) error { return wrapAs(ctx, err, meaningOf) }

// wrapInvoke is wrap for Invoke.
func wrapInvoke(ctx context.Context, err error) error { return wrapAs(ctx, err, meaningOfInvoke) }

func wrapAs(ctx context.Context, err error, meaning func(error) error) error {
	if err == nil {
		return nil
	}
	if ctx.Err() != nil && (errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded)) {
		return err
	}
	if kind := meaning(err); kind != nil {
		return fmt.Errorf("%w: %w", kind, Short(err))
	}
	return Short(err)
}

// meaningOf returns an error's kind: the table's or, for an unknown name, what its status means, if anything.
func meaningOf(err error) error {
	code, status := named(err)
	if code == "" {
		return cloud.ErrUnknown // no answer that could be read
	}
	if kind, ok := meanings[code]; ok {
		return kind
	}
	switch {
	case status == http.StatusTooManyRequests || strings.HasPrefix(code, "Throttling"):
		return cloud.ErrThrottled
	case status == http.StatusForbidden:
		return cloud.ErrDenied
	case status == http.StatusNotFound:
		return cloud.ErrNotFound
	case status == http.StatusConflict:
		return cloud.ErrConflict
	case status == http.StatusPreconditionFailed:
		return cloud.ErrPrecondition
	case status >= http.StatusBadRequest && status < http.StatusInternalServerError:
		return cloud.ErrDoubtful
	}
	return cloud.ErrUnknown
}

// meaningOfInvoke returns the kind of an error of Invoke, which changes nothing: a conflict means that the
// function is being updated, and a status with an unknown name only that nothing was executed.
func meaningOfInvoke(err error) error {
	kind := meaningOf(err)
	code, _ := named(err)
	_, known := meanings[code]
	switch {
	case known && errors.Is(kind, cloud.ErrConflict):
		return cloud.ErrNotReady
	case !known && !errors.Is(kind, cloud.ErrThrottled) && !errors.Is(kind, cloud.ErrUnknown):
		return cloud.ErrDoubtful
	}
	return kind
}

// named returns the name and the status of an API's error, or "" if no API has answered.
func named(err error) (code string, status int) {
	if api, ok := errors.AsType[smithy.APIError](err); ok {
		code = api.ErrorCode()
	}
	if response, ok := errors.AsType[*awshttp.ResponseError](err); ok {
		status = response.HTTPStatusCode()
	}
	return code, status
}

// Short returns an API's own words without the SDK's report of request and retries. If an answer cannot be
// read, the SDK quotes the place, which may be an environment variable.
func Short(err error) error {
	if api, ok := errors.AsType[smithy.APIError](err); ok {
		return fmt.Errorf("%s: %s", api.ErrorCode(), api.ErrorMessage())
	}
	if errors.As(err, new(*smithy.DeserializationError)) {
		return errors.New("the answer cannot be read")
	}
	return err
}
