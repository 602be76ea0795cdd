package main

import (
	"bytes"
	"debug/elf"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/binarchtest"
	"github.com/dualarch/dualarch/internal/lambdaruntime"
)

const x86, arm = elf.EM_X86_64, elf.EM_AARCH64

// inFolder makes the files in a new folder and works there, so that paths in the
// output are the ones given.
func inFolder(t *testing.T, files map[string]string) {
	t.Helper()
	t.Chdir(binarchtest.Folder(t, files))
}

func dualarch(t *testing.T, args ...string) (status int, stdout, stderr string) {
	t.Helper()
	var out, errors bytes.Buffer
	status = run(t.Context(), args, &out, &errors, false)
	return status, out.String(), errors.String()
}

func TestUsageErrors(t *testing.T) {
	inFolder(t, map[string]string{"a/index.js": "text", "README.md": "# Read\n", "run.sh": "#!/bin/sh\n", "package.json": "{}", "bad.template.json": "{"})
	require.NoError(t, os.Mkdir("empty", 0o755))
	const noPackage = ": neither an archive nor a program; give the folder or the zip that is deployed, an image archive, a Dockerfile, a template or a cdk.out"
	for _, test := range []struct {
		args []string
		want string
	}{
		{[]string{"check", "README.md", "a", "run.sh", "package.json", "empty"}, "README.md" + noPackage + "\nrun.sh" + noPackage + "\npackage.json" + noPackage +
			"\nempty: there are no files in it; give the folder or the zip that is deployed"},
		{[]string{"check", "nowhere"}, "stat nowhere: no such file or directory"},
		{[]string{"check", "no\x1b[2Jwhere\n"}, `stat no\u001b[2Jwhere\u000a: no such file or directory`},
		{[]string{"check", "--arch", "amd64", "a"}, `--arch: architecture "amd64": want x86_64 or arm64`},
		{[]string{"check", "--arch", "", "a"}, "--arch: want x86_64, arm64 or both"},
		{[]string{"check", "--runtime", "pyton3.12", "a"}, `--runtime "pyton3.12": want an identifier of Lambda's, provided.al2023 or python3.12 for example`},
		{[]string{"check", "--json", "--sarif", "a"}, "if any flags in the group [json sarif] are set none of the others can be; [json sarif] were all set"},
		{[]string{"check", "--accept", "a", "a"}, `--accept "a": no reason was given for "a"; say why it is harmless, for the next reader`},
		{[]string{"check", "--accept", "**=x", "a"}, `--accept "**=x": the path "**" matches every file; name the files that were looked at`},
		{[]string{"check", "--wrong", "a"}, "unknown flag: --wrong"},
		{[]string{"wrong"}, `unknown command "wrong" for "dualarch"`},
		{[]string{"check", "bad.template.json"}, "bad.template.json: unexpected end of JSON input"},
	} {
		status, stdout, stderr := dualarch(t, test.args...)
		require.Equal(t, exitUsage, status, test.args)
		require.Empty(t, stdout, test.args)
		require.Equal(t, "dualarch: "+test.want+"\n", stderr)
	}
}

// Who types the command alone wants to know what it takes.
func TestWithoutPathsItShowsItsUsage(t *testing.T) {
	status, stdout, stderr := dualarch(t, "check")
	require.Equal(t, exitUsage, status)
	require.Empty(t, stdout)
	_, help, _ := dualarch(t, "check", "--help")
	_, usage, found := strings.Cut(help, "\n\nUsage:\n")
	require.True(t, found)
	require.Equal(t, "dualarch: no PATH was given\n\nUsage:\n"+usage, stderr)

	status, stdout, _ = dualarch(t)
	require.Zero(t, status)
	require.Regexp(t, "\n  check +Find files that cannot run on their architecture\n", stdout)
}

// What Lambda has, had and may have next.
func TestEveryRuntimeIsAccepted(t *testing.T) {
	inFolder(t, map[string]string{"a/bootstrap": binarchtest.Program(t, x86)})
	names := []string{lambdaruntime.Custom, "python3.99", "provided.al2029"}
	for _, r := range lambdaruntime.All() {
		names = append(names, r.Name)
	}
	for _, name := range names {
		status, _, stderr := dualarch(t, "check", "--arch", "x86_64", "--runtime", name, "a")
		require.Zero(t, status, stderr)
	}
}

func TestCompletion(t *testing.T) {
	status, stdout, _ := dualarch(t, "__complete", "check", "--arch", "")
	require.Zero(t, status)
	require.Contains(t, stdout, "x86_64\narm64\n")
	_, stdout, _ = dualarch(t, "__complete", "check", "--runtime", "")
	require.Contains(t, stdout, "custom\n")
	require.Contains(t, stdout, "nodejs26.x\n")
	require.NotContains(t, stdout, "nodejs20.x\n")
	status, stdout, _ = dualarch(t, "completion", "bash")
	require.Zero(t, status)
	require.Contains(t, stdout, "bash completion V2 for dualarch")
}
