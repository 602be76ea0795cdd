package powertuning

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awskms"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/aws-cdk-go/awscdk/v2/awss3"
	"github.com/aws/jsii-runtime-go"
	"github.com/stretchr/testify/require"
)

// Besides, every role has its own log and X-Ray.
var everyStep = []string{"* xray:PutTelemetryRecords", "* xray:PutTraceSegments"}

// perFunction is everything that each step's role may do to one function F, whose log group is L.
var perFunction = map[string][]string{
	"Plan": {
		"F lambda:GetAlias",
		"F lambda:GetFunction",
		"F lambda:GetFunctionConcurrency",
		"F lambda:GetFunctionConfiguration",
		"F lambda:ListProvisionedConcurrencyConfigs",
		"F lambda:ListVersionsByFunction",
		"F:* lambda:GetFunctionConfiguration",
		"F:dualarch-lock lambda:GetAlias",
	},
	"Prepare": {
		"Deny F lambda:DeleteFunction",
		"F lambda:CreateAlias",
		"F lambda:DeleteAlias",
		"F lambda:GetAlias",
		"F lambda:GetFunctionConfiguration",
		"F lambda:ListVersionsByFunction",
		"F lambda:PublishVersion",
		"F lambda:UpdateAlias",
		"F lambda:UpdateFunctionConfiguration (only memory)",
		"F:* lambda:DeleteFunction",
		"F:* lambda:GetFunctionConfiguration",
		"F:dualarch-lock lambda:CreateAlias",
		"F:dualarch-lock lambda:GetAlias",
		"F:dualarch-lock lambda:UpdateAlias",
		"F:dualarch-never lambda:DeleteAlias",
	},
	"Measure": {
		"F:* lambda:InvokeFunction",
		"L logs:FilterLogEvents",
	},
	"Restore": {
		"Deny F lambda:DeleteFunction",
		"F lambda:DeleteAlias",
		"F lambda:GetAlias",
		"F lambda:GetFunctionConfiguration",
		"F lambda:ListVersionsByFunction",
		"F lambda:UpdateAlias",
		"F lambda:UpdateFunctionConfiguration (only memory)",
		"F:* lambda:DeleteFunction",
		"F:* lambda:GetFunctionConfiguration",
		"F:dualarch-lock lambda:DeleteAlias",
		"F:dualarch-lock lambda:GetAlias",
		"F:dualarch-lock lambda:UpdateAlias",
	},
	"Verdict": {},
	"Apply":   {}, // unless AutoOptimize is set: see applying
	"Heal": {
		"Deny F lambda:DeleteFunction",
		"F lambda:DeleteAlias",
		"F lambda:GetAlias",
		"F lambda:GetFunctionConfiguration",
		"F lambda:ListVersionsByFunction",
		"F lambda:UpdateAlias",
		"F lambda:UpdateFunctionConfiguration (only memory)",
		"F:* lambda:DeleteFunction",
		"F:* lambda:GetFunctionConfiguration",
		"F:dualarch-lock lambda:DeleteAlias",
		"F:dualarch-lock lambda:GetAlias",
		"F:dualarch-lock lambda:UpdateAlias",
	},
}

// onlyMemory is the condition of "(only memory)": IAM knows of no other setting that the request would change.
var onlyMemory = map[string]any{"Null": map[string]any{
	"lambda:Layer": "true", "lambda:SecurityGroupIds": "true", "lambda:SubnetIds": "true", "lambda:VpcIds": "true",
}}

// applying is what Apply may do to a function that AutoOptimize is for, with the alias live.
var applying = []string{
	"F lambda:CreateAlias",
	"F lambda:DeleteAlias",
	"F lambda:GetAlias",
	"F lambda:GetFunctionConfiguration",
	"F lambda:PublishVersion",
	"F lambda:UpdateAlias",
	"F lambda:UpdateFunctionConfiguration (only memory)",
	"F:$LATEST lambda:GetFunctionConfiguration",
	"F:dualarch-lock lambda:CreateAlias",
	"F:dualarch-lock lambda:DeleteAlias",
	"F:dualarch-lock lambda:GetAlias",
	"F:dualarch-lock lambda:UpdateAlias",
	"F:live lambda:CreateAlias",
	"F:live lambda:GetAlias",
	"F:live lambda:GetFunctionConfiguration",
	"F:live lambda:UpdateAlias",
}

const executions = "arn:<AWS::Partition>:states:<AWS::Region>:<AWS::AccountId>:execution:<StateMachine.Name>:*"

// perStack is what a role may do besides, for any number of functions.
var perStack = map[string][]string{
	"Plan":    {"* cloudwatch:GetMetricData", "* lambda:GetAccountSettings", executions + " states:DescribeExecution"},
	"Prepare": {executions + " states:DescribeExecution"},
	"Heal": {
		executions + " states:DescribeExecution", executions + " states:GetExecutionHistory",
		// Before it is deleted.
		"<StateMachine> states:ListExecutions", "<HealStateMachine> states:ListExecutions", "<HealLogGroup.Arn> logs:FilterLogEvents",
		executions + " states:StopExecution", strings.Replace(executions, "<State", "<HealState", 1) + " states:StopExecution",
	},
}

// stateMachine is what a state machine's role may do besides calling its steps; AWS names no resources
// for any of it.
var stateMachine = []string{
	"* logs:CreateLogDelivery", "* logs:DeleteLogDelivery", "* logs:DescribeLogGroups",
	"* logs:DescribeResourcePolicies", "* logs:GetLogDelivery", "* logs:ListLogDeliveries",
	"* logs:PutResourcePolicy", "* logs:UpdateLogDelivery",
	"* xray:GetSamplingRules", "* xray:GetSamplingTargets", "* xray:PutTelemetryRecords", "* xray:PutTraceSegments",
}

// TestPermissions compares everything that every role may do with the table, for functions of every
// origin.
func TestPermissions(t *testing.T) {
	stack := newStack()
	own := awslogs.NewLogGroup(stack, jsii.String("OwnLogs"), nil)
	key := awskms.NewKey(stack, jsii.String("Key"), nil)
	p := NewPowerTuning(stack, jsii.String("Tuning"), &PowerTuningProps{
		TunerBinary: binary(),
		Functions: &[]*TunedFunction{
			{Function: newFunction(stack, "Further", awslambda.Architecture_ARM_64()), LogGroup: own},
		},
		FunctionArns: jsii.Strings("arn:aws:lambda:eu-central-1:123456789012:function:elsewhere"),
		Processors: &[]awslambda.IFunction{
			newFunction(stack, "Before", awslambda.Architecture_ARM_64()),
			newFunction(stack, "After", awslambda.Architecture_ARM_64()).CurrentVersion(),
		},
		PayloadBucket: awss3.NewBucket(stack, jsii.String("Payloads"), &awss3.BucketProps{
			Encryption: awss3.BucketEncryption_KMS, EncryptionKey: key,
		}),
		PayloadKey: jsii.String("big/*.json"),
	})
	p.AddTarget(newSiblings(stack, "Prime"))

	logsOfName := "arn:<AWS::Partition>:logs:<AWS::Region>:<AWS::AccountId>:log-group:/aws/lambda/%s:*"
	functions := []struct{ arn, logs string }{
		{"<StackPrimeIntelArn>", fmt.Sprintf(logsOfName, "<StackPrimeIntelRef>")},
		{"<StackPrimeGravitonArn>", fmt.Sprintf(logsOfName, "<StackPrimeGravitonRef>")},
		{"<StackFurtherArn>", "<StackOwnLogsArn>"},
		{"arn:aws:lambda:eu-central-1:123456789012:function:elsewhere", "arn:<AWS::Partition>:logs:eu-central-1:123456789012:log-group:/aws/lambda/elsewhere:*"},
	}
	want := map[string][]string{
		"HealStateMachineEventsRole": {"<HealStateMachine> states:StartExecution"},
		"HealStateMachineRole":       append([]string{"<Heal.Arn> lambda:InvokeFunction"}, stateMachine...),
		"StateMachineRole":           slices.Clone(stateMachine),
	}
	for step, actions := range perFunction {
		role := step + "Role"
		want["StateMachineRole"] = append(want["StateMachineRole"], "<"+step+".Arn> lambda:InvokeFunction")
		want[role] = append(slices.Clone(everyStep), perStack[step]...)
		want[role] = append(want[role], "<"+step+"LogGroup.Arn> logs:CreateLogStream", "<"+step+"LogGroup.Arn> logs:PutLogEvents")
		for _, f := range functions {
			replace := strings.NewReplacer("F lambda", f.arn+" lambda", "F:* lambda", f.arn+":* lambda",
				"F:dualarch-lock lambda", f.arn+":dualarch-lock lambda", "F:dualarch-never lambda", f.arn+":dualarch-never lambda", "L logs", f.logs+" logs")
			for _, action := range actions {
				want[role] = append(want[role], replace.Replace(action))
			}
		}
	}
	want["MeasureRole"] = append(want["MeasureRole"],
		"<StackBeforeArn> lambda:InvokeFunction", "<StackAfterCurrentVersionRef> lambda:InvokeFunction",
		"<StackPayloadsArn>/big/*.json s3:GetObject", "<StackKeyArn> kms:Decrypt")
	for role := range want {
		slices.Sort(want[role])
	}
	nested := synthesize(t, p)
	require.Equal(t, want, allowed(t, nested))

	// A role that a service may assume for another account's resource is a confused deputy.
	t.Run("trust", func(t *testing.T) {
		const account = "<AWS::AccountId>"
		sources := map[string]string{
			"states.amazonaws.com": "arn:<AWS::Partition>:states:<AWS::Region>:<AWS::AccountId>:stateMachine:*",
			"events.amazonaws.com": "arn:<AWS::Partition>:events:<AWS::Region>:<AWS::AccountId>:rule/*",
		}
		services := map[string]int{}
		for name, r := range nested.Resources {
			if r.Type != "AWS::IAM::Role" {
				continue
			}
			policy := plain(r.Properties["AssumeRolePolicyDocument"]).(map[string]any)
			require.Len(t, policy["Statement"], 1, name)
			service := policy["Statement"].([]any)[0].(map[string]any)["Principal"].(map[string]any)["Service"].(string)
			services[service]++
			condition := map[string]any{"StringEquals": map[string]any{"aws:SourceAccount": account}}
			if source := sources[service]; source != "" {
				condition["ArnLike"] = map[string]any{"aws:SourceArn": source}
			}
			require.Equal(t, []any{map[string]any{
				"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": map[string]any{"Service": service}, "Condition": condition,
			}}, policy["Statement"], name)
		}
		require.Equal(t, map[string]int{"lambda.amazonaws.com": 7, "states.amazonaws.com": 2, "events.amazonaws.com": 1}, services)
	})

	t.Run("no managed policies", func(t *testing.T) {
		for name, r := range nested.Resources {
			require.NotContains(t, r.Properties, "ManagedPolicyArns", name)
			require.NotContains(t, r.Properties, "PermissionsBoundary", name)
		}
	})
}

// allowed returns, for each role, all actions with their resource, sorted.
func allowed(t *testing.T, nested template) map[string][]string {
	t.Helper()
	found := map[string][]string{}
	for name, r := range nested.Resources {
		if r.Type != "AWS::IAM::Policy" {
			continue
		}
		for _, raw := range statements(r.Properties) {
			statement := plain(raw).(map[string]any)
			for key := range statement {
				require.Contains(t, []string{"Action", "Condition", "Effect", "Resource"}, key, name)
			}
			effect := ""
			if statement["Effect"] == "Deny" {
				effect = "Deny "
			}
			condition := ""
			if given := statement["Condition"]; given != nil {
				require.Equal(t, onlyMemory, given, name)
				condition = " (only memory)"
			}
			for _, action := range list(statement["Action"]) {
				for _, resource := range list(statement["Resource"]) {
					for _, role := range list(plain(r.Properties["Roles"])) {
						role := strings.Trim(role.(string), "<>")
						found[role] = append(found[role], fmt.Sprintf("%s%s %s%s", effect, resource, action, condition))
					}
				}
			}
		}
	}
	for role := range found {
		slices.Sort(found[role])
	}
	return found
}

func statements(policy map[string]any) []any {
	return policy["PolicyDocument"].(map[string]any)["Statement"].([]any)
}

// list returns a value as a list, or the values of a list.
func list(value any) []any {
	if values, ok := value.([]any); ok {
		return values
	}
	return []any{value}
}

func TestPermissionsBoundary(t *testing.T) {
	stack := newStack()
	p := NewPowerTuning(stack, jsii.String("Tuning"), &PowerTuningProps{
		TunerBinary: binary(),
		PermissionsBoundary: awsiam.ManagedPolicy_FromManagedPolicyArn(stack, jsii.String("Boundary"),
			jsii.String("arn:aws:iam::123456789012:policy/boundary")),
	})
	p.AddTarget(newSiblings(stack, "Prime"))
	roles := 0
	for name, r := range synthesize(t, p).Resources {
		if r.Type == "AWS::IAM::Role" {
			require.Equal(t, "arn:aws:iam::123456789012:policy/boundary", r.Properties["PermissionsBoundary"], name)
			roles++
		}
	}
	require.Equal(t, 10, roles)
}
