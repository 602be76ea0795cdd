package dockerfile

import (
	"fmt"
	"slices"
	"strings"

	"github.com/dualarch/dualarch/internal/binarch"
)

// dockerfile judges the stages that the image is made of.
func (b *Build) dockerfile(target binarch.Target) []binarch.Finding {
	if b.file == nil {
		return nil
	}
	j := judge{build: b, target: target, platform: target.Architecture}
	if given, _ := readPlatform(b.options.Platform); given != "" {
		j.platform = given
	}
	j.expand = b.file.expander(platformOf(j.platform), b.options.Args)
	stages, err := b.file.built(b.options.Target, j.expand)
	if err != nil {
		return []binarch.Finding{{Rule: binarch.Unreadable, Severity: binarch.Warning, Path: b.options.File, Reason: "could not be read: " + err.Error()}}
	}
	for _, s := range stages {
		stage := b.file.stages[s.index]
		before := len(j.findings)
		if j.isImage(stage.base, s.index) {
			j.from(stage, s.base)
		}
		// A stage for another platform may fetch that platform's files, and FROM says so.
		if platform := j.expand(stage.platform); len(j.findings) == before && (platform == "" || platform == platformOf(j.platform)) {
			j.fetched(stage)
		}
		for _, i := range stage.instructions {
			if from := i.from(); from != "" && j.isImage(from, s.index) {
				j.copied(i)
			}
		}
	}
	return j.findings
}

// judge collects the findings of one Dockerfile for one target.
type judge struct {
	build  *Build
	target binarch.Target
	// platform is what the image is built for.
	platform binarch.Architecture
	expand   expander
	findings []binarch.Finding
}

// isImage is false for the name of one of the first n stages or of a build context.
func (j *judge) isImage(name string, n int) bool {
	name = j.expand(name)
	_, isStage := j.build.file.stage(name, n)
	return !isStage && !slices.Contains(j.build.options.Contexts, name)
}

// from judges a FROM line that names an image. What the image begins with has to be
// for the target; a stage that is only copied from may cross-compile.
func (j *judge) from(stage stage, base bool) {
	at := stage.line
	if j.platform != j.target.Architecture && base && (stage.platform == "" || j.expand(stage.platform) == platformOf(j.platform)) {
		j.add(0, binarch.WrongArchitecture, binarch.Error, string(j.platform)+" Linux",
			fmt.Sprintf("it is built with --platform %s, and cannot start there", j.build.options.Platform),
			"give both the same architecture; in CDK, Platform of the asset and Architecture of the function")
		return
	}
	if stage.platform != "" {
		platform := j.expand(stage.platform)
		built, system := readPlatform(platform)
		switch {
		case platform == buildPlatform && base:
			j.add(at, binarch.PinnedPlatform, binarch.Warning, "",
				"FROM --platform=$BUILDPLATFORM gives the image the architecture of the machine that builds it",
				"remove --platform from that line, or copy from that stage into one without")
		case platform == buildPlatform:
		case system != "" && system != binarch.Linux && base:
			j.add(at, binarch.WrongSystem, binarch.Error, string(system),
				fmt.Sprintf("FROM --platform=%s makes an image for another system", platform), j.unpin())
		case built != "" && built != j.target.Architecture && base:
			j.add(at, binarch.PinnedPlatform, binarch.Error, string(built)+" Linux",
				fmt.Sprintf("FROM --platform=%s pins the image to %s", platform, built), j.unpin())
		case built != "" && built != j.target.Architecture:
			j.add(at, binarch.PinnedPlatform, binarch.Warning, string(built)+" Linux",
				fmt.Sprintf("the image copies files of a stage that FROM --platform=%s pins to %s, which is right only where that stage cross-compiles", platform, built),
				"write --platform=$BUILDPLATFORM for a stage that cross-compiles, and no --platform for any other")
		}
		if platform == buildPlatform || built != "" {
			return // whatever the image is called, it is that platform's
		}
	}
	is, certain := imageArchitecture(j.expand(stage.base))
	if is == "" || is == j.target.Architecture {
		return
	}
	severity := binarch.Warning
	if certain && base {
		severity = binarch.Error
	}
	j.add(at, binarch.WrongArchitecture, severity, string(is)+" Linux",
		fmt.Sprintf("by its name, base image %s is for %s only", j.expand(stage.base), is), otherImage(j.expand(stage.base), j.target))
}

// copied judges a COPY --from that names an image.
func (j *judge) copied(i instruction) {
	image := j.expand(i.from())
	if is, _ := imageArchitecture(image); is != "" && is != j.target.Architecture {
		j.add(i.line, binarch.WrongArchitecture, binarch.Warning, string(is)+" Linux",
			fmt.Sprintf("by its name, image %s, which files are copied from, is for %s only", image, is), otherImage(image, j.target))
	}
}

func (j *judge) unpin() string {
	return fmt.Sprintf("remove --platform from that line: docker build --platform %s decides then", platformOf(j.target.Architecture))
}

func (j *judge) add(line int, rule binarch.Rule, severity binarch.Severity, built, reason, remedy string) {
	j.findings = append(j.findings, binarch.Finding{
		Rule: rule, Severity: severity, Path: j.build.options.File, Line: line, BuiltFor: strings.TrimSpace(built), DeployedTo: j.target.String(),
		Reason: reason, Ecosystem: binarch.Image, Remedy: remedy,
	})
}
