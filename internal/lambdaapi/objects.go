package lambdaapi

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/url"
	"regexp"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/dualarch/dualarch/internal/tuner/cloud"
)

var s3Location = regexp.MustCompile(`^s3://([^/]+)/(.+)$`)

// maxObject limits what is read: Lambda takes payloads of 6 MB, and weighted payloads are several.
const maxObject = 64 << 20 // bytes

// Object reads s3://bucket/key; the key may be percent-encoded, as AWS Lambda Power Tuning takes it.
func (c *Client) Object(ctx context.Context, location string) ([]byte, error) {
	bucket, key, err := place(location)
	if err != nil {
		return nil, err
	}
	out, err := c.s3.GetObject(ctx, &s3.GetObjectInput{Bucket: &bucket, Key: &key})
	if err != nil {
		return nil, wrap(ctx, err)
	}
	defer func() { _ = out.Body.Close() }() // read to the end, or given up
	body, err := io.ReadAll(io.LimitReader(out.Body, maxObject+1))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", cloud.ErrUnknown, err)
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
	in := &s3.PutObjectInput{Bucket: &bucket, Key: &key, Body: bytes.NewReader(body), ContentType: aws.String("application/json")}
	if onlyNew {
		in.IfNoneMatch = aws.String("*")
	}
	_, err = c.s3.PutObject(ctx, in)
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
