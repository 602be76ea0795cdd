package dualarch

import (
	"github.com/dualarch/dualarch/constructs/internal/cdkcompat"
)

// warn warns of what a template cannot know of the function in production.
func (s *serving) warn(props *DualArchFunctionProps, hooked bool) {
	if _, checked := props.checked(); checked && !hooked {
		cdkcompat.Inform(s.function, noCheckID, "Serving.Check: no payload was given, neither here nor to PowerTuning: a new version gets traffic unchecked")
	}
	if props.Primary == nil {
		cdkcompat.Warn(s.function, primaryID, "Primary: it was not given, and the serving function runs on arm64; if it is in production on x86_64, "+
			"give awslambda.Architecture_X86_64(), or the first deployment moves it at once")
	}
	if props.Code.start().fromImage() {
		cdkcompat.Warn(s.function, packageTypeID, "Code: it is a container image; if the function in production is a zip, deploying replaces it: "+
			"CloudFormation deletes the function with its ARN, logs and metrics apart. Compare with dualarch adopt --diff, and acknowledge this if it is an image already, or new")
	}
}

// validate returns why the function cannot be deployed, and warns of a Function URL. All constructs exist.
func (s *serving) validate(t *tree) []string {
	path := *s.function.Node().Scope().Node().Path()
	stop := s.notAdopted(path)
	if atEdge(s.function.Role()) {
		stop = append(stop, path+": Serving: the function is used by Lambda@Edge; keep it an awslambda.Function: "+notAtEdge)
	}
	if s.hasURL(t) {
		cdkcompat.Warn(s.function, functionUrlID, "Its Function URL leads to $LATEST: a deployment moves it at once, without canary, check and roll-back. "+
			"Either keep it and its address, and acknowledge this; or make one on the alias, LiveServing().AddFunctionUrl, give its callers the new address, and then remove this one: an address cannot be moved")
	}
	return stop
}

// hasURL reports whether a Function URL leads to $LATEST.
func (s *serving) hasURL(t *tree) bool {
	stack := s.resource.Stack()
	own := written(stack.Resolve(s.function.FunctionArn()))
	for _, url := range t.latestURLs() {
		if url.Stack() == stack && written(stack.Resolve(url.TargetFunctionArn())) == own {
			return true
		}
	}
	return false
}
