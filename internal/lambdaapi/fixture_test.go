package lambdaapi

import (
	"io"
	"net/http"
	"strings"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
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
