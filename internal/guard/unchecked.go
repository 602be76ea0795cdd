package guard

import (
	"fmt"
	"slices"
	"strings"

	"github.com/dualarch/dualarch/internal/binarch"
	"github.com/dualarch/dualarch/internal/lambdaruntime"
	"github.com/dualarch/dualarch/internal/layerarn"
)

// Unchecked lists what nothing can be known about on any of the targets, and why: "code: it lies in a bucket, which is
// not read". It does not try to read files.
func (f Function) Unchecked(targets []binarch.Target) []string {
	var all []string
	for _, target := range targets {
		texts := uncheckedRuntime(target)
		for _, p := range f.Packages {
			texts = append(texts, p.unchecked(target)...)
		}
		for _, text := range texts {
			if !slices.Contains(all, text) {
				all = append(all, text)
			}
		}
	}
	return all
}

// uncheckedRuntime returns what a runtime hides. Lambda's own are known, or newer than those that are.
func uncheckedRuntime(target binarch.Target) []string {
	if target.Runtime != lambdaruntime.Custom {
		return nil
	}
	return []string{"base system: a customer-managed runtime is its publisher's image, so its glibc and its architectures are not known"}
}

// unchecked returns what nothing can be known about in the package.
func (p Package) unchecked(target binarch.Target) []string {
	why := p.Opaque
	switch {
	case p.Image != nil:
		why = fmt.Sprintf("what its Dockerfile downloads and compiles is only known when the image is built for %s", target.Architecture)
	case p.Unbuilt && p.Path != "":
		why = "what is built of it is only known when it is built"
	case p.ARN != "" && p.Opaque == "":
		if _, known := layerarn.Lookup(p.ARN); !known {
			why = "nothing tells which architecture the layer is for"
			if named := layerarn.NamedFor(p.ARN); named != "" {
				why = fmt.Sprintf("only its name says that the layer is for %s", named)
			}
		}
	}
	if why == "" {
		return nil
	}
	return []string{Printable(p.Name + ": " + why)}
}

// uncheckedTypes are the types of CloudFormation resources, beside functions and layer versions, that carry code which
// Lambda runs, or a template that can; each with why the guard does not look into it. Sources: the schemas of cfn-lint
// 1.58.0 and, for RuntimeVersion, the CloudFormation template reference, read on 2026-11-27. Web functions and MicroVM
// images have arm64 alone.
var uncheckedTypes = map[string]string{
	"AWS::Lambda::WebFunctionRevision": "whose code, for arm64 alone, is not looked at",
	"AWS::Lambda::MicrovmImage":        "whose artifact, for arm64 alone, is not looked at",
	"AWS::Lambda::RuntimeVersion":      "whose image, that of a customer-managed runtime, lies in a repository, which is not read",
	"AWS::Serverless::Function":        "of which SAM makes a function at deployment; check the folder of its code by itself",
	"AWS::Serverless::LayerVersion":    "of which SAM makes a layer version at deployment; check the folder of its content by itself",
	"AWS::Serverless::WebFunction":     "of which SAM makes a web function at deployment; check the folder of its code by itself",
	"AWS::Serverless::MicrovmImage":    "of which SAM makes a MicroVM image at deployment; check the folder of its artifact by itself",
	"AWS::Serverless::Application":     "whose template is not read",
	"AWS::CloudFormation::StackSet":    "whose template is not read",
	"AWS::Synthetics::Canary":          "whose code runs in a function that CloudWatch Synthetics makes",
}

// UncheckedType returns why the guard does not look into resources of a type that carry code for Lambda, or could; ""
// for all other types.
func UncheckedType(name string) string {
	if why := uncheckedTypes[name]; why != "" {
		return "it is an " + name + ", " + why
	}
	if strings.HasSuffix(name, "::MODULE") {
		return "it is the module " + name + ", whose resources are only known at deployment"
	}
	return ""
}

// UncheckedResource is a resource that the guard does not look into.
type UncheckedResource struct {
	Path   string `json:"path"`
	Type   string `json:"type"`
	Reason string `json:"reason"`
}
