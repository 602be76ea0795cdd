package lambdasim

import (
	"bytes"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"syscall"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
)

// HTTPClient returns a client that does calls in the caller's own goroutine, without a network: the
// same handler, fit for bubbles of testing/synctest and ten times as fast as loopback.
func (s *Simulator) HTTPClient() *http.Client { return &http.Client{Transport: direct{s}} }

// Config is an SDK configuration whose clients call the Simulator through HTTPClient, do not sign,
// and try once: a client that shall retry sets its own Retryer.
func (s *Simulator) Config() aws.Config {
	return aws.Config{
		Region: s.options.Region, Credentials: aws.AnonymousCredentials{}, HTTPClient: s.HTTPClient(),
		BaseEndpoint: aws.String("http://lambdasim.invalid"),
		Retryer:      func() aws.Retryer { return aws.NopRetryer{} },
	}
}

// direct is a http.RoundTripper that calls the handler.
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
	w := answer{header: http.Header{}}
	write(&w, res)
	return &http.Response{
		Status: http.StatusText(w.status), StatusCode: w.status, Header: w.header, Request: r,
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Body: io.NopCloser(&w.body), ContentLength: int64(w.body.Len()),
	}, nil
}

// answer is the http.ResponseWriter of a direct call.
type answer struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (a *answer) Header() http.Header         { return a.header }
func (a *answer) WriteHeader(status int)      { a.status = status }
func (a *answer) Write(b []byte) (int, error) { return a.body.Write(b) }

// Listen starts an HTTP server on loopback and returns its URL. Close stops it. What travels in a
// caller's context does not reach it: a Call that came over the network names no Task.
func (s *Simulator) Listen() (string, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	s.server = &http.Server{Handler: s, ReadHeaderTimeout: time.Minute}
	s.url = "http://" + listener.Addr().String()
	go func() { _ = s.server.Serve(listener) }() // ends with ErrServerClosed
	return s.url, nil
}

// Close stops the HTTP server; what still runs there is cut off.
func (s *Simulator) Close() error {
	if s.server == nil {
		return nil
	}
	return s.server.Close()
}

// LoopbackConfig is an SDK configuration whose clients reach the Simulator through Listen's server,
// with connections that are kept alive, sign with keys that are not checked, and try once.
func (s *Simulator) LoopbackConfig() aws.Config {
	transport := &http.Transport{MaxIdleConnsPerHost: 256, IdleConnTimeout: time.Minute}
	return aws.Config{
		Region:      s.options.Region,
		Credentials: credentials.NewStaticCredentialsProvider("test", "test", ""),
		HTTPClient:  &http.Client{Transport: transport},

		BaseEndpoint: aws.String(s.url),
		Retryer:      func() aws.Retryer { return aws.NopRetryer{} },
	}
}
