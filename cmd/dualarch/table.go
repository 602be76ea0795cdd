package main

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/dualarch/dualarch/internal/binarch"
	"github.com/dualarch/dualarch/internal/guard"
)

// maxRows is how many lines of one subject the table has; --verbose and machines get all.
const maxRows = 50

// writeTable prints, for people, what is wrong and below it what to do: a line for a file or, unless verbose, for
// all files of a package.
func writeTable(w io.Writer, results []result, verbose bool) error {
	var b bytes.Buffer
	for i, r := range results {
		if i > 0 {
			b.WriteByte('\n')
		}
		fmt.Fprintf(&b, "%s: %s, %s, %d native\n", guard.Printable(r.name), guard.Plural(int(r.Files), "file"), size(r.Bytes), r.Native)
		r.writeFindings(&b, verbose)
	}
	errors, warnings := count(results, binarch.Error), count(results, binarch.Warning)
	fmt.Fprintf(&b, "\n%s, %s", guard.Plural(errors, "error"), guard.Plural(warnings, "warning"))
	if n := countUnchecked(results); n > 0 {
		fmt.Fprintf(&b, ", %d not checked", n)
	}
	b.WriteByte('\n')
	_, err := w.Write(b.Bytes())
	return err
}

func (r result) writeFindings(b *bytes.Buffer, verbose bool) {
	var shown, accepted []binarch.Finding
	information, unread := 0, r.unread()
	for _, f := range r.Findings {
		switch {
		case f.Rule == binarch.NotChecked && f.Unread():
			continue
		case f.Accepted != "":
			accepted = append(accepted, f)
			continue
		case f.Severity == binarch.Info && !verbose:
			information++
			continue
		}
		shown = append(shown, f)
	}
	wrong := slices.ContainsFunc(shown, func(f binarch.Finding) bool { return f.Severity != binarch.Info })
	switch {
	case !wrong && len(accepted) == 0 && len(unread) == 0:
		fmt.Fprintf(b, "  everything runs on %s\n", r.on())
	case !wrong && len(accepted) == 0 && r.files.Path != "":
		fmt.Fprintf(b, "  nothing was found that cannot run on %s\n", r.on())
	}
	writeRows(b, lines(shown, verbose), verbose)
	for _, l := range lines(accepted, verbose) {
		place := l.Place()
		if l.DeployedTo != "" {
			place += " for " + guard.Printable(l.DeployedTo)
		}
		fmt.Fprintf(b, "  accepted  %s: %s\n", place, guard.Printable(l.Accepted))
	}
	if information > 0 {
		fmt.Fprintf(b, "  and %s for information: --verbose lists them\n", guard.Plural(information, "file"))
	}
	writeRemedies(b, shown)
	for _, text := range unread {
		fmt.Fprintf(b, "  not checked: %s\n", guard.Printable(text))
	}
}

// lines puts a package's files together, unless verbose.
func lines(findings []binarch.Finding, verbose bool) []guard.Line {
	all := make([]guard.Finding, len(findings))
	for i, f := range findings {
		all[i] = guard.Finding{Finding: f}
	}
	if !verbose {
		return guard.Lines(all)
	}
	var lines []guard.Line
	for i := range all {
		lines = append(lines, guard.Lines(all[i:i+1])...)
	}
	return lines
}

func writeRows(b *bytes.Buffer, rows []guard.Line, verbose bool) {
	if len(rows) == 0 {
		return
	}
	more := 0
	if !verbose {
		more = max(0, len(rows)-maxRows)
	}
	// A tabwriter on a buffer does not fail.
	table := tabwriter.NewWriter(b, 0, 0, 2, ' ', 0)
	_, _ = fmt.Fprintln(table, "  SEVERITY\tFILE\tBUILT FOR\tDEPLOYED TO\tREASON")
	for _, l := range rows[:len(rows)-more] {
		_, _ = fmt.Fprintf(table, "  %s\t%s\t%s\t%s\t%s\n", l.Severity, l.Place(), l.BuiltFor(), guard.Printable(l.DeployedTo), l.Reason())
	}
	_ = table.Flush()
	if more > 0 {
		fmt.Fprintf(b, "  and %d more: --verbose lists all\n", more)
	}
}

// writeRemedies prints each remedy once, with the number of findings it is for.
func writeRemedies(b *bytes.Buffer, findings []binarch.Finding) {
	for i, remedy := range guard.Remedies(findings) {
		if i == 0 {
			b.WriteString("  What to do:\n")
		}
		fmt.Fprintf(b, "  - %s\n", remedy)
	}
}

// on names the subject's targets.
func (s subject) on() string {
	names := make([]string, len(s.targets))
	for i, t := range s.targets {
		names[i] = guard.Printable(t.String())
	}
	return strings.Join(names, " and ")
}

func size(bytes int64) string {
	switch {
	case bytes < 1<<10:
		return fmt.Sprintf("%d B", bytes)
	case bytes < 1<<20:
		return fmt.Sprintf("%.1f KiB", float64(bytes)/(1<<10))
	}
	return fmt.Sprintf("%.1f MiB", float64(bytes)/(1<<20))
}
