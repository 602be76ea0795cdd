package main

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
)

// explanations say by item why a difference is none to mend.
type explanations map[string]string

// A row of a table with an item in its first column: | `region us-west-9` | why |
var row = regexp.MustCompile("^\\| `([^`|]+)` \\| ([^|]*[^|\\s]) \\|$")

// readExplanations reads the tables of a page.
func readExplanations(page string) (explanations, error) {
	content, err := os.ReadFile(page)
	if err != nil {
		return nil, err
	}
	found := explanations{}
	var problems []error
	for i, line := range strings.Split(string(content), "\n") {
		if !strings.HasPrefix(line, "| `") {
			continue
		}
		match := row.FindStringSubmatch(line)
		if match == nil {
			problems = append(problems, fmt.Errorf("%s:%d: %s; give | `item` | why it is explained |", page, i+1, line))
			continue
		}
		if _, twice := found[match[1]]; twice {
			problems = append(problems, fmt.Errorf("%s:%d: %q is explained a second time; leave one row", page, i+1, match[1]))
		}
		found[match[1]] = match[2]
	}
	return found, errors.Join(problems...)
}

// judge separates unexplained differences from explained ones, and finds explanations of
// what is no difference any more.
func (e explanations) judge(differences []difference) (unexplained []difference, stale []string) {
	left := maps.Clone(e)
	for _, d := range differences {
		if _, explained := e[d.item]; !explained {
			unexplained = append(unexplained, d)
		}
		delete(left, d.item)
	}
	return unexplained, slices.Sorted(maps.Keys(left))
}
