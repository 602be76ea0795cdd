package lambdaapi

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"html"
	"io"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws/retry"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/dualarch/dualarch/internal/clock"
	"github.com/dualarch/dualarch/internal/tuner/cloud"
)

var s3Location = regexp.MustCompile(`^s3://([^/]+)/(.+)$`)

// maxObject limits what is read: Lambda takes payloads of 6 MB, and weighted payloads are several.
const maxObject = 64 << 20 // bytes

// Object reads s3://bucket/key; the key may be percent-encoded, as AWS Lambda Power Tuning takes it. It and PutObject do
// without the SDK's client of S3, which is a third of all the code that building the tuner would compile.
func (c *Client) Object(ctx context.Context, location string) ([]byte, error) {
	bucket, key, err := place(location)
	if err != nil {
		return nil, err
	}
	body, err := c.callS3(ctx, http.MethodGet, c.objectURL(bucket, key)+"?x-id=GetObject", nil, nil)
	if err != nil {
		return nil, wrap(ctx, err)
	}
	if len(body) > maxObject {
		return nil, fmt.Errorf("%w: %s has more than %d bytes", cloud.ErrInvalid, location, maxObject)
	}
	return body, nil
}

// PutObject writes s3://bucket/key.
func (c *Client) PutObject(ctx context.Context, location string, body []byte, onlyNew bool) error {
	bucket, key, err := place(location)
	if err != nil {
		return err
	}
	header := http.Header{"Content-Type": {"application/json"}}
	if onlyNew {
		header.Set("If-None-Match", "*")
	}
	_, err = c.callS3(ctx, http.MethodPut, c.objectURL(bucket, key)+"?x-id=PutObject", header, body)
	return wrap(ctx, err)
}

// place returns the bucket and the key of a location.
func place(location string) (bucket, key string, err error) {
	m := s3Location.FindStringSubmatch(location)
	if m == nil {
		return "", "", fmt.Errorf("%w: %q is not of the form s3://bucket/key", cloud.ErrInvalid, location)
	}
	if key, err = url.PathUnescape(m[2]); err != nil {
		return "", "", fmt.Errorf("%w: the key of %q: %w", cloud.ErrInvalid, location, err)
	}
	return m[1], key, nil
}

// callS3 tries as often as the SDK would, and gives its errors.
func (c *Client) callS3(ctx context.Context, method, url string, header http.Header, body []byte) ([]byte, error) {
	retryer := retry.NewStandard()
	for attempt := 1; ; attempt++ {
		answer, err := c.tryS3(ctx, method, url, header, body)
		if err == nil || attempt == retryer.MaxAttempts() || !retryer.IsErrorRetryable(err) {
			return answer, err
		}
		delay, failed := retryer.RetryDelay(attempt, err)
		if failed != nil {
			return nil, err
		}
		if err := clock.Sleep(ctx, delay); err != nil {
			return nil, err
		}
	}
}

func (c *Client) tryS3(ctx context.Context, method, url string, header http.Header, body []byte) ([]byte, error) {
	res, err := c.sendS3(ctx, method, url, header, body)
	if err != nil {
		return nil, err
	}
	defer func() { _ = res.Body.Close() }() // read to the end, or given up
	answer, err := io.ReadAll(io.LimitReader(res.Body, maxObject+1))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", cloud.ErrUnknown, err)
	}
	return answer, nil
}

// sendS3 makes a call once. The response is a success, and its body is to be closed.
func (c *Client) sendS3(ctx context.Context, method, url string, header http.Header, body []byte) (*http.Response, error) {
	req, err := http.NewRequestWithContext(ctx, method, url, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	maps.Copy(req.Header, header)
	err = c.sign(ctx, req, body, "s3", c.config.Region, func(o *v4.SignerOptions) { o.DisableURIPathEscaping = true })
	if err != nil {
		return nil, fmt.Errorf("signing a call of S3: %w", err)
	}
	res, err := c.config.HTTPClient.Do(req)
	if err != nil {
		return nil, &smithyhttp.RequestSendError{Err: err}
	}
	if res.StatusCode != http.StatusOK {
		defer func() { _ = res.Body.Close() }() // read to the end, or given up
		answer, err := io.ReadAll(io.LimitReader(res.Body, maxObject+1))
		return nil, errors.Join(objectError(res, answer), err)
	}
	return res, nil
}

// objectURL is the address of an object: below the bucket's own host, unless that has a dot, which no certificate of
// S3's covers, or the endpoint is given.
func (c *Client) objectURL(bucket, key string) string {
	path := "/" + escapeKey(key)
	endpoint, given, _ := variables{}.GetServiceBaseEndpoint(context.Background(), "S3")
	if !given && c.config.BaseEndpoint != nil {
		endpoint, given = *c.config.BaseEndpoint, true
	}
	if given {
		return strings.TrimSuffix(endpoint, "/") + "/" + bucket + path
	}
	service := "s3"
	if isTrue("AWS_USE_FIPS_ENDPOINT") {
		service += "-fips"
	}
	if isTrue("AWS_USE_DUALSTACK_ENDPOINT") {
		service += ".dualstack"
	}
	host := service + "." + c.config.Region + "." + domainOf(c.config.Region)
	if strings.Contains(bucket, ".") {
		return "https://" + host + "/" + bucket + path
	}
	return "https://" + bucket + "." + host + path
}

// domainOf is that of a region's partition.
func domainOf(region string) string {
	switch {
	case strings.HasPrefix(region, "cn-"):
		return "amazonaws.com.cn"
	case strings.HasPrefix(region, "us-iso-"):
		return "c2s.ic.gov"
	case strings.HasPrefix(region, "us-isob-"):
		return "sc2s.sgov.gov"
	}
	return "amazonaws.com"
}

// escapeKey encodes a key as S3 signs it: everything but letters, digits, "-._~" and "/".
func escapeKey(key string) string {
	var out strings.Builder
	for _, c := range []byte(key) {
		if strings.IndexByte("-._~/", c) >= 0 || '0' <= c && c <= '9' || 'A' <= c && c <= 'Z' || 'a' <= c && c <= 'z' {
			out.WriteByte(c)
		} else {
			fmt.Fprintf(&out, "%%%02X", c)
		}
	}
	return out.String()
}

var (
	errorCode    = regexp.MustCompile(`<Code>([^<]*)</Code>`)
	errorMessage = regexp.MustCompile(`<Message>([^<]*)</Message>`)
)

// objectError is the error that S3's answer describes, as the SDK would return it.
func objectError(res *http.Response, body []byte) error {
	text := func(in *regexp.Regexp) string {
		if found := in.FindSubmatch(body); found != nil {
			return html.UnescapeString(string(found[1]))
		}
		return ""
	}
	api := &smithy.GenericAPIError{Code: text(errorCode), Message: text(errorMessage)}
	if api.Code == "" {
		api.Code = strings.ReplaceAll(http.StatusText(res.StatusCode), " ", "")
	}
	return &awshttp.ResponseError{
		ResponseError: &smithyhttp.ResponseError{Response: &smithyhttp.Response{Response: res}, Err: api},
		RequestID:     res.Header.Get("X-Amz-Request-Id"),
	}
}
