package main

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/dualarch/dualarch/internal/binarch"
	"github.com/dualarch/dualarch/internal/guard"
)

// maxRows is how many findings of one subject the table has; machines get all.
const maxRows = 50

// writeTable prints, for people, what is wrong and below it what to do.
func writeTable(w io.Writer, results []result) error {
	var b bytes.Buffer
	for i, r := range results {
		if i > 0 {
			b.WriteByte('\n')
		}
		fmt.Fprintf(&b, "%s: %s, %s, %d native\n", guard.Printable(r.name), guard.Plural(int(r.Files), "file"), size(r.Bytes), r.Native)
		r.writeFindings(&b)
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

func (r result) writeFindings(b *bytes.Buffer) {
	var shown, accepted []binarch.Finding
	information, unread := 0, r.unread()
	for _, f := range r.Findings {
		switch {
		case f.Rule == binarch.NotChecked && f.Unread():
			continue
		case f.Severity == binarch.Info && f.Accepted == "":
			information++
			continue
		case f.Accepted != "":
			accepted = append(accepted, f)
			continue
		}
		shown = append(shown, f)
	}
	switch {
	case len(shown) == 0 && len(accepted) == 0 && len(unread) == 0:
		fmt.Fprintf(b, "  everything runs on %s\n", r.on())
	case len(shown) == 0 && len(accepted) == 0 && r.files.Path != "":
		fmt.Fprintf(b, "  nothing was found that cannot run on %s\n", r.on())
	case len(shown) > 0:
		// A tabwriter on a buffer does not fail.
		table := tabwriter.NewWriter(b, 0, 0, 2, ' ', 0)
		fmt.Fprintln(table, "  SEVERITY\tFILE\tBUILT FOR\tDEPLOYED TO\tREASON") //nolint:errcheck
		for _, f := range shown[:min(len(shown), maxRows)] {
			fmt.Fprintf(table, "  %s\t%s\t%s\t%s\t%s\n", f.Severity, guard.Printable(f.Place()), guard.Printable(f.BuiltFor), f.DeployedTo, guard.Printable(f.Reason)) //nolint:errcheck
		}
		table.Flush() //nolint:errcheck
	}
	for _, f := range accepted {
		place := guard.Printable(f.Place())
		if f.DeployedTo != "" {
			place += " for " + f.DeployedTo
		}
		fmt.Fprintf(b, "  accepted  %s: %s\n", place, guard.Printable(f.Accepted))
	}
	if more := len(shown) - maxRows; more > 0 {
		fmt.Fprintf(b, "  and %d more: --json lists all\n", more)
	}
	if information > 0 {
		fmt.Fprintf(b, "  and %s for information: --json lists them\n", guard.Plural(information, "file"))
	}
	writeRemedies(b, shown)
	for _, text := range unread {
		fmt.Fprintf(b, "  not checked: %s\n", guard.Printable(text))
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

// on is the subject's targets in words.
func (s subject) on() string {
	names := make([]string, len(s.targets))
	for i, t := range s.targets {
		names[i] = t.String()
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
