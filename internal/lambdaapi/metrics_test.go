package lambdaapi

import (
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/tuner/cloud"
)

func TestMetrics(t *testing.T) {
	since := time.Now().Add(-time.Hour)
	r := &remote{answer: status(200, "", `{"MetricDataResults":[{"Id":"m0","Values":[3,17,5]},{"Id":"m1","Values":[4]}]}`)}
	most, err := r.client().MostConcurrent(t.Context(), function, since)
	require.NoError(t, err)
	require.Equal(t, 17, most)
	require.Equal(t, "https://monitoring.eu-west-1.amazonaws.com/", r.requests[0].URL.String())
	require.Equal(t, "GraniteServiceVersion20100801.GetMetricData", r.requests[0].Header.Get("X-Amz-Target"))
	require.Contains(t, r.bodies[0], `"MetricStat":{"Metric":{"Dimensions":[],"MetricName":"ConcurrentExecutions","Namespace":"AWS/Lambda"},"Period":60,"Stat":"Maximum"}`)

	sum, err := r.client().LatestInvocations(t.Context(), function, since)
	require.NoError(t, err)
	require.Equal(t, 29, sum)
	require.Contains(t, r.bodies[1], `"Dimensions":[{"Name":"FunctionName","Value":"prime"},{"Name":"Resource","Value":"prime:$LATEST"}]`)

	r = &remote{answer: status(200, "", `{"MetricDataResults":[]}`)}
	most, err = r.client().MostConcurrent(t.Context(), "arn:aws-cn:lambda:cn-north-1:123456789012:function:prime", since)
	require.NoError(t, err)
	require.Zero(t, most)
	require.Equal(t, "monitoring.cn-north-1.amazonaws.com.cn", r.requests[0].URL.Host)
}

func TestMetricsThatCannotBeRead(t *testing.T) {
	for code, want := range map[int]error{400: cloud.ErrDenied, 403: cloud.ErrDenied, 500: cloud.ErrUnknown} {
		r := &remote{answer: status(code, "AccessDenied", `{}`)}
		_, err := r.client().LatestInvocations(t.Context(), function, time.Now())
		require.ErrorIs(t, err, want)
	}
	_, err := (&remote{answer: status(200, "", "no JSON")}).client().MostConcurrent(t.Context(), function, time.Now())
	require.ErrorIs(t, err, cloud.ErrUnknown)
}

func TestMetricsAreSigned(t *testing.T) {
	r := &remote{answer: status(200, "", `{}`)}
	client := New(aws.Config{Region: "us-east-1", Credentials: credentials.NewStaticCredentialsProvider("AKID", "SECRET", "TOKEN"), HTTPClient: r})
	_, err := client.MostConcurrent(t.Context(), function, time.Now())
	require.NoError(t, err)
	require.Regexp(t, `^AWS4-HMAC-SHA256 Credential=AKID/\d{8}/eu-west-1/monitoring/aws4_request, SignedHeaders=.*x-amz-target`, r.requests[0].Header.Get("Authorization"))
	require.Equal(t, "TOKEN", r.requests[0].Header.Get("X-Amz-Security-Token"))
}
