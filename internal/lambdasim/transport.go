package lambdasim

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"syscall"

	"github.com/aws/aws-sdk-go-v2/aws"
)

// HTTPClient returns a client that does calls in the caller's own goroutine, without a network, which
// does not work in bubbles of testing/synctest.
func (s *Simulator) HTTPClient() *http.Client { return &http.Client{Transport: direct{s}} }

// Config returns an SDK configuration whose clients call the Simulator through HTTPClient, do not
// sign, and try once: a client that shall retry sets its own Retryer.
func (s *Simulator) Config() aws.Config {
	return aws.Config{
		Region: s.options.Region, Credentials: aws.AnonymousCredentials{}, HTTPClient: s.HTTPClient(),
		BaseEndpoint: aws.String("http://lambdasim.invalid"),
		Retryer:      func() aws.Retryer { return aws.NopRetryer{} },
	}
}

// direct is an http.RoundTripper that calls the Simulator.
type direct struct{ s *Simulator }

func (d direct) RoundTrip(r *http.Request) (*http.Response, error) {
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	if r.Body == nil {
		r.Body = http.NoBody
	}
	defer func() { _ = r.Body.Close() }()
	res, err := d.s.serve(r)
	if errors.Is(err, errLost) {
		if ctxErr := r.Context().Err(); ctxErr != nil {
			return nil, ctxErr
		}
		return nil, &net.OpError{Op: "read", Net: "tcp", Err: os.NewSyscallError("read", syscall.ECONNRESET)}
	}
	if err != nil {
		return nil, err
	}
	body := res.raw
	if res.body != nil {
		if body, err = json.Marshal(res.body); err != nil {
			panic(err) // every body is a struct or map of this package
		}
	}
	header := http.Header{"Content-Type": {"application/json"}}
	for name, value := range res.header {
		header.Set(name, value)
	}
	content, length := io.Reader(bytes.NewReader(body)), int64(len(body))
	if res.content != nil {
		content, length = res.content, res.length
	}
	return &http.Response{
		Status: http.StatusText(res.status), StatusCode: res.status, Header: header, Request: r,
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Body: io.NopCloser(content), ContentLength: length,
	}, nil
}
