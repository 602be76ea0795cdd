package dockerfile

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/dualarch/dualarch/internal/binarch"
)

// Options are what "docker build" would be told.
type Options struct {
	// File is the Dockerfile, relative to the build context. Default: "Dockerfile".
	File string
	// Target is the name or the number of the stage to build. Default: the last one.
	Target string
	// Platform that the image is built for, whatever it is deployed to: "linux/amd64".
	// Default: that of the target.
	Platform string
	// Args are the values of ARG. Default: what the Dockerfile says.
	Args map[string]string
	// Contexts are the names of further build contexts: what FROM and COPY --from call
	// so is one of them, whatever its name says. Default: none.
	Contexts []string
	// Deployed is true if the build context is also deployed as it is: then .dockerignore
	// leaves nothing out, and what cannot run in it is an error.
	Deployed bool
	// Exclude lists what is left out of the context, in .dockerignore's syntax, before
	// .dockerignore itself is read. Default: nothing.
	Exclude []string
	// Scan of the build context. Ignore is set here.
	Scan binarch.Options
}

// Build is an image's source: the Dockerfile and its build context.
type Build struct {
	options Options
	file    *file
	// problem is why the Dockerfile says nothing, "" where it does.
	problem string
	context *binarch.Inventory
}

// Scan reads the Dockerfile of a build context and the context. It returns an error
// where either is not there or ctx ended; a Dockerfile that BuildKit would
// refuse becomes a finding.
func Scan(ctx context.Context, dir string, options Options) (*Build, error) {
	if options.File == "" {
		options.File = "Dockerfile"
	}
	text, err := os.Open(filepath.Join(dir, filepath.FromSlash(options.File)))
	if err != nil {
		return nil, err
	}
	defer text.Close() //nolint:errcheck // it was only read
	b := &Build{options: options}
	if b.file, err = parse(text); err != nil {
		b.problem = err.Error()
	}
	scan := options.Scan
	if options.Deployed {
		b.context, err = binarch.Scan(ctx, dir, scan)
		return b, err
	}
	if scan.Ignore, err = ignored(dir, options); err != nil {
		return nil, err
	}
	b.context, err = binarch.Scan(ctx, dir, scan)
	return b, err
}

// ignored reads the .dockerignore that BuildKit would: the Dockerfile's own where
// there is one. The Dockerfile always stays.
func ignored(dir string, options Options) (func(string, bool) bool, error) {
	patterns := options.Exclude
	for _, name := range []string{options.File + ".dockerignore", ".dockerignore"} {
		list, err := os.Open(filepath.Join(dir, filepath.FromSlash(name)))
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, err
		}
		more, err := readIgnore(list)
		if err := errors.Join(err, list.Close()); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		patterns = append(slices.Clip(patterns), more...)
		break
	}
	matcher, err := newIgnoreList(patterns)
	if err != nil {
		return nil, fmt.Errorf("the patterns of .dockerignore: %w", err)
	}
	return func(path string, folder bool) bool {
		// A line that begins with "!" can bring back something below the folder.
		return matcher.matches(path) && (!folder || !matcher.exceptions)
	}, nil
}

// Report judges the build for each target: the Dockerfile's findings, then those of
// its context.
func (b *Build) Report(targets []binarch.Target) binarch.Report {
	report := b.context.Report(targets)
	findings := []binarch.Finding{}
	for _, target := range targets {
		findings = append(findings, b.dockerfile(target)...)
	}
	if b.problem != "" {
		findings = append(findings, b.unreadable())
	}
	report.Findings = slices.Concat(findings, b.demoted(report.Findings))
	return report
}

// Check is Report for one target, without what could not be read.
func (b *Build) Check(target binarch.Target) []binarch.Finding {
	return append(b.dockerfile(target), b.demoted(b.context.Check(target))...)
}

func (b *Build) unreadable() binarch.Finding {
	return binarch.Finding{
		Rule: binarch.Unreadable, Severity: binarch.Warning, Path: b.options.File, Reason: "could not be read: " + b.problem,
	}
}

// demoted makes warnings of errors: what lies beside a Dockerfile need not become
// part of the image.
func (b *Build) demoted(findings []binarch.Finding) []binarch.Finding {
	if b.options.Deployed {
		return findings
	}
	for i := range findings {
		if findings[i].Severity == binarch.Error {
			findings[i].Severity = binarch.Warning
			findings[i].Reason += " if the Dockerfile copies it into the image"
		}
	}
	return findings
}
