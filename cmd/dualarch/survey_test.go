package main

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/survey"
)

// surveyGolden is a survey of everything that can be printed.
func surveyGolden(t testing.TB) *survey.Report {
	t.Helper()
	r, err := survey.Decode([]byte(goldenOutput(t, "survey")))
	require.NoError(t, err)
	return r
}

// runSurvey runs "dualarch survey" over an account of which a report is found.
func runSurvey(ctx context.Context, o surveyOptions, args ...string) (status int, stdout, stderr string) {
	var out, errs bytes.Buffer
	o.load = func(context.Context, ...func(*config.LoadOptions) error) (aws.Config, error) {
		return aws.Config{Region: "eu-west-1"}, nil
	}
	status = execute(ctx, args, &out, &errs, newSurvey(o))
	return status, out.String(), errs.String()
}

// found is a survey that finds a report.
func found(r *survey.Report) surveyOptions {
	return surveyOptions{survey: func(_ context.Context, _ aws.Config, o survey.Options) (*survey.Report, error) {
		o.Progress(survey.Progress{Step: survey.StepListing, Done: 1, Of: 2})
		o.Progress(survey.Progress{Step: survey.StepListing, Done: 2, Of: 2})
		o.Announce(0.0012)
		o.Progress(survey.Progress{Step: survey.StepUsage, Region: "eu-west-1", Done: 1, Of: 10})
		o.Progress(survey.Progress{Step: survey.StepUsage, Region: "eu-west-1", Done: 2, Of: 10})
		o.Progress(survey.Progress{Step: survey.StepCode, Done: 1, Of: 10})
		return r, nil
	}}
}

// sameAsGolden compares with a file of testdata.
func sameAsGolden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join(here, "testdata", "survey", name)
	if os.Getenv("UPDATE_SNAPS") == "always" {
		require.NoError(t, os.WriteFile(file, []byte(got), 0o644))
	}
	want, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Equal(t, string(want), got, "renew it with UPDATE_SNAPS=always")
}

func TestSurvey(t *testing.T) {
	inFolder(t, nil)
	status, stdout, stderr := runSurvey(t.Context(), found(surveyGolden(t)), "--json", "survey.json", "--csv", "survey.csv", "--page", "survey.html")
	require.Equal(t, exitFound, status, "something could not be looked at")
	require.Regexp(t, `^looking for functions …
listing functions, 1 of 2 regions
This survey costs at most 0\.0012 USD, for reading CloudWatch's metrics \(GetMetricData, ListMetrics\)\.
eu-west-1: reading usage, 1 of 10 functions
looking into code, 1 of 10 functions
wrote survey\.json: 10 functions, \d+\.\d KiB
wrote survey\.csv: 10 functions, \d+\.\d KiB
wrote survey\.html: 10 functions, \d+\.\d KiB
$`, stderr)
	sameAsGolden(t, "table.txt", stdout)
	require.NotContains(t, stdout, "\x1b")
	require.NotContains(t, stdout, "\u202e")

	document, err := os.ReadFile("survey.json")
	require.NoError(t, err)
	back, err := survey.Decode(document)
	require.NoError(t, err)
	require.Equal(t, surveyGolden(t), back)
	text, err := os.ReadFile("survey.csv")
	require.NoError(t, err)
	sameAsGolden(t, "survey.csv", string(text))
	page, err := os.ReadFile("survey.html")
	require.NoError(t, err)
	require.Contains(t, string(page), "<h1>Survey: 10 functions of 123456789012</h1>")
	entries, err := os.ReadDir(".")
	require.NoError(t, err)
	require.Len(t, entries, 3, "nothing else is written")
}

// A complete survey of one region: the table has no columns of what there is none of.
func TestSurveyOfOneRegion(t *testing.T) {
	r := surveyGolden(t)
	r.Regions, r.Functions, r.Problems = r.Regions[:1], r.Functions[3:4], nil
	status, stdout, _ := runSurvey(t.Context(), found(r))
	require.Zero(t, status)
	sameAsGolden(t, "one.txt", stdout)
	r.Functions, r.Account = nil, "" // as survey.Run has it
	status, stdout, _ = runSurvey(t.Context(), found(r))
	require.Zero(t, status)
	require.True(t, strings.HasPrefix(stdout, "eu-west-1, 2026-11-28 03:10 UTC: usage of the last 30 days.\n"), stdout)
	sameAsGolden(t, "none.txt", stdout)
}

// People get what a screen holds; machines get all.
// A region whose prices are not known is no failure of the survey.
func TestSurveyWithoutPrices(t *testing.T) {
	r := surveyGolden(t)
	r.Regions, r.Functions, r.Problems = []string{"mx-central-1"}, r.Functions[3:4], nil
	r.Functions[0].ARN, r.Functions[0].Region = "arn:aws:lambda:mx-central-1:123456789012:function:ingest", "mx-central-1"
	r.Functions[0].Estimate, r.Functions[0].Problems = nil, nil
	r.Notes = []survey.Note{{Region: "mx-central-1", Text: "the price table of 2026-11 has no prices for mx-central-1: its functions have no estimate"}}
	t.Chdir(t.TempDir())
	for _, region := range []string{"--all-regions", "--region=mx-central-1"} {
		status, stdout, stderr := runSurvey(t.Context(), found(r), region, "--page", "survey.html", "--json", "survey.json")
		require.Zero(t, status, stderr)
		require.Contains(t, stdout, "no estimate of 1 function (no prices known for the region)\n")
		require.Contains(t, stdout, "\nNotes:\n  mx-central-1: the price table of 2026-11 has no prices for mx-central-1: its functions have no estimate\n")
		require.NotContains(t, stdout, "Could not be looked at")
		page, err := os.ReadFile("survey.html")
		require.NoError(t, err)
		require.Contains(t, string(page), "<li>mx-central-1: the price table of 2026-11 has no prices for mx-central-1: its functions have no estimate")
		written, err := os.ReadFile("survey.json")
		require.NoError(t, err)
		decoded, err := survey.Decode(written)
		require.NoError(t, err)
		require.Equal(t, r.Notes, decoded.Notes)
	}
}

func TestSurveyOfManyFunctions(t *testing.T) {
	r := surveyGolden(t)
	f, blocked := r.Functions[0], r.Functions[1]
	r.Functions = nil
	for range 60 {
		r.Functions = append(r.Functions, f)
	}
	for range 25 {
		r.Functions = append(r.Functions, blocked)
	}
	r.Functions = append(r.Functions, surveyGolden(t).Functions[2])
	status, stdout, _ := runSurvey(t.Context(), found(r))
	require.Equal(t, exitFound, status)
	require.Contains(t, stdout, "\n  and 36 more: --csv, --json and --page list all\n")
	require.Equal(t, 50, strings.Count(stdout, "\n  orders "))
	require.Contains(t, stdout, "\n  10. orders in eu-west-1: ")
	require.NotContains(t, stdout, "\n  11. ")
	require.Contains(t, stdout, "\nOthers that cannot move as they are (26 functions):\n")
	require.Contains(t, stdout, "\n  and 16 more: --csv and --json list all\n")
	require.Contains(t, stdout, "\nCould not be looked at (2):\n")
	status, stdout, _ = runSurvey(t.Context(), found(r), "--csv", "-")
	require.Equal(t, exitFound, status)
	require.Equal(t, 87, strings.Count(stdout, "\r\n"))
}

// The standard output has one thing; people then read the standard error.
func TestSurveyToTheStandardOutput(t *testing.T) {
	for flag, begins := range map[string]string{"--json": "{\n  \"format\": 1,", "--csv": "functionArn,functionName,", "--page": "<!DOCTYPE html>"} {
		_, stdout, stderr := runSurvey(t.Context(), found(surveyGolden(t)), flag, "-")
		require.True(t, strings.HasPrefix(stdout, begins), stdout)
		require.Contains(t, stderr, "\nWhere to begin:\n")
		require.NotContains(t, stderr, "wrote -")
	}
}

func TestSurveyFlags(t *testing.T) {
	var asked survey.Options
	o := surveyOptions{survey: func(_ context.Context, cfg aws.Config, o survey.Options) (*survey.Report, error) {
		asked = o
		require.Equal(t, "eu-west-1", cfg.Region)
		return &survey.Report{}, nil
	}}
	status, _, stderr := runSurvey(t.Context(), o, "--region", "us-east-1,eu-west-1", "--region", "us-east-1", "--name", "^shop-", "--tag", "team=shop", "--tag", "query=a=b",
		"--days", "7", "--rate", "2.5")
	require.Zero(t, status, stderr)
	require.Equal(t, []string{"eu-west-1", "us-east-1"}, asked.Regions)
	require.True(t, asked.Name.MatchString("shop-orders"))
	require.Equal(t, map[string]string{"team": "shop", "query": "a=b"}, asked.Tags)
	require.Equal(t, 7, asked.Days)
	require.Equal(t, 2.5, asked.CallsPerSecond)
	require.NotNil(t, asked.Looker)
	status, _, stderr = runSurvey(t.Context(), o, "--all-regions")
	require.Zero(t, status, stderr)
	require.True(t, asked.AllRegions)
	require.Empty(t, asked.Regions)
	require.Nil(t, asked.Name)
	require.Equal(t, 30, asked.Days)
	require.Equal(t, 10.0, asked.CallsPerSecond)
}

// All that makes no sense is reported at once, before anything is asked.
func TestSurveyRefusals(t *testing.T) {
	inFolder(t, map[string]string{"folder/file": ""})
	cache, err := filepath.Abs("folder/file")
	require.NoError(t, err)
	never := surveyOptions{survey: func(context.Context, aws.Config, survey.Options) (*survey.Report, error) {
		t.Error("something was asked")
		return nil, nil
	}}
	for _, test := range []struct {
		args []string
		want string
	}{
		{[]string{"--region", "Ireland", "--name", "(", "--tag", "team", "--tag", "=x", "--tag", "a=1", "--tag", "a=2", "--days", "0", "--rate", "0", "--json", "folder", "--csv", "-", "--page", "-"},
			`--region "Ireland": want a region's name, eu-west-1 for example
--name "(": error parsing regexp: missing closing ): ` + "`(`" + `; want a regular expression, ^shop- for example
--tag "team": want KEY=VALUE
--tag "=x": want KEY=VALUE
--tag "a=2": a=1 was given too, and a tag has one value
--days 0: give 1 to 455, which is how long CloudWatch keeps hourly values
--rate 0: give 0.01 to 1000 calls a second
--json: folder is a folder; give a file
--json, --csv and --page: more than one is -, the standard output; give files`},
		{[]string{"--days", "456", "--rate", "NaN"}, "--days 456: give 1 to 455, which is how long CloudWatch keeps hourly values\n--rate NaN: give 0.01 to 1000 calls a second"},
		{[]string{"--rate", "1e-10"}, "--rate 1e-10: give 0.01 to 1000 calls a second"},
		{[]string{"--region", "eu-west-1", "--all-regions"}, "if any flags in the group [region all-regions] are set none of the others can be; [all-regions region] were all set"},
		{[]string{"--policy", "--json", "a"}, "if any flags in the group [policy json] are set none of the others can be; [json policy] were all set"},
		{[]string{"--cache", "folder/file"}, "--cache: mkdir CACHE: not a directory"},
		{[]string{"orders"}, `unknown command "orders" for "survey"`},
		{[]string{"--name", "a\x1b("}, "--name \"a\\x1b(\": error parsing regexp: missing closing ): `a\\u001b(`; want a regular expression, ^shop- for example"},
	} {
		status, stdout, stderr := runSurvey(t.Context(), never, test.args...)
		require.Equal(t, exitUsage, status)
		require.Empty(t, stdout)
		require.Equal(t, "dualarch: "+strings.Replace(test.want, "CACHE", cache, 1)+"\n", stderr)
	}
	entries, err := os.ReadDir(".")
	require.NoError(t, err)
	require.Len(t, entries, 1, "nothing was written")
}

func TestSurveyFails(t *testing.T) {
	fails := surveyOptions{survey: func(context.Context, aws.Config, survey.Options) (*survey.Report, error) {
		return nil, errors.Join(errors.New("eu-west-1: functions: AccessDeniedException: not\x1b allowed"), errors.New("us-east-1: functions: the same"))
	}}
	status, stdout, stderr := runSurvey(t.Context(), fails)
	require.Equal(t, exitUsage, status)
	require.Empty(t, stdout)
	require.Equal(t, "looking for functions …\ndualarch: eu-west-1: functions: AccessDeniedException: not\\u001b allowed\nus-east-1: functions: the same\n", stderr)
}

// What is there when it is interrupted is shown and written.
func TestSurveyInterrupted(t *testing.T) {
	inFolder(t, nil)
	ctx, interrupt := context.WithCancel(t.Context())
	r := surveyGolden(t)
	r.Interrupted = true
	status, stdout, stderr := runSurvey(ctx, surveyOptions{survey: func(ctx context.Context, _ aws.Config, _ survey.Options) (*survey.Report, error) {
		interrupt()
		<-ctx.Done()
		return r, nil
	}}, "--json", "survey.json")
	require.Equal(t, exitInterrupted, status)
	require.Contains(t, stdout, "\nINCOMPLETE: the survey was interrupted before it had looked at everything.\n")
	require.Contains(t, stdout, "\n  orders ")
	require.Contains(t, stderr, "interrupted: what is there follows (Ctrl-C leaves at once)\n")
	require.True(t, strings.HasSuffix(stderr, "\ndualarch: interrupted: the survey is incomplete\n"), stderr)
	text, err := os.ReadFile("survey.json")
	require.NoError(t, err)
	require.Contains(t, string(text), `"interrupted": true`)
}

// The line that moves is gone when something else is printed.
func TestSurveyOnATerminal(t *testing.T) {
	o := found(surveyGolden(t))
	o.terminal = true
	_, _, stderr := runSurvey(t.Context(), o)
	require.Contains(t, stderr, "This survey costs at most 0.0012 USD, for reading CloudWatch's metrics (GetMetricData, ListMetrics).\n")
	require.Contains(t, stderr, "looking into code, 1 of 10 functions\n")
	require.True(t, strings.HasSuffix(stderr, "\x1b[1A\x1b[J"), "it is gone in the end: %q", stderr)
}

func TestSurveyPolicy(t *testing.T) {
	never := surveyOptions{survey: func(context.Context, aws.Config, survey.Options) (*survey.Report, error) {
		t.Error("something was asked")
		return nil, nil
	}}
	_, configured, stderr := runSurvey(t.Context(), never, "--policy")
	require.Empty(t, stderr)
	require.Contains(t, configured, `"arn:aws:lambda:eu-west-1:*:function:*"`, "the survey would ask the configured region")
	_, given, _ := runSurvey(t.Context(), never, "--policy", "--region", "cn-north-1,cn-northwest-1")
	require.Contains(t, given, `"arn:aws-cn:lambda:cn-north-1:*:function:*",
        "arn:aws-cn:lambda:cn-northwest-1:*:function:*"`)
	require.NotContains(t, given, "ListRegions")
	_, all, _ := runSurvey(t.Context(), never, "--policy", "--all-regions")
	require.Contains(t, all, `"arn:aws:lambda:*:*:function:*"`)
	require.Contains(t, all, `"account:ListRegions"`)
	inFolder(t, nil)
	status, _, _ := runSurvey(t.Context(), never, "--policy", "--cache", "cache")
	require.Zero(t, status)
	require.NoDirExists(t, "cache", "nothing is written")
}
