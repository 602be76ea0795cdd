package powertuning

import (
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/jsii-runtime-go"
	"github.com/stretchr/testify/require"
)

func TestDeployment(t *testing.T) {
	stack := newStack()
	vpc := awsec2.NewVpc(stack, jsii.String("Vpc"), nil)
	p := NewPowerTuning(stack, jsii.String("Tuning"), &PowerTuningProps{
		TunerBinary:            binary(),
		TunerArchitecture:      awslambda.Architecture_X86_64(),
		TotalExecutionTimeout:  awscdk.Duration_Hours(jsii.Number(3)),
		LogRetention:           awslogs.RetentionDays_ONE_WEEK,
		StateMachineNamePrefix: jsii.String("our_tuner"),
		Vpc:                    vpc,
	})
	p.AddTarget(newSiblings(stack, "Prime"))
	nested := synthesize(t, p)

	machine := definition(t, nested, "StateMachine").(map[string]any)
	require.Equal(t, 10800.0, machine["TimeoutSeconds"])
	defaults := machine["States"].(map[string]any)["Plan"].(map[string]any)["Parameters"].(map[string]any)["defaults"].(map[string]any)
	require.Equal(t, 10800.0, defaults["timeoutSeconds"], "the lock's lease outlives it")
	require.Equal(t, "x86_64", defaults["tunerArchitecture"])

	require.Equal(t, "our_tuner-Stack-Tuning-", name(t, nested, "StateMachine"))
	require.Equal(t, "our_tuner-Stack-Tuning--heal", name(t, nested, "HealStateMachine"))

	groups := 0
	for id, r := range nested.Resources {
		switch r.Type {
		case "AWS::Logs::LogGroup":
			require.Equal(t, 7.0, r.Properties["RetentionInDays"], id)
		case "AWS::Lambda::Function":
			require.Equal(t, []any{"x86_64"}, r.Properties["Architectures"], id)
			require.Equal(t, map[string]any{
				"SecurityGroupIds": []any{"<SecurityGroup.GroupId>"},
				"SubnetIds":        []any{"<StackVpcPrivateSubnet1SubnetRef>", "<StackVpcPrivateSubnet2SubnetRef>"},
			}, plain(r.Properties["VpcConfig"]).(map[string]any), id)
		case "AWS::EC2::SecurityGroup":
			groups++
		}
	}
	require.Equal(t, 1, groups)
	for _, s := range steps {
		require.Subset(t, allowed(t, nested)[s.id+"Role"], []string{
			"* ec2:AssignPrivateIpAddresses", "* ec2:CreateNetworkInterface", "* ec2:DeleteNetworkInterface",
			"* ec2:DescribeNetworkInterfaces", "* ec2:DescribeSubnets", "* ec2:UnassignPrivateIpAddresses",
		})
	}
}

func name(t *testing.T, nested template, id string) string {
	t.Helper()
	return plainName(nested.properties(t, "AWS::StepFunctions::StateMachine", id)["StateMachineName"].(string))
}
