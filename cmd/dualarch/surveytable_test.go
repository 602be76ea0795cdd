package main

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/survey"
)

// Stacks of several regions may have the same name: each function is adopted with the template of its own.
func TestSurveyAdoptsWithTheRightTemplate(t *testing.T) {
	r := surveyGolden(t)
	of := func(name, region, id string) survey.Function {
		f := r.Functions[0]
		f.ARN, f.Name, f.Region, f.LogicalID = "arn:aws:lambda:"+region+":123456789012:function:"+name, name, region, id
		return f
	}
	r.Functions = []survey.Function{of("orders", "eu-west-1", "Orders1"), of("orders", "us-east-1", "Orders1"), of("bills", "eu-west-1", "Bills2")}
	status, stdout, stderr := runSurvey(t.Context(), found(r), "--profile", "prod")
	require.Equal(t, exitFound, status, stderr)
	var commands []string
	for line := range strings.Lines(stdout) {
		if command, is := strings.CutPrefix(strings.TrimSpace(line), "$ "); is {
			commands = append(commands, command)
		}
	}
	require.Equal(t, []string{
		"aws cloudformation get-template --profile prod --region eu-west-1 --stack-name Shop --query TemplateBody --output json > Shop.eu-west-1.template.json",
		"dualarch adopt --function Orders1 Shop.eu-west-1.template.json",
		"aws cloudformation get-template --profile prod --region us-east-1 --stack-name Shop --query TemplateBody --output json > Shop.us-east-1.template.json",
		"dualarch adopt --function Orders1 Shop.us-east-1.template.json",
		"dualarch adopt --function Bills2 Shop.eu-west-1.template.json",
	}, commands)
}
