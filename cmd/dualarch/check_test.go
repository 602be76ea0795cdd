package main

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"debug/elf"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/binarch"
	"github.com/dualarch/dualarch/internal/binarchtest"
	"github.com/dualarch/dualarch/internal/lambdaruntime"
	"github.com/dualarch/dualarch/test/pages"
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

func TestTable(t *testing.T) {
	inFolder(t, map[string]string{"fn/bootstrap": binarchtest.Program(t, x86), "fn/lib/\x1b[31mred": binarchtest.Program(t, x86), "fn/a.exe/x": "text"})
	status, stdout, stderr := dualarch(t, "check", "fn")
	require.Equal(t, exitFound, status)
	require.Empty(t, stderr)
	require.Equal(t, `fn: 3 files, 132 B, 2 native
  SEVERITY  FILE               BUILT FOR     DEPLOYED TO  REASON
  error     bootstrap          x86_64 Linux  arm64        it cannot be executed there
  error     lib/\u001b[31mred  x86_64 Linux  arm64        it cannot be executed there
  What to do:
  - 2 findings: compile it with aarch64-linux-gnu-gcc, clang --target=aarch64-linux-gnu or, from Rust, --target aarch64-unknown-linux-gnu

2 errors, 0 warnings
`, stdout)

	status, stdout, _ = dualarch(t, "check", "--arch", "x86_64", "--runtime", "provided.al2023", "fn")
	require.Zero(t, status)
	require.Equal(t, "fn: 3 files, 132 B, 2 native\n  everything runs on x86_64 provided.al2023\n\n0 errors, 0 warnings\n", stdout)
}

func TestTableOfManyIsCut(t *testing.T) {
	files := map[string]string{}
	for i := range maxRows + 7 {
		files["fn/"+strings.Repeat("p", i+1)] = binarchtest.Program(t, x86)
	}
	inFolder(t, files)
	_, stdout, _ := dualarch(t, "check", "--arch", "arm64", "fn")
	require.Contains(t, stdout, "\n  and 7 more: --json lists all\n")
}

func TestUnreadableIsAWarning(t *testing.T) {
	inFolder(t, map[string]string{"a.so": "\x7fELF", "b/a.a": "!<arch>\n", "b/x.exe": "MZ"})
	status, stdout, _ := dualarch(t, "check", "a.so", "b")
	require.Zero(t, status)
	require.Contains(t, stdout, "  warning   a.so                          could not be read: ELF header: the file ends inside it\n")
	require.Contains(t, stdout, "\n0 errors, 1 warning\n")
}

func TestJSON(t *testing.T) {
	inFolder(t, map[string]string{"bootstrap": binarchtest.Program(t, arm)})
	status, stdout, stderr := dualarch(t, "check", "--json", "--arch", "x86_64", "bootstrap")
	require.Equal(t, exitFound, status)
	require.Empty(t, stderr)
	require.Equal(t, `{
  "errors": 1,
  "warnings": 0,
  "checked": [
    {
      "name": "bootstrap",
      "targets": [
        {
          "architecture": "x86_64"
        }
      ],
      "path": "bootstrap",
      "files": 1,
      "bytes": 64,
      "native": 1,
      "findings": [
        {
          "rule": "wrong-architecture",
          "severity": "error",
          "path": "bootstrap",
          "builtFor": "arm64 Linux",
          "deployedTo": "x86_64",
          "reason": "it cannot be executed there",
          "ecosystem": "native",
          "remedy": "compile it with x86_64-linux-gnu-gcc, clang --target=x86_64-linux-gnu or, from Rust, --target x86_64-unknown-linux-gnu"
        }
      ]
    }
  ]
}
`, stdout)
}

// tarred is a tar of files: a name and a content each.
func tarred(t *testing.T, files ...string) string {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for i := 0; i < len(files); i += 2 {
		require.NoError(t, w.WriteHeader(&tar.Header{Name: files[i], Mode: 0o755, Size: int64(len(files[i+1])), Typeflag: tar.TypeReg}))
		_, err := w.Write([]byte(files[i+1]))
		require.NoError(t, err)
	}
	require.NoError(t, w.Close())
	return b.String()
}

// Every kind of path, for both architectures and for each.
func TestKindsOfPaths(t *testing.T) {
	zipped := func(name string) string {
		var b bytes.Buffer
		w := zip.NewWriter(&b)
		entry, err := w.Create(name)
		require.NoError(t, err)
		_, err = entry.Write([]byte(binarchtest.Program(t, arm)))
		require.NoError(t, err)
		require.NoError(t, w.Close())
		return b.String()
	}
	inFolder(t, map[string]string{
		"folder/tool": binarchtest.Program(t, arm), "function.zip": zipped("tool"), "app.jar": zipped("linux/aarch64/libtool.so"),
		"tool-1-cp313-cp313-manylinux2014_aarch64.whl": zipped("tool/_tool.abi3.so"), "package.tar": tarred(t, "tool", binarchtest.Program(t, arm)),
		"image.tar": tarred(t, "manifest.json", `[{"Config": "c.json", "RepoTags": ["app:1"], "Layers": ["l.tar"]}]`,
			"c.json", `{"architecture": "arm64", "os": "linux"}`, "l.tar", tarred(t, "tool", binarchtest.Program(t, arm))),
		"cdk.out/cdk.out": "{}", "cdk.out/asset.aaa/bootstrap": binarchtest.Program(t, arm),
		"cdk.out/App.template.json": `{"Resources": {"Fn": {"Type": "AWS::Lambda::Function", "Properties": {"Runtime": "provided.al2023", "Architectures": ["arm64"], "Code": {"S3Key": "aaa.zip"}}}}}`,
	})
	for _, path := range []string{
		"folder", "function.zip", "app.jar", "tool-1-cp313-cp313-manylinux2014_aarch64.whl", "package.tar", "image.tar", "cdk.out", "cdk.out/App.template.json",
	} {
		status, stdout, stderr := dualarch(t, "check", "--arch", "arm64", path)
		require.Zero(t, status, "%s: %s", path, stdout)
		require.Empty(t, stderr)
		status, _, _ = dualarch(t, "check", "--arch", "x86_64", path)
		require.Equal(t, exitFound, status, path)
		status, _, _ = dualarch(t, "check", path)
		if strings.HasPrefix(path, "cdk.out") { // an app says itself what it is deployed to
			require.Zero(t, status, path)
		} else {
			require.Equal(t, exitFound, status, path)
		}
	}
}

func TestAccepted(t *testing.T) {
	inFolder(t, map[string]string{"fn/bin/tool": binarchtest.Program(t, x86), "fn/lib/a.so": binarchtest.Program(t, x86)})
	args := []string{"check", "--arch", "arm64", "--accept", "bin/**=only run on laptops", "fn"}
	status, stdout, stderr := dualarch(t, args...)
	require.Equal(t, exitFound, status)
	require.Empty(t, stderr)
	require.Equal(t, `fn: 2 files, 128 B, 2 native
  SEVERITY  FILE      BUILT FOR     DEPLOYED TO  REASON
  error     lib/a.so  x86_64 Linux  arm64        it cannot be executed there
  accepted  bin/tool for arm64: only run on laptops
  What to do:
  - 1 finding: compile it with aarch64-linux-gnu-gcc, clang --target=aarch64-linux-gnu or, from Rust, --target aarch64-unknown-linux-gnu

1 error, 0 warnings
`, stdout)
	_, stdout, _ = dualarch(t, append(args, "--json")...)
	require.Contains(t, stdout, `"accepted": "only run on laptops"`)
	_, stdout, _ = dualarch(t, append(args, "--sarif")...)
	require.Contains(t, stdout, `"justification": "only run on laptops"`)

	status, stdout, stderr = dualarch(t, "check", "--arch", "arm64", "--accept", "**/{tool,a.so}=both", "--accept", "gone.so=old", "fn")
	require.Zero(t, status)
	require.Contains(t, stdout, "\n0 errors, 0 warnings\n")
	require.NotContains(t, stdout, "everything runs")
	require.Equal(t, "dualarch: warning: \"gone.so\" is accepted (old), and the guard finds nothing there; take the acceptance out, or mend its path\n", stderr)
}

func TestUsageErrors(t *testing.T) {
	inFolder(t, map[string]string{"a/index.js": "text", "README.md": "# Read\n", "run.sh": "#!/bin/sh\n", "package.json": "{}", "bad.template.json": "{"})
	require.NoError(t, os.Mkdir("empty", 0o755))
	const noPackage = ": neither an archive nor a program; give the folder or the zip that is deployed, an image archive, a Dockerfile, a template or a cdk.out"
	for _, test := range []struct {
		args []string
		want string
	}{
		{[]string{"check"}, "requires at least 1 arg(s), only received 0"},
		{[]string{"check", "README.md", "a", "run.sh", "package.json", "empty"}, "README.md" + noPackage + "\nrun.sh" + noPackage + "\npackage.json" + noPackage +
			"\nempty: there are no files in it; give the folder or the zip that is deployed"},
		{[]string{"check", "nowhere"}, "stat nowhere: no such file or directory"},
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

// What Lambda has, had and may have next.
func TestEveryRuntimeIsAccepted(t *testing.T) {
	inFolder(t, map[string]string{"a/index.js": "text"})
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

// docs/check.md shows the command's own help.
func TestHelpIsDocumented(t *testing.T) {
	shownBy := pages.Command(t, "dualarch check --help")
	status, help, _ := dualarch(t, strings.Fields(shownBy)[1:]...)
	require.Zero(t, status)
	page, err := os.ReadFile(filepath.Join("..", "..", "docs", "check.md"))
	require.NoError(t, err)
	_, after, found := strings.Cut(string(page), "$ "+shownBy+"\n")
	require.True(t, found)
	shown, _, _ := strings.Cut(after, "```")
	require.Empty(t, cmp.Diff(help, shown))
}

// What the pages tell a reader to type is understood.
func TestCommandsOfThePages(t *testing.T) {
	commands := append(pages.Spans(t, "dualarch check "), pages.Spans(t, "dualarch completion ")...)
	inFolder(t, map[string]string{
		"image.tar": tarred(t, "manifest.json", `[{"Config": "c.json", "Layers": ["l.tar"]}]`,
			"c.json", `{"architecture": "arm64", "os": "linux"}`, "l.tar", tarred(t, "tool", binarchtest.Program(t, arm))),
		"template.yaml": "Resources:\n  Fn:\n    Type: AWS::Serverless::Function\n    Properties: {CodeUri: fn}\n", "fn/index.js": "",
		"cdk.out/cdk.out": "{}", "cdk.out/asset.aaa/bootstrap": binarchtest.Program(t, arm),
		"cdk.out/App.template.json": `{"Resources": {"Fn": {"Type": "AWS::Lambda::Function", "Properties": {"Runtime": "provided.al2023", "Architectures": ["arm64"], "Code": {"S3Key": "aaa.zip"}}}}}`,
	})
	for _, command := range commands {
		words := strings.Fields(command)[1:]
		if strings.HasPrefix(words[len(words)-1], "--") && words[0] == "check" {
			words = append(words, "cdk.out") // the page names an option alone
		}
		choices := []string{""}
		place := slices.IndexFunc(words, func(word string) bool { return strings.Contains(word, "|") })
		if place >= 0 {
			choices = strings.Split(words[place], "|")
		}
		for _, choice := range choices {
			if place >= 0 {
				words[place] = choice
			}
			status, stdout, stderr := dualarch(t, words...)
			require.Less(t, status, exitUsage, "%s: %s", words, stderr)
			require.NotEmpty(t, stdout, words)
		}
	}
}

func TestProgressIsShownAndRemoved(t *testing.T) {
	counts := new(binarch.Progress)
	counts.Files.Store(12345)
	counts.Bytes.Store(3 << 20)
	screen := &watchedScreen{want: []byte("big.tar: 12345 files, 3.0 MiB"), seen: make(chan struct{})}
	stop := showProgress(screen, "big.tar", counts, 0)
	select {
	case <-screen.seen:
	case <-t.Context().Done():
	case <-time.After(10 * time.Second):
		t.Error("no progress was shown")
	}
	stop()

	var untouched bytes.Buffer
	showProgress(&untouched, "small.zip", counts, progressAfter)()
	require.Empty(t, untouched.String())
}

// watchedScreen closes seen when it has been told what is wanted.
type watchedScreen struct {
	want []byte
	all  bytes.Buffer
	seen chan struct{}
	once sync.Once
}

func (w *watchedScreen) Write(b []byte) (int, error) {
	w.all.Write(b)
	if bytes.Contains(w.all.Bytes(), w.want) {
		w.once.Do(func() { close(w.seen) })
	}
	return len(b), nil
}
