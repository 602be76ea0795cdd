package adopt

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/dualarch/dualarch/internal/cfn"
	"github.com/dualarch/dualarch/internal/lambdaruntime"
)

const samFunction = "AWS::Serverless::Function"

// madeByCDK matches the paths of functions that CDK makes for itself.
var madeByCDK = regexp.MustCompile(`(^|/)(Custom::[^/]*|LogRetention[0-9a-f]{32}|BucketNotificationsHandler[0-9a-f]{32}|AWS679f53fac002430cb0da5b7982bd2287|framework-(onEvent|isComplete|onTimeout))(/|$)`)

// refused returns why the function cannot be adopted, or "".
func (s *subject) refused(now time.Time) string {
	path, _ := s.Metadata["aws:cdk:path"].(string)
	runtime, _ := s.Properties["Runtime"].(string)
	known, isKnown := lambdaruntime.Find(runtime)
	architecture := s.today().Architecture
	switch {
	case s.Type == samFunction:
		return "SAM makes the function when it is deployed; give the template that it made: aws cloudformation get-template --template-stage Processed"
	case s.atEdge():
		return "Lambda@Edge uses it, which runs on x86_64 only; keep it an awslambda.Function"
	case madeByCDK.MatchString(s.name):
		return "CDK makes it for a custom resource; it is none of the app's own functions"
	case strings.HasSuffix(path, "/Default/Resource"):
		return "it is the serving function of a DualArchFunction already"
	case s.isSibling():
		return "it is a sibling of a DualArchFunction already"
	case s.isTuner():
		return "it belongs to a Power Tuning stack"
	case s.Properties["CapacityProviderConfig"] != nil:
		return "a capacity provider runs it, whose instances have one architecture"
	case isKnown && known.X86Only:
		return fmt.Sprintf("its runtime %s runs on x86_64 only: %s", runtime, lambdaruntime.Replace(runtime, now))
	case architecture == "":
		return "its architecture is only known when it is deployed; write it into the template, x86_64 or arm64, and deploy that first"
	case architecture != "x86_64" && architecture != "arm64":
		return fmt.Sprintf("its architecture is %q, which Lambda does not have", architecture)
	}
	return ""
}

// atEdge reports whether CloudFront runs the function: its role says so, or a distribution does.
func (s *subject) atEdge() bool {
	for _, role := range s.assembly.Targets(s.in, s.Properties["Role"]) {
		if mentions(role.Resource().Properties["AssumeRolePolicyDocument"], "edgelambda.amazonaws.com") {
			return true
		}
	}
	for _, t := range s.assembly {
		for _, id := range t.IDs("AWS::CloudFront::Distribution") {
			for _, use := range cfn.References(t.Resources[id].Properties) {
				if strings.Contains(use.At, "LambdaFunctionAssociations") && s.isVersion(t, use) {
					return true
				}
			}
		}
	}
	return false
}

// isVersion reports whether a use means a version of the function.
func (s *subject) isVersion(in *cfn.Template, use cfn.Use) bool {
	target, known := s.assembly.Resolve(in, use)
	if !known || target.In != s.in {
		return false
	}
	r := s.in.Resources[target.ID]
	return r.Type == "AWS::Lambda::Version" && s.leadsHere(r.Properties["FunctionName"])
}

func mentions(value any, text string) bool {
	written, _ := json.Marshal(value) // it was read from JSON
	return strings.Contains(string(written), `"`+text+`"`)
}

// isSibling reports whether the function is one of two that DualArchFunction made.
func (s *subject) isSibling() bool {
	for own, other := range map[string]string{"/X86": "/Arm64", "/Arm64": "/X86"} {
		scope, is := strings.CutSuffix(s.ConstructPath(), own)
		if !is {
			continue
		}
		for _, id := range s.in.IDs(cfn.FunctionType) {
			if s.in.Resources[id].ConstructPath() == scope+other {
				return true
			}
		}
	}
	return false
}

// isTuner reports whether the function is a step of the tuner.
func (s *subject) isTuner() bool {
	description, _ := s.Properties["Description"].(string)
	return s.in.Parent != nil && strings.HasPrefix(description, "Power Tuning: ")
}
