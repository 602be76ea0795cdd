package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/survey"
	"github.com/dualarch/dualarch/test/pages"
)

// The page shows what the command prints of a survey, and names the columns of the CSV.
func TestSurveyPage(t *testing.T) {
	file := filepath.Join(here, "../../docs/survey.md")
	content, err := os.ReadFile(file)
	require.NoError(t, err)
	page := string(content)
	r := surveyGolden(t)
	r.Regions, r.Functions, r.Problems = r.Regions[:1], []survey.Function{r.Functions[0], r.Functions[3]}, nil
	_, shown, _ := runSurvey(t.Context(), found(r))
	var columns strings.Builder
	for i, c := range surveyColumns {
		if i > 0 {
			columns.WriteString(", ")
		}
		fmt.Fprintf(&columns, "`%s`", c.name)
	}
	for _, part := range []struct{ begin, text, end string }{
		{"<!-- what TestSurveyPage prints -->\n", "```text\n" + shown + "```\n", "<!-- end of what it prints -->\n"},
		{"<!-- the columns, in order -->\n", columns.String() + "\n", "<!-- end of the columns -->\n"},
	} {
		before, after, found := strings.Cut(page, part.begin)
		require.True(t, found, part.begin)
		_, after, found = strings.Cut(after, part.end)
		require.True(t, found, part.end)
		page = before + part.begin + part.text + part.end + after
	}
	if os.Getenv("UPDATE_SNAPS") == "always" {
		require.NoError(t, os.WriteFile(file, []byte(page), 0o644))
	}
	content, err = os.ReadFile(file)
	require.NoError(t, err)
	require.Equal(t, page, string(content), "renew it with UPDATE_SNAPS=always")
}

// What the pages tell a reader to type is understood.
func TestCommandsOfTheSurveyPage(t *testing.T) {
	commands := append(pages.Spans(t, "dualarch survey "), pages.Commands(t, "dualarch survey --policy")...)
	inFolder(t, nil)
	for _, command := range commands {
		command, _, _ = strings.Cut(command, " > ")
		words := strings.Fields(command)[2:]
		if words[len(words)-1] == "--json" {
			words = append(words, "-") // the page names an option alone
		}
		status, stdout, stderr := runSurvey(t.Context(), found(surveyGolden(t)), words...)
		require.Less(t, status, exitUsage, stderr)
		require.NotEmpty(t, stdout)
	}
}
