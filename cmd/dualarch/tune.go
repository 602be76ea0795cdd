package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"github.com/dualarch/dualarch/internal/fleet"
	"github.com/dualarch/dualarch/internal/verdicts"
)

// tuneOptions are the flags of "dualarch tune".
type tuneOptions struct {
	account
	stack, machine string
	targets        []string
	all            bool
	olderThan      string
	input          tuneInput
	repeat         int
	every          time.Duration
	yes            bool
	from           string
	out            string
	report         string
	markdown       string
	failOn         []string

	// poll is how often an execution is looked at.
	poll time.Duration
	// quiet is for how long a stopped execution's functions must have had no lock of it.
	quiet time.Duration
	// interrupted returns a context that ends with the next interrupt.
	interrupted func(context.Context) (context.Context, context.CancelFunc)
	terminal    bool
	// object reads s3://bucket/key. Default: from the account.
	object func(ctx context.Context, location string) ([]byte, error)
}

// tuneDefaults are what no flag says.
func tuneDefaults(terminal bool) tuneOptions {
	return tuneOptions{poll: 2 * time.Second, quiet: 5 * time.Second, interrupted: nextInterrupt, terminal: terminal}
}

func newTune(o *tuneOptions) *cobra.Command {
	command := &cobra.Command{
		Use:   "tune",
		Short: "Tune deployed functions and say what to change",
		Long: `Starts the tuning state machine of a deployed stack, shows what it does, and ends with
the verdict: which architecture and memory size to run on, how sure that is, and the
lines of Go to change. It uses your AWS configuration: profile, region, SSO.

Each invocation of a run is a real one: what the function writes, sends or deletes, it
does. What a run may cost is printed first, and nothing is started without a yes.

Without --stack all stacks of the region are looked at. Without --target the only
function is tuned; --all tunes all that there are: in one execution where a Fleet is
deployed that has their tuners, else one after the other.

Ctrl-C stops the execution and waits until the functions are put back; a second one
leaves at once.

--fail-on makes it exit with 10, for CI: change (another configuration is advised, and
confirmed), different-answers (both functions did not answer alike), saving=5% (a
confirmed change saves so much or more). --from judges a verdict without a run.

The exit status is 0, 2 if the question makes no sense, 3 if a run failed, 10 by
--fail-on, 130 if it was interrupted.`,
		Example: `  dualarch tune --stack Shop
  dualarch tune --stack Shop --target Orders --invocations-per-month 30e6 --report orders.html
  dualarch tune --stack Shop --all --yes --markdown comment.md --fail-on different-answers
  dualarch tune --from verdict.json --fail-on saving=5%`,
		SilenceUsage:  true,
		SilenceErrors: true,
		Args:          cobra.NoArgs,
		RunE:          func(command *cobra.Command, _ []string) error { return o.run(command) },
	}
	flags := command.Flags()
	flags.StringVar(&o.stack, "stack", "", "the CloudFormation stack whose functions are tuned")
	flags.StringVar(&o.machine, "state-machine", "", "ARN of the tuning state machine, instead of --stack")
	flags.StringSliceVar(&o.targets, "target", nil, "the construct to tune: its id, or the Name of its PowerTuningOptions")
	flags.BoolVar(&o.all, "all", false, "tune all functions: by their Fleet if there is one, else one after the other")
	flags.StringVar(&o.olderThan, "older-than", "", "with a Fleet: tune what has no younger verdict, 30d or 12h for example (default: all)")
	o.input.flags(command)
	flags.IntVar(&o.repeat, "repeat", 1, "how often the run is done; runs at other times see other hosts")
	flags.DurationVar(&o.every, "every", 6*time.Hour, "with --repeat, from the beginning of a run to that of the next")
	flags.BoolVarP(&o.yes, "yes", "y", false, "start without asking")
	flags.StringVar(&o.from, "from", "", "judge the verdicts in a file, and run nothing")
	flags.StringVar(&o.out, "out", "", "write the verdict to a file, with its execution; of several a list")
	flags.StringVar(&o.report, "report", "", "write the page of \"dualarch report\" to a file")
	flags.StringVar(&o.markdown, "markdown", "", "write the verdict as Markdown to a file, for a pull request")
	flags.StringSliceVar(&o.failOn, "fail-on", nil, "exit with 10 on: change, different-answers, saving=PERCENT%")
	o.flags(command)
	command.MarkFlagsMutuallyExclusive("stack", "state-machine", "from")
	command.MarkFlagsMutuallyExclusive("target", "all", "from")
	for _, ofRuns := range append([]string{"repeat", "every", "older-than", "yes", "profile", "region"}, inputFlags...) {
		command.MarkFlagsMutuallyExclusive("from", ofRuns)
	}
	o.complete(command)
	return command
}

func (o *tuneOptions) run(command *cobra.Command) error {
	gates, err := parseGates(o.failOn)
	if err := errors.Join(err, o.check(command)); err != nil {
		return err
	}
	var all []verdicts.Verdict
	if o.from != "" {
		all, err = o.read(command.InOrStdin())
	} else {
		all, err = o.tune(command)
	}
	// What was learnt before something failed is worth writing.
	if len(all) == 0 {
		return err
	}
	return errors.Join(err, o.finish(command, all, gates))
}

// check refuses flags that make no sense, and files that could not be written when a run is over.
func (o *tuneOptions) check(command *cobra.Command) error {
	var problems []error
	if o.repeat < 1 || o.every < 0 {
		problems = append(problems, fmt.Errorf("--repeat %d --every %s: give at least 1, and no time below 0", o.repeat, o.every))
	}
	if command.Flags().Changed("every") && !command.Flags().Changed("repeat") {
		problems = append(problems, fmt.Errorf("--every %s: there is but one run; give --repeat with the number of runs", o.every))
	}
	if _, ok := fleet.ParseAge(o.olderThan); o.olderThan != "" && (!ok || !o.all) {
		problems = append(problems, fmt.Errorf("--older-than %q: give --all and an age such as 30d, 12h or 90m", o.olderThan))
	}
	problems = append(problems, checkFiles(fileFlag{"out", o.out}, fileFlag{"report", o.report}, fileFlag{"markdown", o.markdown}))
	return errors.Join(problems...)
}

// read reads the verdicts that --from names.
func (o *tuneOptions) read(stdin io.Reader) ([]verdicts.Verdict, error) {
	all, err := readVerdict(o.from, stdin)
	if err != nil {
		return nil, err
	}
	for _, v := range all {
		if v.Peer == nil {
			return all, nil
		}
	}
	return nil, fmt.Errorf("--from %s: there is no verdict in it, because AWS Lambda Power Tuning gives none; \"dualarch report\" shows its results", o.from)
}

// finish prints and writes verdicts, then judges them.
func (o *tuneOptions) finish(command *cobra.Command, all []verdicts.Verdict, gates []gate) error {
	functions := verdicts.ByFunction(all)
	stdout, shown := command.OutOrStdout(), command.OutOrStdout()
	if isStdout(o.out) || isStdout(o.report) || isStdout(o.markdown) {
		shown = command.ErrOrStderr()
	}
	problems := []error{writeVerdicts(shown, functions)}
	if o.out != "" {
		text, err := documents(all)
		if err == nil {
			err = writeTo(o.out, stdout, text)
		}
		problems = append(problems, err)
	}
	if o.markdown != "" {
		problems = append(problems, writeTo(o.markdown, stdout, []byte(markdown(functions))))
	}
	if o.report != "" {
		problems = append(problems, writePage(o.report, stdout, command.ErrOrStderr(), functions))
	}
	return errors.Join(append(problems, judge(functions, gates))...)
}
