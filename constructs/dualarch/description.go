package dualarch

import (
	"fmt"
	"unicode/utf8"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"

	"github.com/dualarch/dualarch/constructs/internal/prop"
)

const (
	// longestDescription is the number of characters that Lambda takes.
	longestDescription = 256
	hashLength         = 12
	// longestTag is the number of characters that Amazon ECR takes; digests have fewer.
	longestTag = 128
)

// description returns a description that ends with the code's hash. A version publishes
// whatever $LATEST is at that moment; with the hash, a change of code is a change of
// configuration too, so CloudFormation rewrites all of it, memory size included, before
// it publishes. A tag that is a token is appended itself.
func description(given *string, code deployed) string {
	return followedBy(given, code.name())
}

// name tells builds apart.
func (d deployed) name() string {
	if d.tag != "" {
		return "image " + d.tag
	}
	return "code " + d.hash[:hashLength]
}

// followedBy returns a description that ends with a name.
func followedBy(given *string, name string) string {
	if given == nil {
		return name
	}
	return *given + " (" + name + ")"
}

// checkDescriptions refuses descriptions that are too long with what is appended to
// them. The length of those with tokens is only known when CDK validates the app: see
// longDescriptions.
func checkDescriptions(p *problems, props *DualArchFunctionProps) {
	check := func(property string, text *string, added int, follows string) {
		if text == nil || *awscdk.Token_IsUnresolved(text) {
			return
		}
		if given := utf8.RuneCountInString(*text); given+added > longestDescription {
			p.Add(property, "%d characters were given; give at most %d%s", given, longestDescription-added, follows)
		}
	}
	added, follows := len(" (code )")+hashLength, ": Lambda takes 256, and the code's hash follows"
	addedToVersion, followsVersion := 0, ""
	if props.serves() {
		added, follows = len(" (x86_64 code , arm64 code )")+2*hashLength, ": Lambda takes 256, and the hashes of both architectures' code follow"
		addedToVersion, followsVersion = added, follows
	}
	if image, is := props.Code.(*ecrImage); is && image.hasTokens() {
		added, follows = len(" (image )")+longestTag, ": Lambda takes 256, and the image's tag follows, which may have 128"
		if props.serves() {
			added += len("x86_64 ")
		}
		addedToVersion, followsVersion = added, follows
	}
	options := shared(props)
	check("Function.Description", options.Description, added, follows)
	check("Function.CurrentVersionOptions.Description", prop.Value(options.CurrentVersionOptions).Description, addedToVersion, followsVersion)
}

// tokensInDescriptions reports whether a part of a description is not known before CDK validates the app.
func tokensInDescriptions(props *DualArchFunctionProps) bool {
	options := shared(props)
	for _, given := range []*string{options.Description, prop.Value(options.CurrentVersionOptions).Description} {
		if given != nil && *awscdk.Token_IsUnresolved(given) {
			return true
		}
	}
	image, is := props.Code.(*ecrImage)
	return is && image.hasTokens()
}

// longDescriptions returns the descriptions that Lambda would refuse. In the template,
// tokens are resolved as far as they ever are before deployment.
func (f *function) longDescriptions() (found []string) {
	if !f.tokens { // then all was known when they were checked
		return nil
	}
	function, version := 0, 0
	for _, s := range f.functions() {
		resource := s.resource.(awslambda.CfnFunction)
		function = max(function, shortest(resource.Stack().Resolve(resource.Description())))
		published := s.function.CurrentVersion().Node().DefaultChild().(awslambda.CfnVersion)
		version = max(version, shortest(resource.Stack().Resolve(published.Description())))
	}
	for _, description := range []struct {
		property string
		length   int
	}{{"Function.Description", function}, {"Function.CurrentVersionOptions.Description", version}} {
		if over := description.length - longestDescription; over > 0 {
			found = append(found, fmt.Sprintf("%s: %s: it has at least %d characters with what follows it; give at least %d fewer: Lambda takes %d",
				*f.Node().Path(), description.property, description.length, over, longestDescription))
		}
	}
	return found
}

// shortest returns the number of characters of a string in a template, without what
// CloudFormation fills in, such as references and imports.
func shortest(text any) int {
	switch text := text.(type) {
	case string:
		return utf8.RuneCountInString(text)
	case map[string]any:
		join, _ := text["Fn::Join"].([]any)
		if len(join) != 2 {
			return 0
		}
		parts, _ := join[1].([]any)
		length := max(0, len(parts)-1) * shortest(join[0])
		for _, part := range parts {
			length += shortest(part)
		}
		return length
	}
	return 0
}
