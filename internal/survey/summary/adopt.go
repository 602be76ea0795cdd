package summary

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/dualarch/dualarch/internal/guard"
	"github.com/dualarch/dualarch/internal/survey"
)

var (
	stackName = regexp.MustCompile(`^[a-zA-Z][a-zA-Z0-9-]{0,127}$`)
	logicalID = regexp.MustCompile(`^[a-zA-Z0-9]{1,255}$`)
	plain     = regexp.MustCompile(`^[a-zA-Z0-9_][a-zA-Z0-9_.@:/+-]*$`)
	region    = regexp.MustCompile(`^[a-z]+(-[a-z]+)+-\d+$`)
)

// IsRegion reports whether a name could be a region's.
func IsRegion(name string) bool { return region.MatchString(name) }

// AdoptOptions say what the commands of Adopt are for.
type AdoptOptions struct {
	// Regions reports that there are several, in which stacks may have the same name.
	Regions bool
	// Profile of the AWS configuration, "" for the usual one.
	Profile string
}

// Adopt returns the commands that show how a function's stack adopts it: fetch writes the stack's template to a file,
// which is the same for all functions of the stack, and adopt reads it. They are "" if no stack has the function, or if
// what its tags say is no name that CloudFormation gives: a shell reads these lines.
func Adopt(f survey.Function, o AdoptOptions) (fetch, adopt string) {
	if f.Readiness.Status == guard.DualArch || !stackName.MatchString(f.Stack) || !logicalID.MatchString(f.LogicalID) || !IsRegion(f.Region) {
		return "", ""
	}
	template := f.Stack + ".template.json"
	if o.Regions {
		template = f.Stack + "." + f.Region + ".template.json"
	}
	profile := ""
	if o.Profile != "" {
		profile = " --profile " + quoted(o.Profile)
	}
	return fmt.Sprintf("aws cloudformation get-template%s --region %s --stack-name %s --query TemplateBody --output json > %s", profile, f.Region, f.Stack, template),
		fmt.Sprintf("dualarch adopt --function %s %s", f.LogicalID, template)
}

// quoted returns a word as a POSIX shell reads it.
func quoted(word string) string {
	if plain.MatchString(word) {
		return word
	}
	return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
}

// Origin says where a function comes from.
func Origin(f survey.Function) string {
	switch {
	case f.Stack == "":
		return "no stack of CloudFormation has it"
	case f.LogicalID == "":
		return "stack " + f.Stack
	}
	return fmt.Sprintf("stack %s, logical id %s", f.Stack, f.LogicalID)
}
