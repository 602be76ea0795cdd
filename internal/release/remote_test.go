package release_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/codedeployapi"
	"github.com/dualarch/dualarch/internal/lambdaapi"
	"github.com/dualarch/dualarch/internal/release"
	"github.com/dualarch/dualarch/internal/release/hook"
)

const function = "arn:aws:lambda:us-east-1:123456789012:function:orders"

// remote is AWS on loopback: Lambda with the versions of one function, and CodeDeploy.
type remote struct {
	mu           sync.Mutex
	appSpec      string
	form         string // of the revision: string or appSpecContent
	descriptions map[string]string
	// answer is what a version answers to the nth call with a payload, from 0.
	answer   func(version, payload string, n int) string
	delay    map[string]time.Duration
	throttle int    // calls
	failure  string // of the first invocation: the error's type
	status   int
	tenancy  bool // the function isolates tenants
	calls    map[string]int
	reported []string
}

const spec = `{"version":0.0,"Resources":[{"orders":{"Type":"AWS::Lambda::Function","Properties":{"Name":"orders","Alias":"live","CurrentVersion":"7","TargetVersion":"8"}}}]}`

func newRemote() *remote {
	same := "Takes orders (x86_64 code aaaaaaaaaaaa, arm64 code bbbbbbbbbbbb)"
	return &remote{
		appSpec: spec, form: "string", descriptions: map[string]string{"7": same, "8": same},
		answer: func(_, payload string, _ int) string { return `{"for":` + payload + `}` },
		delay:  map[string]time.Duration{}, calls: map[string]int{},
	}
}

func (r *remote) ServeHTTP(w http.ResponseWriter, request *http.Request) {
	body, _ := io.ReadAll(request.Body)
	switch target := request.Header.Get("X-Amz-Target"); {
	case strings.HasSuffix(target, ".GetDeployment"):
		_ = json.NewEncoder(w).Encode(map[string]any{"deploymentInfo": map[string]any{"revision": map[string]any{
			"revisionType": "AppSpecContent", r.form: map[string]any{"content": r.appSpec},
		}}})
	case strings.HasSuffix(target, ".PutLifecycleEventHookExecutionStatus"):
		r.reported = append(r.reported, string(body))
		_, _ = io.WriteString(w, "{}")
	case strings.HasSuffix(request.URL.Path, "/configuration"):
		version := versionOf(request)
		description, known := r.descriptions[version]
		if !known {
			w.Header().Set("X-Amzn-Errortype", "ResourceNotFoundException")
			w.WriteHeader(http.StatusNotFound)
			_, _ = io.WriteString(w, `{"Message":"there is no such version"}`)
			return
		}
		_ = json.NewEncoder(w).Encode(map[string]any{"Version": version, "Description": description, "Timeout": 1, "FunctionName": "orders", "TenancyConfig": r.tenancyConfig()})
	default:
		r.invoke(w, request, string(body))
	}
}

// versionOf returns the version that a request's ARN ends with: /2015-03-31/functions/<ARN>:8/invocations.
func versionOf(request *http.Request) string {
	return strings.TrimPrefix(strings.Split(request.URL.Path, "/")[3], function+":")
}

func (r *remote) invoke(w http.ResponseWriter, request *http.Request, payload string) {
	version := versionOf(request)
	r.mu.Lock()
	if r.throttle > 0 {
		r.throttle--
		r.mu.Unlock()
		w.Header().Set("X-Amzn-Errortype", "TooManyRequestsException")
		w.WriteHeader(http.StatusTooManyRequests)
		return
	}
	if failure := r.failure; failure != "" {
		r.failure = ""
		r.mu.Unlock()
		w.Header().Set("X-Amzn-Errortype", failure)
		w.WriteHeader(r.status)
		return
	}
	if tenant := request.Header.Get("X-Amz-Tenant-Id"); r.tenancy != (tenant == "blue") {
		r.mu.Unlock()
		w.Header().Set("X-Amzn-Errortype", "InvalidParameterValueException")
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	key := version + " " + payload
	n := r.calls[key]
	r.calls[key]++
	r.mu.Unlock()
	select {
	case <-time.After(r.delay[version]):
	case <-request.Context().Done():
		return
	}
	answer := r.answer(version, payload, n)
	if strings.HasPrefix(answer, "!") {
		w.Header().Set("X-Amz-Function-Error", "Unhandled")
	}
	w.Header().Set("X-Amzn-Requestid", "request-"+version)
	_, _ = io.WriteString(w, strings.TrimPrefix(answer, "!"))
}

func (r *remote) tenancyConfig() map[string]string {
	if !r.tenancy {
		return nil
	}
	return map[string]string{"TenantIsolationMode": "PER_TENANT"}
}

// run runs a check against it and returns the hook's log, a line each.
func (r *remote) run(ctx context.Context, t *testing.T, settings hook.Settings) []string {
	t.Helper()
	server := httptest.NewServer(r)
	t.Cleanup(server.Close)
	cfg := aws.Config{Region: "us-east-1", BaseEndpoint: &server.URL, Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
		return aws.Credentials{AccessKeyID: "AKID", SecretAccessKey: "SECRET"}, nil
	})}
	settings.Function = function
	var log bytes.Buffer
	check := &release.Check{
		Lambda: lambdaapi.New(cfg), Deployments: codedeployapi.New(cfg), Settings: settings,
		Log: slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
			if a.Key == slog.TimeKey {
				return slog.Attr{}
			}
			return a
		}})),
	}
	require.NoError(t, check.Run(ctx, release.Event{DeploymentID: "d-1", HookID: "h-1"}))
	return strings.Split(strings.TrimSpace(log.String()), "\n")
}

func payloads(texts ...string) []json.RawMessage {
	var all []json.RawMessage
	for _, text := range texts {
		all = append(all, json.RawMessage(text))
	}
	return all
}
