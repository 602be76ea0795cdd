package loss

import (
	"testing"

	"github.com/stretchr/testify/require"
)

const open1 = ": compare what it makes: aws cloudformation get-template --template-stage Processed, of what is deployed and of a change set"

// What only the deployment knows is left open, and not said to stay.
func TestMacrosAreNotCompared(t *testing.T) {
	const (
		loop    = "  'Fn::ForEach::Topics': [Name, [a, b], {'Topic${Name}': {Type: AWS::SNS::Topic, Properties: {TopicName: !Ref Name}}}]\n"
		include = "  'Fn::Transform': {Name: AWS::Include, Parameters: {Location: s3://a/b.yaml}}\n"
		topic   = "  Topica: {Type: AWS::SNS::Topic}\n"
		inside  = "  Table: {Type: AWS::DynamoDB::Table, Properties: {'Fn::Transform': {Name: AWS::Include, Parameters: {Location: s3://a/b.yaml}}}}\n"
		looped  = "  Table: {Type: AWS::DynamoDB::Table, Properties: {'Fn::ForEach::Keys': [A, [x], {'${A}': 1}]}}\n"
		whole   = "  Table: {'Fn::Transform': {Name: Tables, Parameters: {Key: a}}}\n"
	)
	for name, test := range map[string]struct {
		before, after string
		want          []string
	}{
		"a loop that changes": {loop, "  'Fn::ForEach::Topics': [Name, [a], {'Topic${Name}': {Type: AWS::SNS::Topic}}]\n", []string{
			"not compared Fn::ForEach::Topics: Fn::ForEach::Topics changes, and what it makes is only known at deployment" + open1,
		}},
		"a loop that is gone": {loop + topic, topic, []string{
			"not compared Fn::ForEach::Topics: Fn::ForEach::Topics is gone, and what it makes is only known at deployment" + open1,
		}},
		"resources that become a loop": {topic, loop, []string{
			"not compared Fn::ForEach::Topics: Fn::ForEach::Topics is new, and what it makes is only known at deployment" + open1,
			"not compared Topica: the new template has no Topica but Fn::ForEach::Topics, which may make it at deployment" + open1,
		}},
		"a loop that does not change makes nothing new": {loop + queue, loop, []string{
			"deleted Queue: the new template has no Queue: its messages go, and its URL and ARN [address]",
		}},
		"an inclusion": {include, "  'Fn::Transform': {Name: AWS::Include, Parameters: {Location: s3://a/c.yaml}}\n", []string{
			"not compared Fn::Transform: Fn::Transform changes, and what it makes is only known at deployment" + open1,
		}},
		"an inclusion of the template's": {topic + "Fn::Transform: {Name: AWS::Include}\n", topic, []string{
			"not compared Fn::Transform: Fn::Transform is gone, and what it makes is only known at deployment" + open1,
		}},
		"a transform": {topic + "Transform: [Own]\n", topic + "Transform: [{Name: Own, Parameters: {A: 1}}]\n", []string{
			"not compared Transform Own: Transform Own changes, and what it makes is only known at deployment" + open1,
		}},
		"the language's extensions alone": {topic, topic + "Transform: AWS::LanguageExtensions\n", []string{}},
		"properties that are included": {inside, "  Table: {Type: AWS::DynamoDB::Table, Properties: {'Fn::Transform': {Name: AWS::Include, Parameters: {Location: s3://a/c.yaml}}}}\n", []string{
			"not compared Table: Fn::Transform in its properties changes, and can change one that replaces it" + open1,
		}},
		"properties that become a loop": {inside, looped, []string{
			"not compared Table: Fn::ForEach::Keys, Fn::Transform in its properties changes, and can change one that replaces it" + open1,
		}},
		"a resource that a macro writes": {whole, "  Table: {'Fn::Transform': {Name: Tables, Parameters: {Key: b}}}\n", []string{
			"not compared Table: Fn::Transform of it changes, and only the deployment knows what that makes" + open1,
		}},
		"a resource that a macro comes to write": {"  Table: {Type: AWS::DynamoDB::Table}\n", whole, []string{
			"not compared Table: Fn::Transform of it changes, and only the deployment knows what that makes" + open1,
		}},
		"code that is included": {fn, "  Fn: {Type: AWS::Lambda::Function, Properties: {FunctionName: orders, Code: {'Fn::Transform': {Name: Own}}, MemorySize: 512}}\n", []string{
			"not compared Fn: Fn::Transform in its properties changes, and can change one that replaces it" + open1,
		}},
		"what SAM makes, deployed": {fn, "  Fn: {Type: AWS::Serverless::Function}\nTransform: AWS::Serverless-2016-10-31\n", []string{
			"not compared Transform AWS::Serverless-2016-10-31: Transform AWS::Serverless-2016-10-31 is new, and what it makes is only known at deployment" + open1,
			"not compared Fn: it becomes a AWS::Serverless::Function, of which a transform makes other resources at deployment" + open1,
		}},
	} {
		t.Run(name, func(t *testing.T) { require.ElementsMatch(t, test.want, compared(t, test.before, test.after)) })
	}

	both := open(t, "Resources:\n"+loop+"Transform: [AWS::LanguageExtensions, Own]\n")
	report, err := Compare(both, both)
	require.NoError(t, err)
	require.Empty(t, report.Findings)
	require.Equal(t, []string{
		`Fn::ForEach::Topics of the stack "Shop" is written alike in both; what it makes of the rest is only known at deployment`,
		`Transform Own of the stack "Shop" is written alike in both; what it makes of the rest is only known at deployment`,
	}, report.Notes)
}
