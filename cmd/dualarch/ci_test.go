package main

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"

	"github.com/dualarch/dualarch/internal/verdicts"
	"github.com/dualarch/dualarch/test/pages"
)

func TestFailOn(t *testing.T) {
	two := goldenOutput(t, "prime")
	keep := strings.Replace(two, `"action": "change"`, `"action": "keep"`, 1)
	different := strings.Replace(keep, `"alike": 22`, `"alike": 20, "firstDifference": "/body: 1, 2"`, 1)
	inFolder(t, map[string]string{"change.json": two, "keep.json": keep, "different.json": different})
	for _, test := range []struct {
		file, gate string
		want       string
	}{
		{"change.json", "change", "another configuration is advised: arm64 at 1024 MB"},
		{"change.json", "saving=25%", "arm64 at 1024 MB saves 26 %"},
		{"change.json", "saving=26", ""},
		{"change.json", "different-answers", ""},
		{"keep.json", "change", ""},
		{"keep.json", "saving=1%", ""},
		{"different.json", "different-answers", "the answers differ in 2 of 22: /body: 1, 2"},
	} {
		status, stdout, stderr := dualarch(t, "tune", "--from", test.file, "--fail-on", test.gate)
		require.NotEmpty(t, stdout)
		if test.want == "" {
			require.Zero(t, status, test)
			continue
		}
		require.Equal(t, exitGate, status, test)
		require.Equal(t, "dualarch: --fail-on "+test.gate+": prime: "+test.want+"\n", stderr)
	}
}

// The command of docs/ci.md works as it stands there, and fails as it says.
func TestCommandOfTheCIPage(t *testing.T) {
	command := pages.Command(t, "dualarch tune --from")
	inFolder(t, map[string]string{"verdict.json": goldenOutput(t, "prime")})
	status, _, stderr := dualarch(t, strings.Fields(command)[1:]...)
	require.Equal(t, exitGate, status)
	require.Equal(t, "dualarch: --fail-on saving=5%: prime: arm64 at 1024 MB saves 26 %\n", stderr)
}

// The workflow of docs/ci.md is one, and its command tunes, writes what later steps read, and gates.
func TestWorkflowOfTheCIPage(t *testing.T) {
	page, err := os.ReadFile("../../docs/ci.md")
	require.NoError(t, err)
	_, text, found := strings.Cut(string(page), "```yaml\n")
	require.True(t, found)
	text, _, _ = strings.Cut(text, "```")
	var workflow struct {
		Jobs map[string]struct {
			Steps []struct{ ID, Run, If string }
		}
	}
	require.NoError(t, yaml.Unmarshal([]byte(text), &workflow))
	s := newStub(t, &stub{})
	inFolder(t, nil)
	for _, step := range workflow.Jobs["tune"].Steps {
		if step.ID != "tune" {
			continue
		}
		words := strings.Fields(strings.ReplaceAll(step.Run, "\\\n", " "))
		require.Equal(t, []string{"go", "run", "github.com/dualarch/dualarch/cmd/dualarch@latest", "tune"}, words[:4])
		status, _, stderr := tune(t.Context(), nil, words[4:]...)
		require.Equal(t, exitGate, status, stderr)
	}
	require.Len(t, s.inputs, 1)
	for _, file := range []string{"comment.md", "verdict.html", "verdict.json"} {
		require.FileExists(t, file)
		require.Contains(t, text, file[:strings.Index(file, ".")])
	}
}

// What a function can influence is text, and mentions nobody, in a comment.
func TestMarkdownEscapes(t *testing.T) {
	text := markdownText("<img src=x>\x1b @team [a](http://b) `c` | **d** #1 www.b.c a: b")
	require.Equal(t, `&#60;img src=x&#62;&#92;u001b &#64;&#8203;team &#91;a&#93;(http&#58;&#8203;//b) &#96;c&#96; &#124; &#42;&#42;d&#42;&#42; &#35;&#8203;1 www&#8203;.b.c a&#58; b`, text)
	page := markdown([]verdicts.Function{{Name: "<b>", Verdicts: []verdicts.Verdict{{Failed: "@all"}}}})
	require.Equal(t, "### &#60;b&#62;\n\nThere is no verdict: &#64;&#8203;all\n\n", page)
}

// Files go to the standard output too; then the table does not stand in between.
func TestStandardOutput(t *testing.T) {
	inFolder(t, map[string]string{"verdict.json": goldenOutput(t, "prime")})
	for flag, begins := range map[string]string{"--out": "{\n", "--markdown": "### prime\n", "--report": "<!doctype html>"} {
		status, stdout, stderr := dualarch(t, "tune", "--from", "verdict.json", flag, "-")
		require.Zero(t, status)
		require.True(t, strings.HasPrefix(strings.ToLower(stdout), begins), stdout[:20])
		require.Contains(t, stderr, "\nprime\n")
	}
}

// A run that failed reads the same from its file.
func TestFailedRunInAFile(t *testing.T) {
	newStub(t, &stub{status: "FAILED"})
	inFolder(t, nil)
	_, said, _ := tune(t.Context(), nil, "--yes", "--out", "failed.json")
	status, again, _ := tune(t.Context(), nil, "--from", "failed.json")
	require.Equal(t, exitRunFailed, status)
	require.Equal(t, said, again)
}
