package main

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"unicode"

	"github.com/dualarch/dualarch/internal/binarch"
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
		fmt.Fprintf(&b, "%s: %s, %s, %d native\n", printable(r.name), plural(int(r.Files), "file"), size(r.Bytes), r.Native)
		r.writeFindings(&b)
	}
	errors, warnings := count(results, binarch.Error), count(results, binarch.Warning)
	fmt.Fprintf(&b, "\n%s, %s\n", plural(errors, "error"), plural(warnings, "warning"))
	_, err := w.Write(b.Bytes())
	return err
}

func (r result) writeFindings(b *bytes.Buffer) {
	var shown []binarch.Finding
	information := 0
	for _, f := range r.Findings {
		if f.Severity == binarch.Info {
			information++
			continue
		}
		shown = append(shown, f)
	}
	if len(shown) == 0 {
		fmt.Fprintf(b, "  everything runs on %s\n", r.on())
	} else {
		// A tabwriter on a buffer does not fail.
		table := tabwriter.NewWriter(b, 0, 0, 2, ' ', 0)
		fmt.Fprintln(table, "  SEVERITY\tFILE\tBUILT FOR\tDEPLOYED TO\tREASON") //nolint:errcheck
		for _, f := range shown[:min(len(shown), maxRows)] {
			fmt.Fprintf(table, "  %s\t%s\t%s\t%s\t%s\n", f.Severity, printable(f.Place()), printable(f.BuiltFor), f.DeployedTo, printable(f.Reason)) //nolint:errcheck
		}
		table.Flush() //nolint:errcheck
	}
	if more := len(shown) - maxRows; more > 0 {
		fmt.Fprintf(b, "  and %d more: --json lists all\n", more)
	}
	if information > 0 {
		fmt.Fprintf(b, "  and %s for information: --json lists them\n", plural(information, "file"))
	}
	writeRemedies(b, shown)
}

// writeRemedies prints each remedy once, with the number of files it is for.
func writeRemedies(b *bytes.Buffer, findings []binarch.Finding) {
	files := map[string]int{}
	var order []string
	for _, f := range findings {
		if f.Remedy == "" {
			continue
		}
		if files[f.Remedy]++; files[f.Remedy] == 1 {
			order = append(order, f.Remedy)
		}
	}
	for i, remedy := range order {
		if i == 0 {
			b.WriteString("  What to do:\n")
		}
		fmt.Fprintf(b, "  - %s: %s\n", plural(files[remedy], "file"), remedy)
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

func plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
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

// printable keeps an archive's file names from steering the terminal.
func printable(s string) string {
	if !strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsPrint(r) }) {
		return s
	}
	var b strings.Builder
	for _, r := range s {
		if unicode.IsPrint(r) {
			b.WriteRune(r)
		} else {
			fmt.Fprintf(&b, `\u%04x`, r)
		}
	}
	return b.String()
}
