package dualarch

import (
	"bytes"
	"encoding/json"
	"fmt"
	"go/format"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// snippet is a fenced block of a page.
type snippet struct {
	page string // from the module's root
	line int    // of the block's first line
	tag  string // what follows the fence
	text string
}

// Every Go snippet of the pages is a file that compiles as it is, imports included, so that a
// reader can paste it.
func TestSnippetsCompile(t *testing.T) {
	root, err := filepath.Abs("../..")
	require.NoError(t, err)
	pages, err := filepath.Glob(filepath.Join(root, "*.md"))
	require.NoError(t, err)
	docs, err := filepath.Glob(filepath.Join(root, "docs", "*.md"))
	require.NoError(t, err)
	var snippets []snippet
	for _, page := range append(pages, docs...) {
		content, err := os.ReadFile(page)
		require.NoError(t, err)
		name, err := filepath.Rel(root, page)
		require.NoError(t, err)
		found, wrong := goSnippets(name, string(content))
		require.Empty(t, wrong)
		snippets = append(snippets, found...)
	}
	require.Greater(t, len(snippets), 15, "the test found too few snippets to be looking at the right pages")
	require.Empty(t, compileSnippets(t, root, snippets))
}

func TestSnippetsThatAreNoFilesAreFound(t *testing.T) {
	const fence = "```"
	page := func(tag, text string) string { return "# Page\n\n" + fence + tag + "\n" + text + fence + "\n" }
	for name, c := range map[string]struct{ page, want string }{
		"no imports": {page("go", "package main\n\nfunc f() {}\n"), "page.md:4: a Go snippet shows its imports"},
		"statements": {page("go", "x := 1\n"), "page.md:4:1: expected 'package', found x: a Go snippet is a file"},
		"props":      {page("go", "Primary: awslambda.Architecture_ARM_64(),\n"), "page.md:4:1: expected 'package', found Primary: a Go snippet is a file"},
		"unformatted": {page("go", "package main\n\nimport \"fmt\"\n\nfunc f()  { fmt.Println() }\n"),
			"page.md:4: a Go snippet is formatted by gofmt"},
		"untagged":    {page("", "stack := awscdk.NewStack(app, jsii.String(\"Shop\"), nil)\n"), "page.md:4: this is Go: start the block with " + fence + "go"},
		"another tag": {page("golang", "package main\n"), "page.md:4: this is Go: start the block with " + fence + "go"},
		"no end":      {"# Page\n\n" + fence + "go\npackage main\n", "page.md:4: the block has no end"},
	} {
		t.Run(name, func(t *testing.T) {
			_, wrong := goSnippets("page.md", c.page)
			require.Equal(t, []string{c.want}, wrong)
		})
	}
	found, wrong := goSnippets("page.md", "- in a list:\n\n  "+fence+"go\n  package main\n\n  import _ \"fmt\"\n  "+fence+"\n\n"+page("sh", "go build\n"))
	require.Empty(t, wrong)
	require.Equal(t, []snippet{{"page.md", 4, "go", "package main\n\nimport _ \"fmt\"\n"}}, found)

	root, err := filepath.Abs("../..")
	require.NoError(t, err)
	said := compileSnippets(t, root, []snippet{
		{"page.md", 4, "go", "package main\n\nimport \"fmt\"\n\nfunc f() { fmt.Println(unknown) }\n"},
		{"page.md", 40, "go", "package main\n\nimport \"fmt\"\n"},
	})
	require.Regexp(t, `(?m)^page\.md:8: undefined: unknown$`, said)
	require.Regexp(t, `(?m)^page\.md:42: "fmt" imported and not used$`, said)
}

// goSnippets returns the Go blocks of a page, and what is wrong with them.
func goSnippets(page, content string) (found []snippet, wrong []string) {
	for _, s := range fenced(page, content) {
		at := fmt.Sprintf("%s:%d", s.page, s.line)
		switch files := token.NewFileSet(); {
		case !strings.HasSuffix(s.text, "\n"):
			wrong = append(wrong, at+": the block has no end")
		case s.tag == "go":
			file, err := parser.ParseFile(files, "", "//line "+at+":1\n"+s.text, parser.SkipObjectResolution)
			formatted, _ := format.Source([]byte(s.text))
			switch {
			case err != nil:
				first, _, _ := strings.Cut(err.Error(), " (and ")
				wrong = append(wrong, first+": a Go snippet is a file")
			case len(file.Imports) == 0:
				wrong = append(wrong, at+": a Go snippet shows its imports")
			case string(formatted) != s.text:
				wrong = append(wrong, at+": a Go snippet is formatted by gofmt")
			default:
				found = append(found, s)
			}
		case looksLikeGo.MatchString(s.text):
			wrong = append(wrong, at+": this is Go: start the block with ```go")
		}
	}
	return found, wrong
}

var looksLikeGo = regexp.MustCompile(`(?m)^\s*(package \w+|import .*"|func .*\{)$|\b(jsii|awscdk|aws[a-z0-9]+|dualarch|powertuning)\.[A-Z]`)

var fence = regexp.MustCompile("^( *)```(.*)$")

// fenced returns the blocks of a page, without the indentation of a list around them. A block
// that does not end has no newline at its end.
func fenced(page, content string) (blocks []snippet) {
	var open *snippet
	var indentation string
	number := 0
	for line := range strings.Lines(content) {
		number++
		switch at := fence.FindStringSubmatch(strings.TrimSuffix(line, "\n")); {
		case at != nil && open == nil:
			indentation, open = at[1], &snippet{page: page, line: number + 1, tag: strings.TrimSpace(at[2])}
		case at != nil:
			blocks, open = append(blocks, *open), nil
		case open != nil:
			open.text += strings.TrimPrefix(line, indentation)
		}
	}
	if open != nil {
		open.text = strings.TrimSuffix(open.text, "\n")
		blocks = append(blocks, *open)
	}
	return blocks
}

// compileSnippets compiles each snippet as a package of this module, with its dependencies, and
// returns what the compiler says, by the lines of the pages. The packages exist only in an
// overlay.
func compileSnippets(t *testing.T, root string, snippets []snippet) string {
	t.Helper()
	files := t.TempDir()
	replace := map[string]string{}
	for i, s := range snippets {
		file := filepath.Join(files, fmt.Sprintf("%d.go", i))
		require.NoError(t, os.WriteFile(file, fmt.Appendf(nil, "//line %s:%d\n%s", s.page, s.line, s.text), 0o644))
		replace[filepath.Join(root, "docs", "snippets", fmt.Sprint(i), "main.go")] = file
	}
	overlay, err := json.Marshal(map[string]any{"Replace": replace})
	require.NoError(t, err)
	overlayFile := filepath.Join(files, "overlay.json")
	require.NoError(t, os.WriteFile(overlayFile, overlay, 0o644))

	// Unlike go build, go list -export does not link: each snippet is a program.
	compile := exec.Command("go", "list", "-export", "-overlay", overlayFile, "./docs/snippets/...")
	compile.Dir = root
	var said bytes.Buffer
	compile.Stderr = &said
	listed, err := compile.Output()
	if err != nil && said.Len() == 0 {
		require.NoError(t, err)
	}
	require.Len(t, strings.Fields(string(listed)), len(snippets))
	return said.String()
}
