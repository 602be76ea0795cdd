package lambdaapi

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/tuner/cloud"
)

func TestWhatErrorsMean(t *testing.T) {
	update := func(c *Client) error {
		_, err := c.UpdateConfiguration(t.Context(), function, cloud.ConfigurationChange{MemorySize: 512})
		return err
	}
	invoke := func(c *Client) error {
		_, err := c.Invoke(t.Context(), function, "3", "", nil)
		return err
	}
	remove := func(c *Client) error { return c.DeleteVersion(t.Context(), function, "3") }
	create := func(c *Client) error {
		_, err := c.CreateAlias(t.Context(), function, cloud.Alias{Name: "a", Version: "1"})
		return err
	}
	const updating = "The operation cannot be performed at this time. An update is in progress for resource: " + function
	tests := []struct {
		name, code, message string
		status              int
		call                func(*Client) error
		want                error // nil: none of them
	}{
		{"update of nothing", "ResourceNotFoundException", "", 404, update, cloud.ErrNotFound},
		{"update during an update", "ResourceConflictException", updating, 409, update, cloud.ErrConflict},
		{"update of an old revision", "PreconditionFailedException", "", 412, update, cloud.ErrPrecondition},
		{"throttled update", "TooManyRequestsException", "", 429, update, cloud.ErrThrottled},
		{"other throttling", "ThrottlingException", "", 400, update, cloud.ErrThrottled},
		{"denied update", "AccessDeniedException", "", 403, update, cloud.ErrDenied},
		{"expired credentials", "ExpiredTokenException", "", 400, update, cloud.ErrDenied},
		{"a size that is not allowed", "ValidationException", "", 400, update, cloud.ErrInvalid},
		{"no code storage", "CodeStorageExceededException", "", 400, update, nil},
		{"failed update", "ServiceException", "", 500, update, cloud.ErrUnknown},
		{"a gateway's page", "", "", 502, update, cloud.ErrUnknown},
		{"alias exists", "ResourceConflictException", "Alias already exists: " + function + ":a", 409, create, cloud.ErrExists},
		{"alias during an update", "ResourceConflictException", updating, 409, create, cloud.ErrConflict},
		{"version in use", "ResourceConflictException", "Unable to delete version because the following aliases reference it: [a]", 409, remove, cloud.ErrInUse},
		{"version during an update", "ResourceConflictException", updating, 409, remove, cloud.ErrConflict},
		{"pending version", "ResourceConflictException", "The operation cannot be performed at this time. The function is currently in the following state: Pending", 409, invoke, cloud.ErrNotReady},
		{"snapshot not ready", "SnapStartNotReadyException", "", 409, invoke, cloud.ErrNotReady},
		{"network not ready", "ENINotReadyException", "", 502, invoke, cloud.ErrNotReady},
		{"a key that is gone", "KMSDisabledException", "", 502, invoke, nil},
		{"throttled invocation", "TooManyRequestsException", "", 429, invoke, cloud.ErrThrottled},
		{"deleted version", "ResourceNotFoundException", "", 404, invoke, cloud.ErrNotFound},
		{"payload too large", "RequestTooLargeException", "", 413, invoke, cloud.ErrInvalid},
		{"lost invocation", "ServiceException", "", 500, invoke, cloud.ErrUnknown},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			r := &remote{answer: status(test.status, test.code, `{"Message":"`+test.message+`"}`)}
			err := test.call(r.client())
			requireKind(t, test.want, err)
			require.Len(t, r.requests, 1)
		})
	}
	_, dialTimeout := (&net.Dialer{Deadline: time.Unix(0, 0)}).Dial("tcp", "127.0.0.1:1")
	require.ErrorIs(t, dialTimeout, context.DeadlineExceeded) // that is why it is among these
	for name, err := range map[string]error{
		"no connection":     errors.New("connection reset"),
		"dial time-out":     dialTimeout,
		"look-up time-out":  &net.OpError{Op: "dial", Net: "tcp", Err: &net.DNSError{Err: "i/o timeout", Name: "lambda", IsTimeout: true, UnwrapErr: context.DeadlineExceeded}},
		"connection closed": io.ErrUnexpectedEOF,
	} {
		t.Run(name, func(t *testing.T) {
			r := &remote{answer: func(int) (*http.Response, error) { return nil, err }}
			require.ErrorIs(t, update(r.client()), cloud.ErrUnknown)
			require.Len(t, r.requests, 1)
		})
	}
	t.Run("cancelled by the caller", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		r := &remote{answer: func(int) (*http.Response, error) {
			cancel()
			return nil, ctx.Err()
		}}
		_, err := r.client().Invoke(ctx, function, "3", "", nil)
		require.ErrorIs(t, err, context.Canceled)
		require.NotErrorIs(t, err, cloud.ErrUnknown)
	})
}
