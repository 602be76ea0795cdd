package dualarch

import (
	"maps"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudwatch"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"github.com/dualarch/dualarch/constructs/internal/cdkcompat"
	"github.com/dualarch/dualarch/constructs/internal/prop"
	"github.com/dualarch/dualarch/constructs/internal/trust"
)

// CodeDeploy's resources are made without CDK's classes for them, whose package would weigh on every import of this one.

// applicationID is the id of the stack's CodeDeploy application.
const applicationID = "DualArchDeployments"

// deployment moves the serving function's alias step by step.
type deployment struct {
	application, group awscdk.CfnResource
	alarms             []awscloudwatch.IAlarm
}

// connectDeployment has CodeDeploy move the alias whenever its version changes.
func (f *function) connectDeployment(options *DeploymentOptions, hook *checkHook) {
	if options.allAtOnce() {
		return
	}
	d := &deployment{application: application(awscdk.Stack_Of(f)), alarms: append([]awscloudwatch.IAlarm{}, prop.Value(options.Alarms)...)}
	if !prop.Value(options.NoDefaultAlarms) {
		d.alarms = append(d.alarms, f.serving.errorsAlarm(f), f.serving.throttlesAlarm(f))
	}
	role := d.role(f, hook)
	d.group = awscdk.NewCfnResource(f, jsii.String("DeploymentGroup"), &awscdk.CfnResourceProps{
		Type: jsii.String("AWS::CodeDeploy::DeploymentGroup"),
		Properties: &map[string]any{
			"ApplicationName":           d.application.Ref(),
			"ServiceRoleArn":            role.RoleArn(),
			"DeploymentConfigName":      options.config(),
			"DeploymentStyle":           map[string]any{"DeploymentType": "BLUE_GREEN", "DeploymentOption": "WITH_TRAFFIC_CONTROL"},
			"AutoRollbackConfiguration": map[string]any{"Enabled": true, "Events": []any{"DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM"}},
			"AlarmConfiguration":        alarmConfiguration(d.alarms),
		},
	})
	d.group.Node().AddDependency(role) // with its policy
	update := &awscdk.CfnCodeDeployLambdaAliasUpdate{ApplicationName: d.application.Ref(), DeploymentGroupName: d.group.Ref()}
	alias := f.serving.live.Node().DefaultChild().(awslambda.CfnAlias)
	if hook != nil {
		update.BeforeAllowTrafficHook = hook.function.FunctionName()
		hook.permit(f, d)
		// The alias moves only when its check may do what it has to.
		f.serving.live.Node().AddDependency(hook.policy)
	}
	alias.CfnOptions().SetUpdatePolicy(&awscdk.CfnUpdatePolicy{CodeDeployLambdaAliasUpdate: update})
	f.serving.live.Node().AddDependency(d.group)
}

// application returns the stack's CodeDeploy application.
func application(stack awscdk.Stack) awscdk.CfnResource {
	if made, is := stack.Node().TryFindChild(jsii.String(applicationID)).(awscdk.CfnResource); is {
		return made
	}
	made := awscdk.NewCfnResource(stack, jsii.String(applicationID), &awscdk.CfnResourceProps{
		Type:       jsii.String("AWS::CodeDeploy::Application"),
		Properties: &map[string]any{"ComputePlatform": "Lambda"},
	})
	cdkcompat.Inform(made, allAtOnceID, "An alias cannot be on two versions with different roles or dead-letter queues: "+
		"a deployment that changes Function.Role or a dead-letter queue needs Serving.Deployment.AllAtOnce, and the next one can do without")
	return made
}

func alarmConfiguration(alarms []awscloudwatch.IAlarm) any {
	named := []any{}
	for _, alarm := range alarms {
		named = append(named, map[string]any{"Name": alarm.AlarmName()})
	}
	return map[string]any{"Enabled": len(named) > 0, "Alarms": named}
}

// role returns the role with which CodeDeploy moves the alias. AWS's managed policy would let it move every alias.
// Its statements name the alias by the function's ARN, so that the role is ready before the alias.
func (d *deployment) role(f *function, hook *checkHook) awsiam.Role {
	role := awsiam.NewRole(f, jsii.String("DeploymentRole"), &awsiam.RoleProps{
		AssumedBy:   trust.Deployments(f, d.application.Ref()),
		Description: jsii.String("CodeDeploy moves an alias from version to version"),
	})
	arn := f.serving.function.FunctionArn()
	role.AddToPolicy(awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
		Actions:   jsii.Strings("lambda:GetAlias", "lambda:GetProvisionedConcurrencyConfig", "lambda:UpdateAlias"),
		Resources: &[]*string{arn, jsii.String(*arn + ":" + f.serving.options.aliasName())},
	}))
	if arns := alarmArns(d.alarms); len(arns) > 0 {
		role.AddToPolicy(awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
			Actions: jsii.Strings("cloudwatch:DescribeAlarms"), Resources: &arns,
		}))
	}
	if hook != nil {
		role.AddToPolicy(awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
			Actions: jsii.Strings("lambda:InvokeFunction"), Resources: &[]*string{hook.function.FunctionArn()},
		}))
	}
	return role
}

// alarmArns returns what CodeDeploy has to read. Only whoever may read all alarms may read composite ones.
func alarmArns(alarms []awscloudwatch.IAlarm) []*string {
	var arns []*string
	for _, alarm := range alarms {
		if _, composite := alarm.Node().DefaultChild().(awscloudwatch.CfnCompositeAlarm); composite {
			return []*string{jsii.String("*")}
		}
		arns = append(arns, alarm.AlarmArn())
	}
	return arns
}

// errorsAlarm goes off at an error of the version that is coming.
func (s *serving) errorsAlarm(scope constructs.Construct) awscloudwatch.Alarm {
	return s.alarm(scope, "ErrorsAlarm", "Errors", "Errors of the new version", map[string]*string{
		"ExecutedVersion": s.function.CurrentVersion().Version(),
	})
}

// throttlesAlarm goes off at a throttled invocation of the alias: Lambda has no such metric by version.
func (s *serving) throttlesAlarm(scope constructs.Construct) awscloudwatch.Alarm {
	return s.alarm(scope, "ThrottlesAlarm", "Throttles", "Throttled invocations", nil)
}

// alarm goes off if a metric of the alias is above zero for a minute.
func (s *serving) alarm(scope constructs.Construct, id, metric, description string, dimensions map[string]*string) awscloudwatch.Alarm {
	all := map[string]*string{
		"FunctionName": s.function.FunctionName(),
		"Resource":     jsii.String(*s.function.FunctionName() + ":" + s.options.aliasName()),
	}
	maps.Copy(all, dimensions)
	return awscloudwatch.NewAlarm(scope, jsii.String(id), &awscloudwatch.AlarmProps{
		AlarmDescription: jsii.String(description + ": stops a deployment of the alias " + s.options.aliasName()),
		Metric: awscloudwatch.NewMetric(&awscloudwatch.MetricProps{
			Namespace: jsii.String("AWS/Lambda"), MetricName: jsii.String(metric), DimensionsMap: &all,
			Statistic: jsii.String("Sum"), Period: awscdk.Duration_Minutes(jsii.Number(1)),
		}),
		Threshold:          jsii.Number(1),
		EvaluationPeriods:  jsii.Number(1),
		ComparisonOperator: awscloudwatch.ComparisonOperator_GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
		TreatMissingData:   awscloudwatch.TreatMissingData_NOT_BREACHING,
	})
}
