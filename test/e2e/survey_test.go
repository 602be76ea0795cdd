package e2e

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/guard"
	"github.com/dualarch/dualarch/internal/survey"
	"github.com/dualarch/dualarch/internal/tuner/publish/keyname"
	"github.com/dualarch/dualarch/test/emulator"
	"github.com/dualarch/dualarch/tuning"
)

// TestSurveyCommand surveys an account with the real command: with exactly the permissions that it asks for, and with
// everything that goes wrong in one. Then a fleet tunes its functions.
func TestSurveyCommand(t *testing.T) {
	var arns []string
	for _, f := range surveyedFunctions(t) {
		arns = append(arns, functionARN(f.name))
	}
	assembly := synthesizeFleet(t, arns)
	t.Parallel() // from here on: jsii is not safe for concurrent use
	ctx, stop := signal.NotifyContext(t.Context(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	e := startEmulator(ctx, t, emulator.Options{Name: "e2e-survey", Auth: true})
	deploySurveyed(ctx, t, e)
	s := newSurveyor(ctx, t, e)
	_, _, list := s.survey(ctx, t)

	t.Run("the policy is enough", func(t *testing.T) { testSurvey(ctx, t, s) })
	t.Run("Ctrl-C", func(t *testing.T) { testSurveyInterrupted(ctx, t, s) })
	t.Run("what goes wrong is named, and the rest is complete", func(t *testing.T) { testSurveyFaults(ctx, t, s) })
	var bucket string
	t.Run("a fleet tunes what was found", func(t *testing.T) { bucket = testFleet(ctx, t, s, assembly, list) })
	t.Run("a survey finds what was measured", func(t *testing.T) { testSurveyMeasured(ctx, t, s, bucket) })
}

// surveyVaries is what of a table changes with the time of the day, which the estimate of a month depends on, and with
// compilers.
var surveyVaries = []struct {
	found *regexp.Regexp
	shown string
}{
	{regexp.MustCompile(`\d{4}-\d\d-\d\d \d\d:\d\d UTC`), "TIME"},
	{regexp.MustCompile(`(?m)^code: .* read$`), "code: SIZE read"},
	{regexp.MustCompile(`\b\d+\.\d\d\b`), "USD"},
	{regexp.MustCompile(`\b\d{1,3}(,\d{3})+\b`), "INVOCATIONS"},
	{regexp.MustCompile(` {2,}`), "  "},
}

// testSurvey compares all that is found with what was found once.
func testSurvey(ctx context.Context, t *testing.T, s *surveyor) {
	status, table, r := s.survey(ctx, t)
	require.Zero(t, status, table)
	for _, v := range surveyVaries {
		table = v.found.ReplaceAllString(table, v.shown)
	}
	require.Positive(t, r.BytesRead)
	require.False(t, r.Ended.Before(r.Started))
	// CloudWatch has whole days, so that the last one is not over yet.
	month := 730 / r.Started.Sub(r.Started.AddDate(0, 0, -30).Truncate(24*time.Hour)).Hours()
	r.Started, r.Ended, r.BytesRead = time.Time{}, time.Time{}, 0
	for i := range r.Functions {
		f := &r.Functions[i]
		require.Equal(t, f.PackageType == "Zip", f.CodeSize > 0, f.Name)
		f.CodeSize = 0
		for _, v := range []*float64{&f.Estimate.GBSeconds, &f.Estimate.Invocations, &f.Estimate.Today, &f.Estimate.Arm64, &f.Estimate.Saving} {
			rounded, err := strconv.ParseFloat(strconv.FormatFloat(*v/month, 'g', 4, 64), 64)
			require.NoError(t, err)
			*v = rounded
		}
	}
	document, err := r.Encode()
	require.NoError(t, err)
	for name, got := range map[string]string{"survey.json": string(document), "survey.txt": table} {
		file := filepath.Join("testdata", name)
		if os.Getenv("UPDATE_SNAPS") == "always" {
			require.NoError(t, os.WriteFile(file, []byte(got), 0o644))
		}
		want, err := os.ReadFile(file)
		require.NoError(t, err)
		require.Equal(t, string(want), got, "renew it with UPDATE_SNAPS=always")
	}
}

// testSurveyInterrupted stops surveys while code is read. Whoever reads the table of the second one does not, so that
// it cannot end by itself.
func testSurveyInterrupted(ctx context.Context, t *testing.T, s *surveyor) {
	defer s.faults(nil)
	for _, twice := range []bool{false, true} {
		asked := make(chan struct{}, 100)
		s.faults(func(_ http.ResponseWriter, r *http.Request) bool {
			if !strings.HasPrefix(r.URL.Path, "/_ministack/") {
				return false
			}
			asked <- struct{}{}
			<-r.Context().Done()
			return true
		})
		command := s.command(ctx, t, "survey", "--rate", "500", "--json", "survey.json")
		var stdout strings.Builder
		command.Stdout = &stdout
		if twice {
			read, full, err := os.Pipe()
			require.NoError(t, err)
			defer read.Close()                       //nolint:errcheck // nothing was read
			_, err = full.Write(make([]byte, 1<<16)) // what a pipe holds
			require.NoError(t, err)
			command.Stdout = full
			defer full.Close() //nolint:errcheck // nobody reads it
		}
		stderr, err := command.StderrPipe()
		require.NoError(t, err)
		require.NoError(t, command.Start())
		<-asked
		require.NoError(t, command.Process.Signal(os.Interrupt))
		lines := bufio.NewScanner(stderr)
		var said []string
		for lines.Scan() {
			said = append(said, lines.Text())
			if twice && lines.Text() == leaving {
				require.NoError(t, command.Process.Signal(os.Interrupt))
			}
		}
		err = command.Wait()
		exit, ok := errors.AsType[*exec.ExitError](err)
		require.True(t, ok, err)
		require.Contains(t, said, leaving)
		file := filepath.Join(command.Dir, "survey.json")
		if twice {
			require.Equal(t, syscall.SIGINT, exit.Sys().(syscall.WaitStatus).Signal())
			require.NoFileExists(t, file)
			continue
		}
		require.Equal(t, 130, exit.ExitCode(), said)
		require.Equal(t, "dualarch: interrupted: the survey is incomplete", said[len(said)-1])
		require.Contains(t, stdout.String(), "\nINCOMPLETE: the survey was interrupted before it had looked at everything.\n")
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		r, err := survey.Decode(text)
		require.NoError(t, err)
		require.True(t, r.Interrupted)
		require.Len(t, r.Functions, 10)
		require.NotNil(t, r.Functions[0].Estimate, "what was found before")
	}
}

// testSurveyMeasured surveys what a fleet has tuned, with the permissions of before: what Step Functions knows, and what only
// the tuner's Results have, in a bucket that the policy cannot name.
func testSurveyMeasured(ctx context.Context, t *testing.T, s *surveyor, bucket string) {
	require.NotEmpty(t, bucket)
	queryIAM(ctx, t, s.Emulator, "DeleteRolePolicy", map[string]string{"RoleName": surveyorRole, "PolicyName": "denied"}) // of testSurveyFaults
	at := time.Date(2026, 1, 4, 3, 0, 0, 0, time.UTC)
	kept, err := json.Marshal(tuning.Result{
		Output: tuning.Output{
			Power: 512, Architecture: tuning.X86, Cost: 1e-6, Duration: 10,
			Targets: []tuning.TargetStatistics{{Architecture: tuning.X86, FunctionARN: functionARN("pdf"), Sizes: []tuning.SizeStatistics{{Power: 512, Cost: 1e-6, Duration: 10}}}},
		},
		Execution: tuning.ResultExecution{ARN: "arn:aws:states:::execution:forgotten", Started: at, Stopped: at},
	})
	require.NoError(t, err)
	_, err = s3Client(s.Config()).PutObject(ctx, &s3.PutObjectInput{
		Bucket: &bucket, Key: aws.String(keyname.Result("dualarch/", "pdf", "forgotten", at)), Body: bytes.NewReader(kept),
	})
	require.NoError(t, err)
	status, table, r := s.survey(ctx, t)
	require.Zero(t, status, table)
	measured := map[string]*survey.Measured{}
	for _, f := range r.Functions {
		measured[f.Name] = f.Measured
	}
	for _, f := range surveyedFunctions(t) {
		switch f.name {
		case "gone": // it is
		case "pdf":
			require.Equal(t, &survey.Measured{ExecutionARN: "arn:aws:states:::execution:forgotten", At: at, Architecture: tuning.X86, MemorySize: 512}, measured["pdf"], table)
		default:
			require.NotNil(t, measured[f.name], "%s: %s", f.name, table)
		}
	}
	denial, err := json.Marshal(map[string]any{"Version": "2012-10-17", "Statement": []any{
		map[string]any{"Effect": "Deny", "Action": "s3:ListBucket", "Resource": "*"},
	}})
	require.NoError(t, err)
	s.allow(ctx, t, "denied", string(denial))
	status, table, _ = s.survey(ctx, t)
	require.Equal(t, 1, status)
	require.Contains(t, table, "\nCould not be looked at (1):\n  "+emulator.Region+": verdicts in s3://"+bucket+"/dualarch/: AccessDenied: ")
}

// leaving is what is said to whoever interrupts.
const leaving = "interrupted: what is there follows (Ctrl-C leaves at once)"

// testSurveyFaults denies the code of one function, throttles a call, lets the URL of another
// function's code expire, and deletes a third one when it is its turn. All but these is what it was.
func testSurveyFaults(ctx context.Context, t *testing.T, s *surveyor) {
	status, _, before := s.survey(ctx, t)
	require.Zero(t, status)
	denial, err := json.Marshal(map[string]any{"Version": "2012-10-17", "Statement": []any{
		map[string]any{"Effect": "Deny", "Action": "lambda:GetFunction", "Resource": functionARN("thumbnails")},
	}})
	require.NoError(t, err)
	s.allow(ctx, t, "denied", string(denial))
	var throttle, del sync.Once
	s.faults(func(w http.ResponseWriter, r *http.Request) (answered bool) {
		switch {
		case strings.HasPrefix(r.URL.Path, "/_ministack/lambda-code/") && strings.HasSuffix(r.URL.Path, "/site"):
			http.Error(w, "<Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>", http.StatusForbidden)
			return true
		case strings.HasSuffix(r.URL.Path, "/functions") || strings.HasSuffix(r.URL.Path, "/functions/"):
			throttle.Do(func() {
				refuse(w, http.StatusTooManyRequests, "TooManyRequestsException", "Rate exceeded")
				answered = true
			})
		case strings.Contains(r.URL.Path, "/functions/") && strings.HasSuffix(r.URL.Path, "gone"):
			del.Do(func() {
				_, err := lambda.NewFromConfig(s.Config()).DeleteFunction(ctx, &lambda.DeleteFunctionInput{FunctionName: aws.String("gone")})
				require.NoError(t, err)
			})
		}
		return answered
	})
	defer s.faults(nil)
	status, table, r := s.survey(ctx, t)
	require.Equal(t, 1, status)
	_, problems, found := strings.Cut(table, "\nCould not be looked at (3):\n")
	require.True(t, found, table)
	require.Equal(t, "  thumbnails: code: GetFunction: AccessDeniedException: User: arn:aws:sts::"+emulator.Account+":assumed-role/surveyor/e2e is not authorized to perform: lambda:GetFunction with an explicit deny in an identity-based policy\n"+
		"  site: code: HTTP 403 (AccessDenied), of a new URL, too\n"+
		"  gone: code: GetFunction: ResourceNotFoundException: Function not found: "+functionARN("gone")+"; it was deleted while the survey ran\n", problems)
	wrong := map[string]bool{functionARN("thumbnails"): true, functionARN("site"): true, functionARN("gone"): true}
	require.Len(t, r.Functions, len(before.Functions))
	for i, f := range r.Functions {
		want := before.Functions[i]
		if wrong[f.ARN] {
			require.Equal(t, guard.Unknown, f.Readiness.Status, f.Name)
			want.Readiness, want.Problems = f.Readiness, f.Problems
		}
		require.InEpsilon(t, 1+want.Estimate.Saving, 1+f.Estimate.Saving, 0.001, "some seconds later")
		want.Estimate = f.Estimate
		require.Equal(t, want, f)
	}
}
