// Package trust says which AWS service may assume a role, and on whose behalf.
//
// A service that assumes a role on behalf of any of its customers could be talked into it by a stranger, whose resource
// names our role (the confused deputy). So each trust policy demands the account of the stack, and, if the service sends
// it, an ARN of that account.
package trust

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
)

// Lambda lets functions of scope's account assume a role. AWS documents no aws:SourceArn for execution roles, so it is
// not asked for: a function whose role Lambda cannot assume is not even created.
func Lambda(scope constructs.Construct) awsiam.IPrincipal {
	return principal(scope, "lambda.amazonaws.com", nil)
}

// StateMachines lets state machines of scope's account and region assume a role. The machine's own ARN would be a cycle,
// because a machine needs its role to be created; and while a machine is replaced, executions of both need the role.
func StateMachines(scope constructs.Construct) awsiam.IPrincipal {
	return service(scope, "states.amazonaws.com", &awscdk.ArnComponents{
		Service: jsii.String("states"), Resource: jsii.String("stateMachine"), ResourceName: jsii.String("*"),
		ArnFormat: awscdk.ArnFormat_COLON_RESOURCE_NAME,
	})
}

// Rules lets EventBridge rules of scope's account and region assume a role. A rule's target names the role, so the
// rule's own ARN would be a cycle.
func Rules(scope constructs.Construct) awsiam.IPrincipal {
	return service(scope, "events.amazonaws.com", &awscdk.ArnComponents{
		Service: jsii.String("events"), Resource: jsii.String("rule"), ResourceName: jsii.String("*"),
	})
}

// Deployments lets deployment groups of an application of scope's account and region assume a role. A group names its
// role, so its own ARN would be a cycle.
func Deployments(scope constructs.Construct, application *string) awsiam.IPrincipal {
	return service(scope, "codedeploy.amazonaws.com", &awscdk.ArnComponents{
		Service: jsii.String("codedeploy"), Resource: jsii.String("deploymentgroup"), ResourceName: jsii.String(*application + "/*"),
		ArnFormat: awscdk.ArnFormat_COLON_RESOURCE_NAME,
	})
}

// Schedules lets the schedules of a group assume a role. EventBridge Scheduler sends the ARN of the group, never that of
// a schedule.
// https://docs.aws.amazon.com/scheduler/latest/UserGuide/cross-service-confused-deputy-prevention.html
func Schedules(scope constructs.Construct, group *string) awsiam.IPrincipal {
	return principal(scope, "scheduler.amazonaws.com", group)
}

// service returns a service's principal, limited to the account of scope's stack and to a pattern of sources in it.
func service(scope constructs.Construct, name string, sources *awscdk.ArnComponents) awsiam.IPrincipal {
	return principal(scope, name, awscdk.Stack_Of(scope).FormatArn(sources))
}

func principal(scope constructs.Construct, name string, sources *string) awsiam.IPrincipal {
	conditions := map[string]any{"StringEquals": map[string]*string{"aws:SourceAccount": awscdk.Stack_Of(scope).Account()}}
	if sources != nil {
		conditions["ArnLike"] = map[string]*string{"aws:SourceArn": sources}
	}
	return awsiam.NewServicePrincipal(jsii.String(name), &awsiam.ServicePrincipalOpts{Conditions: &conditions})
}
