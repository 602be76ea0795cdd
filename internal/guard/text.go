package guard

import (
	"fmt"
	"strings"

	"github.com/dualarch/dualarch/internal/binarch"
)

// maxLines is how many findings an annotation lists.
const maxLines = 20

// Of are the findings of one severity that nobody has accepted.
func (v Verdict) Of(severity binarch.Severity) []Finding {
	var found []Finding
	for _, f := range v.Findings {
		if f.Severity == severity && f.Accepted == "" {
			found = append(found, f)
		}
	}
	return found
}

// Accepted are the findings that somebody has accepted.
func (v Verdict) Accepted() []Finding {
	var found []Finding
	for _, f := range v.Findings {
		if f.Accepted != "" {
			found = append(found, f)
		}
	}
	return found
}

// Text is what an annotation says about the findings of one severity, "" where there
// are none.
func (v Verdict) Text(severity binarch.Severity, more string) string {
	return v.list(v.Of(severity), string(severity), more)
}

// AcceptedText is what an annotation says about accepted findings, "" where there are
// none.
func (v Verdict) AcceptedText(more string) string {
	return v.list(v.Accepted(), "accepted finding", more)
}

func (v Verdict) list(findings []Finding, what, more string) string {
	if len(findings) == 0 {
		return ""
	}
	if what == string(binarch.Info) {
		what = "remark"
	}
	return list(fmt.Sprintf("The guard found %s for %s", Plural(len(findings), what), v.Target), findings, more)
}

// list writes findings below a title, and below them, once each, what to do. more is
// the command that lists all.
func list(title string, findings []Finding, more string) string {
	var b strings.Builder
	b.WriteString(title + ":")
	for _, f := range findings[:min(len(findings), maxLines)] {
		b.WriteString("\n  - " + f.line())
	}
	if n := len(findings) - maxLines; n > 0 {
		fmt.Fprintf(&b, "\n  and %d more; run %s", n, more)
	}
	var plain []binarch.Finding
	for _, f := range findings {
		if f.Accepted == "" {
			plain = append(plain, f.Finding)
		}
	}
	for i, r := range Remedies(plain) {
		if i == 0 {
			b.WriteString("\nWhat to do:")
		}
		b.WriteString("\n  - " + r.String())
	}
	return b.String()
}

// line is the finding in a sentence, without its remedy.
func (f Finding) line() string {
	plain := f.Finding
	plain.Remedy = ""
	text := Printable(plain.String())
	if f.Package != "" && f.Package != f.Path { // a layer's ARN is both
		text = f.Package + ": " + text
	}
	if f.Accepted != "" {
		text += "; accepted: " + f.Accepted
	}
	return text
}

// Remedy is what to do about a number of findings.
type Remedy struct {
	Findings int
	Text     string
}

// String is "2 findings: build it with …".
func (r Remedy) String() string { return Plural(r.Findings, "finding") + ": " + r.Text }

// Remedies are what to do, each once, in the findings' order.
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
			all = append(all, Remedy{Text: f.Remedy})
		}
		all[i].Findings++
	}
	return all
}

// Plural is "1 file" or "2 files".
func Plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
