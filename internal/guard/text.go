package guard

import (
	"fmt"
	"strings"

	"github.com/dualarch/dualarch/internal/binarch"
)

// maxLines is how many files and packages an annotation names.
const maxLines = 3

// Of returns the findings of one severity that are not accepted.
func (v Verdict) Of(severity binarch.Severity) []Finding {
	var found []Finding
	for _, f := range v.Findings {
		if f.Severity == severity && f.Accepted == "" {
			found = append(found, f)
		}
	}
	return found
}

// Accepted returns the findings that are accepted.
func (v Verdict) Accepted() []Finding {
	var found []Finding
	for _, f := range v.Findings {
		if f.Accepted != "" {
			found = append(found, f)
		}
	}
	return found
}

// Text returns the line of an annotation for the findings of one severity, "" if there are none. more is the
// command that lists all.
func (v Verdict) Text(severity binarch.Severity, more string) string {
	what := string(severity)
	if severity == binarch.Info {
		what = "remark"
	}
	return v.text(v.Of(severity), what, more)
}

// AcceptedText returns the line of an annotation for accepted findings, "" if there are none.
func (v Verdict) AcceptedText(more string) string {
	return v.text(v.Accepted(), "accepted finding", more)
}

func (v Verdict) text(findings []Finding, what, more string) string {
	if len(findings) == 0 {
		return ""
	}
	return fmt.Sprintf("The guard found %s for %s: %s", Plural(len(findings), what), Printable(v.Target.String()), inOneLine(findings, more))
}

// inOneLine writes the first findings and what to do about them.
func inOneLine(findings []Finding, more string) string {
	lines := Lines(findings)
	var texts []string
	for _, l := range lines[:min(len(lines), maxLines)] {
		texts = append(texts, l.Text())
	}
	text := enumerated(texts, len(lines), more)
	var plain []binarch.Finding
	for _, f := range findings {
		if f.Accepted == "" {
			plain = append(plain, f.Finding)
		}
	}
	var todo []string
	for _, r := range Remedies(plain) {
		todo = append(todo, r.Text)
	}
	if len(todo) > 0 {
		text += ". What to do: " + enumerated(todo[:min(len(todo), maxLines)], len(todo), more)
	}
	return text
}

// enumerated writes texts in one line, numbered if there are several. all is how many there are of them, more
// the command that lists the rest.
func enumerated(texts []string, all int, more string) string {
	if all == 1 {
		return texts[0]
	}
	var b strings.Builder
	for i, text := range texts {
		if i > 0 {
			b.WriteString("; ")
		}
		fmt.Fprintf(&b, "(%d) %s", i+1, text)
	}
	if rest := all - len(texts); rest > 0 {
		fmt.Fprintf(&b, "; and %d more, which %s lists", rest, more)
	}
	return b.String()
}

// Remedy is what to do about a number of findings.
type Remedy struct {
	Findings int
	Text     string
}

// String is "2 findings: build it with …".
func (r Remedy) String() string { return Plural(r.Findings, "finding") + ": " + r.Text }

// Remedies returns what to do, each once, in the findings' order.
func Remedies(findings []binarch.Finding) []Remedy {
	at := map[string]int{}
	var all []Remedy
	for _, f := range findings {
		if f.Remedy == "" {
			continue
		}
		i, known := at[f.Remedy]
		if !known {
			i = len(all)
			at[f.Remedy] = i
			all = append(all, Remedy{Text: Printable(f.Remedy)})
		}
		all[i].Findings++
	}
	return all
}

// Plural returns "1 file" or "2 files".
func Plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
