package main

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/dualarch/dualarch/internal/tuner/phrase"
	"github.com/dualarch/dualarch/internal/verdicts"
	"github.com/dualarch/dualarch/tuning"
)

// caveat is printed with every verdict: without it the table would look like a measurement.
const caveat = `  These durations come from an emulator: one sibling ran under qemu, and memory size had no
  effect on speed. They show that everything works end to end, and are no measure of Graviton.
  For that, deploy the same app to an AWS account: npx cdk deploy
`

// printVerdict prints a verdict as a table of memory sizes by architecture, and what follows
// from it.
func printVerdict(out io.Writer, verdict tuning.Output) error {
	var text strings.Builder
	table := tabwriter.NewWriter(&text, 0, 0, 3, ' ', tabwriter.AlignRight)
	header := "explored: MB\t"
	for _, target := range verdict.Targets {
		header += fmt.Sprintf("%[1]s ms\t%[1]s USD\t", target.Architecture)
	}
	_, _ = fmt.Fprintln(table, header)
	for _, power := range verdicts.Powers(&verdict) {
		row := fmt.Sprintf("%d\t", power)
		for _, target := range verdict.Targets {
			row += cells(target, power)
		}
		_, _ = fmt.Fprintln(table, row)
	}
	if err := table.Flush(); err != nil {
		return err
	}
	duration, cost := verdict.Duration, verdict.Cost
	if c := verdict.Comparison; c != nil && c.Winner != nil {
		duration, cost = c.Winner.Duration, c.Winner.Cost // fresh samples', if there are any, as in the lines below
	}
	fmt.Fprintf(&text, "\n  Winner: %s with %d MB: %.1f ms, %.3g USD an invocation\n", verdict.Architecture, verdict.Power, duration, cost)
	if c := verdict.Comparison; c != nil {
		writeVersus(&text, "the other architecture's best", c.OtherArchitecture)
		writeVersus(&text, "what live traffic runs on today", c.Today)
	}
	if e := verdict.Exploration; e != nil {
		fmt.Fprintf(&text, "  Search: %s\n", e.Text)
	}
	if r := verdict.Recommendation; r != nil {
		fmt.Fprintf(&text, "  Recommendation: %s\n", r.Text)
	}
	for _, warning := range verdict.Warnings {
		fmt.Fprintf(&text, "  Warning: %s\n", warning)
	}
	fmt.Fprintf(&text, "  Chart: %s\n\n%s", verdict.StateMachine.Visualization, caveat)
	_, err := io.WriteString(out, text.String())
	return err
}

// cells returns a target's duration and cost at a memory size.
func cells(target tuning.TargetStatistics, power int) string {
	for _, size := range target.Sizes {
		switch {
		case size.Power != power:
		case size.Failed != "":
			return "failed\t-\t"
		default:
			return fmt.Sprintf("%.1f\t%.3g\t", size.Duration, size.Cost)
		}
	}
	return "-\t-\t"
}

func writeVersus(text *strings.Builder, than string, v *tuning.Versus) {
	if v == nil {
		return
	}
	estimated := ""
	if v.Estimated {
		estimated = ", estimated"
	}
	fmt.Fprintf(text, "  Beside %s (%s, %d MB): %s, %s%s\n", than, v.Architecture, v.Power,
		advantage(v.CheaperPercent, "cheaper", "more expensive"), advantage(v.FasterPercent, "faster", "slower"), estimated)
}

// advantage puts a signed percentage into words, as the recommendation does.
func advantage(percent float64, better, worse string) string {
	if percent < 0 {
		return fmt.Sprintf("%s %% %s", phrase.Percent(-percent), worse)
	}
	return fmt.Sprintf("%s %% %s", phrase.Percent(percent), better)
}
