package main

import (
	"fmt"
	"strings"

	"github.com/dualarch/dualarch/internal/guard"
	"github.com/dualarch/dualarch/internal/verdicts"
)

// markdown returns the latest verdicts as GitHub shows them.
func markdown(functions []verdicts.Function) string {
	var b strings.Builder
	for _, f := range functions {
		fmt.Fprintf(&b, "### %s\n\n", markdownText(f.Name))
		latest := f.Latest()
		if latest == nil {
			for _, v := range f.Verdicts {
				fmt.Fprintf(&b, "There is no verdict: %s\n\n", markdownText(v.Failed))
			}
			continue
		}
		o := latest.Output
		if r := o.Recommendation; r != nil {
			fmt.Fprintf(&b, "**%s**\n\n", markdownText(r.Text))
		}
		if together := verdicts.TogetherOf(f); together != nil {
			fmt.Fprintf(&b, "%s\n\n", markdownText(together.Text))
		}
		b.WriteString("| MB |")
		for _, t := range o.Targets {
			fmt.Fprintf(&b, " %s ms | USD a million |", t.Architecture)
		}
		b.WriteString("\n|---:|" + strings.Repeat("---:|", 2*len(o.Targets)) + "\n")
		for _, power := range verdicts.Powers(o) {
			fmt.Fprintf(&b, "| %d |", power)
			for _, t := range o.Targets {
				ms, usd := measuredAt(o, t, power)
				fmt.Fprintf(&b, " %s | %s |", ms, usd)
			}
			b.WriteByte('\n')
		}
		b.WriteByte('\n')
		for _, warning := range o.Warnings {
			fmt.Fprintf(&b, "- %s\n", markdownText(warning))
		}
		if lines := verdicts.GoLines(o); len(lines) > 0 {
			fmt.Fprintf(&b, "\nChange in the app:\n\n```go\n%s\n```\n", strings.Join(lines, "\n"))
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// markdownText returns text that is nothing else in Markdown: no markup, no HTML, no link, and nobody is mentioned.
//
// GitHub looks for mentions, issues and addresses of mail in what Markdown has become, where an escaped character is
// itself again: only a space of no width keeps it from finding them (https://github.com/github/cmark-gfm/issues/181).
func markdownText(s string) string {
	var b strings.Builder
	s = guard.Printable(s)
	for i, r := range s {
		switch {
		case strings.ContainsRune("@#", r) || r == ':' && strings.HasPrefix(s[i:], "://"):
			fmt.Fprintf(&b, "&#%d;&#8203;", r)
		case r == '.' && strings.EqualFold(s[max(0, i-3):i], "www"):
			b.WriteString("&#8203;.")
		case strings.ContainsRune("\\`*_{}[]<>|~&!$:", r):
			fmt.Fprintf(&b, "&#%d;", r)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}
