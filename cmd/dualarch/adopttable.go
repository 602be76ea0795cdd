package main

import (
	"bytes"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/dualarch/dualarch/internal/adopt"
	"github.com/dualarch/dualarch/internal/guard"
	"github.com/dualarch/dualarch/internal/loss"
)

// writeAdoptable prints, for people, how each function is adopted.
func writeAdoptable(w io.Writer, functions []adopt.Function) error {
	var b bytes.Buffer
	imports := map[string]bool{}
	adopted := 0
	for _, f := range functions {
		fmt.Fprintf(&b, "%s: %s, %s in %s\n", guard.Printable(f.Name), guard.Printable(today(f.Today)), guard.Printable(f.ID), guard.Printable(f.Stack))
		if f.NotAdopted != "" {
			fmt.Fprintf(&b, "  not adopted: %s\n\n", guard.Printable(f.NotAdopted))
			continue
		}
		adopted++
		for _, name := range f.Go.Imports {
			imports[name] = true
		}
		b.WriteByte('\n')
		for line := range strings.Lines(f.Go.Text) {
			fmt.Fprintf(&b, "    %s", guard.PrintableText(line))
		}
		writeItems(&b, "The first deployment", f.Changes)
		writeItems(&b, "What has to stay in the app for good", f.Stays)
		writeItems(&b, "What else to look at", f.Notes)
		writeCallers(&b, f)
	}
	if adopted > 0 {
		fmt.Fprintf(&b, "The lines import\n\n")
		for _, name := range slices.Sorted(maps.Keys(imports)) {
			fmt.Fprintf(&b, "    %q\n", name)
		}
		b.WriteByte('\n')
	}
	fmt.Fprintf(&b, "%s can be adopted", guard.Plural(adopted, "function"))
	if others := len(functions) - adopted; others > 0 {
		fmt.Fprintf(&b, ", %d cannot", others)
	}
	b.WriteByte('\n')
	_, err := w.Write(b.Bytes())
	return err
}

// today says in a few words what runs.
func today(t adopt.Today) string {
	var parts []string
	if t.FunctionName != "" {
		parts = append(parts, t.FunctionName)
	}
	kind := strings.ToLower(t.PackageType)
	if t.Runtime != "" {
		kind += " of " + t.Runtime
	}
	parts = append(parts, kind)
	if t.Architecture != "" {
		parts = append(parts, t.Architecture)
	}
	if t.MemorySize > 0 {
		parts = append(parts, fmt.Sprintf("%d MB", t.MemorySize))
	}
	return strings.Join(parts, ", ")
}

func writeItems(b *bytes.Buffer, title string, items []string) {
	if len(items) == 0 {
		return
	}
	fmt.Fprintf(b, "\n  %s:\n", title)
	for _, item := range items {
		fmt.Fprintf(b, "  - %s\n", guard.Printable(item))
	}
}

// writeCallers prints who reaches the function without an alias, and where the rest shows.
func writeCallers(b *bytes.Buffer, f adopt.Function) {
	b.WriteString("\n  Callers of the unqualified name:\n")
	if len(f.Callers) > 0 {
		// A tabwriter on a buffer does not fail.
		table := tabwriter.NewWriter(b, 0, 0, 2, ' ', 0)
		_, _ = fmt.Fprintln(table, "  RESOURCE\tWHAT\tTHEN")
		for _, c := range f.Callers {
			_, _ = fmt.Fprintf(table, "  %s\t%s\t%s\n", guard.Printable(c.Resource), guard.Printable(c.What), guard.Printable(c.Then))
		}
		_ = table.Flush()
	}
	dimensions := f.Others.Dimensions
	fmt.Fprintf(b, "  Those of no template show in the metric %s of %s with FunctionName = Resource = %s, which counts all of them.\n\n",
		f.Others.Name, f.Others.Namespace, guard.Printable(dimensions["Resource"]))
}

// countLosses counts what would be lost, and what nobody knows.
func countLosses(report *loss.Report) string {
	lost, open := 0, 0
	for _, f := range report.Losses() {
		if f.Effect == loss.NotCompared {
			open++
		} else {
			lost++
		}
	}
	var parts []string
	if lost > 0 {
		parts = append(parts, fmt.Sprintf("%d would be lost or fail", lost))
	}
	if open > 0 {
		parts = append(parts, fmt.Sprintf("%d cannot be compared", open))
	}
	switch {
	case parts != nil:
		return strings.Join(parts, "; ")
	case report.Notes != nil:
		return "nothing would be lost of what was compared"
	}
	return "nothing would be lost"
}

// writeLosses prints, for people, what a deployment would lose.
func writeLosses(w io.Writer, report *loss.Report, verbose bool) error {
	var b bytes.Buffer
	stack, harmless := "", 0
	table := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	for _, f := range report.Findings {
		if f.Harmless && !verbose {
			harmless++
			continue
		}
		if heading := f.Stack; heading != stack {
			_ = table.Flush() // on a buffer it does not fail
			fmt.Fprintf(&b, "%s\n", guard.Printable(heading))
			_, _ = fmt.Fprintln(table, "  EFFECT\tRESOURCE\tTYPE\tLOSES\tWHY")
			stack = heading
		}
		loses := strings.Join(f.Loses, ", ")
		if f.Harmless {
			loses = "nothing"
		}
		why := f.Reason
		if f.Consequence != "" {
			why += ": " + f.Consequence
		}
		_, _ = fmt.Fprintf(table, "  %s\t%s\t%s\t%s\t%s\n", f.Effect, guard.Printable(f.Resource), guard.Printable(f.Type), loses, guard.Printable(why))
	}
	_ = table.Flush()
	for _, note := range report.Notes {
		fmt.Fprintf(&b, "not compared: %s\n", guard.Printable(note))
	}
	if b.Len() > 0 {
		b.WriteByte('\n')
	}
	b.WriteString(countLosses(report))
	if harmless > 0 {
		fmt.Fprintf(&b, "; %s without a loss: --verbose lists them", guard.Plural(harmless, "replacement"))
	}
	b.WriteByte('\n')
	_, err := w.Write(b.Bytes())
	return err
}
