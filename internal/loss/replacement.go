package loss

import (
	_ "embed"
	"strings"
	"sync"
)

// AsOf is the date of the schemas that the table is made of.
const AsOf = "2026-10-20"

// replacementTable lists, for each resource type, the properties whose change replaces a resource, and with a question
// mark those whose change may. A slash leads into a property, a star stands for the elements of a list.
//
// They are the createOnlyProperties and conditionalCreateOnlyProperties of the schemas in CloudFormation's registry,
// of the region us-east-1, as cfn-lint 1.58.0 carries them (MIT-0; cfnlint/data/schemas, schema_date 2026-10-20). "Update
// requires: Replacement" in the CloudFormation template reference says the same. generate.go writes it anew.
//
//go:generate go run generate.go
//go:embed replacement.txt
var replacementTable string

// rule are the properties of a type that replace its resources.
type rule struct{ always, maybe []string }

var rules = sync.OnceValue(func() map[string]rule {
	all := map[string]rule{}
	for line := range strings.Lines(replacementTable) {
		words := strings.Fields(line)
		if len(words) == 0 || strings.HasPrefix(words[0], "#") {
			continue
		}
		var r rule
		for _, word := range words[1:] {
			if property, maybe := strings.CutPrefix(word, "?"); maybe {
				r.maybe = append(r.maybe, property)
			} else {
				r.always = append(r.always, word)
			}
		}
		all[words[0]] = r
	}
	return all
})

// custom are the custom resources that CDK makes, with the properties that their code makes another resource for:
// aws-cdk-lib 2.270.0, the packages aws-logs and aws-s3-notifications.
var custom = map[string]rule{
	"Custom::LogRetention":          {always: []string{"LogGroupName"}},
	"Custom::S3BucketNotifications": {always: []string{"BucketName"}},
	"AWS::CDK::Metadata":            {},
	"Custom::DualarchHealOnUpdate":  {}, // this module's, which stays the same resource whatever changes
	"Custom::DualarchHealOnDelete":  {},
}

// isCustom reports whether a Lambda function or a topic of the user's makes the resource.
func isCustom(kind string) bool {
	return strings.HasPrefix(kind, "Custom::") || kind == "AWS::CloudFormation::CustomResource"
}

// replacementOf returns the rule of a type. known is false if any change may replace the resource.
func replacementOf(kind string) (r rule, known bool) {
	if r, known = custom[kind]; known {
		return r, true
	}
	r, known = rules()[kind]
	return r, known
}
