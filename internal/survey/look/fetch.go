package look

import (
	"context"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"time"

	"github.com/dualarch/dualarch/internal/clock"
)

const (
	maxRedirects = 5
	// attempts is how often something is asked for that fails in a way that passes, and pause what lies between the first
	// two.
	attempts = 4
	pause    = 500 * time.Millisecond
	// leastProgress is what has to arrive before a connection that ends counts as the first that does.
	leastProgress = 64 << 10
	// silence is how long a server may send nothing.
	silence = 60 * time.Second
)

// fetcher makes single requests. Its client follows no redirects.
type fetcher struct{ client *http.Client }

// get asks for what is at a URL, with an optional range and other headers. It follows redirects, to which it sends no
// authorization. The answer has the status 200 or 206, and its body has to be closed. No error has a URL in it.
func (f fetcher) get(ctx context.Context, address string, header http.Header) (*http.Response, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	watch := time.AfterFunc(silence, func() { cancel(errSilent) })
	response, err := f.follow(ctx, address, header.Clone())
	if err != nil {
		watch.Stop()
		cancel(nil)
		return nil, err
	}
	response.Body = &watchedBody{response.Body, ctx, watch, cancel}
	return response, nil
}

func (f fetcher) follow(ctx context.Context, address string, header http.Header) (*http.Response, error) {
	at, err := url.Parse(address)
	if err != nil {
		return nil, errors.New("AWS gave a URL that cannot be read")
	}
	for range maxRedirects {
		if err := allowed(at); err != nil {
			return nil, err
		}
		request := (&http.Request{Method: http.MethodGet, URL: at, Host: at.Host, Header: header, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1}).WithContext(ctx)
		header.Set("Accept-Encoding", "identity")
		response, err := f.client.Do(request)
		if err != nil {
			return nil, unreached(ctx, err)
		}
		switch {
		case response.StatusCode == http.StatusOK || response.StatusCode == http.StatusPartialContent:
			return response, nil
		case response.StatusCode/100 != 3:
			return nil, refused(response)
		}
		next, err := at.Parse(response.Header.Get("Location"))
		_ = response.Body.Close()
		if err != nil || response.Header.Get("Location") == "" {
			return nil, fmt.Errorf("HTTP %d without a place that can be read", response.StatusCode)
		}
		if next.Host != at.Host {
			header.Del("Authorization")
		}
		at = next
	}
	return nil, fmt.Errorf("more than %d redirects", maxRedirects-1)
}

// allowed refuses what everybody on the way could read or change.
func allowed(at *url.URL) error {
	host := at.Hostname()
	ip := net.ParseIP(host)
	if at.Scheme == "https" || at.Scheme == "http" && (host == "localhost" || ip != nil && ip.IsLoopback()) {
		return nil
	}
	return fmt.Errorf("the code is at %s, by %s; it is only read by https", host, at.Scheme)
}

var errSilent = fmt.Errorf("nothing arrived for %s", silence)

// watchedBody is a body of which something has to arrive from time to time.
type watchedBody struct {
	io.ReadCloser
	ctx    context.Context
	watch  *time.Timer
	cancel context.CancelCauseFunc
}

func (b *watchedBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if n > 0 {
		b.watch.Reset(silence)
	}
	if err != nil && !errors.Is(err, io.EOF) {
		err = unreached(b.ctx, err)
	}
	return n, err
}

func (b *watchedBody) Close() error {
	b.watch.Stop()
	b.cancel(nil)
	return b.ReadCloser.Close()
}

// failure is why a request was in vain.
type failure struct {
	text   string
	status int // 0 if nothing was answered
	passes bool
}

func (f *failure) Error() string { return f.text }

// unreached is the failure of a connection.
func unreached(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		if cause := context.Cause(ctx); !errors.Is(cause, errSilent) {
			return cause
		}
		err = errSilent
	}
	if wrapped, is := errors.AsType[*url.Error](err); is { // it would quote the URL
		err = wrapped.Err
	}
	if errors.Is(err, io.ErrUnexpectedEOF) {
		return &failure{text: "the connection ended before all had arrived", passes: true}
	}
	return &failure{text: err.Error(), passes: true}
}

// errorCode is what names of errors look like.
var errorCode = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_.]{0,63}$`)

// refused is the failure that a server's answer says: its status, and the error's name by S3 or by a registry. The rest
// of S3's words may hold the request's signature.
func refused(response *http.Response) error {
	defer response.Body.Close() //nolint:errcheck // it was only read
	body, _ := io.ReadAll(io.LimitReader(response.Body, 64<<10))
	var ofS3 struct{ Code string }
	var ofRegistry struct{ Errors []struct{ Code string } }
	name := ""
	if xml.Unmarshal(body, &ofS3) == nil {
		name = ofS3.Code
	} else if json.Unmarshal(body, &ofRegistry) == nil && len(ofRegistry.Errors) > 0 {
		name = ofRegistry.Errors[0].Code
	}
	f := &failure{text: fmt.Sprintf("HTTP %d", response.StatusCode), status: response.StatusCode}
	if errorCode.MatchString(name) {
		f.text += " (" + name + ")"
	}
	f.passes = f.status >= 500 || f.status == http.StatusTooManyRequests || name == "SlowDown" || name == "RequestTimeout"
	return f
}

// isForbidden reports whether a URL or a login was refused.
func isForbidden(err error) bool {
	f, is := errors.AsType[*failure](err)
	return is && !f.passes && (f.status == http.StatusBadRequest || f.status == http.StatusUnauthorized || f.status == http.StatusForbidden)
}

// persist calls do until it succeeds or fails for good. Each call that gets anywhere (do returns true) may fail as often
// as the first.
func persist(ctx context.Context, do func() (progress bool, err error)) error {
	for failed := 0; ; {
		progress, err := do()
		if f, is := errors.AsType[*failure](err); !is || !f.passes {
			return err
		}
		if progress {
			failed = 0
		}
		if failed++; failed == attempts {
			return fmt.Errorf("%w, at each of %d attempts", err, attempts)
		}
		if err := clock.Sleep(ctx, pause<<(failed-1)); err != nil {
			return err
		}
	}
}
