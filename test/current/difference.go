package main

import (
	"maps"
	"slices"
	"strings"
)

// difference is a fact that only one side has: the models, or this module's tables.
type difference struct {
	// item is what docs/current.md explains it by: "runtime nodejs4.3-edge". It holds no
	// version of a model, which would make it a new item with each release; what it says
	// about a number or a date is in it, so that a new number is a new item.
	item string
	text string
}

func (d difference) String() string { return d.item + ": " + d.text }

// facts are facts of one kind, each with who has it.
type facts map[string][]string

func (f facts) add(source string, names ...string) {
	for _, name := range names {
		if !slices.Contains(f[name], source) {
			f[name] = append(f[name], source)
		}
	}
}

// table is a part of what this module knows: facts of one kind.
type table struct {
	// home is where to write down what is new.
	home  string
	facts []string
}

// news returns the facts of the models that a table lacks.
func (t table) news(kind string, theirs facts) []difference {
	var found []difference
	for _, name := range slices.Sorted(maps.Keys(theirs)) {
		if !slices.Contains(t.facts, name) {
			found = append(found, difference{kind + " " + name, "in " + list(theirs[name]) + ", not in " + t.home})
		}
	}
	return found
}

// leftovers returns the facts of a table that no model has: what AWS has dropped, or
// what is written wrongly.
func (t table) leftovers(kind string, theirs facts) []difference {
	var found []difference
	for _, name := range slices.Sorted(slices.Values(t.facts)) {
		if theirs[name] == nil {
			found = append(found, difference{kind + " " + name, "only in " + t.home})
		}
	}
	return found
}

// compare gives both.
func (t table) compare(kind string, theirs facts) []difference {
	return append(t.news(kind, theirs), t.leftovers(kind, theirs)...)
}

// list returns a list in English: "a, b and c".
func list(names []string) string {
	last := len(names) - 1
	if last < 1 {
		return strings.Join(names, "")
	}
	return strings.Join(names[:last], ", ") + " and " + names[last]
}
