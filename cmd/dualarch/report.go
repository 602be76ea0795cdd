package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/dualarch/dualarch/internal/guard"
	"github.com/dualarch/dualarch/internal/page"
	"github.com/dualarch/dualarch/internal/survey"
	"github.com/dualarch/dualarch/internal/verdicts"
)

// largestFile is how large a file of verdicts may be: an execution's output has at most 256 KiB.
const largestFile = 64 << 20

// now is the time that a page is written at; tests fix it.
var now = time.Now

func newReport() *cobra.Command {
	var output string
	command := &cobra.Command{
		Use:   "report VERDICT... -o FILE",
		Short: "Write verdicts and surveys as one HTML page to look at",
		Long: `Writes verdicts as one HTML file without scripts, which loads nothing: duration and
cost by memory for both architectures, what moving saves and how sure that is, and
the lines of Go to change.

A VERDICT is a file with the output of a tuning execution, with what "dualarch tune
--out" or "aws stepfunctions describe-execution" writes, or with an output of AWS
Lambda Power Tuning; several in a file, one after the other or in a list, are several.
It can also be a visualization URL, or - for the standard input. Verdicts of several
functions are ranked by monthly saving; several of one function are shown over time.

A file that "dualarch survey --json" wrote is shown too, alone or in front of the
verdicts: an account's functions, ranked by estimated saving, with their readiness.

NAME=VERDICT says which function a verdict is of. AWS Lambda Power Tuning's results do
not tell, unless their execution does: without a name they go to the only function.

The exit status is 0, or 2 if a verdict cannot be read or the page not be written.`,
		Example: `  dualarch report verdict.json -o report.html
  dualarch report orders.json Orders=old-x86.json Orders=old-arm64.json -o report.html
  dualarch report survey.json verdicts/*.json -o report.html
  aws stepfunctions describe-execution --execution-arn "$ARN" | dualarch report - -o report.html`,
		Args: func(command *cobra.Command, given []string) error {
			if len(given) == 0 {
				return fmt.Errorf("no VERDICT was given\n\n%s", command.UsageString())
			}
			return nil
		},
		RunE: func(command *cobra.Command, given []string) error {
			if output == "" {
				return errors.New("--output: nothing was given; give the file to write, report.html for example, or - for the standard output")
			}
			functions, surveys, err := readShown(given, command.InOrStdin())
			if err != nil {
				return errors.New(guard.PrintableError(err))
			}
			return writePage(output, command.OutOrStdout(), command.ErrOrStderr(), functions, surveys...)
		},
	}
	command.Flags().StringVarP(&output, "output", "o", "", "the file to write, or - for the standard output")
	return command
}

// readShown reads all arguments, and reports all that cannot be read.
func readShown(given []string, stdin io.Reader) ([]verdicts.Function, []*survey.Report, error) {
	var all []verdicts.Verdict
	var surveys []*survey.Report
	var problems []error
	for _, argument := range given {
		name, source := splitName(argument)
		label, data, err := readSource(source, stdin)
		if err == nil && survey.IsDocument(data) {
			var r *survey.Report
			if r, err = decodeSurvey(label, name, data); err == nil {
				surveys = append(surveys, r)
				continue
			}
		}
		var found []verdicts.Verdict
		if err == nil {
			found, err = verdicts.Read(label, data)
		}
		if err != nil {
			problems = append(problems, err)
			continue
		}
		for i := range found {
			found[i].Name = name
		}
		all = append(all, found...)
	}
	if len(problems) > 0 {
		return nil, nil, errors.Join(problems...)
	}
	return verdicts.ByFunction(all), surveys, nil
}

func decodeSurvey(label, name string, data []byte) (*survey.Report, error) {
	if name != "" {
		return nil, fmt.Errorf("%s=%s: it is a survey, which is of many functions; give it without a name", name, label)
	}
	r, err := survey.Decode(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", label, err)
	}
	return r, nil
}

// splitName splits NAME=VERDICT. A file that is there goes by its whole name.
func splitName(argument string) (name, source string) {
	if verdicts.IsURL(argument) {
		return "", argument
	}
	if _, err := os.Stat(argument); err == nil {
		return "", argument
	}
	if name, source, found := strings.Cut(argument, "="); found && name != "" {
		return name, source
	}
	return "", argument
}

// readVerdict reads the verdicts of a source.
func readVerdict(source string, stdin io.Reader) ([]verdicts.Verdict, error) {
	label, data, err := readSource(source, stdin)
	if err != nil {
		return nil, err
	}
	return verdicts.Read(label, data)
}

// readSource reads a file, the standard input or a URL, which holds its verdict itself. label is what errors call it.
func readSource(source string, stdin io.Reader) (label string, data []byte, err error) {
	switch {
	case verdicts.IsURL(source):
		return "visualization URL", []byte(source), nil
	case source == "-":
		label = "standard input"
		data, err = readLimited(label, stdin)
		return label, data, err
	}
	file, err := os.Open(source)
	if err != nil {
		return source, nil, err
	}
	defer func() { _ = file.Close() }() // it was only read
	data, err = readLimited(source, file)
	return source, data, err
}

func readLimited(source string, r io.Reader) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(r, largestFile+1))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", source, err)
	}
	if len(data) > largestFile {
		return nil, fmt.Errorf("%s: it is larger than %d MiB; give files that hold verdicts", source, largestFile>>20)
	}
	return data, nil
}

// writePage writes the page to a file whole or not at all, and says so on stderr.
func writePage(output string, stdout, stderr io.Writer, functions []verdicts.Function, surveys ...*survey.Report) error {
	var b bytes.Buffer
	if err := page.Write(&b, functions, page.Options{Written: now(), Version: version(), Surveys: surveys}); err != nil {
		return err
	}
	if err := writeTo(output, stdout, b.Bytes()); err != nil {
		return errors.New(guard.PrintableError(err))
	}
	if isStdout(output) {
		return nil
	}
	var parts []string
	if len(functions) > 0 || len(surveys) == 0 {
		parts = append(parts, guard.Plural(len(functions), "function"))
	}
	for _, r := range surveys {
		parts = append(parts, "a survey of "+guard.Plural(len(r.Functions), "function"))
	}
	_, err := fmt.Fprintf(stderr, "wrote %s: %s, %s\n", guard.Printable(output), strings.Join(parts, ", "), size(int64(b.Len())))
	return err
}
