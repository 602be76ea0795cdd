package dockerfile

import (
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"
)

// file is a parsed Dockerfile.
type file struct {
	stages []stage
	args   []argument // before the first FROM
	escape byte
}

// stage is what a FROM line begins.
type stage struct {
	line                 int
	base, name, platform string // as they are written
	instructions         []instruction
}

// argument is what ARG or ENV names. The value is as it is written; nil is none.
type argument struct {
	key   string
	value *string
}

func parse(r io.Reader) (*file, error) {
	all, escape, err := instructions(r)
	if err != nil {
		return nil, err
	}
	f := &file{escape: escape}
	for _, i := range all {
		switch {
		case i.name == "FROM":
			s, err := newStage(i)
			if err != nil {
				return nil, err
			}
			f.stages = append(f.stages, s)
		case f.stages != nil:
			s := &f.stages[len(f.stages)-1]
			s.instructions = append(s.instructions, i)
		case i.name == "ARG":
			f.args = append(f.args, i.arguments(escape)...)
		default:
			return nil, parseError(i.line, "no build stage in current context")
		}
	}
	if len(f.stages) == 0 {
		return nil, errors.New("it has no FROM line")
	}
	return f, nil
}

func newStage(i instruction) (stage, error) {
	words := strings.Fields(i.text)
	s := stage{line: i.line, platform: i.flags["platform"]}
	if len(words) != 1 && (len(words) != 3 || !strings.EqualFold(words[1], "as")) {
		return s, parseError(i.line, "FROM requires either one or three arguments")
	}
	s.base = words[0]
	if len(words) == 3 {
		s.name = words[2]
	}
	return s, nil
}

// arguments are what an ARG or an ENV names: "A=b C=d", for ENV also "A b c".
func (i *instruction) arguments(escape byte) []argument {
	words := splitWords(i.text, escape)
	if key, value := firstWord(i.text); i.name == "ENV" && !strings.Contains(key, "=") {
		return []argument{{key, &value}}
	}
	var all []argument
	for _, word := range words {
		a := argument{key: word}
		if key, value, given := strings.Cut(word, "="); given {
			a = argument{key, &value}
		}
		all = append(all, a)
	}
	return all
}

// from is what the files of a COPY come from, "" if it is the build context.
func (i *instruction) from() string {
	if i.name != "COPY" {
		return ""
	}
	return i.flags["from"]
}

// stage finds a stage by name or number among the first n.
func (f *file) stage(name string, n int) (int, bool) {
	if i := slices.IndexFunc(f.stages[:n], func(s stage) bool { return s.name != "" && strings.EqualFold(s.name, name) }); i >= 0 {
		return i, true
	}
	i, err := strconv.Atoi(name)
	return i, err == nil && i >= 0 && i < n
}

// built are the stages that the image is made of: the target stage with the stages
// it begins with (base true), then the ones it copies from.
func (f *file) built(target string, expand expander) (stages []usedStage, err error) {
	last := len(f.stages) - 1
	if target != "" {
		var ok bool
		if last, ok = f.stage(target, len(f.stages)); !ok {
			return nil, errors.New("it has no stage " + strconv.Quote(target))
		}
	}
	for i := last; ; {
		stages = append(stages, usedStage{i, true})
		below, ok := f.stage(expand(f.stages[i].base), i)
		if !ok {
			break
		}
		i = below
	}
	for at := 0; at < len(stages); at++ {
		for _, from := range f.copiedFrom(stages[at].index, expand) {
			if i, ok := f.stage(from, stages[at].index); ok && !slices.ContainsFunc(stages, func(s usedStage) bool { return s.index == i }) {
				stages = append(stages, usedStage{i, false})
			}
		}
	}
	return stages, nil
}

// usedStage is a stage by its number; base is true where the image begins with it.
type usedStage struct {
	index int
	base  bool
}

// copiedFrom lists what a stage's files come from: its base, and what its COPY --from
// lines name.
func (f *file) copiedFrom(i int, expand expander) []string {
	from := []string{expand(f.stages[i].base)}
	for _, instruction := range f.stages[i].instructions {
		if name := instruction.from(); name != "" {
			from = append(from, expand(name))
		}
	}
	return from
}

// expander replaces the variables of a word as BuildKit does in FROM lines.
type expander func(word string) string

// buildPlatform stands for a value that only the machine that builds knows.
const buildPlatform = "$BUILDPLATFORM"

// expander knows ARGs before the first FROM and the platform that is built for.
func (f *file) expander(platform string, given map[string]string) expander {
	_, architecture, _ := strings.Cut(platform, "/")
	values := map[string]string{
		"TARGETPLATFORM": platform, "TARGETOS": "linux", "TARGETARCH": architecture, "TARGETVARIANT": "",
		"BUILDPLATFORM": buildPlatform, "BUILDOS": "linux", "BUILDARCH": buildPlatform, "BUILDVARIANT": "",
	}
	expand := func(word string) string {
		expanded, err := expandWord(word, f.escape, values)
		if err != nil {
			return word // BuildKit will say what is wrong with it
		}
		return expanded
	}
	for _, a := range f.args {
		if value, isGiven := given[a.key]; isGiven {
			values[a.key] = value
		} else if a.value != nil {
			values[a.key] = expand(*a.value)
		}
	}
	return expand
}
