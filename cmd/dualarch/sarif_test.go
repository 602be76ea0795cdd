package main

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/binarch"
	"github.com/dualarch/dualarch/internal/binarchtest"
)

// What SARIF 2.1.0 requires of a log, a result and a location.
func TestSARIFIsWellFormed(t *testing.T) {
	inFolder(t, map[string]string{
		"a b/tool": binarchtest.Program(t, x86), "a b/broken.so": "\x7fELF", "a b/win/a.exe": "MZ" + strings.Repeat("\x00", 58) + "\x40\x00\x00\x00PE\x00\x00\x64\x86" + strings.Repeat("\x00", 18),
	})
	_, stdout, _ := dualarch(t, "check", "--sarif", "--arch", "arm64", "a b")
	var log map[string]any
	require.NoError(t, json.Unmarshal([]byte(stdout), &log))
	require.Equal(t, "2.1.0", log["version"])
	require.Equal(t, "https://json.schemastore.org/sarif-2.1.0.json", log["$schema"])
	runs := log["runs"].([]any)
	require.Len(t, runs, 1)
	run := runs[0].(map[string]any)
	driver := run["tool"].(map[string]any)["driver"].(map[string]any)
	require.Equal(t, "dualarch", driver["name"])
	rules := map[any]bool{}
	for _, rule := range driver["rules"].([]any) {
		rules[rule.(map[string]any)["id"]] = true
		require.NotEmpty(t, rule.(map[string]any)["shortDescription"].(map[string]any)["text"])
	}
	levels := map[any]int{}
	for _, r := range run["results"].([]any) {
		result := r.(map[string]any)
		require.Contains(t, rules, result["ruleId"])
		levels[result["level"]]++
		require.NotEmpty(t, result["message"].(map[string]any)["text"])
		locations := result["locations"].([]any)
		require.Len(t, locations, 1)
		uri := locations[0].(map[string]any)["physicalLocation"].(map[string]any)["artifactLocation"].(map[string]any)["uri"].(string)
		parsed, err := url.Parse(uri)
		require.NoError(t, err)
		require.FileExists(t, parsed.Path)
	}
	require.Equal(t, map[any]int{"error": 1, "warning": 1, "note": 1}, levels)
}

func TestSARIF(t *testing.T) {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	entry, err := w.Create("bin/tool")
	require.NoError(t, err)
	_, err = entry.Write([]byte(binarchtest.Program(t, x86)))
	require.NoError(t, err)
	require.NoError(t, w.Close())
	inFolder(t, map[string]string{"layer.zip": b.String(), "fn/my lib.jar": b.String()})
	status, stdout, _ := dualarch(t, "check", "--sarif", "--arch", "arm64", "layer.zip", "fn")
	require.Equal(t, exitFound, status)
	var log sarifLog
	require.NoError(t, json.Unmarshal([]byte(stdout), &log))
	require.Equal(t, "2.1.0", log.Version)
	require.Len(t, log.Runs[0].Tool.Driver.Rules, len(binarch.Rules()))
	type result struct{ rule, level, uri, logical string }
	var got []result
	for _, r := range log.Runs[0].Results {
		got = append(got, result{string(r.RuleID), r.Level, r.Locations[0].PhysicalLocation.ArtifactLocation.URI, r.Locations[0].LogicalLocations[0].FullyQualifiedName})
	}
	require.Equal(t, []result{
		{"wrong-architecture", "error", "layer.zip", "layer.zip/bin/tool"},
		{"wrong-architecture", "error", "fn/my%20lib.jar", "fn/my lib.jar!/bin/tool"},
	}, got)
	require.Equal(t, "bin/tool: built for x86_64 Linux, deployed to arm64: it cannot be executed there; compile it with aarch64-linux-gnu-gcc, clang --target=aarch64-linux-gnu or, from Rust, --target aarch64-unknown-linux-gnu",
		log.Runs[0].Results[0].Message.Text)
}
