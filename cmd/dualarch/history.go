package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/dualarch/dualarch/internal/guard"
	"github.com/dualarch/dualarch/internal/tuner/phrase"
	"github.com/dualarch/dualarch/internal/verdicts"
)

// historyOptions are the flags of "dualarch history".
type historyOptions struct {
	account
	stack, machine string
	most           int
	json           bool
	report         string
}

func newHistory(o historyOptions) *cobra.Command {
	command := &cobra.Command{
		Use:   "history",
		Short: "Show the verdicts of past runs, and what changed",
		Long: `Shows the verdicts of the executions that ended, oldest first for each function: what
was advised, what it saves, and whether the advice changed. Step Functions keeps an
execution for 90 days; older verdicts are read from the tuner's Results, if it keeps
them. It only reads.

The exit status is 0, or 2 if the question makes no sense or AWS refuses to answer.`,
		Example: `  dualarch history --stack Shop
  dualarch history --stack Shop --report history.html`,
		Args:          cobra.NoArgs,
		SilenceUsage:  true,
		SilenceErrors: true,
		RunE:          func(command *cobra.Command, _ []string) error { return o.run(command) },
	}
	flags := command.Flags()
	flags.StringVar(&o.stack, "stack", "", "the CloudFormation stack (default: all of the region)")
	flags.StringVar(&o.machine, "state-machine", "", "ARN of the tuning state machine, instead of --stack")
	flags.IntVar(&o.most, "most", 50, "how many executions of each state machine, the newest")
	flags.BoolVar(&o.json, "json", false, "print the verdicts as JSON, as \"dualarch tune --out\" writes them")
	flags.StringVar(&o.report, "report", "", "write the page of \"dualarch report\" to a file")
	o.flags(command)
	command.MarkFlagsMutuallyExclusive("stack", "state-machine")
	completeFlag(command, "stack", o.stacks)
	return command
}

func (o *historyOptions) run(command *cobra.Command) error {
	if o.most < 1 {
		return fmt.Errorf("--most %d: give at least 1", o.most)
	}
	all, err := o.past(command.Context())
	if err != nil && len(all) == 0 {
		return err
	}
	return errors.Join(o.show(command, all), err)
}

// show prints and writes verdicts.
func (o *historyOptions) show(command *cobra.Command, all []verdicts.Verdict) error {
	functions := verdicts.ByFunction(all)
	if o.report != "" && len(functions) > 0 {
		if err := writePage(o.report, command.OutOrStdout(), command.ErrOrStderr(), functions); err != nil {
			return err
		}
	}
	if o.json {
		text, err := documents(all)
		if err != nil {
			return err
		}
		_, err = command.OutOrStdout().Write(text)
		return err
	}
	return writeHistory(command.OutOrStdout(), functions)
}

// past returns the verdicts of all executions that are asked for, each once: two state machines may keep their results
// in one place. What could be read is returned with the errors.
func (o *historyOptions) past(ctx context.Context) ([]verdicts.Verdict, error) {
	client, err := o.client(ctx)
	if err != nil {
		return nil, err
	}
	found, err := machines(ctx, client, o.stack, o.machine)
	if err != nil {
		return nil, err
	}
	label := labels(found)
	type began struct {
		execution string
		at        int64
	}
	read := map[began]bool{}
	var all []verdicts.Verdict
	var problems []error
	for _, m := range found {
		past, err := client.Past(ctx, m, o.most)
		problems = append(problems, err)
		for _, v := range past {
			once := began{v.Execution.ARN, v.Execution.Started.Unix()}
			if read[once] {
				continue
			}
			read[once] = true
			if v.Name != "" {
				v.Name = label(m, v.Name)
			}
			all = append(all, v)
		}
	}
	return all, errors.Join(problems...)
}

// writeHistory prints a line for each verdict.
func writeHistory(w io.Writer, functions []verdicts.Function) error {
	var b bytes.Buffer
	if len(functions) == 0 {
		b.WriteString("no execution has ended\n")
	}
	for i, f := range functions {
		if i > 0 {
			b.WriteByte('\n')
		}
		fmt.Fprintln(&b, guard.Printable(f.Name))
		var written bytes.Buffer
		// A tabwriter on a buffer does not fail.
		table := tabwriter.NewWriter(&written, 0, 0, 2, ' ', 0)
		_, _ = fmt.Fprintln(table, "  WHEN\tADVISED\tCHEAPER THAN TODAY\tCONFIRMED\tCHANGED")
		before := ""
		for _, v := range f.Verdicts {
			when := v.Time().UTC().Format("2006-01-02 15:04")
			if v.Output == nil {
				_, _ = fmt.Fprintf(table, "  %s\t\t\t\t\n", when)
				continue
			}
			advised, cheaper, confirmed := phrase.Configuration(verdicts.Advised(v.Output)), "-", "-"
			if r := v.Output.Recommendation; r != nil {
				confirmed = map[bool]string{true: "yes", false: "no"}[r.Confirmed]
				if t := r.Today; t != nil {
					cheaper = fmt.Sprintf("%s %% (%s to %s)", phrase.Percent(t.Cheaper.Percent), phrase.Percent(t.Cheaper.Low), phrase.Percent(t.Cheaper.High))
				}
			}
			changed := ""
			if before != "" && before != advised {
				changed = "yes"
			}
			before = advised
			_, _ = fmt.Fprintf(table, "  %s\t%s\t%s\t%s\t%s\n", when, advised, cheaper, confirmed, changed)
		}
		_ = table.Flush()
		row := -1 // the first line has the names of the columns
		for line := range bytes.Lines(written.Bytes()) {
			text := bytes.TrimRight(line, " \n")           // empty cells end in blanks
			if row >= 0 && f.Verdicts[row].Output == nil { // why is as long as it is, and makes no column wider
				text = fmt.Appendf(text, "  no verdict: %s", guard.Printable(f.Verdicts[row].Failed))
			}
			fmt.Fprintf(&b, "%s\n", text)
			row++
		}
	}
	_, err := w.Write(b.Bytes())
	return err
}
