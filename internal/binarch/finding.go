package binarch

import (
	"fmt"
	"strings"
)

// Severity says what a finding means for the deployment.
type Severity string

// An error cannot run where it is deployed to. A warning may not, or could not be
// read. Information is for the curious: a file that is never run on Lambda.
const (
	Error   Severity = "error"
	Warning Severity = "warning"
	Info    Severity = "info"
)

// Rule names what is wrong; stable, machines go by it.
type Rule string

// The rules.
const (
	WrongArchitecture  Rule = "wrong-architecture"
	WrongSystem        Rule = "wrong-operating-system"
	GlibcTooNew        Rule = "glibc-too-new"
	LibstdcxxTooNew    Rule = "libstdcxx-too-new"
	MissingInterpreter Rule = "missing-interpreter"
	NotExecutable      Rule = "not-executable"
	// MissingEntryPoint is reported of functions, not of files.
	MissingEntryPoint Rule = "missing-entry-point"
	PinnedPlatform    Rule = "pinned-platform"
	// RuntimeWithoutArm64 is reported of functions, not of files.
	RuntimeWithoutArm64 Rule = "runtime-without-arm64"
	// OneArchitectureSource is reported at synthesis only.
	OneArchitectureSource Rule = "one-architecture-source"
	// CgoLeftOut is reported at synthesis only.
	CgoLeftOut Rule = "cgo-left-out"
	Unreadable Rule = "unreadable"
	// NotChecked is reported of what nobody looks into: a resource, a layer by its ARN,
	// an archive of a kind that is not opened.
	NotChecked Rule = "not-checked"
)

// Rules are all rules with what they mean, in the order of their severity.
func Rules() []struct {
	ID   Rule
	Text string
} {
	return []struct {
		ID   Rule
		Text string
	}{
		{WrongArchitecture, "The file is built for another architecture than it is deployed to."},
		{WrongSystem, "The file is built for another operating system than Linux."},
		{GlibcTooNew, "The file needs a newer glibc than the runtime has."},
		{LibstdcxxTooNew, "The file needs a newer libstdc++ than the runtime has."},
		{MissingInterpreter, "The runtime lacks the interpreter or C library that the file is linked to."},
		{NotExecutable, "Lambda starts the file, and it lacks the execute permission."},
		{MissingEntryPoint, "Lambda starts a file that is neither in the code nor in a layer."},
		{RuntimeWithoutArm64, "Lambda has the runtime on x86_64 alone."},
		{OneArchitectureSource, "Go source that only another architecture's build has."},
		{CgoLeftOut, "A Go package is built without its files that need cgo."},
		{PinnedPlatform, "A Dockerfile names the platform of an image instead of leaving it to the build."},
		{Unreadable, "The file could not be read, so nothing is known about it."},
		{NotChecked, "It is not looked into, so nothing is known about it."},
	}
}

// Target is what a package is deployed to.
type Target struct {
	Architecture Architecture
	// Runtime by Lambda's identifier: "provided.al2023", "python3.12". Default: "",
	// not known; then only what runs on no Lambda runtime is found. Of "custom", a
	// customer-managed runtime, the base system is not known: files are judged by their
	// architecture alone.
	Runtime string
	// Layer is true for what Lambda unpacks into /opt, where it starts extensions.
	Layer bool
}

// String is "arm64 python3.12", or "arm64".
func (t Target) String() string {
	return strings.TrimSpace(string(t.Architecture) + " " + t.Runtime)
}

// Finding is one file that is wrong for one target.
type Finding struct {
	Rule     Rule     `json:"rule"`
	Severity Severity `json:"severity"`
	// Path inside what was scanned, see File.Path; "" for the whole. A layer's ARN
	// where the layer is known by it.
	Path string `json:"path"`
	// Origin is the package that brought the file: "node_modules/sharp", "lib/jna.jar", "numpy-2.1.0.dist-info".
	// Empty if nothing tells.
	Origin string `json:"origin,omitempty"`
	// Line of a text file, counted from 1; 0 for the whole file.
	Line int `json:"line,omitempty"`
	// BuiltFor in words: "x86_64 Linux". Empty where nothing is known.
	BuiltFor string `json:"builtFor,omitempty"`
	// Variants are what there is of the file, in the words of BuiltFor, where its package brings one a platform and
	// none for the target.
	Variants []string `json:"variants,omitempty"`
	// DeployedTo in words: "arm64 python3.12". Empty where it is wrong for any target.
	DeployedTo string `json:"deployedTo,omitempty"`
	// Reason why the file cannot run there.
	Reason string `json:"reason"`
	// Ecosystem the file comes from, as far as its path tells: "npm", "pip".
	Ecosystem Ecosystem `json:"ecosystem,omitempty"`
	// Remedy is what to do in that ecosystem. Empty where there is nothing to do.
	Remedy string `json:"remedy,omitempty"`
	// Accepted is the reason why somebody finds it harmless. Empty for what is found here.
	Accepted string `json:"accepted,omitempty"`
}

// Unread reports whether nothing is known about what the finding names, and nobody has
// accepted that.
func (f Finding) Unread() bool {
	return (f.Rule == NotChecked || f.Rule == Unreadable) && f.Accepted == ""
}

// Place is the path, with the line where there is one: "Dockerfile:2".
func (f Finding) Place() string {
	if f.Line == 0 {
		return f.Path
	}
	return fmt.Sprintf("%s:%d", f.Path, f.Line)
}

// String is the finding in a sentence.
func (f Finding) String() string {
	var b strings.Builder
	if place := f.Place(); place != "" {
		fmt.Fprintf(&b, "%s: ", place)
	}
	if f.BuiltFor != "" {
		fmt.Fprintf(&b, "built for %s, ", f.BuiltFor)
	}
	if f.DeployedTo != "" {
		fmt.Fprintf(&b, "deployed to %s: ", f.DeployedTo)
	}
	b.WriteString(f.Reason)
	if f.Remedy != "" {
		fmt.Fprintf(&b, "; %s", f.Remedy)
	}
	return b.String()
}
