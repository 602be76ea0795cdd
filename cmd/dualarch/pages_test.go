package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/binarchtest"
	"github.com/dualarch/dualarch/test/pages"
)

// Each page shows its command's own help.
func TestHelpIsDocumented(t *testing.T) {
	for name, shownBy := range map[string]string{
		"adopt-command": pages.Command(t, "dualarch adopt --help"),
		"check":         pages.Command(t, "dualarch check --help"),
		"report":        pages.Command(t, "dualarch report --help"),
		"survey":        pages.Command(t, "dualarch survey --help"),
		"tune":          pages.Command(t, "dualarch tune --help"),
	} {
		status, help, _ := dualarch(t, strings.Fields(shownBy)[1:]...)
		require.Zero(t, status)
		page, err := os.ReadFile(filepath.Join("..", "..", "docs", name+".md"))
		require.NoError(t, err)
		_, after, found := strings.Cut(string(page), "$ "+shownBy+"\n")
		require.True(t, found)
		shown, _, _ := strings.Cut(after, "```")
		require.Empty(t, cmp.Diff(help, shown))
	}
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
