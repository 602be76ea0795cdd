package layerarn

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/dualarch/dualarch/internal/binarch"
)

// Layer is a layer version that the table knows.
type Layer struct {
	// ARN as it was given; CDK's tokens for region and partition are spelled
	// ${AWS::Region} and ${AWS::Partition}.
	ARN string
	// Product is the vendor's name for it: "AWS Lambda Insights".
	Product string
	// Architecture it is built for, "" where the one layer runs on both.
	Architecture binarch.Architecture
	// Perhaps is true where some of the product's layers have no native files, so that
	// either edition runs on both.
	Perhaps bool
	// Bootstrap is true if the layer has the file that Lambda starts on provided.*.
	Bootstrap bool
	// Other is the ARN of the edition for the other architecture, without the last
	// part where Exact is false. "" where the layer runs on both.
	Other string
	// Exact is true where Other names a version: the vendor gives both editions the
	// same version numbers.
	Exact bool
	// Source is the public documentation that says so.
	Source string
}

var (
	// Lambda's layer version ARNs in every partition; a region or partition may be a
	// reference.
	versionARN = regexp.MustCompile(`^arn:([a-z-]+|\$\{AWS::Partition\}):lambda:([a-z0-9-]+|\$\{AWS::Region\}):(\d{12}):layer:([A-Za-z0-9_-]+):(\d+)$`)
	token      = regexp.MustCompile(`\$\{Token\[AWS\.(Region|Partition)\.\d+\]\}`)
)

// Lookup finds the layer of an ARN. ok is false for what is no layer version's ARN
// and for layers that are not in the table.
func Lookup(arn string) (l Layer, ok bool) {
	arn = token.ReplaceAllString(arn, "$${AWS::$1}")
	parts := versionARN.FindStringSubmatch(arn)
	if parts == nil {
		return Layer{}, false
	}
	partition, region, account, name, version := parts[1], parts[2], parts[3], parts[4], parts[5]
	for _, e := range editions {
		if !e.publishedBy(account) {
			continue
		}
		architecture, otherName, matches := e.match(name)
		if !matches {
			continue
		}
		l = Layer{ARN: arn, Product: e.product, Architecture: architecture, Perhaps: e.perhaps, Bootstrap: e.bootstrap, Source: e.source}
		if architecture != "" {
			l.Other, l.Exact = e.other(partition, region, account, otherName, version, architecture)
		}
		return l, true
	}
	return Layer{}, false
}

// Remedy says which ARN to use instead; "" for a layer that runs on both.
func (l Layer) Remedy() string {
	switch {
	case l.Architecture == "":
		return ""
	case l.Exact:
		return "use " + l.Other
	}
	return fmt.Sprintf("use the newest version of %s: its versions are numbered on their own, see %s", l.Other, l.Source)
}

// Check is the finding for a layer on a function: the x86_64 edition on an arm64
// function, or the other way round. Of layers that the table does not know, the name
// decides. ok is false where nothing is known to be wrong.
func Check(arn string, target binarch.Target) (f binarch.Finding, ok bool) {
	l, known := Lookup(arn)
	if !known {
		return checkName(arn, target)
	}
	if l.Architecture == "" || l.Architecture == target.Architecture {
		return binarch.Finding{}, false
	}
	f = binarch.Finding{
		Rule: binarch.WrongArchitecture, Severity: binarch.Error, Path: l.ARN,
		BuiltFor: string(l.Architecture), DeployedTo: target.String(),
		Reason:    fmt.Sprintf("it is the %s edition of %s", l.Architecture, l.Product),
		Ecosystem: binarch.Layer, Remedy: l.Remedy(),
	}
	if l.Perhaps {
		f.Severity = binarch.Warning
		f.Reason += ", which only runs there if it has no native files"
	}
	return f, true
}

// publishedBy is true where any account may have republished the layer, and for the
// accounts of the vendor.
func (e edition) publishedBy(account string) bool {
	return len(e.accounts) == 0 || slices.Contains(e.accounts, account)
}

// saysArm are names of arm64 editions, whatever else is in them: a vendor's newer names
// are no reason to take them for x86_64.
var saysArm = regexp.MustCompile(`(?i)arm64|aarch64|[-_]arm([-_]|$)`)

// match tells which edition a layer's name is, and the other edition's name. The
// arm64 pattern goes first: the x86_64 one is often the same without a suffix.
func (e edition) match(name string) (is binarch.Architecture, other string, ok bool) {
	if e.both != "" {
		_, ok = capture(e.both, name)
		return "", "", ok
	}
	if common, ok := capture(e.arm64, name); ok {
		return binarch.Arm64, fill(e.x86, common), true
	}
	if common, ok := capture(e.x86, name); ok && !saysArm.MatchString(name) {
		return binarch.X8664, fill(e.arm64, common), true
	}
	return "", "", false
}

// other is the other edition's ARN, with the version where both have the same.
func (e edition) other(partition, region, account, name, version string, is binarch.Architecture) (arn string, exact bool) {
	if by, differs := e.regions[region]; differs {
		account = by.arm64
		if is == binarch.Arm64 {
			account = by.x86
		}
	}
	arn = strings.Join([]string{"arn", partition, "lambda", region, account, "layer", name}, ":")
	if e.sameVersions {
		return arn + ":" + version, true
	}
	return arn, false
}

// capture gives what the holes of a pattern stand for in a name.
func capture(pattern, name string) (common []string, ok bool) {
	literal := strings.Split(regexp.QuoteMeta(pattern), `\{\}`)
	found := regexp.MustCompile("^" + strings.Join(literal, "(.+?)") + "$").FindStringSubmatch(name)
	if found == nil {
		return nil, false
	}
	return found[1:], true
}

func fill(pattern string, common []string) string {
	for _, c := range common {
		pattern = strings.Replace(pattern, "{}", c, 1)
	}
	return pattern
}
