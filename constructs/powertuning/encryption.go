package powertuning

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awskms"
	"github.com/aws/aws-cdk-go/awscdk/v2/awss3"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsstepfunctions"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"github.com/dualarch/dualarch/internal/asl"
)

// CDK grants the use of a key to the roles of encrypted state machines, to the delivery of their logs, and to the
// principals that may send to an encrypted queue. This is what it leaves out.

// machineEncryption encrypts a state machine with a key, if there is one.
func machineEncryption(key awskms.IKey) awsstepfunctions.EncryptionConfiguration {
	if key == nil {
		return nil
	}
	return awsstepfunctions.NewCustomerManagedEncryptionConfiguration(key, nil)
}

// grantKey lets CloudWatch Logs use the key for log groups of this account and region, and Heal for the journals in the
// histories of executions. The log groups cannot be named in the key's policy: its stack would depend on this one.
func (p *powerTuning) grantKey(props *PowerTuningProps) {
	key := props.EncryptionKey
	grantLogs(p, key)
	p.steps[asl.Heal].AddToRolePolicy(awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
		Actions: jsii.Strings("kms:Decrypt"), Resources: &[]*string{key.KeyArn()},
		Conditions: &map[string]any{"StringEquals": map[string]*string{"kms:EncryptionContext:aws:states:stateMachineArn": p.FormatArn(&awscdk.ArnComponents{
			Service: jsii.String("states"), Resource: jsii.String("stateMachine"), ResourceName: machineName(p, "StateMachine", props),
			ArnFormat: awscdk.ArnFormat_COLON_RESOURCE_NAME,
		})}},
	}))
}

// grantLogs lets CloudWatch Logs use a key for log groups of a stack's account and region.
func grantLogs(scope constructs.Construct, key awskms.IKey) {
	stack := awscdk.Stack_Of(scope)
	key.AddToResourcePolicy(awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
		Principals: &[]awsiam.IPrincipal{awsiam.NewServicePrincipal(jsii.String("logs."+*stack.Region()+"."+*stack.UrlSuffix()), nil)},
		Actions:    jsii.Strings("kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"),
		Resources:  jsii.Strings("*"), // the key whose policy this is
		Conditions: &map[string]any{"ArnLike": map[string]*string{"kms:EncryptionContext:aws:logs:arn": stack.FormatArn(&awscdk.ArnComponents{
			Service: jsii.String("logs"), Resource: jsii.String("log-group"), ResourceName: jsii.String("*"), ArnFormat: awscdk.ArnFormat_COLON_RESOURCE_NAME,
		})}},
	}), nil)
}

// keyOf returns the key of a bucket: its own, if this app knows it, else the one that was given for everything.
func keyOf(bucket awss3.IBucket, props *PowerTuningProps) awskms.IKey {
	if key := bucket.EncryptionKey(); key != nil {
		return key
	}
	return props.EncryptionKey
}
