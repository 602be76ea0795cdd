package dualarch

import (
	"github.com/dualarch/dualarch/constructs/internal/prop"
)

// ServingOptions are a third function, the serving function, that takes all traffic: routes without an architecture,
// event sources and schedules. It runs the same code on Primary's architecture. The siblings are there to be measured
// and compared; they get no reserved or provisioned concurrency, no event sources, no dead-letter queue and no
// destinations of asynchronous invocations. The tuner may not touch the serving function, only read what runs today.
//
// A change of Primary is then a new version of one function: its alias, its event source mappings and the routes
// stay, and traffic moves step by step (Deployment).
//
// The serving function is made in the scope of the DualArchFunction under an id that CDK hides: in the scope and
// under the id of an awslambda.Function that is in production it takes over that function, its role, policy, event
// source mappings and permissions, and replaces none of them. The scope and the id have to stay in the app for good.
type ServingOptions struct {
	// MemorySize of the serving function, in MB, 128 or more.
	//
	// Default: that of the sibling on Primary's architecture.
	MemorySize *float64

	// Alias is the alias that traffic reaches.
	//
	// Default: a new alias, "live".
	Alias *ServingAliasOptions

	// Adopt names the resources of a function in production that is in another scope or has another id. The stack
	// has to be the same.
	//
	// Default: none; the function of the same scope and id, if there is one.
	Adopt *AdoptOptions

	// Deployment is how traffic moves to a new version of the serving function.
	//
	// Default: CodeDeploy moves it, a tenth for five minutes and then the rest.
	Deployment *DeploymentOptions

	// Check is how a new version is checked before it gets traffic.
	//
	// Default: with the payload of PowerTuning, if there is one.
	Check *CheckOptions

	// Only leaves out the siblings and the tuner: the end of the story, when no further comparison is wanted. No
	// logical id of the serving function changes.
	//
	// Default: false.
	Only *bool
}

// ServingAliasOptions are the alias of a serving function.
type ServingAliasOptions struct {
	// Name of the alias: 1 to 128 letters, digits, hyphens and underscores, not digits alone.
	//
	// Default: "live".
	Name *string

	// Adopt is the logical id of an alias of the same name that is in the stack's deployed template. An alias that
	// exists under another id is refused by Lambda (409).
	//
	// Default: none; the alias is new.
	Adopt *string
}

// AdoptOptions are logical ids, as the deployed template has them, of a function that moves to a DualArchFunction from
// another place in the same stack. They have to stay in the app for good: without them CloudFormation would delete what
// they name and make it anew.
type AdoptOptions struct {
	// Function is the id of the AWS::Lambda::Function. Primary has to be given beside it: the architecture that the
	// function runs on today.
	//
	// Default: the id that CDK makes of the construct's path.
	Function *string

	// Role is the id of the AWS::IAM::Role that CDK made for the function. A role of your own is given as
	// Function.Role instead.
	//
	// Default: the id that CDK makes of the construct's path.
	Role *string

	// RolePolicy is the id of the AWS::IAM::Policy with what that role was granted.
	//
	// Default: the id that CDK makes of the construct's path.
	RolePolicy *string

	// LogGroup is the id of the log group, or of the Custom::LogRetention, that CDK made for the function. A log
	// group of your own is given as Function.LogGroup instead.
	//
	// Default: the id that CDK makes of the construct's path.
	LogGroup *string

	// EventSources are the ids of the AWS::Lambda::EventSourceMappings, by the path of the source's construct:
	// "Shop/Orders" for a queue Orders in the stack Shop. A Kafka source goes by its topic, and an imported one also by
	// its ARN; any mapping may go by its own construct id, and has to if several clusters have a topic of that name.
	//
	// Default: the ids that CDK makes of the construct's path.
	EventSources map[string]string
}

// serves reports whether there is a serving function.
func (props *DualArchFunctionProps) serves() bool { return props.Serving != nil }

// only reports whether there is nothing but the serving function.
func (props *DualArchFunctionProps) only() bool {
	return props.Serving != nil && prop.Value(props.Serving.Only)
}

// aliasName returns the name of the serving function's alias.
func (o *ServingOptions) aliasName() string {
	if o.Alias == nil || o.Alias.Name == nil {
		return liveAlias
	}
	return *o.Alias.Name
}
