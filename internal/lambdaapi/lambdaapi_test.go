package lambdaapi

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"
	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/tuning"
)

const function = "arn:aws:lambda:eu-west-1:123456789012:function:prime"

// remote answers the SDK's requests.
type remote struct {
	mu       sync.Mutex
	requests []*http.Request
	bodies   []string
	answer   func(n int) (*http.Response, error)
}

func (r *remote) Do(req *http.Request) (*http.Response, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	body := ""
	if req.Body != nil {
		text, err := io.ReadAll(req.Body)
		if err != nil {
			return nil, err
		}
		body = string(text)
	}
	r.requests, r.bodies = append(r.requests, req), append(r.bodies, body)
	return r.answer(len(r.requests))
}

func (r *remote) client() *Client {
	return New(aws.Config{Region: "us-east-1", Credentials: aws.AnonymousCredentials{}, HTTPClient: r})
}

func status(code int, errorType, body string) func(int) (*http.Response, error) {
	return func(int) (*http.Response, error) {
		header := http.Header{"Content-Type": {"application/json"}}
		if errorType != "" {
			header.Set("X-Amzn-Errortype", errorType)
		}
		return &http.Response{StatusCode: code, Header: header, Body: io.NopCloser(strings.NewReader(body))}, nil
	}
}

func TestWhatErrorsMean(t *testing.T) {
	kinds := []error{
		tuning.ErrNotFound, tuning.ErrExists, tuning.ErrInUse, tuning.ErrConflict, tuning.ErrPrecondition,
		tuning.ErrThrottled, tuning.ErrDenied, tuning.ErrNotReady, tuning.ErrInvalid, tuning.ErrUnknown,
	}
	update := func(c *Client) error {
		return c.UpdateConfiguration(t.Context(), function, tuning.ConfigurationChange{MemorySize: 512})
	}
	invoke := func(c *Client) error {
		_, err := c.Invoke(t.Context(), function, "3", nil)
		return err
	}
	remove := func(c *Client) error { return c.DeleteVersion(t.Context(), function, "3") }
	create := func(c *Client) error {
		return c.CreateAlias(t.Context(), function, tuning.Alias{Name: "a", Version: "1"})
	}
	const updating = "The operation cannot be performed at this time. An update is in progress for resource: " + function
	tests := []struct {
		name, code, message string
		status              int
		call                func(*Client) error
		want                error // nil: none of them
	}{
		{"update of nothing", "ResourceNotFoundException", "", 404, update, tuning.ErrNotFound},
		{"update during an update", "ResourceConflictException", updating, 409, update, tuning.ErrConflict},
		{"update of an old revision", "PreconditionFailedException", "", 412, update, tuning.ErrPrecondition},
		{"throttled update", "TooManyRequestsException", "", 429, update, tuning.ErrThrottled},
		{"other throttling", "ThrottlingException", "", 400, update, tuning.ErrThrottled},
		{"denied update", "AccessDeniedException", "", 403, update, tuning.ErrDenied},
		{"expired credentials", "ExpiredTokenException", "", 400, update, tuning.ErrDenied},
		{"a size that is not allowed", "ValidationException", "", 400, update, tuning.ErrInvalid},
		{"no code storage", "CodeStorageExceededException", "", 400, update, nil},
		{"failed update", "ServiceException", "", 500, update, tuning.ErrUnknown},
		{"a gateway's page", "", "", 502, update, tuning.ErrUnknown},
		{"alias exists", "ResourceConflictException", "Alias already exists: " + function + ":a", 409, create, tuning.ErrExists},
		{"alias during an update", "ResourceConflictException", updating, 409, create, tuning.ErrConflict},
		{"version in use", "ResourceConflictException", "Unable to delete version because the following aliases reference it: [a]", 409, remove, tuning.ErrInUse},
		{"version during an update", "ResourceConflictException", updating, 409, remove, tuning.ErrConflict},
		{"pending version", "ResourceConflictException", "The operation cannot be performed at this time. The function is currently in the following state: Pending", 409, invoke, tuning.ErrNotReady},
		{"snapshot not ready", "SnapStartNotReadyException", "", 409, invoke, tuning.ErrNotReady},
		{"network not ready", "ENINotReadyException", "", 502, invoke, tuning.ErrNotReady},
		{"a key that is gone", "KMSDisabledException", "", 502, invoke, nil},
		{"throttled invocation", "TooManyRequestsException", "", 429, invoke, tuning.ErrThrottled},
		{"deleted version", "ResourceNotFoundException", "", 404, invoke, tuning.ErrNotFound},
		{"payload too large", "RequestTooLargeException", "", 413, invoke, tuning.ErrInvalid},
		{"lost invocation", "ServiceException", "", 500, invoke, tuning.ErrUnknown},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			r := &remote{answer: status(test.status, test.code, `{"Message":"`+test.message+`"}`)}
			err := test.call(r.client())
			require.Error(t, err)
			for _, kind := range kinds {
				require.Equal(t, kind == test.want, errors.Is(err, kind), "%v: %v", kind, err)
			}
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
			require.ErrorIs(t, update(r.client()), tuning.ErrUnknown)
			require.Len(t, r.requests, 1)
		})
	}
	t.Run("cancelled by the caller", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		r := &remote{answer: func(int) (*http.Response, error) {
			cancel()
			return nil, ctx.Err()
		}}
		_, err := r.client().Invoke(ctx, function, "3", nil)
		require.ErrorIs(t, err, context.Canceled)
		require.NotErrorIs(t, err, tuning.ErrUnknown)
	})
}

// The tuner keeps its calls of Lambda at a pace, so it repeats them itself; those to other services it does not.
func TestWhatIsTriedAgain(t *testing.T) {
	for name, test := range map[string]struct {
		call  func(context.Context, *Client) error
		tries int
	}{
		"Lambda": {func(ctx context.Context, c *Client) error {
			_, err := c.Configuration(ctx, function, "$LATEST")
			return err
		}, 1},
		"S3": {func(ctx context.Context, c *Client) error {
			_, err := c.Object(ctx, "s3://bucket/key")
			return err
		}, 3},
		"Step Functions": {func(ctx context.Context, c *Client) error {
			_, _, err := c.Ended(ctx, "arn:aws:states:eu-west-1:123456789012:execution:tune:run")
			return err
		}, 3},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := &remote{answer: status(500, "ServiceException", `{}`)}
				require.ErrorIs(t, test.call(t.Context(), r.client()), tuning.ErrUnknown)
				require.Len(t, r.requests, test.tries)
			})
		})
	}
}

func TestHTTPClientKeepsItsConnections(t *testing.T) {
	client := HTTPClient()
	require.GreaterOrEqual(t, client.GetTransport().MaxIdleConns, 400)
	require.GreaterOrEqual(t, client.GetTransport().MaxIdleConnsPerHost, 400)
	require.Equal(t, 30*time.Second, client.GetDialer().KeepAlive)
}

func TestCallsGoToTheFunctionsRegion(t *testing.T) {
	r := &remote{answer: status(200, "", `{}`)}
	_, err := r.client().Configuration(t.Context(), function, "7")
	require.NoError(t, err)
	require.Equal(t, "lambda.eu-west-1.amazonaws.com", r.requests[0].URL.Host)
	require.Contains(t, r.requests[0].URL.Path, function+":7")
}

// A step's own trace is sampled. What it invokes must not be: a function is measured as it runs in
// production, where few invocations are traced.
func TestInvocationsAreNotTraced(t *testing.T) {
	const header = "X-Amzn-Trace-Id"
	invoke := func(t *testing.T) string {
		r := &remote{answer: status(200, "", `{}`)}
		_, err := r.client().Invoke(t.Context(), function, "3", nil)
		require.NoError(t, err)
		return r.requests[0].Header.Get(header)
	}
	t.Setenv("AWS_LAMBDA_FUNCTION_NAME", "measure")
	for trace, want := range map[string]string{
		"Root=1-5759e988-bd862e3fe1be46a994272793;Parent=557abcec3ee5a047;Sampled=1;Lineage=1:a87bd80c:0": "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=557abcec3ee5a047;Sampled=0;Lineage=1:a87bd80c:0",
		"Root=1-5759e988-bd862e3fe1be46a994272793;Lineage=1:a87bd80c:0":                                   "Root=1-5759e988-bd862e3fe1be46a994272793;Lineage=1:a87bd80c:0;Sampled=0",
	} {
		t.Setenv("_X_AMZN_TRACE_ID", trace)
		require.Equal(t, want, invoke(t))
	}
	t.Setenv("_X_AMZN_TRACE_ID", "")
	require.Empty(t, invoke(t))
}

func TestDeleteVersionNeedsANumber(t *testing.T) {
	for _, version := range []string{"", "$LATEST", "live", "0", "-1"} {
		r := &remote{answer: status(204, "", "")}
		require.EqualError(t, r.client().DeleteVersion(t.Context(), function, version), `not allowed: "`+version+`" is not a version's number`)
		require.Empty(t, r.requests)
	}
	r := &remote{answer: status(204, "", "")}
	require.NoError(t, r.client().DeleteVersion(t.Context(), function, "12"))
	require.Contains(t, r.requests[0].URL.Path, function+":12")
	require.Equal(t, "12", r.requests[0].URL.Query().Get("Qualifier"))
}

func TestReportsAsksForTheVersionsStreams(t *testing.T) {
	query := tuning.ReportQuery{
		Function: function, Version: "12", LogFormat: "Text",
		From: time.Date(2026, 11, 22, 23, 59, 0, 0, time.UTC), To: time.Date(2026, 11, 23, 0, 1, 0, 0, time.UTC),
	}
	tests := map[string]struct {
		group  string
		events string
		want   []string // prefixes
	}{
		// A stream bears the day on which its sandbox started: the day before, it may be.
		"own group":   {"/aws/lambda/prime", `[]`, []string{"2026/11/21/[12]", "2026/11/22/[12]", "2026/11/23/[12]"}},
		"given group": {"all", `[{"message":"REPORT RequestId: 1"}]`, []string{"2026/11/21/prime[12]", "2026/11/22/prime[12]", "2026/11/23/prime[12]"}},
		"given group, empty": {"all", `[]`, []string{
			"2026/11/21/prime[12]", "2026/11/22/prime[12]", "2026/11/23/prime[12]", "2026/11/21/[12]", "2026/11/22/[12]", "2026/11/23/[12]",
		}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			r := &remote{answer: status(200, "", `{"events":`+test.events+`}`)}
			q := query
			q.LogGroup = test.group
			_, err := r.client().Reports(t.Context(), q)
			require.NoError(t, err)
			require.Len(t, r.bodies, len(test.want))
			for i, prefix := range test.want {
				require.Contains(t, r.bodies[i], `"logStreamNamePrefix":"`+prefix+`"`)
				require.Contains(t, r.bodies[i], `"logGroupName":"`+test.group+`"`)
			}
		})
	}
}

func TestObject(t *testing.T) {
	r := &remote{answer: status(200, "", `{"a":1}`)}
	body, err := r.client().Object(t.Context(), "s3://bucket/some%20folder/payload.json")
	require.NoError(t, err)
	require.Equal(t, `{"a":1}`, string(body))
	require.Equal(t, "/some folder/payload.json", r.requests[0].URL.Path)
	_, err = r.client().Object(t.Context(), "bucket/key")
	require.EqualError(t, err, `not allowed: "bucket/key" is not of the form s3://bucket/key`)
}

func TestFingerprint(t *testing.T) {
	base := func() types.FunctionConfiguration {
		return types.FunctionConfiguration{
			FunctionName: aws.String("prime"), CodeSha256: aws.String("sum"), Timeout: aws.Int32(3), Role: aws.String("role"),
			Environment: &types.EnvironmentResponse{Variables: map[string]string{"A": "1"}},
			VpcConfig:   &types.VpcConfigResponse{SubnetIds: []string{"b", "a"}},
			SnapStart:   &types.SnapStartResponse{ApplyOn: types.SnapStartApplyOnPublishedVersions, OptimizationStatus: types.SnapStartOptimizationStatusOff},
		}
	}
	for name, change := range map[string]func(*types.FunctionConfiguration){
		"memory size":     func(c *types.FunctionConfiguration) { c.MemorySize = aws.Int32(512) },
		"description":     func(c *types.FunctionConfiguration) { c.Description = aws.String("x") },
		"revision":        func(c *types.FunctionConfiguration) { c.RevisionId = aws.String("x") },
		"state":           func(c *types.FunctionConfiguration) { c.State = types.StatePending },
		"version":         func(c *types.FunctionConfiguration) { c.Version, c.FunctionArn = aws.String("3"), aws.String("arn:3") },
		"time":            func(c *types.FunctionConfiguration) { c.LastModified = aws.String("now") },
		"order of a list": func(c *types.FunctionConfiguration) { c.VpcConfig.SubnetIds = []string{"a", "b"} },
		"snapshot": func(c *types.FunctionConfiguration) {
			c.SnapStart.OptimizationStatus = types.SnapStartOptimizationStatusOn
		},
		"patch version of the runtime": func(c *types.FunctionConfiguration) {
			c.RuntimeVersionConfig = &types.RuntimeVersionConfig{RuntimeVersionArn: aws.String("x")}
		},
	} {
		c := base()
		change(&c)
		require.Equal(t, translate(base()).Fingerprint, translate(c).Fingerprint, name)
	}
	for name, change := range map[string]func(*types.FunctionConfiguration){
		"code":      func(c *types.FunctionConfiguration) { c.CodeSha256 = aws.String("other") },
		"timeout":   func(c *types.FunctionConfiguration) { c.Timeout = aws.Int32(4) },
		"layers":    func(c *types.FunctionConfiguration) { c.Layers = []types.Layer{{Arn: aws.String("l")}} },
		"subnets":   func(c *types.FunctionConfiguration) { c.VpcConfig.SubnetIds = []string{"c"} },
		"SnapStart": func(c *types.FunctionConfiguration) { c.SnapStart.ApplyOn = types.SnapStartApplyOnNone },
		"logging": func(c *types.FunctionConfiguration) {
			c.LoggingConfig = &types.LoggingConfig{LogFormat: types.LogFormatJson}
		},
		"role": func(c *types.FunctionConfiguration) { c.Role = aws.String("other") },
	} {
		c := base()
		change(&c)
		require.NotEqual(t, translate(base()).Fingerprint, translate(c).Fingerprint, name)
	}
	c := base()
	c.Environment.Variables["A"] = "2"
	require.Equal(t, translate(base()).Fingerprint, translate(c).Fingerprint, "the journal has the fingerprint")
	require.NotEqual(t, translate(base()).Environment, translate(c).Environment)
	c.Environment = &types.EnvironmentResponse{Error: &types.EnvironmentError{ErrorCode: aws.String("AccessDeniedException")}}
	require.Empty(t, translate(c).Environment)
	require.True(t, translate(c).EnvironmentHidden)
	require.False(t, translate(base()).EnvironmentHidden)
}

func TestTranslate(t *testing.T) {
	got := translate(types.FunctionConfiguration{FunctionName: aws.String("prime"), MemorySize: aws.Int32(512)})
	got.Fingerprint = ""
	require.Equal(t, tuning.FunctionConfiguration{
		Architecture: "x86_64", MemorySize: 512, EphemeralStorage: 512, LogGroup: "/aws/lambda/prime", LogFormat: "Text",
	}, got)
	got = translate(types.FunctionConfiguration{
		FunctionName: aws.String("prime"), Architectures: []types.Architecture{types.ArchitectureArm64}, EphemeralStorage: &types.EphemeralStorage{Size: aws.Int32(1024)},
		LoggingConfig: &types.LoggingConfig{LogGroup: aws.String("all"), LogFormat: types.LogFormatJson, SystemLogLevel: types.SystemLogLevelWarn},
		DurableConfig: &types.DurableConfig{}, TenancyConfig: &types.TenancyConfig{TenantIsolationMode: "PER_TENANT"},
		CapacityProviderConfig: &types.CapacityProviderConfig{LambdaManagedInstancesCapacityProviderConfig: &types.LambdaManagedInstancesCapacityProviderConfig{}},
	})
	require.Equal(t, "arm64", string(got.Architecture))
	require.Equal(t, 1024, got.EphemeralStorage)
	require.Equal(t, []string{"all", "JSON", "WARN"}, []string{got.LogGroup, got.LogFormat, got.SystemLogLevel})
	require.True(t, got.Durable && got.Tenancy && got.Managed)
}
