package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/dualarch/dualarch/internal/guard"
	"github.com/dualarch/dualarch/internal/verdicts"
	"github.com/dualarch/dualarch/tuning"
)

// writeVerdicts prints the latest verdict of each function for people. What a function can influence is printable text.
func writeVerdicts(w io.Writer, functions []verdicts.Function) error {
	var b bytes.Buffer
	for _, f := range functions {
		fmt.Fprintf(&b, "\n%s\n", guard.Printable(f.Name))
		latest := f.Latest()
		if latest == nil {
			for _, v := range f.Verdicts {
				fmt.Fprintf(&b, "  there is no verdict: %s\n", guard.Printable(v.Failed))
			}
			continue
		}
		o := latest.Output
		writeSizes(&b, o)
		if r := o.Recommendation; r != nil {
			fmt.Fprintf(&b, "\n  %s\n", guard.Printable(r.Text))
		}
		if together := verdicts.TogetherOf(f); together != nil {
			fmt.Fprintf(&b, "  %s\n", guard.Printable(together.Text))
		}
		for _, warning := range o.Warnings {
			fmt.Fprintf(&b, "  warning: %s\n", guard.Printable(warning))
		}
		fmt.Fprintf(&b, "  The run cost %s USD.\n", money(runCost(o)))
		if lines := verdicts.GoLines(o); len(lines) > 0 {
			fmt.Fprintf(&b, "\n  Change in the app:\n      %s\n", strings.Join(lines, "\n      "))
		}
	}
	_, err := w.Write(b.Bytes())
	return err
}

// writeSizes prints a table of the memory sizes that were measured.
func writeSizes(b *bytes.Buffer, o *tuning.Output) {
	// A tabwriter on a buffer does not fail.
	table := tabwriter.NewWriter(b, 0, 0, 2, ' ', tabwriter.AlignRight)
	header := "MB\t"
	for _, t := range o.Targets {
		header += fmt.Sprintf("%s ms\tUSD a million\t", t.Architecture)
	}
	_, _ = fmt.Fprintln(table, header)
	for _, power := range verdicts.Powers(o) {
		row := fmt.Sprintf("%d\t", power)
		for _, t := range o.Targets {
			ms, usd := measuredAt(o, t, power)
			row += ms + "\t" + usd + "\t"
		}
		_, _ = fmt.Fprintln(table, row)
	}
	_ = table.Flush()
}

// measuredAt returns a size's duration, with < for the advised and t for today's configuration, and its cost.
func measuredAt(o *tuning.Output, t tuning.TargetStatistics, power int) (ms, usd string) {
	for _, s := range t.Sizes {
		switch {
		case s.Power != power:
		case s.Failed != "":
			return "failed", "-"
		case s.Samples > 0:
			ms, usd = fmt.Sprintf("%.1f", s.Duration), fmt.Sprintf("%.3f", s.Cost*1e6)
			if r := o.Recommendation; r != nil && r.Architecture == t.Architecture && r.Power == power {
				usd += " advised"
			}
			if today, known := verdicts.Today(o); known && today == (tuning.Configuration{Architecture: t.Architecture, MemorySize: power}) {
				usd += " today"
			}
			return ms, usd
		}
	}
	return "-", "-"
}

// documents returns verdicts as files of them are read: one alone, or a list.
func documents(all []verdicts.Verdict) ([]byte, error) {
	var list []any
	for _, v := range all {
		switch {
		case v.Output != nil:
			list = append(list, verdicts.Document{Output: *v.Output, Execution: v.Execution})
		case v.Execution != nil:
			list = append(list, failedDocument(v))
		}
	}
	var value any = list
	if len(list) == 1 {
		value = list[0]
	}
	text, err := json.MarshalIndent(value, "", "  ")
	return append(text, '\n'), err
}

// failedDocument returns what DescribeExecution answers for an execution that gave no verdict.
func failedDocument(v verdicts.Verdict) map[string]any {
	e := v.Execution
	document := map[string]any{
		"executionArn": e.ARN, "stateMachineArn": e.StateMachine, "status": e.Status, "startDate": e.Started, "stopDate": e.Stopped,
		"input": "{}", "error": e.Error, "cause": e.Cause,
	}
	if len(e.Input) > 0 {
		document["input"] = string(e.Input)
	}
	switch {
	case e.Status != "":
	case v.Failed == verdicts.DryRun:
		document["status"], document["output"] = "SUCCEEDED", "null"
	default:
		document["status"], document["cause"] = "FAILED", v.Failed
	}
	return document
}
