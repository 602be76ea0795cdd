package fact

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

const (
	// Timeout is how long the service may take, from the first look-up of its
	// name to the last byte of its answer.
	Timeout = 25 * time.Second
	// maxFact is the largest fact in bytes.
	maxFact = 64 << 10
)

// Service is a numbers service.
type Service struct {
	base    *url.URL
	timeout time.Duration
}

// NewService returns the service at an http or https URL.
func NewService(base string) (*Service, error) {
	u, err := url.Parse(base)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return nil, fmt.Errorf("%q is not an http or https URL", base)
	}
	return &Service{base: u, timeout: Timeout}, nil
}

// Ask returns the fact. Its errors say what the service did but nothing of the
// question, so that they can be logged.
func (s *Service) Ask(ctx context.Context, q Question) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, s.timeout)
	defer cancel()
	fact, err := s.get(ctx, s.base.JoinPath(strconv.FormatInt(q.Number, 10), q.Type))
	if errors.Is(err, context.DeadlineExceeded) {
		return "", fmt.Errorf("the numbers service did not answer within %v", s.timeout)
	}
	return fact, err
}

func (s *Service) get(ctx context.Context, from *url.URL) (fact string, err error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, from.String(), nil)
	if err != nil {
		return "", err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		if withURL, is := errors.AsType[*url.Error](err); is { // it names the question
			err = withURL.Err
		}
		return "", fmt.Errorf("the numbers service cannot be reached: %w", err)
	}
	defer func() { _ = response.Body.Close() }() // read to its end or given up
	if response.StatusCode != http.StatusOK {
		return "", fmt.Errorf("the numbers service answered with status %d", response.StatusCode)
	}
	text, err := io.ReadAll(io.LimitReader(response.Body, maxFact+1))
	switch {
	case err != nil:
		return "", fmt.Errorf("the numbers service broke off its answer: %w", err)
	case len(text) > maxFact:
		return "", fmt.Errorf("the numbers service answered with more than %d bytes", maxFact)
	}
	if fact = strings.TrimSpace(string(text)); fact == "" {
		return "", errors.New("the numbers service answered with nothing")
	}
	return fact, nil
}
