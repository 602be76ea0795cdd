package e2e

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/smithy-go/encoding/cbor"
	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/survey"
	"github.com/dualarch/dualarch/test/emulator"
)

// surveyor is a role that may do what the command's policy says, and a proxy in front of the emulator that makes things
// go wrong.
type surveyor struct {
	*emulator.Emulator
	program     string
	proxy       string // its URL
	credentials aws.Credentials

	mu sync.Mutex
	// before is called before a request is handed on; it reports whether it has answered it.
	before func(w http.ResponseWriter, r *http.Request) bool
}

func newSurveyor(ctx context.Context, t *testing.T, e *emulator.Emulator) *surveyor {
	t.Helper()
	program, err := filepath.Abs(filepath.Join("..", "..", ".build", "dualarch"))
	require.NoError(t, err)
	require.FileExists(t, program, "make test-e2e builds it")
	s := &surveyor{Emulator: e, program: program}
	server := httptest.NewServer(s.handler(t))
	t.Cleanup(server.Close)
	s.proxy = server.URL

	queryIAM(ctx, t, e, "CreateRole", map[string]string{"RoleName": surveyorRole, "AssumeRolePolicyDocument": policy(t, map[string]any{
		"Action": "sts:AssumeRole", "Principal": map[string]string{"AWS": "arn:aws:iam::" + emulator.Account + ":root"},
	})})
	s.credentials, err = assume(ctx, t, e, surveyorRole).Credentials.Retrieve(ctx)
	require.NoError(t, err)
	status, document, stderr := s.run(ctx, t, "survey", "--policy")
	require.Zero(t, status, stderr)
	const self = "${aws:PrincipalAccount}" // the emulator knows no policy variables
	require.Contains(t, document, self)
	s.allow(ctx, t, "survey", strings.ReplaceAll(document, self, emulator.Account))
	// The emulator takes GetLayerVersion for ListLayers, which the survey does not ask.
	s.allow(ctx, t, "stand-in", policy(t, map[string]any{"Action": "lambda:ListLayers", "Resource": "*"}))
	return s
}

func (s *surveyor) allow(ctx context.Context, t *testing.T, name, document string) {
	t.Helper()
	queryIAM(ctx, t, s.Emulator, "PutRolePolicy", map[string]string{"RoleName": surveyorRole, "PolicyName": name, "PolicyDocument": document})
}

// handler hands requests on to the emulator, and answers what the emulator has not, as AWS answers it. Code and images are
// behind it, too.
func (s *surveyor) handler(t *testing.T) http.Handler {
	to, err := url.Parse(s.URL)
	require.NoError(t, err)
	proxy := &httputil.ReverseProxy{
		ErrorLog: log.New(io.Discard, "", 0), // whoever is interrupted goes away
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(to)
			r.Out.Host = r.In.Host // it is signed
		},
		ModifyResponse: func(r *http.Response) error {
			if !strings.Contains(r.Header.Get("Content-Type"), "json") || strings.HasPrefix(r.Request.URL.Path, "/v2/") {
				return nil
			}
			body, err := io.ReadAll(r.Body)
			if err != nil {
				return err
			}
			text := strings.NewReplacer(
				"http://127.0.0.1:"+to.Port()+"/_ministack/", s.proxy+"/_ministack/", "http://localhost:"+to.Port()+"/_ministack/", s.proxy+"/_ministack/",
				"https://"+surveyedRegistry, s.proxy, surveyedRegistry, strings.TrimPrefix(s.proxy, "http://"),
			).Replace(string(body))
			r.Body, r.ContentLength = io.NopCloser(strings.NewReader(text)), int64(len(text))
			r.Header.Set("Content-Length", strconv.Itoa(len(text)))
			return nil
		},
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		before := s.before
		s.mu.Unlock()
		switch {
		case before != nil && before(w, r):
		case strings.HasPrefix(r.URL.Path, "/service/ComputeOptimizerService/"):
			w.Header().Set("smithy-protocol", "rpc-v2-cbor")
			w.Header().Set("Content-Type", "application/cbor")
			w.WriteHeader(http.StatusBadRequest)
			_, _ = w.Write(cbor.Encode(cbor.Map{"__type": cbor.String("com.amazonaws.computeoptimizer#OptInRequiredException"),
				"message": cbor.String("The AWS account is not registered for Compute Optimizer.")}))
		case r.URL.Query().Get("List") == "ALL": // the emulator takes it for the configuration of one version
			_, _ = io.WriteString(w, `{"ProvisionedConcurrencyConfigs": []}`)
		default:
			proxy.ServeHTTP(w, r)
		}
	})
}

// refuse answers as AWS does.
func refuse(w http.ResponseWriter, status int, code, message string) {
	w.Header().Set("X-Amzn-ErrorType", code)
	w.WriteHeader(status)
	_, _ = fmt.Fprintf(w, `{"__type": %q, "message": %q, "Message": %[2]q}`, code, message)
}

func (s *surveyor) faults(before func(w http.ResponseWriter, r *http.Request) bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.before = before
}

func (s *surveyor) command(ctx context.Context, t *testing.T, args ...string) *exec.Cmd {
	command := exec.CommandContext(ctx, s.program, args...)
	command.Dir = t.TempDir()
	command.Env = append(s.Env(), "AWS_ENDPOINT_URL="+s.proxy,
		"AWS_ACCESS_KEY_ID="+s.credentials.AccessKeyID, "AWS_SECRET_ACCESS_KEY="+s.credentials.SecretAccessKey, "AWS_SESSION_TOKEN="+s.credentials.SessionToken)
	return command
}

func (s *surveyor) run(ctx context.Context, t *testing.T, args ...string) (status int, stdout, stderr string) {
	t.Helper()
	var out, errs strings.Builder
	command := s.command(ctx, t, args...)
	command.Stdout, command.Stderr = &out, &errs
	err := command.Run()
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		status = exit.ExitCode()
	} else {
		require.NoError(t, err)
	}
	return status, out.String(), errs.String()
}

// survey surveys the account and returns the table and what --json writes.
func (s *surveyor) survey(ctx context.Context, t *testing.T) (status int, table string, r *survey.Report) {
	t.Helper()
	status, document, shown := s.run(ctx, t, "survey", "--rate", "500", "--json", "-")
	require.NotContains(t, document+shown, "hunter2")
	r, err := survey.Decode([]byte(document))
	require.NoError(t, err, shown)
	_, table, found := strings.Cut(shown, "\nAccount ")
	require.True(t, found, shown)
	return status, "Account " + table, r
}
