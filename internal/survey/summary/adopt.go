package summary

import (
	"fmt"
	"regexp"

	"github.com/dualarch/dualarch/internal/guard"
	"github.com/dualarch/dualarch/internal/survey"
)

var (
	stackName = regexp.MustCompile(`^[a-zA-Z][a-zA-Z0-9-]{0,127}$`)
	logicalID = regexp.MustCompile(`^[a-zA-Z0-9]{1,255}$`)
	region    = regexp.MustCompile(`^[a-z]+(-[a-z]+)+-\d+$`)
)

// IsRegion reports whether a name could be a region's.
func IsRegion(name string) bool { return region.MatchString(name) }

// Adopt returns the commands that show how a function's stack adopts it, none if no stack has it, or if what its tags say
// is no name that CloudFormation gives: a shell reads these lines.
func Adopt(f survey.Function) []string {
	if f.Readiness.Status == guard.DualArch || !stackName.MatchString(f.Stack) || !logicalID.MatchString(f.LogicalID) || !IsRegion(f.Region) {
		return nil
	}
	template := f.Stack + ".template.json"
	return []string{
		fmt.Sprintf("aws cloudformation get-template --region %s --stack-name %s --query TemplateBody --output json > %s", f.Region, f.Stack, template),
		fmt.Sprintf("dualarch adopt --function %s %s", f.LogicalID, template),
	}
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
