package guard

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/dualarch/dualarch/internal/binarch"
)

// Line is what a report for people says of one thing: a file, or all files of one package that the same is wrong
// with. A wheel has dozens of files, and one remedy.
type Line struct {
	// Finding is the first of them.
	Finding
	// Files is how many there are.
	Files             int
	builtFor, reasons []string
}

// Lines puts findings together, in their order.
func Lines(findings []Finding) []Line {
	type key struct {
		of, thing, target, accepted string
		rule                        binarch.Rule
		severity                    binarch.Severity
	}
	at := map[key]int{}
	var lines []Line
	for _, f := range findings {
		k := key{f.Package, f.Origin, f.DeployedTo, f.Accepted, f.Rule, f.Severity}
		i, known := at[k]
		if !known || f.Origin == "" {
			i = len(lines)
			at[k] = i
			lines = append(lines, Line{Finding: f})
		}
		lines[i].add(f)
	}
	return lines
}

func (l *Line) add(f Finding) {
	l.Files++
	if f.BuiltFor != "" && !slices.Contains(l.builtFor, f.BuiltFor) {
		l.builtFor = append(l.builtFor, f.BuiltFor)
	}
	if !slices.Contains(l.reasons, f.Reason) {
		l.reasons = append(l.reasons, f.Reason)
	}
}

// Place is the file, or the package with the number of its files.
func (l Line) Place() string {
	if l.Files == 1 {
		return Printable(l.Finding.Place())
	}
	return fmt.Sprintf("%s (%d files)", Printable(originName(l.Origin)), l.Files)
}

// BuiltFor is what the files are built for.
func (l Line) BuiltFor() string { return Printable(strings.Join(l.builtFor, ", ")) }

// Reason is why they cannot run: the first of several reasons.
func (l Line) Reason() string {
	if more := len(l.reasons) - 1; more > 0 {
		return fmt.Sprintf("%s, and %s", Printable(l.reasons[0]), Plural(more, "other reason"))
	}
	return Printable(l.reasons[0])
}

// originName calls a package as its users do: "python/numpy 2.1.0" for python/numpy-2.1.0.dist-info.
func originName(origin string) string {
	wheel, is := strings.CutSuffix(path.Base(origin), ".dist-info")
	if !is {
		return origin
	}
	return path.Join(path.Dir(origin), strings.Replace(wheel, "-", " ", 1))
}

// Text is the line in a sentence that has the target somewhere else, without a remedy.
func (l Line) Text() string {
	var b strings.Builder
	for _, part := range []string{l.Package, l.Place()} {
		if part != "" && !strings.HasPrefix(b.String(), part+": ") { // a layer's ARN is both
			b.WriteString(Printable(part) + ": ")
		}
	}
	if built := l.BuiltFor(); built != "" {
		fmt.Fprintf(&b, "built for %s: ", built)
	}
	b.WriteString(l.Reason())
	if l.Accepted != "" {
		b.WriteString("; accepted: " + Printable(l.Accepted))
	}
	return b.String()
}
