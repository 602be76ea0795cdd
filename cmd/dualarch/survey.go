package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"regexp"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/spf13/cobra"

	"github.com/dualarch/dualarch/internal/arn"
	"github.com/dualarch/dualarch/internal/guard"
	"github.com/dualarch/dualarch/internal/page"
	"github.com/dualarch/dualarch/internal/survey"
	codelook "github.com/dualarch/dualarch/internal/survey/look"
	"github.com/dualarch/dualarch/internal/survey/summary"
)

// surveyOptions are the flags of "dualarch survey".
type surveyOptions struct {
	account
	regions         []string
	allRegions      bool
	name            string
	tags            []string
	days            int
	rate            float64
	cache           string
	json, csv, page string
	policy          bool

	// survey looks at the account.
	survey   func(context.Context, aws.Config, survey.Options) (*survey.Report, error)
	terminal bool
}

func newSurvey(o surveyOptions) *cobra.Command {
	command := &cobra.Command{
		Use:   "survey",
		Short: "Show which functions of an account are worth moving to arm64, and which can",
		Long: `Looks at all Lambda functions of an account, and changes nothing: what each costs, what
arm64 would save by prices alone (an estimate), what was measured if a tuning execution
in the account did, and whether its code, layers and base image could run there: ready,
needs a rebuild, blocked by which file of which package, or unknown. AWS Compute
Optimizer's advice stands beside it if the account has it.

What the survey itself costs, which is CloudWatch's GetMetricData and a few calls of
ListMetrics, is printed before metrics are read. It needs the permissions that --policy
prints. Code is read and not kept, environment variables are not read, and nothing is
written but the files that you name.

Ctrl-C shows and writes what is there; a second one leaves at once.

The exit status is 0, 1 if something could not be looked at (it is named at the end, and
the rest is complete), 2 if the question makes no sense or nothing could be asked, 130
if it was interrupted.`,
		Example: `  dualarch survey
  dualarch survey --region eu-west-1 --region us-east-1 --name '^shop-' --tag team=shop
  dualarch survey --all-regions --json survey.json --csv survey.csv --page survey.html
  dualarch survey --policy > survey-policy.json`,
		Args:          cobra.NoArgs,
		SilenceUsage:  true,
		SilenceErrors: true,
		RunE: func(command *cobra.Command, _ []string) error {
			err := o.run(command)
			if _, own := errors.AsType[*statusError](err); err != nil && !own && !errors.Is(err, errFound) {
				return errors.New(guard.PrintableError(err))
			}
			return err
		},
	}
	flags := command.Flags()
	flags.StringSliceVar(&o.regions, "region", nil, "an AWS region; several are asked one after the other (default: the profile's, or AWS_REGION)")
	flags.BoolVar(&o.allRegions, "all-regions", false, "all regions that are enabled for the account")
	o.profileFlag(command)
	flags.StringVar(&o.name, "name", "", "only functions whose name matches a regular expression")
	flags.StringArrayVar(&o.tags, "tag", nil, "KEY=VALUE: only functions with this tag; of several, with all")
	flags.IntVar(&o.days, "days", survey.DefaultDays, "the days whose usage is read, at most 455")
	flags.Float64Var(&o.rate, "rate", survey.DefaultCallsPerSecond, "calls to AWS's APIs a second, at most; 0.01 to 1000")
	flags.StringVar(&o.cache, "cache", "", "a folder to keep what was found in code, by its hash: the next survey reads only\nwhat changed (default: nothing is kept)")
	flags.StringVar(&o.json, "json", "", "write the survey as JSON to a file, or - for the standard output")
	flags.StringVar(&o.csv, "csv", "", "write a line for each function as CSV to a file, or -")
	flags.StringVar(&o.page, "page", "", "write the page of \"dualarch report\" to a file, or -")
	flags.BoolVar(&o.policy, "policy", false, "print the IAM policy that the survey needs, and ask nothing")
	command.MarkFlagsMutuallyExclusive("region", "all-regions")
	for _, file := range []string{"json", "csv", "page"} {
		command.MarkFlagsMutuallyExclusive("policy", file)
	}
	return command
}

func (o *surveyOptions) run(command *cobra.Command) error {
	options, err := o.options()
	if err != nil {
		return err
	}
	if o.policy {
		document, err := o.policyDocument(command.Context())
		if err != nil {
			return err
		}
		return indented(command.OutOrStdout(), document)
	}
	if options.Looker, err = codelook.New(codelook.Options{Cache: o.cache}); err != nil {
		return fmt.Errorf("--%w", err) // it begins with "cache: "
	}
	ctx, stderr := command.Context(), command.ErrOrStderr()
	say(stderr, "looking for functions …")
	cfg, err := o.config(ctx)
	if err != nil {
		return err
	}
	show := newSurveyProgress(stderr, o.terminal)
	options.Announce, options.Progress = show.announce, show.report
	said := make(chan struct{})
	uninterrupted := context.AfterFunc(ctx, func() {
		defer close(said)
		signal.Reset(os.Interrupt) // the next one ends the process
		show.say("interrupted: what is there follows (Ctrl-C leaves at once)")
	})
	report, err := o.survey(ctx, cfg, options)
	if !uninterrupted() {
		<-said
	}
	show.stop()
	switch {
	case err != nil && ctx.Err() != nil:
		return &statusError{exitInterrupted, errors.New("interrupted: nothing was found yet")}
	case err != nil:
		return err
	}
	return errors.Join(o.write(command, report), outcomeOf(report))
}

// options returns what the flags ask for. All that makes no sense is reported at once, and so is a file that could not be
// written when the survey is done.
func (o *surveyOptions) options() (survey.Options, error) {
	options := survey.Options{Regions: slices.Compact(slices.Sorted(slices.Values(o.regions))), AllRegions: o.allRegions, Days: o.days, CallsPerSecond: o.rate}
	var problems []error
	for _, r := range o.regions {
		if !summary.IsRegion(r) {
			problems = append(problems, fmt.Errorf("--region %q: want a region's name, eu-west-1 for example", r))
		}
	}
	if o.name != "" {
		expression, err := regexp.Compile(o.name)
		if err != nil {
			problems = append(problems, fmt.Errorf("--name %q: %w; want a regular expression, ^shop- for example", o.name, err))
		}
		options.Name = expression
	}
	for _, tag := range o.tags {
		key, value, found := strings.Cut(tag, "=")
		if !found || key == "" {
			problems = append(problems, fmt.Errorf("--tag %q: want KEY=VALUE", tag))
			continue
		}
		if options.Tags == nil {
			options.Tags = map[string]string{}
		}
		if other, given := options.Tags[key]; given && other != value {
			problems = append(problems, fmt.Errorf("--tag %q: %s=%s was given too, and a tag has one value", tag, key, other))
		}
		options.Tags[key] = value
	}
	if o.days < 1 || o.days > maxDays {
		problems = append(problems, fmt.Errorf("--days %d: give 1 to %d, which is how long CloudWatch keeps hourly values", o.days, maxDays))
	}
	if !(o.rate >= survey.LeastCallsPerSecond && o.rate <= maxRate) { // NaN is neither
		problems = append(problems, fmt.Errorf("--rate %g: give %g to %d calls a second", o.rate, survey.LeastCallsPerSecond, maxRate))
	}
	problems = append(problems, checkFiles(fileFlag{"json", o.json}, fileFlag{"csv", o.csv}, fileFlag{"page", o.page}))
	return options, errors.Join(problems...)
}

const (
	maxDays = 455
	maxRate = 1000
)

// policyDocument returns the policy of a survey with these flags. Nobody is called: the region is the configuration's.
func (o *surveyOptions) policyDocument(ctx context.Context) (survey.PolicyDocument, error) {
	p := survey.PolicyOptions{Regions: o.regions, AllRegions: o.allRegions, Advice: true, Verdicts: true, Code: true, Images: true}
	if len(p.Regions) == 0 {
		cfg, err := o.config(ctx)
		if err != nil {
			return survey.PolicyDocument{}, err
		}
		if cfg.Region != "" {
			p.Regions = []string{cfg.Region}
		}
	}
	if len(p.Regions) > 0 {
		p.Partition = arn.PartitionOf(p.Regions[0])
	}
	return survey.Policy(p), nil
}

// write prints the table and writes the files.
func (o *surveyOptions) write(command *cobra.Command, r *survey.Report) error {
	stdout, shown := command.OutOrStdout(), command.OutOrStdout()
	if isStdout(o.json) || isStdout(o.csv) || isStdout(o.page) {
		shown = command.ErrOrStderr()
	}
	problems := []error{writeSurvey(shown, r, o.profile)}
	for _, file := range []struct {
		name   string
		encode func() ([]byte, error)
	}{
		{o.json, r.Encode},
		{o.csv, func() ([]byte, error) { return surveyCSV(r) }},
		{o.page, func() ([]byte, error) {
			var b bytes.Buffer
			err := page.Write(&b, nil, page.Options{Written: now(), Version: version(), Surveys: []*survey.Report{r}})
			return b.Bytes(), err
		}},
	} {
		if file.name == "" {
			continue
		}
		text, err := file.encode()
		if err == nil {
			err = writeTo(file.name, stdout, text)
		}
		if err == nil && !isStdout(file.name) {
			say(command.ErrOrStderr(), fmt.Sprintf("wrote %s: %s, %s", file.name, guard.Plural(len(r.Functions), "function"), size(int64(len(text)))))
		}
		problems = append(problems, err)
	}
	return errors.Join(problems...)
}

// outcomeOf returns the error of a survey that is not complete.
func outcomeOf(r *survey.Report) error {
	switch {
	case r.Interrupted:
		return &statusError{exitInterrupted, errors.New("interrupted: the survey is incomplete")}
	case len(summary.Problems(r)) > 0:
		return errFound
	}
	return nil
}
