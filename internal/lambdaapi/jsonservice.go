package lambdaapi

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"

	"github.com/dualarch/dualarch/internal/arn"
	"github.com/dualarch/dualarch/internal/tuner/cloud"
)

// jsonService is a service whose JSON protocol is spoken here: one small call is no reason to have the SDK's client of a
// whole service in every user's module graph.
type jsonService struct {
	name        string // in its host and in signatures
	target      string // what stands before an operation's name
	contentType string
}

var (
	monitoring = jsonService{"monitoring", "GraniteServiceVersion20100801", "application/x-amz-json-1.0"}
	events     = jsonService{"events", "AWSEvents", "application/x-amz-json-1.1"}
)

// callJSON makes a call in the region and partition of an ARN.
func (c *Client) callJSON(ctx context.Context, s jsonService, operation, near string, body []byte, answer any) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.endpoint(s, near), bytes.NewReader(body))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", s.contentType)
	req.Header.Set("X-Amz-Target", s.target+"."+operation)
	if err := c.sign(ctx, req, body, s.name, arn.Region(near)); err != nil {
		return fmt.Errorf("signing %s: %w", operation, err)
	}
	res, err := c.config.HTTPClient.Do(req)
	if err != nil {
		return fmt.Errorf("%w: %s: %w", cloud.ErrUnknown, operation, err)
	}
	defer func() { _ = res.Body.Close() }()
	text, err := io.ReadAll(io.LimitReader(res.Body, 1<<20))
	switch {
	case err != nil:
		return fmt.Errorf("%w: %s: %w", cloud.ErrUnknown, operation, err)
	case res.StatusCode != http.StatusOK:
		return refusal(operation, res.StatusCode, text)
	}
	if err := json.Unmarshal(text, answer); err != nil {
		return fmt.Errorf("%w: %s: %w", cloud.ErrUnknown, operation, err)
	}
	return nil
}

// refusal returns an error by its name, or by the status if it has none that is known: in this protocol a refusal has
// 400 or 403.
func refusal(operation string, code int, text []byte) error {
	var named struct {
		Type    string `json:"__type"`
		Message string
	}
	_ = json.Unmarshal(text, &named) // else the status says what it is
	name := named.Type[strings.LastIndex(named.Type, "#")+1:]
	kind, known := meanings[name]
	switch {
	case !known && (code == http.StatusBadRequest || code == http.StatusForbidden):
		kind = cloud.ErrDenied
	case kind == nil:
		kind = cloud.ErrUnknown
	}
	if name == "" {
		return fmt.Errorf("%w: %s: HTTP %d", kind, operation, code)
	}
	if named.Message == "" {
		return fmt.Errorf("%w: %s: %s", kind, operation, name)
	}
	return fmt.Errorf("%w: %s: %s: %s", kind, operation, name, named.Message)
}

func (c *Client) endpoint(s jsonService, near string) string {
	if c.config.BaseEndpoint != nil {
		return *c.config.BaseEndpoint
	}
	domain := "amazonaws.com"
	if strings.HasPrefix(arn.Partition(near), "aws-cn") {
		domain += ".cn"
	}
	return "https://" + s.name + "." + arn.Region(near) + "." + domain + "/"
}

func (c *Client) sign(ctx context.Context, req *http.Request, body []byte, service, region string, options ...func(*v4.SignerOptions)) error {
	if aws.IsCredentialsProvider(c.config.Credentials, aws.AnonymousCredentials{}) {
		return nil
	}
	credentials, err := c.config.Credentials.Retrieve(ctx)
	if err != nil {
		return err
	}
	sum := sha256.Sum256(body)
	hash := hex.EncodeToString(sum[:])
	if service == "s3" { // it alone wants the hash in a header too
		req.Header.Set("X-Amz-Content-Sha256", hash)
	}
	return v4.NewSigner(options...).SignHTTP(ctx, credentials, req, hash, service, region, time.Now())
}
