package binarch

import (
	"fmt"
	"path"
	"slices"
	"strings"
)

// library judges a file of the right architecture by what it is linked to. A
// variant of the same file that is linked to the right C library makes up for it:
// prebuilds have one for glibc and one for musl.
func (j *judge) library(c candidate) []Finding {
	lacks := j.linkage(c.File)
	if lacks.rule == "" {
		return nil
	}
	if slices.ContainsFunc(j.twins[c.twin], func(other candidate) bool {
		return j.linkage(other.File).rule == "" && j.platformFits(other.File)
	}) {
		return nil
	}
	r := j.kin().relatives[c.Path]
	if !j.starts(c.File) && j.kin().outranked(r) {
		return nil
	}
	f := Finding{
		Rule: lacks.rule, Severity: lacks.severity, Path: c.Path, BuiltFor: c.BuiltFor(), DeployedTo: j.target.String(),
		Reason: lacks.reason, Ecosystem: j.ecosystem(c.File), Origin: r.name,
	}
	switch {
	case lacks.rule != MissingInterpreter && j.tree.Image != nil:
		f.Remedy = "build it in the image that it runs in"
	case lacks.rule == GlibcTooNew:
		f.Remedy = j.glibcRemedy(f.Ecosystem, c.File)
		if slices.Contains(c.GlibcABI, "DT_RELR") && !c.Glibc.newerThan(j.base.glibc) {
			f.Remedy = "link it without -z pack-relative-relocs, or " + f.Remedy
		}
	case lacks.rule == LibstdcxxTooNew:
		f.Remedy = j.libstdcxxRemedy(f.Ecosystem, c.File)
	default:
		f.Remedy = j.muslRemedy(f.Ecosystem, c.File)
	}
	return []Finding{f}
}

// lack is what the target lacks; its rule is "" if it lacks nothing.
type lack struct {
	rule     Rule
	severity Severity
	reason   string
}

// linkage says what the file is linked to and the target lacks.
func (j *judge) linkage(f File) lack {
	if f.Format != ELF || f.Role == LinkInput {
		return lack{}
	}
	if j.tree.Image != nil {
		return j.linkageInImage(f)
	}
	if !j.base.known() {
		return lack{}
	}
	loader := path.Base(f.Interpreter)
	switch {
	case f.Interpreter == "" && f.Musl:
		return lack{MissingInterpreter, Error, fmt.Sprintf("it is linked to musl, and %s has glibc only", j.base.name)}
	case f.Interpreter != "" && !j.hasLoader(f):
		return lack{MissingInterpreter, Error, fmt.Sprintf("its loader %s is not part of %s", loader, j.base.name)}
	case bringsLoader(f): // and the C library that belongs to it
		return lack{}
	case f.Glibc.newerThan(j.base.glibc):
		return lack{GlibcTooNew, Error, fmt.Sprintf("it needs glibc %s, and %s has %s", f.Glibc, j.base.name, j.base.glibc)}
	}
	if reason := abiReason(f.GlibcABI, j.base.glibc, nil, j.base.name); reason != "" {
		return lack{GlibcTooNew, Error, reason}
	}
	return j.libstdcxx(f)
}

// libstdcxx compares with the base system's libstdc++, or with one that the package brings.
func (j *judge) libstdcxx(f File) lack {
	missing := j.base.cxx.lacks(f.Cxx)
	if missing == "" || j.cxx.lacks(f.Cxx) == "" {
		return lack{}
	}
	if never := j.base.cxxNewest.lacks(f.Cxx); never != "" {
		return lack{LibstdcxxTooNew, Error, fmt.Sprintf("it needs %s, and the libstdc++ of %s has %s", never, j.base.name, j.base.cxxNewest)}
	}
	return lack{LibstdcxxTooNew, Warning, fmt.Sprintf("it needs %s: the libstdc++ of %s has %s in older releases and %s in newer ones, and which one Lambda runs is not known",
		missing, j.base.name, j.base.cxx, j.base.cxxNewest)}
}

// cxxInTree is the newest libstdc++ that the package or the image brings.
func (j *judge) cxxInTree() Cxx {
	var has Cxx
	for _, f := range j.tree.Files {
		if f.CxxProvided.GLIBCXX > has.GLIBCXX && j.platformFits(f) {
			has = f.CxxProvided
		}
	}
	return has
}

// linkageInImage asks the image itself, which brings its own C library.
func (j *judge) linkageInImage(f File) lack {
	loader := path.Base(f.Interpreter)
	if f.Interpreter != "" && !j.tree.loaders[loader] {
		return lack{MissingInterpreter, Error, fmt.Sprintf("its loader %s is not in the image", loader)}
	}
	if j.imageGlibc != (Version{}) {
		if f.Glibc.newerThan(j.imageGlibc) {
			return lack{GlibcTooNew, Error, fmt.Sprintf("it needs glibc %s, and the image has %s", f.Glibc, j.imageGlibc)}
		}
		if reason := abiReason(f.GlibcABI, j.imageGlibc, j.imageABI, "the image"); reason != "" {
			return lack{GlibcTooNew, Error, reason}
		}
	}
	if has := j.cxx; has != (Cxx{}) && has.lacks(f.Cxx) != "" {
		return lack{LibstdcxxTooNew, Error, fmt.Sprintf("it needs %s, and the libstdc++ of the image has %s", has.lacks(f.Cxx), has)}
	}
	return lack{}
}

// glibcOfImage is what the newest C library in the image says of itself.
func (j *judge) glibcOfImage() (has Version, abi []string) {
	for _, f := range j.tree.Files {
		if strings.HasPrefix(path.Base(f.Path), "libc") && j.platformFits(f) && f.GlibcProvided.newerThan(has) {
			has, abi = f.GlibcProvided, f.GlibcABIProvided
		}
	}
	return has, abi
}

// loaders are where Amazon Linux has its dynamic loader.
var loaders = map[Architecture][]string{
	X8664: {"/lib64/ld-linux-x86-64.so.2", "/lib/ld-linux-x86-64.so.2", "/usr/lib64/ld-linux-x86-64.so.2"},
	Arm64: {"/lib/ld-linux-aarch64.so.1", "/lib64/ld-linux-aarch64.so.1", "/usr/lib/ld-linux-aarch64.so.1", "/usr/lib64/ld-linux-aarch64.so.1"},
}

func (j *judge) hasLoader(f File) bool {
	return slices.Contains(loaders[j.target.Architecture], f.Interpreter) || bringsLoader(f)
}

// bringsLoader is true for a loader that a package brings along, where Lambda unpacks
// packages to.
func bringsLoader(f File) bool {
	return strings.HasPrefix(f.Interpreter, "/var/task/") || strings.HasPrefix(f.Interpreter, "/opt/")
}

// starts reports whether Lambda starts the file by its path: a bootstrap and, in a layer or
// an image, every extension. An image's bootstrap is started by its entry point, which
// can be anything.
func (j *judge) starts(f File) bool {
	image := j.tree.Image != nil
	extension := j.tree.isExtension(f.Path) && (j.target.Layer || image)
	return extension || f.Path == "bootstrap" && !image && (j.target.Runtime == "" || strings.HasPrefix(j.target.Runtime, "provided"))
}

// startable judges what Lambda starts.
func (j *judge) startable(f File) []Finding {
	if !j.starts(f) {
		return nil
	}
	var findings []Finding
	found := func(rule Rule, reason, remedy string) {
		findings = append(findings, Finding{
			Rule: rule, Severity: Error, Path: f.Path, BuiltFor: f.BuiltFor(), DeployedTo: j.target.String(), Reason: reason, Remedy: remedy,
		})
	}
	if !f.Executable {
		found(NotExecutable, "Lambda starts it, and it is not executable", "chmod 755 it before it is packed")
	}
	switch f.Format {
	case Plain:
		found(MissingInterpreter, "it is neither a program nor a script that begins with #!", `begin it with a line like #!/bin/sh`)
	case Script:
		if reason, remedy := j.interpreter(f.Interpreter); reason != "" {
			found(MissingInterpreter, reason, remedy)
		}
	}
	return findings
}

// interpreter judges a script's first line.
func (j *judge) interpreter(line string) (reason, remedy string) {
	if strings.HasSuffix(line, "\r") {
		return "its first line ends with a carriage return, which becomes part of the interpreter's name", "save it with Unix line ends"
	}
	words := strings.Fields(line)
	if len(words) == 0 {
		return "its first line names no interpreter", "begin it with a line like #!/bin/sh"
	}
	program := path.Base(words[0])
	if program == "env" {
		program = path.Base(startedByEnv(words[1:]))
	}
	inPackage := strings.HasPrefix(words[0], "/opt/") || strings.HasPrefix(words[0], "/var/task/")
	if inPackage || j.tree.Image != nil || !j.base.known() || brings(j.target.Runtime, program) {
		return "", ""
	}
	return fmt.Sprintf("its interpreter %s is not part of %s", program, j.target.Runtime), "write it for /bin/sh, compile it, or bring the interpreter in a layer"
}

// startedByEnv finds the program among env's arguments: env -S LANG=C python3 -u.
func startedByEnv(arguments []string) string {
	for _, word := range arguments {
		if !strings.HasPrefix(word, "-") && !strings.Contains(word, "=") {
			return word
		}
	}
	return ""
}
