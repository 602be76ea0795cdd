package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/dualarch/dualarch/internal/adopt"
	"github.com/dualarch/dualarch/internal/cfn"
	"github.com/dualarch/dualarch/internal/guard"
	"github.com/dualarch/dualarch/internal/loss"
)

// adoptOptions are the flags of "dualarch adopt".
type adoptOptions struct {
	functions []string
	elsewhere bool
	diff      bool
	verbose   bool
	json      bool
}

func newAdopt() *cobra.Command {
	var options adoptOptions
	command := &cobra.Command{
		Use:     "adopt cdk.out | adopt --diff OLD NEW",
		Short:   "Move functions in production to DualArchFunction, and see what a deployment would lose",
		Version: version(),
		Long: `Prints, for each Lambda function of a synthesized app, the lines of Go that make it
the serving function of a DualArchFunction, what the first deployment changes, what
has to stay in the app for good, and who reaches the function without an alias.

It takes a cdk.out of any language's CDK app, or a template of CloudFormation in
JSON or YAML: a deployed one, say, from aws cloudformation get-template.

With --diff it compares two of them, what is deployed and what will be, and lists
what would be deleted or replaced, or make the deployment fail, and which position
in a stream, address or log goes with it. Nothing is asked of AWS.

The exit status is 0 if nothing is lost, 1 if something is or cannot be compared, or
if a function named by --function cannot be adopted, and 2 if the question makes no
sense.`,
		Example: `  dualarch adopt cdk.out
  dualarch adopt --function Shop/Orders cdk.out
  dualarch adopt --diff Shop.template.json cdk.out`,
		Args: func(command *cobra.Command, paths []string) error {
			if want := map[bool]int{false: 1, true: 2}[options.diff]; len(paths) != want {
				text := "give a cdk.out or a template"
				if options.diff {
					text = "give two, OLD and NEW, each a cdk.out or a template"
				}
				return fmt.Errorf("%s given; %s\n\n%s", guard.Plural(len(paths), "path"), text, command.UsageString())
			}
			return nil
		},
		RunE: func(command *cobra.Command, paths []string) error {
			err := options.run(command.OutOrStdout(), paths)
			if err != nil && !errors.Is(err, errFound) {
				return errors.New(guard.PrintableError(err))
			}
			return err
		},
	}
	command.SetVersionTemplate(versionTemplate)
	flags := command.Flags()
	flags.StringArrayVar(&options.functions, "function", nil, "a function by its path, the end of it, its logical id or its name (default: all)")
	flags.BoolVar(&options.elsewhere, "elsewhere", false, "the construct gets another scope or id in the same stack: name the logical ids")
	flags.BoolVar(&options.diff, "diff", false, "compare OLD and NEW: what would deploying NEW lose?")
	flags.BoolVar(&options.verbose, "verbose", false, "with --diff, also list what is replaced without a loss")
	flags.BoolVar(&options.json, "json", false, "print JSON")
	flags.Bool("version", false, "print the version of this command")
	command.MarkFlagsMutuallyExclusive("diff", "function")
	command.MarkFlagsMutuallyExclusive("diff", "elsewhere")
	return command
}

func (o *adoptOptions) run(w io.Writer, paths []string) error {
	var apps [][]cfn.Assembly
	for _, path := range paths {
		app, err := cfn.Open(path)
		if err != nil {
			return err
		}
		apps = append(apps, app)
	}
	if o.diff {
		return o.compare(w, apps[0], apps[1])
	}
	functions, err := adopt.Functions(apps[0], adopt.Options{Names: o.functions, Elsewhere: o.elsewhere, Now: time.Now()})
	if err != nil {
		return fmt.Errorf("%s: %w", paths[0], err)
	}
	write := writeAdoptable
	if o.json {
		write = func(w io.Writer, functions []adopt.Function) error {
			return indented(w, map[string]any{"functions": functions})
		}
	}
	if err := write(w, functions); err != nil {
		return err
	}
	if len(o.functions) > 0 && slices.ContainsFunc(functions, func(f adopt.Function) bool { return f.NotAdopted != "" }) {
		return errFound
	}
	return nil
}

// compare prints what deploying the new app over the old one would lose.
func (o *adoptOptions) compare(w io.Writer, before, after []cfn.Assembly) error {
	report, err := loss.Compare(before, after)
	if err != nil {
		return err
	}
	losses := report.Losses()
	if o.json {
		err = indented(w, struct {
			Losses int `json:"losses"`
			*loss.Report
		}{len(losses), report})
	} else {
		err = writeLosses(w, report, o.verbose)
	}
	if err == nil && len(losses) > 0 {
		err = errFound
	}
	return err
}

func indented(w io.Writer, value any) error {
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", "  ")
	encoder.SetEscapeHTML(false)
	return encoder.Encode(value)
}
