package layerarn

import (
	"regexp"

	"github.com/dualarch/dualarch/internal/binarch"
)

var (
	// layerName is the name in any layer version's ARN, tokens and references in it included.
	layerName = regexp.MustCompile(`:layer:((?:\$\{[^}]*\}|[A-Za-z0-9_-])+)(?::[^:]*)?$`)
	reference = regexp.MustCompile(`\$\{[^}]*\}`)
	// A word of a name is told apart by what stands beside it, or by its capital:
	// my-layer-x86, ToolsArm64, PandasX86_64.
	x86Word = regexp.MustCompile(`(?i:(?:^|[-_])(?:x86[-_]64|x8664|amd64|x86|x64)(?:[-_]|$))|(?:^|[a-z0-9])(?:X86[-_]?64|X86|X64|A[Mm][Dd]64)(?:[-_A-Z]|$)`)
	armWord = regexp.MustCompile(`(?i:(?:^|[-_])(?:arm64(?:v8)?|aarch64|arm|graviton[234]?)(?:[-_]|$))|(?:^|[a-z0-9])(?:A[Rr][Mm]64|A[Aa]rch64|Graviton[234]?)(?:[-_A-Z]|$)`)
)

// NamedFor is the architecture that a layer's name says, "" if it says none or both. It
// is a convention of whoever publishes the layer.
func NamedFor(arn string) binarch.Architecture {
	found := layerName.FindStringSubmatch(arn)
	if found == nil {
		return ""
	}
	name := reference.ReplaceAllString(found[1], "")
	x86, arm := x86Word.MatchString(name), armWord.MatchString(name)
	switch {
	case x86 == arm:
		return ""
	case x86:
		return binarch.X8664
	}
	return binarch.Arm64
}

// checkName is the finding for a layer that only its name tells something of.
func checkName(arn string, target binarch.Target) (f binarch.Finding, ok bool) {
	named := NamedFor(arn)
	if named == "" || named == target.Architecture {
		return f, false
	}
	return binarch.Finding{
		Rule: binarch.WrongArchitecture, Severity: binarch.Warning, Path: token.ReplaceAllString(arn, "$${AWS::$1}"),
		BuiltFor: string(named), DeployedTo: target.String(),
		Reason:    "by its name, the layer is for " + string(named),
		Ecosystem: binarch.Layer, Remedy: "use the layer for " + string(target.Architecture) + ", if there is one",
	}, true
}
