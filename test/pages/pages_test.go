package pages

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const root = "../.."

// claim is a call of this package in a test: the commands that it runs.
type claim struct {
	function, start string
	place           token.Position
}

// claims returns the calls in the tests of the whole project.
func claims(t *testing.T) []claim {
	t.Helper()
	var found []claim
	require.NoError(t, filepath.WalkDir(root, func(file string, entry fs.DirEntry, err error) error {
		name := entry.Name()
		switch {
		case err != nil:
			return err
		case entry.IsDir() && file != root && (name == "node_modules" || name == "testdata" || strings.HasPrefix(name, ".")):
			return filepath.SkipDir
		case entry.IsDir() || !strings.HasSuffix(name, "_test.go"):
			return nil
		}
		files := token.NewFileSet()
		parsed, err := parser.ParseFile(files, file, nil, 0)
		if err != nil {
			return err
		}
		if !slices.ContainsFunc(parsed.Imports, func(spec *ast.ImportSpec) bool {
			return spec.Path.Value == `"github.com/dualarch/dualarch/test/pages"`
		}) {
			return nil
		}
		ast.Inspect(parsed, func(node ast.Node) bool {
			call, ok := node.(*ast.CallExpr)
			if !ok {
				return true
			}
			selector, ok := call.Fun.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			if of, ok := selector.X.(*ast.Ident); !ok || of.Name != "pages" {
				return true
			}
			if function := selector.Sel.Name; function == "Root" || function == "Files" || function == "Publish" {
				return true
			}
			place := files.Position(call.Pos())
			require.Len(t, call.Args, 2, place)
			literal, ok := call.Args[1].(*ast.BasicLit)
			require.True(t, ok, "%s: give what the command begins with literally", place)
			start, err := strconv.Unquote(literal.Value)
			require.NoError(t, err)
			found = append(found, claim{selector.Sel.Name, start, place})
			return true
		})
		return nil
	}))
	return found
}

// Every command in a block is run by a test or by CI, or a reader is told that it needs an account.
func TestEveryCommandIsRun(t *testing.T) {
	lines, err := blocks(root)
	require.NoError(t, err)
	claims, ci := claims(t), ciLines(t)
	used := map[claim]bool{}
	accounts := 0
	for _, line := range lines {
		ran := line.Account || slices.Contains(ci, line.Text) || isTested(t, line.Text)
		if line.Account {
			accounts++
		}
		for _, claim := range claims {
			matches := false
			switch claim.function {
			case "Command", "Commands":
				matches = !line.Account && strings.HasPrefix(line.Text, claim.start)
			case "Block":
				matches = !line.Account && slices.ContainsFunc(lines, func(first Line) bool {
					return first.begins(claim.start) && line.sameBlock(first)
				})
			}
			if matches {
				used[claim], ran = true, true
			}
		}
		if !ran {
			t.Errorf("%s:%d: no test runs this command: take it from the page in one (package test/pages), or say %q:\n%s",
				line.Page, line.Number, "# "+Account, line.Text)
		}
	}
	require.Greater(t, accounts, 5, "the test found too few commands to be looking at the right pages")
	for _, claim := range claims {
		if claim.function != "Spans" {
			require.True(t, used[claim], "%s: no page has a command that begins with %q", claim.place, claim.start)
		}
	}
}

// ciLines returns the commands in .ci/run.
func ciLines(t *testing.T) []string {
	t.Helper()
	script, err := os.ReadFile(filepath.Join(root, ".ci", "run"))
	require.NoError(t, err)
	return strings.Split(string(script), "\n")
}

var goTest = regexp.MustCompile(`^(?:PATH="\$PWD/node_modules/\.bin:\$PATH" )?go test (\./\S+)(?: -run (\w+) -v)?$`)

// isTested reports whether the command is a "go test" of packages that make test has tested anyway.
func isTested(t *testing.T, command string) bool {
	t.Helper()
	match := goTest.FindStringSubmatch(command)
	if match == nil {
		return false
	}
	output, err := in(root, "go", "list", "-f", `{{if or .TestGoFiles .XTestGoFiles}}{{.Dir}}{{end}}`, match[1])
	require.NoError(t, err, command)
	folders := strings.Fields(output)
	require.NotEmpty(t, folders, command)
	if match[2] == "" {
		return true
	}
	for _, folder := range folders {
		files, err := filepath.Glob(filepath.Join(folder, "*_test.go"))
		require.NoError(t, err)
		for _, file := range files {
			text, err := os.ReadFile(file)
			require.NoError(t, err)
			if regexp.MustCompile(`(?m)^func Test\w*` + match[2]).Match(text) {
				return true
			}
		}
	}
	return false
}

func in(dir, name string, args ...string) (string, error) {
	command := exec.Command(name, args...)
	command.Dir = dir
	output, err := command.CombinedOutput()
	return string(output), err
}

// mentioned are commands in running text that are not meant to be typed as they are.
var mentioned = map[string]string{
	"dualarch tune --yes":                                                        "docs/ci.md has the whole command, which a test of cmd/dualarch runs",
	"dualarch tune --out":                                                        "tests of cmd/dualarch write such files",
	"dualarch restore FUNCTION":                                                  "it needs an AWS account",
	"aws stepfunctions describe-execution":                                       "it needs an AWS account",
	`docker run --platform linux/arm64 …`:                                        "what a build in a container does; test/containers runs such builds",
	`go test ./test/bench -figures -run TestExploration`:                         "make bench runs all of it, for an hour",
	`go test ./test/bench -figures -run 'TestExploration|TestCertainty'`:         "make bench runs all of it, for an hour",
	`go test -C test/tuner -count=1 -timeout 60m -run '^TestCampaign$' -figures`: "make bench runs it",
	`go test -C test/bench -run '^TestFleet$' -figures -fleet 1000`:              "make bench runs it, with 200 functions",
	`docker import --platform`:                                                   "a way that leads to a wrong label",
	`dotnet publish --runtime linux-${NODE_ARCH}`:                                "an argument of AssetCodeBuilt; .NET is not installed where the tests run",
	`sam build --use-container`:                                                  "what others do",
	`cdk synth --strict`:                                                         "what becomes of the guard's warnings; an option of the CDK CLI",
	`pip install aws-sam-cli`:                                                    "test/containers/requirements.txt installs it for the tests",
	`dualarch <execution>@<hash>#<round>.<index>`:                                "the text of a lock",
	`sudo apt-get install qemu-user-static`:                                      "CI installs it by this line",
	`cdk init app --language go`:                                                 "where an app comes from; test/consumer has one",
	`scripts/with-cdk.sh VERSION`:                                                "make test-cdk runs it with the version in test/consumer/newest-cdk",
	`scripts/with-cdk.sh latest`:                                                 "make current runs it; the registry decides what it finds",
	`go get github.com/aws/aws-cdk-go/awscdk/v2@v2.276.0`:                        "make test-cdk requires that version; test/house compares the two",
}

// name is a command's name, which says nothing of how it is called: "cdk synth", "docker save".
var name = regexp.MustCompile(`^(aws|cargo|cdk|docker|dotnet|dualarch|go|npm|pip|sam)( [a-z-]+)?$|^(crane|curl|jq|git|npx|make)$|^go 1\.[0-9.]+$`)

func TestEveryCommandInProseIsKnown(t *testing.T) {
	spans, err := spans(root)
	require.NoError(t, err)
	claims, ci, targets := claims(t), ciLines(t), makeTargets(t)
	seen := map[string]bool{}
	for _, span := range spans {
		seen[span.Text] = true
		target, isMake := strings.CutPrefix(span.Text, "make ")
		known := name.MatchString(span.Text) || mentioned[span.Text] != "" || slices.Contains(ci, span.Text) ||
			isMake && slices.Contains(targets, target) || span.Text == ".ci/run" || isTested(t, span.Text)
		for _, claim := range claims {
			known = known || claim.function == "Spans" && strings.HasPrefix(span.Text, claim.start)
		}
		if !known {
			t.Errorf("%s:%d: no test knows `%s`: give it a block of its own, run it in a test (pages.Spans), or say in this test why it is only mentioned",
				span.Page, span.Number, span.Text)
		}
	}
	for text := range mentioned {
		require.True(t, seen[text], "no page mentions `%s` any more", text)
	}
}

func makeTargets(t *testing.T) []string {
	t.Helper()
	output, err := in(root, "make", "--silent", "help")
	require.NoError(t, err, output)
	var targets []string
	for line := range strings.SplitSeq(strings.TrimSpace(output), "\n") {
		targets = append(targets, strings.Fields(line)[1])
	}
	return targets
}

func TestBlocks(t *testing.T) {
	for page, want := range map[string][]Line{
		"```sh\nmake demo   # a minute\nmake \\\n  test\n```\n": {
			{Number: 2, Text: "make demo", block: 2, first: true}, {Number: 3, Text: "make \\\n  test", block: 2},
		},
		"text\n\n```sh\n# needs an AWS account\naws a\n\naws b | cat   # needs it\n```\n": {
			{Number: 5, Text: "aws a", Account: true, block: 4, first: true}, {Number: 7, Text: "aws b | cat", Account: true, block: 4},
		},
		"```sh\na\nb   # needs an AWS account\n# needs an AWS account: no comment of the block's any more\nc\n```\n": {
			{Number: 2, Text: "a", block: 2, first: true}, {Number: 3, Text: "b", Account: true, block: 2}, {Number: 5, Text: "c", block: 2},
		},
		"```console\n$ dualarch check fn\nfn: 1 file\n$ echo $?\n0\n```\n": {
			{Number: 2, Text: "dualarch check fn", block: 2, first: true}, {Number: 4, Text: "echo $?", block: 2},
		},
		"  ```sh\n  make demo\n  ```\n":                {{Number: 2, Text: "make demo", block: 2, first: true}},
		"```text\nmake demo\n```\n\n```go\nx()\n```\n": nil,
	} {
		for i := range want {
			want[i].Page = "docs/a.md"
		}
		got, err := parseBlocks("docs/a.md", []byte(page))
		require.NoError(t, err, page)
		require.Equal(t, want, got, page)
	}
	for page, want := range map[string]string{
		"a\n\n```\nmake demo\n```\n": `docs/a.md:3: the block is fenced as ""; say sh for commands, console where output follows, text, go, json, yaml, mermaid or dockerfile`,
		"```sh\nrun (\n```\n":        "docs/a.md: the block at line 2: 1:1: `foo(` must be followed by `)`",
	} {
		_, err := parseBlocks("docs/a.md", []byte(page))
		require.EqualError(t, err, want)
	}
}

func TestSpans(t *testing.T) {
	got, err := parseSpans("docs/a.md", []byte("Say `make demo`, not `Makefile`.\n```sh\nmake test `x`\n```\n<!-- `make golden` -->\n"+
		"`PATH=\"$PWD:$PATH\" go test\n./a`, `.ci/run`, `makefile`\n"))
	require.NoError(t, err)
	require.Equal(t, []Line{
		{Page: "docs/a.md", Number: 1, Text: "make demo"},
		{Page: "docs/a.md", Number: 6, Text: `PATH="$PWD:$PATH" go test ./a`},
		{Page: "docs/a.md", Number: 7, Text: ".ci/run"},
	}, got)
}
