package pages

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"mvdan.cc/sh/v3/syntax"
)

// Account is the comment that marks commands which no test can run.
const Account = "needs an AWS account"

// Line is a command of a page, whole: it may span lines.
type Line struct {
	Page    string // relative to the project's folder, with slashes
	Number  int    // of its first line
	Text    string // without comments
	Account bool   // it needs an AWS account
	block   int    // the number of its block's first line
	first   bool   // of its block
}

// Command returns the one command of all pages that begins with start. The test that calls it runs
// that command.
func Command(t testing.TB, start string) string {
	t.Helper()
	found := Commands(t, start)
	require.Len(t, found, 1, "commands that begin with %q", start)
	return found[0]
}

// Commands returns the commands of all pages that begin with start, each once. The test that calls it
// runs all of them.
func Commands(t testing.TB, start string) []string {
	t.Helper()
	var found []string
	for _, line := range all(t) {
		if strings.HasPrefix(line.Text, start) && !line.Account && !slices.Contains(found, line.Text) {
			found = append(found, line.Text)
		}
	}
	require.NotEmpty(t, found, "no page has a command that begins with %q and needs no account", start)
	return found
}

// Block returns the commands of the one block whose first command begins with start. The test that
// calls it runs all of them; those that need an account are left out.
func Block(t testing.TB, start string) []string {
	t.Helper()
	var found []string
	lines := all(t)
	for _, first := range lines {
		if !first.begins(start) {
			continue
		}
		require.Empty(t, found, "several blocks begin with %q", start)
		for _, line := range lines {
			if line.sameBlock(first) && !line.Account {
				found = append(found, line.Text)
			}
		}
	}
	require.NotEmpty(t, found, "no block begins with %q and needs no account", start)
	return found
}

func (l Line) sameBlock(other Line) bool { return l.Page == other.Page && l.block == other.block }

func (l Line) begins(start string) bool { return l.first && strings.HasPrefix(l.Text, start) }

// Spans returns the commands in the running text of all pages that begin with start, each once. The
// test that calls it runs all of them.
func Spans(t testing.TB, start string) []string {
	t.Helper()
	root, err := Root()
	require.NoError(t, err)
	spans, err := spans(root)
	require.NoError(t, err)
	var found []string
	for _, span := range spans {
		if strings.HasPrefix(span.Text, start) && !slices.Contains(found, span.Text) {
			found = append(found, span.Text)
		}
	}
	require.NotEmpty(t, found, "no page says %q", start)
	return found
}

func all(t testing.TB) []Line {
	t.Helper()
	root, err := Root()
	require.NoError(t, err)
	lines, err := blocks(root)
	require.NoError(t, err)
	return lines
}

// Root returns the project's folder, at or above the working directory.
func Root() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for from := dir; ; dir = filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, "CONTRIBUTING.md")); err == nil {
			return dir, nil
		}
		if dir == filepath.Dir(dir) {
			return "", fmt.Errorf("no CONTRIBUTING.md in %s or above: run this inside the project", from)
		}
	}
}

// Files returns the pages of the project in root.
func Files(root string) ([]string, error) {
	files := []string{"README.md", "CONTRIBUTING.md"}
	for _, pattern := range []string{"docs/*.md", "examples/*.md", "examples/*/*.md"} {
		found, err := filepath.Glob(filepath.Join(root, pattern))
		if err != nil {
			return nil, err
		}
		for _, file := range found {
			file, err := filepath.Rel(root, file)
			if err != nil {
				return nil, err
			}
			files = append(files, filepath.ToSlash(file))
		}
	}
	return files, nil
}

// blocks returns the commands in the blocks of all pages.
func blocks(root string) ([]Line, error) { return eachPage(root, parseBlocks) }

// spans returns the commands, and the names of commands, in the running text of all pages.
func spans(root string) ([]Line, error) { return eachPage(root, parseSpans) }

func eachPage(root string, parse func(page string, content []byte) ([]Line, error)) ([]Line, error) {
	files, err := Files(root)
	if err != nil {
		return nil, err
	}
	var lines []Line
	for _, file := range files {
		content, err := os.ReadFile(filepath.Join(root, file))
		if err != nil {
			return nil, err
		}
		found, err := parse(file, content)
		if err != nil {
			return nil, err
		}
		lines = append(lines, found...)
	}
	return lines, nil
}

// languages are what blocks may be fenced as. The others hold no commands.
var languages = map[string]bool{
	"sh": true, "console": true,
	"text": false, "go": false, "json": false, "mermaid": false, "dockerfile": false, "yaml": false,
}

var fence = regexp.MustCompile("(?ms)^( *)```([^\n]*)\n(.*?)^ *```$")

func parseBlocks(page string, content []byte) ([]Line, error) {
	var lines []Line
	for _, at := range fence.FindAllSubmatchIndex(content, -1) {
		language, body := string(content[at[4]:at[5]]), string(content[at[6]:at[7]])
		number := 1 + bytes.Count(content[:at[6]], []byte("\n"))
		commands, known := languages[language]
		if !known {
			return nil, fmt.Errorf("%s:%d: the block is fenced as %q; say sh for commands, console where output follows, text, go, json, yaml, mermaid or dockerfile",
				page, number-1, language)
		}
		if !commands {
			continue
		}
		if language == "console" {
			body = typed(body)
		}
		found, err := statements(body)
		if err != nil {
			return nil, fmt.Errorf("%s: the block at line %d: %w", page, number, err)
		}
		for i, line := range found {
			line.Page, line.Number, line.block, line.first = page, number+line.Number-1, number, i == 0
			lines = append(lines, line)
		}
	}
	return lines, nil
}

var (
	notProse = regexp.MustCompile("(?ms)^ *```.*?^ *```$|<!--.*?-->")
	span     = regexp.MustCompile("`([^`]+)`")
	// What a reader could type begins with a program, or with a variable for one.
	program = regexp.MustCompile(`^(\.ci/run|apt-get|aws|cargo|cdk|crane|curl|docker|dotnet|dualarch|git|go|jq|make|npm|npx|pip|pip3|python3|sam|scripts/\S+|sudo)( |$)|^[A-Z_]+=\S+ `)
)

func parseSpans(page string, content []byte) ([]Line, error) {
	prose := notProse.ReplaceAllFunc(content, func(left []byte) []byte {
		return bytes.Repeat([]byte("\n"), bytes.Count(left, []byte("\n")))
	})
	var lines []Line
	for _, at := range span.FindAllSubmatchIndex(prose, -1) {
		text := strings.Join(strings.Fields(string(prose[at[2]:at[3]])), " ")
		if program.MatchString(text) {
			lines = append(lines, Line{Page: page, Number: 1 + bytes.Count(prose[:at[0]], []byte("\n")), Text: text})
		}
	}
	return lines, nil
}

// typed returns the commands typed on a console; output becomes empty lines.
func typed(console string) string {
	lines := strings.Split(console, "\n")
	for i, line := range lines {
		lines[i], _ = strings.CutPrefix(line, "$ ")
		if lines[i] == line {
			lines[i] = ""
		}
	}
	return strings.Join(lines, "\n")
}

// statements splits a block into its commands.
func statements(body string) ([]Line, error) {
	parser := syntax.NewParser(syntax.KeepComments(true), syntax.Variant(syntax.LangBash))
	file, err := parser.Parse(strings.NewReader(body), "")
	if err != nil {
		return nil, err
	}
	var lines []Line
	whole := false
	for i, statement := range file.Stmts {
		account := false
		for _, comment := range statement.Comments {
			if !strings.HasPrefix(strings.TrimSpace(comment.Text), Account) {
				continue
			}
			if above := comment.Pos().Line() < statement.Pos().Line(); above && i == 0 {
				whole = true
			} else if !above {
				account = true
			}
		}
		lines = append(lines, Line{
			Number:  int(statement.Pos().Line()),
			Text:    body[statement.Pos().Offset():statement.End().Offset()],
			Account: whole || account,
		})
	}
	return lines, nil
}
