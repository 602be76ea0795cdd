package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/dualarch/dualarch/internal/binarch"
	"github.com/dualarch/dualarch/internal/guard"
	"github.com/dualarch/dualarch/internal/lambdaruntime"
)

// checkOptions are the flags of "dualarch check".
type checkOptions struct {
	architectures []string
	runtime       string
	layer         bool
	accept        []string
	verbose       bool
	json, sarif   bool
}

func newCheck(terminal bool) *cobra.Command {
	var options checkOptions
	command := &cobra.Command{
		Use:     "check PATH...",
		Short:   "Find files that cannot run on their architecture",
		Version: version(),
		Long: `Finds files that cannot run on the architecture they are deployed to, and says
what each is built for and what to do. It runs nothing and changes nothing.

A PATH is a folder, a zip, jar or wheel, a tar, an image archive (docker save,
OCI), a program, a Dockerfile with the folder around it, a cdk.out, or a template
of CloudFormation or SAM in JSON or YAML. The code and layers of each function in
a cdk.out or a template are checked for the function's own architecture and
runtime, unless --arch asks about others. What may hold code for Lambda and is
not looked into is named as not checked.

The exit status is 0 if nothing was found that cannot run, 1 if something cannot,
2 if the question makes no sense or nothing could be checked.`,
		Example: `  dualarch check function.zip
  dualarch check --arch arm64 --runtime python3.12 build/
  dualarch check --layer --arch arm64 layer.zip
  dualarch check --arch arm64 cdk.out      # could this app move to arm64?
  dualarch check --accept 'bin/**=only run on laptops' layer.zip`,
		Args: func(command *cobra.Command, paths []string) error {
			if len(paths) == 0 {
				return fmt.Errorf("no PATH was given\n\n%s", command.UsageString())
			}
			return nil
		},
		RunE: func(command *cobra.Command, paths []string) error {
			err := options.run(command, paths, terminal)
			if err != nil && !errors.Is(err, errFound) {
				return errors.New(guard.PrintableError(err))
			}
			return err
		},
	}
	command.SetVersionTemplate(versionTemplate)
	flags := command.Flags()
	flags.StringSliceVar(&options.architectures, "arch", []string{"x86_64", "arm64"}, "architectures that it has to run on: x86_64, arm64")
	flags.StringVar(&options.runtime, "runtime", "", "Lambda runtime that it is deployed to, such as provided.al2023, or custom for a\ncustomer-managed one (default: the newest Amazon Linux that Lambda has)")
	flags.BoolVar(&options.layer, "layer", false, "the package is a layer: Lambda unpacks it into /opt and starts its extensions")
	flags.StringArrayVar(&options.accept, "accept", nil, "PATH=REASON: accept a harmless finding by its path or a pattern, and say why")
	flags.BoolVar(&options.verbose, "verbose", false, "print a line for each file instead of each package, and information")
	flags.BoolVar(&options.json, "json", false, "print JSON")
	flags.BoolVar(&options.sarif, "sarif", false, "print SARIF 2.1.0, for code scanning services")
	flags.Bool("version", false, "print the version of this command")
	command.MarkFlagsMutuallyExclusive("json", "sarif")
	for name, values := range map[string][]string{
		"arch":    {"x86_64", "arm64"},
		"runtime": supportedRuntimes(time.Now()),
	} {
		if err := command.RegisterFlagCompletionFunc(name, cobra.FixedCompletions(values, cobra.ShellCompDirectiveNoFileComp)); err != nil {
			panic(err) // the flag is defined above
		}
	}
	return command
}

// run answers for the paths.
func (o *checkOptions) run(command *cobra.Command, paths []string, terminal bool) error {
	targets, err := o.targets()
	if err != nil {
		return err
	}
	subjects, err := subjectsOf(paths, targets, command.Flags().Changed("arch"))
	if err != nil {
		return err
	}
	accepted, err := o.acceptances()
	if err != nil {
		return err
	}
	results, err := check(command.Context(), subjects, command.ErrOrStderr(), terminal)
	if err != nil {
		return err
	}
	if err := accept(results, accepted, command.ErrOrStderr()); err != nil {
		return err
	}
	if err := o.print(command.OutOrStdout(), results); err != nil {
		return err
	}
	return outcome(paths, results)
}

// supportedRuntimes returns the runtimes that AWS still updates.
func supportedRuntimes(today time.Time) []string {
	names := []string{lambdaruntime.Custom}
	for _, r := range lambdaruntime.All() {
		if !r.IsDeprecated(today) {
			names = append(names, r.Name)
		}
	}
	return names
}

// runtimeName matches any identifier that Lambda has or could have.
var runtimeName = regexp.MustCompile(`^(provided(\.al\d*)?|go1\.x|custom|(python|nodejs|java|dotnet|dotnetcore|ruby)\d[a-z0-9.]*)$`)

func (o *checkOptions) targets() ([]binarch.Target, error) {
	if _, known := lambdaruntime.Find(o.runtime); o.runtime != "" && !known && !runtimeName.MatchString(o.runtime) {
		return nil, fmt.Errorf("--runtime %q: want an identifier of Lambda's, provided.al2023 or python3.12 for example", o.runtime)
	}
	var targets []binarch.Target
	for _, name := range o.architectures {
		a, err := binarch.ParseArchitecture(name)
		if err != nil {
			return nil, fmt.Errorf("--arch: %w", err)
		}
		target := binarch.Target{Architecture: a, Runtime: o.runtime, Layer: o.layer}
		if !slices.Contains(targets, target) {
			targets = append(targets, target)
		}
	}
	if len(targets) == 0 {
		return nil, fmt.Errorf("--arch: want %s, %s or both", binarch.X8664, binarch.Arm64)
	}
	return targets, nil
}

// result is the outcome for one subject.
type result struct {
	subject
	binarch.Report
}

// unread lists what nothing is known about, and why.
func (r result) unread() []string {
	texts := r.unchecked
	for _, f := range r.Findings {
		if f.Rule == binarch.NotChecked && f.Unread() {
			texts = append(slices.Clip(texts), f.String())
		}
	}
	return texts
}

// checked reports whether anything was found out.
func (r result) checked() bool {
	if slices.ContainsFunc(r.Findings, func(f binarch.Finding) bool { return f.Rule != binarch.NotChecked }) {
		return true
	}
	return r.files.Path != "" && (r.Files > 1 || len(r.Findings) == 0)
}

// problem returns why a path is no package, nil if it is one.
func (r result) problem() error {
	switch {
	case r.files.Path == "" || r.template != "" || r.files.Image != nil:
		return nil
	case r.NoPackage:
		return fmt.Errorf("%s: neither an archive nor a program; give the folder or the zip that is deployed, an image archive, a Dockerfile, a template or a cdk.out", r.name)
	case r.Files == 0 && len(r.Findings) == 0:
		return fmt.Errorf("%s: there are no files in it; give the folder or the zip that is deployed", r.name)
	}
	return nil
}

// check scans each path once, however many subjects share it.
func check(ctx context.Context, subjects []subject, stderr io.Writer, terminal bool) ([]result, error) {
	var scans guard.Scans
	results := make([]result, 0, len(subjects))
	var problems []error
	for _, s := range subjects {
		r := result{subject: s, Report: binarch.Report{Findings: []binarch.Finding{}}}
		if s.files.Path != "" {
			files, err := scan(ctx, &scans, s, stderr, terminal)
			if err != nil {
				return nil, err
			}
			r.Report = files.Report(s.targets)
			for _, target := range s.targets {
				r.Findings = append(r.Findings, scans.CheckStart(ctx, s.function, target)...)
			}
		}
		r.Findings = append(s.checkNames(), r.Findings...)
		problems = append(problems, r.problem())
		results = append(results, r)
	}
	return results, errors.Join(problems...)
}

func scan(ctx context.Context, scans *guard.Scans, s subject, stderr io.Writer, terminal bool) (guard.Files, error) {
	options := binarch.Options{Progress: new(binarch.Progress)}
	if terminal {
		defer showProgress(stderr, s.files.Path, options.Progress, progressAfter)()
	}
	return scans.Scan(ctx, s.files, options)
}

func (o *checkOptions) print(w io.Writer, results []result) error {
	switch {
	case o.json:
		return writeJSON(w, results)
	case o.sarif:
		return writeSARIF(w, results)
	}
	return writeTable(w, results, o.verbose)
}

// outcome returns errFound if something cannot run, and another error if nothing could
// be checked, which is no answer.
func outcome(paths []string, results []result) error {
	if count(results, binarch.Error) > 0 {
		return errFound
	}
	if countUnchecked(results) > 0 && !slices.ContainsFunc(results, result.checked) {
		return fmt.Errorf("nothing in %s could be checked", strings.Join(paths, ", "))
	}
	return nil
}

func (o *checkOptions) acceptances() ([]guard.Acceptance, error) {
	var all []guard.Acceptance
	for _, text := range o.accept {
		a, err := guard.ParseAcceptance(text)
		if err != nil {
			return nil, fmt.Errorf("--accept %w", err)
		}
		all = append(all, a)
	}
	return all, nil
}

// accept writes the reasons into the findings, and warns of acceptances that match nothing.
func accept(results []result, accepted []guard.Acceptance, stderr io.Writer) error {
	used := make([]bool, len(accepted))
	for _, r := range results {
		for i := range r.Findings {
			guard.Accept(&r.Findings[i], accepted, used)
		}
	}
	for _, text := range guard.Unused(accepted, used) {
		if _, err := fmt.Fprintf(stderr, "dualarch: warning: %s\n", guard.Printable(text)); err != nil {
			return err
		}
	}
	return nil
}

func countUnchecked(results []result) int {
	n := 0
	for _, r := range results {
		n += len(r.unread())
	}
	return n
}

// count counts the findings of a severity that are not accepted.
func count(results []result, severity binarch.Severity) int {
	n := 0
	for _, r := range results {
		for _, f := range r.Findings {
			if f.Severity == severity && f.Accepted == "" {
				n++
			}
		}
	}
	return n
}
