//go:build ignore

// Command generate writes replacement.txt from the installed cfn-lint (make installs it into .venv), or the file that it is
// given.
package main

import (
	"encoding/json"
	"fmt"
	"log"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

func main() {
	folders, err := filepath.Glob("../../.venv/lib/python3*/site-packages/cfnlint/data/schemas")
	if err != nil || len(folders) != 1 {
		log.Fatalf("no cfn-lint in .venv (%v, %v): run make check first", folders, err)
	}
	read := func(into any, names ...string) {
		text, err := os.ReadFile(filepath.Join(append([]string{folders[0]}, names...)...))
		if err == nil {
			err = json.Unmarshal(text, into)
		}
		if err != nil {
			log.Fatal(err)
		}
	}
	var files map[string]string
	read(&files, "providers", "us-east-1.json")
	var table strings.Builder
	table.WriteString("# Properties whose change replaces a resource, or (?) may; see replacement.go.\n")
	for _, kind := range slices.Sorted(maps.Keys(files)) {
		var schema struct{ CreateOnlyProperties, ConditionalCreateOnlyProperties []string }
		read(&schema, "resources", files[kind]+".json")
		table.WriteString(kind)
		for mark, properties := range [][]string{schema.CreateOnlyProperties, schema.ConditionalCreateOnlyProperties} {
			slices.Sort(properties)
			for _, property := range slices.Compact(properties) {
				fmt.Fprintf(&table, " %s%s", []string{"", "?"}[mark], strings.ReplaceAll(strings.TrimPrefix(property, "/properties/"), "/properties/", "/"))
			}
		}
		table.WriteByte('\n')
	}
	file := "replacement.txt"
	if len(os.Args) > 1 {
		file = os.Args[1]
	}
	if err := os.WriteFile(file, []byte(table.String()), 0o644); err != nil {
		log.Fatal(err)
	}
}
