package powertuning

import (
	"strings"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudwatchactions"
	"github.com/aws/aws-cdk-go/awscdk/v2/awskms"
	"github.com/aws/aws-cdk-go/awscdk/v2/awss3"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssns"
	"github.com/aws/jsii-runtime-go"
	"github.com/stretchr/testify/require"
)

// With a key everything that holds data of executions is encrypted with it, and who needs the key may use it: for
// nothing else.
func TestEncryptionKey(t *testing.T) {
	stack := newStack()
	p := NewPowerTuning(stack, jsii.String("Tuning"), &PowerTuningProps{
		TunerBinary:     binary(),
		EncryptionKey:   awskms.NewKey(stack, jsii.String("Key"), nil),
		PayloadBucket:   awss3.Bucket_FromBucketName(stack, jsii.String("Payloads"), jsii.String("payloads")),
		HealAlarmAction: awscloudwatchactions.NewSnsAction(awssns.NewTopic(stack, jsii.String("OnCall"), nil)),
	})
	p.AddTarget(newSiblings(stack, "Prime"))
	nested := synthesize(t, p)

	const key = "<StackKeyArn>"
	for id, r := range nested.Resources {
		switch r.Type {
		case "AWS::Logs::LogGroup":
			require.Equal(t, key, plain(r.Properties["KmsKeyId"]), id)
		case "AWS::StepFunctions::StateMachine":
			require.Equal(t, map[string]any{"KmsKeyId": key, "KmsDataKeyReusePeriodSeconds": 300.0, "Type": "CUSTOMER_MANAGED_KMS_KEY"}, plain(r.Properties["EncryptionConfiguration"]), id)
		case "AWS::SQS::Queue":
			require.Equal(t, key, plain(r.Properties["KmsMasterKeyId"]), id)
		case "AWS::CloudWatch::Alarm":
			require.Equal(t, []any{"<StackOnCallRef>"}, plain(r.Properties["AlarmActions"]), id)
		}
	}
	named := func(id string) string {
		return nested.properties(t, "AWS::StepFunctions::StateMachine", id)["StateMachineName"].(string)
	}
	machine, heal := named("StateMachine"), named("HealStateMachine")
	require.Equal(t, machine+"-heal", heal)

	const states = "arn:<AWS::Partition>:states:<AWS::Region>:<AWS::AccountId>:stateMachine:"
	inMachine := func(name string) any {
		return map[string]any{"StringEquals": map[string]any{"kms:EncryptionContext:aws:states:stateMachineArn": states + name}}
	}
	ofLogs := map[string]any{"StringEquals": map[string]any{"kms:EncryptionContext:SourceArn": "arn:<AWS::Partition>:logs:<AWS::Region>:<AWS::AccountId>:*"}}
	require.Equal(t, map[string][]any{
		"StateMachineRoleDefaultPolicy": {
			map[string]any{"Effect": "Allow", "Action": []any{"kms:Decrypt", "kms:GenerateDataKey"}, "Resource": key, "Condition": inMachine(machine)},
			map[string]any{"Effect": "Allow", "Action": "kms:GenerateDataKey", "Resource": key, "Condition": ofLogs},
		},
		"HealStateMachineRoleDefaultPolicy": {
			map[string]any{"Effect": "Allow", "Action": []any{"kms:Decrypt", "kms:GenerateDataKey"}, "Resource": key, "Condition": inMachine(heal)},
			map[string]any{"Effect": "Allow", "Action": "kms:GenerateDataKey", "Resource": key, "Condition": ofLogs},
		},
		"HealRoleDefaultPolicy": {
			map[string]any{"Effect": "Allow", "Action": "kms:Decrypt", "Resource": key, "Condition": inMachine(machine)},
		},
		"MeasureRoleDefaultPolicy": {
			map[string]any{"Effect": "Allow", "Action": "kms:Decrypt", "Resource": key},
		},
	}, keyStatements(nested))

	var services []any
	for _, s := range plain(synthesize(t, stack).properties(t, "AWS::KMS::Key", "Key")["KeyPolicy"].(map[string]any)["Statement"]).([]any) {
		statement := s.(map[string]any)
		if service, ok := statement["Principal"].(map[string]any)["Service"]; ok {
			services = append(services, map[string]any{"service": service, "may": statement["Action"], "if": statement["Condition"]})
		}
	}
	require.ElementsMatch(t, []any{
		map[string]any{"service": "delivery.logs.amazonaws.com", "may": "kms:Decrypt*", "if": nil},
		map[string]any{
			"service": "logs.<AWS::Region>.<AWS::URLSuffix>", "may": []any{"kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"},
			"if": map[string]any{"ArnLike": map[string]any{"kms:EncryptionContext:aws:logs:arn": "arn:<AWS::Partition>:logs:<AWS::Region>:<AWS::AccountId>:log-group:*"}},
		},
		map[string]any{"service": "events.amazonaws.com", "may": []any{"kms:Decrypt", "kms:Encrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*"}, "if": nil},
	}, services)
	require.NotPanics(t, func() { stack.Node().Root().(awscdk.App).Synth(nil) })
}

// keyStatements returns what may be done with keys, by policy.
func keyStatements(nested template) map[string][]any {
	found := map[string][]any{}
	for id, r := range nested.Resources {
		if r.Type != "AWS::IAM::Policy" {
			continue
		}
		for _, raw := range statements(r.Properties) {
			statement := plain(raw).(map[string]any)
			if strings.HasPrefix(list(statement["Action"])[0].(string), "kms:") {
				found[plainName(id)] = append(found[plainName(id)], statement)
			}
		}
	}
	return found
}
