package survey

import (
	"encoding/json"
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/lambdasim"
)

// allows reports whether a statement allows a call, as IAM matches it.
func (s PolicyStatement) allows(c call) bool {
	return slices.Contains(s.Action, c.action) && slices.ContainsFunc(s.Resource, func(pattern string) bool {
		matches, err := path.Match(strings.ReplaceAll(pattern, "/", "|"), strings.ReplaceAll(c.resource, "/", "|"))
		return err == nil && matches
	})
}

// Whatever a survey calls is in its policy, and everything in the policy is called: in a survey with all that a policy is
// asked for, and in one with as little as possible.
func TestPolicyIsWhatASurveyCalls(t *testing.T) {
	for name, test := range map[string]struct {
		options Options
		policy  PolicyOptions
	}{
		"least": {Options{WithoutAdvice: true, WithoutVerdicts: true}, PolicyOptions{}},
		"all but images": {
			Options{AllRegions: true, Looker: &getting{}},
			PolicyOptions{AllRegions: true, Advice: true, Verdicts: true, Code: true},
		},
		"one region": {Options{Looker: &getting{}}, PolicyOptions{Account: "123456789012", Regions: []string{region1}, Advice: true, Verdicts: true, Code: true}},
	} {
		t.Run(name, func(t *testing.T) {
			made := &calls{}
			surveyedAt(t, regions(region1), func(sims []*lambdasim.Simulator) {
				tuned(t, sims[0], advised(512, nil))
				namedTuner(t, sims[0], machine+"2", `{"functions":["`+prefix+`f0"]`+keeping+`}`)
				keep(t, sims[0], "f0", "weekly 1", "1999-03-01", keptOn(512, "f0"))
				withVersions(sims[0], 2)
				sims[0].Provision("f1", "live", 1)
				sims[0].Advise("f0", lambdasim.Advice{Finding: "Optimized"})
				sims[0].OnCall(func(c lambdasim.Call) *lambdasim.Fault {
					made.record(c)
					return nil
				})
			}, test.options)
			document := Policy(test.policy)
			used := map[string]bool{}
			for _, c := range made.all {
				i := slices.IndexFunc(document.Statement, func(s PolicyStatement) bool { return s.allows(c) })
				require.GreaterOrEqual(t, i, 0, "the policy does not allow %s on %s", c.action, c.resource)
				used[c.action] = true
			}
			for _, s := range document.Statement {
				for _, a := range s.Action {
					if a == "lambda:GetLayerVersion" || a == "cloudformation:ListStacks" {
						continue // the policy test of package look has layers and images; AWS asks for the other one with DescribeStacks
					}
					require.True(t, used[a], "nothing calls %s", a)
				}
			}
		})
	}
}

func TestPolicy(t *testing.T) {
	text, err := json.MarshalIndent(Policy(PolicyOptions{
		Partition: "aws-us-gov", Account: "123456789012", Regions: []string{"us-gov-west-1", "us-gov-east-1"}, Advice: true, Verdicts: true, Code: true, Images: true,
	}), "", "  ")
	require.NoError(t, err)
	require.JSONEq(t, `{"Version": "2012-10-17", "Statement": [
		{"Sid": "Lists", "Effect": "Allow", "Resource": ["*"], "Action": ["cloudformation:DescribeStacks", "cloudformation:ListStacks",
			"cloudwatch:GetMetricData", "cloudwatch:ListMetrics", "compute-optimizer:GetLambdaFunctionRecommendations", "ecr:GetAuthorizationToken", "lambda:ListFunctions", "tag:GetResources"]},
		{"Sid": "Functions", "Effect": "Allow", "Action": ["lambda:GetFunction", "lambda:ListAliases", "lambda:ListProvisionedConcurrencyConfigs"],
			"Resource": ["arn:aws-us-gov:lambda:us-gov-east-1:123456789012:function:*", "arn:aws-us-gov:lambda:us-gov-west-1:123456789012:function:*"]},
		{"Sid": "Layers", "Effect": "Allow", "Action": ["lambda:GetLayerVersion"],
			"Resource": ["arn:aws-us-gov:lambda:us-gov-east-1:*:layer:*:*", "arn:aws-us-gov:lambda:us-gov-west-1:*:layer:*:*"]},
		{"Sid": "Images", "Effect": "Allow", "Action": ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
			"Resource": ["arn:aws-us-gov:ecr:us-gov-east-1:*:repository/*", "arn:aws-us-gov:ecr:us-gov-west-1:*:repository/*"]},
		{"Sid": "StateMachines", "Effect": "Allow", "Action": ["states:DescribeStateMachine", "states:ListExecutions"],
			"Resource": ["arn:aws-us-gov:states:us-gov-east-1:123456789012:stateMachine:*", "arn:aws-us-gov:states:us-gov-west-1:123456789012:stateMachine:*"]},
		{"Sid": "Executions", "Effect": "Allow", "Action": ["states:DescribeExecution"],
			"Resource": ["arn:aws-us-gov:states:us-gov-east-1:123456789012:execution:*:*", "arn:aws-us-gov:states:us-gov-west-1:123456789012:execution:*:*"]},
		{"Sid": "ResultBuckets", "Effect": "Allow", "Action": ["s3:ListBucket"], "Resource": ["arn:aws-us-gov:s3:::*"],
			"Condition": {"StringEquals": {"aws:ResourceAccount": "123456789012"}}},
		{"Sid": "Results", "Effect": "Allow", "Action": ["s3:GetObject"], "Resource": ["arn:aws-us-gov:s3:::*/????-??-??T??-??-??Z-*.json"],
			"Condition": {"StringEquals": {"aws:ResourceAccount": "123456789012"}}}
	]}`, string(text))
	least := Policy(PolicyOptions{})
	require.Len(t, least.Statement, 2)
	require.Equal(t, []string{"arn:aws:lambda:*:*:function:*"}, least.Statement[1].Resource)
	anybody := Policy(PolicyOptions{Verdicts: true})
	require.Equal(t, map[string]map[string]string{"StringEquals": {"aws:ResourceAccount": "${aws:PrincipalAccount}"}}, anybody.Statement[len(anybody.Statement)-1].Condition,
		"an account's own buckets only, whichever it is")
}
