package release_test

import (
	"context"
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/release/hook"
)

const (
	who     = ` deployment=d-1 function=` + function
	goesOn  = `level=INFO msg="the deployment goes on"` + who
	stopped = `level=ERROR msg="the deployment is stopped: %s"` + who
)

func TestCheck(t *testing.T) {
	for _, test := range []struct {
		name   string
		change func(*remote)
		with   hook.Settings
		passed bool
		log    []string
		calls  map[string]int
	}{
		{
			name: "answers alike", passed: true,
			log: []string{`level=INFO msg="answers were alike" current=7 target=8 compared=4`, goesOn},
			// Twice each, because a version is compared with itself first.
			calls: map[string]int{"7 1": 2, "7 2": 2, "8 1": 2, "8 2": 2},
		},
		{
			name: "answers that differ from call to call", passed: true,
			change: func(r *remote) {
				r.answer = func(version, payload string, n int) string {
					return fmt.Sprintf(`{"for":%s,"at":"%s.%d"}`, payload, version, n)
				}
			},
			log: []string{`level=INFO msg="answers were alike" current=7 target=8 compared=4`, goesOn},
		},
		{
			name: "different answers, in the form of API Gateway, and without what they are in the log",
			change: func(r *remote) {
				r.answer = func(version, _ string, _ int) string {
					return fmt.Sprintf(`{"statusCode":200,"body":"{\"secret\":%s}"}`, version)
				}
			},
			log: []string{fmt.Sprintf(stopped, "versions 7 and 8, of the same code, answered differently in 4 of 4 comparisons: /secret differs")},
		},
		{
			name: "a difference that may be", passed: true, with: hook.Settings{Ignore: []string{"/secret"}},
			change: func(r *remote) {
				r.answer = func(version, _ string, _ int) string { return `{"secret":` + version + `}` }
			},
			log: []string{`level=INFO msg="answers were alike" current=7 target=8 compared=4`, goesOn},
		},
		{
			name: "the comparison is off", passed: true, with: hook.Settings{NotCompared: true},
			change: func(r *remote) {
				r.answer = func(version, _ string, _ int) string { return version }
			},
			log:   []string{`level=INFO msg="answers were not compared: the release changes the code, or the comparison is off" current=7 target=8`, goesOn},
			calls: map[string]int{"8 1": 1, "8 2": 1},
		},
		{
			name: "the code changed", passed: true,
			change: func(r *remote) {
				r.descriptions["8"] = "Takes orders (x86_64 code aaaaaaaaaaaa, arm64 code cccccccccccc)"
				r.form = "appSpecContent"
				r.appSpec = "version: 0.0\nResources:\n  - orders:\n      Properties:\n        Name: orders\n        CurrentVersion: 7\n        TargetVersion: '8'\n"
				r.answer = func(version, _ string, _ int) string { return version }
			},
			log:   []string{`level=INFO msg="answers were not compared: the release changes the code, or the comparison is off" current=7 target=8`, goesOn},
			calls: map[string]int{"8 1": 1, "8 2": 1},
		},
		{
			name: "the serving version is from before", passed: true,
			change: func(r *remote) { r.descriptions["7"] = "" },
			log:    []string{`level=INFO msg="answers were not compared: the release changes the code, or the comparison is off" current=7 target=8`, goesOn},
		},
		{
			name: "the new version fails",
			change: func(r *remote) {
				r.answer = func(_, payload string, _ int) string {
					if payload == "2" {
						return `!{"errorMessage":"secret"}`
					}
					return "1"
				}
			},
			log: []string{fmt.Sprintf(stopped, "version 8, payload 2 of 2: it ended with an error (Unhandled); the function's own log, request request-8, has it")},
		},
		{
			name: "the serving version fails", passed: true,
			change: func(r *remote) {
				r.answer = func(version, _ string, _ int) string { return map[string]string{"7": "!{}", "8": "1"}[version] }
			},
			log: []string{
				`level=WARN msg="the serving version did not answer" version=7 payload=1`, `level=WARN msg="the serving version did not answer" version=7 payload=2`,
				`level=WARN msg="answers were not compared: only one of the functions answered" current=7 target=8`, goesOn,
			},
		},
		{
			name: "the new version is too slow", with: hook.Settings{TimeoutSeconds: 1},
			change: func(r *remote) { r.delay["8"] = 1500 * time.Millisecond },
			log:    []string{fmt.Sprintf(stopped, "version 8, payload 1 of 2: there was no answer within 1s")},
		},
		{
			name: "Lambda is busy", passed: true,
			change: func(r *remote) { r.throttle = 2 },
			log:    []string{`level=INFO msg="answers were alike" current=7 target=8 compared=4`, goesOn},
		},
		{
			name: "tenants are isolated", passed: true, with: hook.Settings{TenantID: "blue"},
			change: func(r *remote) { r.tenancy = true },
			log:    []string{`level=INFO msg="answers were alike" current=7 target=8 compared=4`, goesOn},
		},
		{
			name: "a tenant for another function of the tuner", passed: true, with: hook.Settings{TenantID: "blue"},
			log: []string{`level=INFO msg="answers were alike" current=7 target=8 compared=4`, goesOn},
		},
		{
			name: "what may pass, and has not run", passed: true,
			change: func(r *remote) { r.failure, r.status = "EC2UnexpectedException", http.StatusBadGateway },
			log:    []string{`level=INFO msg="answers were alike" current=7 target=8 compared=4`, goesOn},
		},
		{
			name:   "what may have run is not repeated",
			change: func(r *remote) { r.failure, r.status = "ServiceException", http.StatusInternalServerError },
			log:    []string{""}, calls: map[string]int{},
		},
		{
			name:   "a specification without versions",
			change: func(r *remote) { r.appSpec = "{}" },
			log:    []string{fmt.Sprintf(stopped, "the deployment's specification names no CurrentVersion and TargetVersion")},
		},
		{
			name:   "a version that is gone",
			change: func(r *remote) { delete(r.descriptions, "8") },
			log:    []string{""},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			r := newRemote()
			if test.change != nil {
				test.change(r)
			}
			test.with.Payloads = payloads("1", "2")
			log := r.run(t.Context(), t, test.with)
			if test.log[0] == "" {
				require.Len(t, log, 1)
				require.Regexp(t, "the deployment is stopped: version 8(, payload 1 of 2: it cannot be invoked| cannot be read): ", log[0])
			} else {
				require.Equal(t, test.log, log)
			}
			if test.calls != nil {
				require.Equal(t, test.calls, r.calls)
			}
			status := map[bool]string{true: "Succeeded", false: "Failed"}[test.passed]
			require.Len(t, r.reported, 1)
			require.JSONEq(t, `{"deploymentId":"d-1","lifecycleEventHookExecutionId":"h-1","status":"`+status+`"}`, r.reported[0])
		})
	}
}

// A check ends before Lambda ends the hook, so that CodeDeploy is told in any case.
func TestACheckThatTakesTooLongIsReported(t *testing.T) {
	r := newRemote()
	r.delay["8"] = 5 * time.Second
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second+300*time.Millisecond)
	defer cancel()
	log := r.run(ctx, t, hook.Settings{Payloads: payloads("1", "2")})
	require.Equal(t, []string{fmt.Sprintf(stopped, "the check took longer than the hook may run, at payload 1 of 2; give fewer Check.Payloads, or a shorter Check.Timeout")}, log)
	require.Contains(t, r.reported[0], `"status":"Failed"`)
}
