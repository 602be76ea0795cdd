package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/test/pages"
)

// here is this folder, wherever a test works.
var here, _ = os.Getwd()

// goldenOutput is an output of the tuner's own, as it was once.
func goldenOutput(t testing.TB, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(here, "../../test/page/testdata/"+name+".json"))
	require.NoError(t, err)
	return string(text)
}

const peerURL = "https://lambda-power-tuning.show/#gAA=;AADIQg==;vTeGNQ=="

func TestReport(t *testing.T) {
	two, one := goldenOutput(t, "prime"), goldenOutput(t, "foreign")
	inFolder(t, map[string]string{"two.json": two, "a=b.json": one, "peer.txt": peerURL})
	status, stdout, stderr := dualarch(t, "report", "two.json", "a=b.json", "Old=peer.txt", peerURL, "-o", "report.html")
	require.Zero(t, status, stderr)
	require.Empty(t, stdout)
	require.Regexp(t, `^wrote report\.html: 4 functions, \d\d\.\d KiB\n$`, stderr)
	page, err := os.ReadFile("report.html")
	require.NoError(t, err)
	for _, want := range []string{">prime<", ">foreign<", ">Old<", ">AWS Lambda Power Tuning<", "by dualarch "} {
		require.Contains(t, string(page), want)
	}
	entries, err := os.ReadDir(".")
	require.NoError(t, err)
	require.Len(t, entries, 4, "nothing else is left")

	status, stdout, stderr = dualarch(t, "report", "two.json", peerURL, "-o", "-")
	require.Zero(t, status, stderr)
	require.Empty(t, stderr)
	require.Equal(t, 1, strings.Count(stdout, "<article"), "the only function gets the peer's result")
}

func TestReportFromStandardInput(t *testing.T) {
	found, _, err := readShown([]string{"-"}, strings.NewReader(goldenOutput(t, "foreign")))
	require.NoError(t, err)
	require.Equal(t, "foreign", found[0].Name)
	_, _, err = readShown([]string{"-"}, bytes.NewReader(make([]byte, largestFile+1)))
	require.EqualError(t, err, "standard input: it is larger than 64 MiB; give files that hold verdicts")
}

// A survey is shown alone, beside others, and in front of verdicts.
func TestReportOfSurveys(t *testing.T) {
	inFolder(t, map[string]string{"survey.json": goldenOutput(t, "survey"), "verdict.json": goldenOutput(t, "foreign"), "newer.json": `{"format": 9, "regions": [], "functions": []}`})
	for _, test := range []struct {
		args []string
		want string
	}{
		{[]string{"survey.json"}, "a survey of 10 functions"},
		{[]string{"survey.json", "survey.json"}, "a survey of 10 functions, a survey of 10 functions"},
		{[]string{"verdict.json", "survey.json"}, "1 function, a survey of 10 functions"},
	} {
		status, stdout, stderr := dualarch(t, append([]string{"report", "-o", "report.html"}, test.args...)...)
		require.Zero(t, status, stderr)
		require.Empty(t, stdout)
		require.Regexp(t, `^wrote report\.html: `+test.want+`, \d+\.\d KiB\n$`, stderr)
		page, err := os.ReadFile("report.html")
		require.NoError(t, err)
		require.Contains(t, string(page), "Survey of account 123456789012")
	}
	status, _, stderr := dualarch(t, "report", "-o", "report.html", "Orders=survey.json", "newer.json", "nowhere.json")
	require.Equal(t, exitUsage, status)
	require.Equal(t, "dualarch: Orders=survey.json: it is a survey, which is of many functions; give it without a name\n"+
		"newer.json: $.format: given 9; this version reads 1: use the version of dualarch that wrote it, or a newer one\n"+
		"open nowhere.json: no such file or directory\n", stderr)
}

// All that cannot be read is reported at once, and nothing is written.
func TestReportProblems(t *testing.T) {
	inFolder(t, map[string]string{"empty.json": "", "bad\x1b.json": `{"targets": 7}`, "report.html": "old", "good.json": goldenOutput(t, "foreign")})
	const readable = "want the output of a tuning execution, what `dualarch tune --out` or `aws stepfunctions describe-execution` writes, a fleet.json, an output of AWS Lambda Power Tuning, or a visualization URL"
	for _, test := range []struct {
		args []string
		want string
	}{
		{[]string{"good.json"}, "--output: nothing was given; give the file to write, report.html for example, or - for the standard output"},
		{[]string{"empty.json", "good.json", "X=nowhere.json", "bad\x1b.json", "https://example.com/#x", "-o", "report.html"}, "empty.json: it is empty; " + readable +
			"\nopen nowhere.json: no such file or directory" +
			"\n" + `bad\u001b.json: $.targets: given a JSON number; want a list` +
			"\nvisualization URL: line 1: there are 1 parts behind the #; want #<sizes>;<times>;<costs>, or that twice and two names"},
	} {
		status, stdout, stderr := dualarch(t, append([]string{"report"}, test.args...)...)
		require.Equal(t, exitUsage, status)
		require.Empty(t, stdout)
		require.Equal(t, "dualarch: "+test.want+"\n", stderr)
	}
	old, err := os.ReadFile("report.html")
	require.NoError(t, err)
	require.Equal(t, "old", string(old))
	status, _, stderr := dualarch(t, "report", "good.json", "-o", filepath.Join("no", "folder.html"))
	require.Equal(t, exitUsage, status)
	require.Regexp(t, `^dualarch: open no/\.dualarch-\d+: no such file or directory\n$`, stderr)
}

// The commands of docs/report.md work as they stand there.
func TestCommandsOfTheReportPage(t *testing.T) {
	commands := append(pages.Commands(t, "dualarch report "), pages.Spans(t, "dualarch report ")...)
	inFolder(t, map[string]string{
		"verdict.json": goldenOutput(t, "prime"), "survey.json": goldenOutput(t, "survey"), "orders.json": goldenOutput(t, "prime"), "old-x86.json": peerURL, "old-arm64.json": peerURL,
		"verdicts/1.json": goldenOutput(t, "foreign"), "verdicts/2.json": goldenOutput(t, "prime"),
	})
	for _, command := range commands {
		var args []string
		for _, word := range strings.Fields(command)[1:] {
			if matches, _ := filepath.Glob(word); len(matches) > 0 {
				args = append(args, matches...)
				continue
			}
			args = append(args, word)
		}
		status, stdout, stderr := dualarch(t, args...)
		require.Zero(t, status, stderr)
		require.NotEmpty(t, stdout+stderr, command)
	}
}
