package dockerfile

import (
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"
	"github.com/moby/buildkit/frontend/dockerfile/parser"
	"github.com/moby/buildkit/frontend/dockerfile/shell"
)

// file is a parsed Dockerfile.
type file struct {
	stages []instructions.Stage
	args   []instructions.ArgCommand
	escape rune
}

func parse(r io.Reader) (*file, error) {
	parsed, err := parser.Parse(r)
	if err != nil {
		return nil, err
	}
	stages, args, err := instructions.Parse(parsed.AST, nil)
	if err != nil {
		return nil, err
	}
	if len(stages) == 0 {
		return nil, errors.New("it has no FROM line")
	}
	return &file{stages: stages, args: args, escape: parsed.EscapeToken}, nil
}

// stage finds a stage by name or number among the first n.
func (f *file) stage(name string, n int) (int, bool) {
	if i, ok := instructions.HasStage(f.stages[:n], name); ok {
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
		below, ok := f.stage(expand(f.stages[i].BaseName), i)
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
	from := []string{expand(f.stages[i].BaseName)}
	for _, command := range f.stages[i].Commands {
		if c, ok := command.(*instructions.CopyCommand); ok && c.From != "" {
			from = append(from, expand(c.From))
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
	values := []string{
		"TARGETPLATFORM=" + platform, "TARGETOS=linux", "TARGETARCH=" + architecture, "TARGETVARIANT=",
		"BUILDPLATFORM=" + buildPlatform, "BUILDOS=linux", "BUILDARCH=" + buildPlatform, "BUILDVARIANT=",
	}
	lex := shell.NewLex(f.escape)
	expand := func(word string) string {
		expanded, _, err := lex.ProcessWord(word, shell.EnvsFromSlice(values))
		if err != nil {
			return word // BuildKit will say what is wrong with it
		}
		return expanded
	}
	for _, command := range f.args {
		for _, arg := range command.Args {
			value, isGiven := given[arg.Key]
			switch {
			case isGiven:
				values = append(values, arg.Key+"="+value)
			case arg.Value != nil:
				values = append(values, arg.Key+"="+expand(*arg.Value))
			}
		}
	}
	return expand
}
