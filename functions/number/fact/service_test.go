package fact

import (
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// upstream returns a service on loopback.
func upstream(t *testing.T, answer http.HandlerFunc) *Service {
	t.Helper()
	server := httptest.NewServer(answer)
	t.Cleanup(server.Close)
	service, err := NewService(server.URL)
	require.NoError(t, err)
	return service
}

func TestAsk(t *testing.T) {
	service := upstream(t, func(w http.ResponseWriter, r *http.Request) {
		_, _ = w.Write([]byte(" the answer to " + r.Method + " " + r.URL.Path + "\n"))
	})
	got, err := service.Ask(t.Context(), Question{Number: -5, Type: "trivia"})
	require.NoError(t, err)
	require.Equal(t, "the answer to GET /-5/trivia", got)
}

func TestAskBelowAPath(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = w.Write([]byte(r.URL.Path))
	}))
	t.Cleanup(server.Close)
	for _, base := range []string{server.URL + "/facts", server.URL + "/facts/"} {
		service, err := NewService(base)
		require.NoError(t, err)
		got, err := service.Ask(t.Context(), Question{Number: 5, Type: "math"})
		require.NoError(t, err)
		require.Equal(t, "/facts/5/math", got)
	}
}

func TestAskSaysWhatTheServiceDid(t *testing.T) {
	for name, test := range map[string]struct {
		answer http.HandlerFunc
		want   string
	}{
		"not 200": {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusServiceUnavailable) },
			"the numbers service answered with status 503"},
		"no content": {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) },
			"the numbers service answered with status 204"},
		"nothing": {func(http.ResponseWriter, *http.Request) {},
			"the numbers service answered with nothing"},
		"too much": {func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(strings.Repeat("x", maxFact+1))) },
			"the numbers service answered with more than 65536 bytes"},
		"half of it": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "100")
			_, _ = w.Write([]byte("half"))
		}, "the numbers service broke off its answer: unexpected EOF"},
		"hanging up": {func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
			"the numbers service cannot be reached: EOF"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := upstream(t, test.answer).Ask(t.Context(), Question{Number: 5, Type: "trivia"})
			require.EqualError(t, err, test.want)
		})
	}
}

func TestAskGivesUpInTime(t *testing.T) {
	require.Equal(t, 25*time.Second, Timeout)
	for name, first := range map[string]string{"before the answer": "", "in the middle of it": "5 is"} {
		t.Run(name, func(t *testing.T) {
			release := make(chan struct{})
			service := upstream(t, func(w http.ResponseWriter, _ *http.Request) {
				if first != "" {
					_, _ = w.Write([]byte(first))
					_ = http.NewResponseController(w).Flush()
				}
				<-release
			})
			t.Cleanup(func() { close(release) }) // before the server closes, which waits for it
			require.Equal(t, Timeout, service.timeout)
			service.timeout = 50 * time.Millisecond
			_, err := service.Ask(t.Context(), Question{Number: 5, Type: "trivia"})
			require.EqualError(t, err, "the numbers service did not answer within 50ms")
		})
	}
}

func TestAskWithoutAService(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	address := listener.Addr().String()
	require.NoError(t, listener.Close()) // nobody listens there now
	service, err := NewService("http://" + address)
	require.NoError(t, err)

	_, err = service.Ask(t.Context(), Question{Number: 424242, Type: "trivia"})
	require.EqualError(t, err, "the numbers service cannot be reached: dial tcp "+address+": connect: connection refused")

	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = service.Ask(cancelled, Question{Number: 424242, Type: "trivia"})
	require.EqualError(t, err, "the numbers service cannot be reached: context canceled")
}

func TestNewServiceRefusesWhatIsNoURL(t *testing.T) {
	for _, base := range []string{"", "numbersapi.com", "ftp://numbersapi.com", "http://", "http://a b", ":"} {
		_, err := NewService(base)
		require.EqualError(t, err, `"`+base+`" is not an http or https URL`)
	}
}
