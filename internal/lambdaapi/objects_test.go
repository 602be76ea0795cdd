package lambdaapi

import (
	"net/http"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/tuner/cloud"
)

func TestObject(t *testing.T) {
	r := &remote{answer: status(200, "", `{"a":1}`)}
	body, err := r.client().Object(t.Context(), "s3://bucket/some%20folder/payload.json")
	require.NoError(t, err)
	require.Equal(t, `{"a":1}`, string(body))
	require.Equal(t, "/some folder/payload.json", r.requests[0].URL.Path)
	require.Equal(t, "bucket.s3.us-east-1.amazonaws.com", r.requests[0].URL.Host)
	_, err = r.client().Object(t.Context(), "bucket/key")
	require.EqualError(t, err, `not allowed: "bucket/key" is not of the form s3://bucket/key`)
	_, err = (&remote{answer: status(200, "", string(make([]byte, maxObject+1)))}).client().Object(t.Context(), "s3://bucket/key")
	require.EqualError(t, err, "not allowed: s3://bucket/key has more than 67108864 bytes")
	_, err = (&remote{answer: func(int) (*http.Response, error) {
		res, _ := status(403, "", "<Error><Code>AccessDenied</Code><Message>it isn&apos;t yours &amp; won&apos;t be</Message></Error>")(0)
		return res, nil
	}}).client().Object(t.Context(), "s3://bucket/key")
	require.ErrorIs(t, err, cloud.ErrDenied)
	require.EqualError(t, err, "access denied: AccessDenied: it isn't yours & won't be")
}

func TestWhereObjectsAre(t *testing.T) {
	given := "http://127.0.0.1:4566/"
	for _, test := range []struct {
		config      aws.Config
		environment map[string]string
		bucket, key string
		want        string
	}{
		{aws.Config{Region: "eu-west-1"}, nil, "bucket", "a/b.json", "https://bucket.s3.eu-west-1.amazonaws.com/a/b.json"},
		{aws.Config{Region: "eu-west-1"}, nil, "my.bucket", "a+b (é)~", "https://s3.eu-west-1.amazonaws.com/my.bucket/a%2Bb%20%28%C3%A9%29~"},
		{aws.Config{Region: "cn-north-1"}, nil, "bucket", "a", "https://bucket.s3.cn-north-1.amazonaws.com.cn/a"},
		{aws.Config{Region: "us-gov-west-1"}, map[string]string{"AWS_USE_FIPS_ENDPOINT": "true", "AWS_USE_DUALSTACK_ENDPOINT": "true"}, "bucket", "a",
			"https://bucket.s3-fips.dualstack.us-gov-west-1.amazonaws.com/a"},
		{aws.Config{Region: "us-iso-east-1"}, nil, "bucket", "a", "https://bucket.s3.us-iso-east-1.c2s.ic.gov/a"},
		{aws.Config{Region: "us-isob-east-1"}, nil, "bucket", "a", "https://bucket.s3.us-isob-east-1.sc2s.sgov.gov/a"},
		{aws.Config{Region: "eu-west-1", BaseEndpoint: &given}, nil, "bucket", "a", "http://127.0.0.1:4566/bucket/a"},
		{aws.Config{Region: "eu-west-1"}, map[string]string{"AWS_ENDPOINT_URL_S3": "http://s3.local"}, "bucket", "a", "http://s3.local/bucket/a"},
	} {
		t.Run(test.want, func(t *testing.T) {
			for name, value := range test.environment {
				t.Setenv(name, value)
			}
			require.Equal(t, test.want, New(test.config).objectURL(test.bucket, test.key))
		})
	}
}

func TestEnvironment(t *testing.T) {
	for name, value := range map[string]string{
		"AWS_REGION": "eu-west-1", "AWS_ACCESS_KEY_ID": "AKID", "AWS_SECRET_ACCESS_KEY": "SECRET", "AWS_SESSION_TOKEN": "TOKEN",
		"AWS_ENDPOINT_URL": "http://127.0.0.1:4566", "AWS_ENDPOINT_URL_LAMBDA": "http://127.0.0.1:4567", "AWS_USE_FIPS_ENDPOINT": "",
	} {
		t.Setenv(name, value)
	}
	r := &remote{answer: status(200, "", `{}`)}
	cfg := Environment()
	cfg.HTTPClient = r
	client := New(cfg)
	_, err := client.Object(t.Context(), "s3://bucket/key")
	require.NoError(t, err)
	_, err = client.Configuration(t.Context(), function, "7")
	require.NoError(t, err)
	_, _, err = client.Ended(t.Context(), "arn:aws:states:eu-west-1:123456789012:execution:tune:run")
	require.NoError(t, err)
	require.Equal(t, "127.0.0.1:4566", r.requests[0].URL.Host)
	require.Equal(t, "127.0.0.1:4567", r.requests[1].URL.Host, "the service's own endpoint")
	require.Equal(t, "127.0.0.1:4566", r.requests[2].URL.Host)
	for i, service := range []string{"s3", "lambda", "states"} {
		require.Regexp(t, `^AWS4-HMAC-SHA256 Credential=AKID/\d{8}/eu-west-1/`+service+`/aws4_request, SignedHeaders=`, r.requests[i].Header.Get("Authorization"))
		require.Equal(t, "TOKEN", r.requests[i].Header.Get("X-Amz-Security-Token"))
	}
	require.Equal(t, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", r.requests[0].Header.Get("X-Amz-Content-Sha256"), "of nothing")

	for _, name := range []string{"AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_LAMBDA"} {
		t.Setenv(name, "")
	}
	t.Setenv("AWS_USE_FIPS_ENDPOINT", "true")
	r = &remote{answer: status(200, "", `{}`)}
	cfg = Environment()
	cfg.HTTPClient = r
	_, err = New(cfg).Configuration(t.Context(), "arn:aws:lambda:us-east-1:123456789012:function:prime", "7")
	require.NoError(t, err)
	require.Equal(t, "lambda-fips.us-east-1.amazonaws.com", r.requests[0].URL.Host)
	t.Setenv("AWS_ACCESS_KEY_ID", "")
	_, err = Environment().Credentials.Retrieve(t.Context())
	require.EqualError(t, err, "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY have to be set, as Lambda sets them")
}

func TestPutObject(t *testing.T) {
	r := &remote{answer: status(200, "", "")}
	require.NoError(t, r.client().PutObject(t.Context(), "s3://bucket/Prime/latest.json", []byte(`{"a":1}`), false))
	require.Equal(t, "PUT", r.requests[0].Method)
	require.Equal(t, "/Prime/latest.json", r.requests[0].URL.Path)
	require.Equal(t, "application/json", r.requests[0].Header.Get("Content-Type"))
	require.Empty(t, r.requests[0].Header.Get("If-None-Match"))
	require.Contains(t, r.bodies[0], `{"a":1}`)

	r = &remote{answer: status(412, "", `<Error><Code>PreconditionFailed</Code><Message>At least one of the pre-conditions you specified did not hold</Message></Error>`)}
	err := r.client().PutObject(t.Context(), "s3://bucket/Prime/latest.json", []byte(`{}`), true)
	require.ErrorIs(t, err, cloud.ErrPrecondition)
	require.Equal(t, "*", r.requests[0].Header.Get("If-None-Match"))

	r = &remote{answer: status(404, "", `<Error><Code>NoSuchKey</Code></Error>`)}
	_, err = r.client().Object(t.Context(), "s3://bucket/Prime/latest.json")
	require.ErrorIs(t, err, cloud.ErrNotFound)
	require.EqualError(t, r.client().PutObject(t.Context(), "key", nil, false), `not allowed: "key" is not of the form s3://bucket/key`)
}
