package powertuning

import (
	"slices"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/jsii-runtime-go"

	"github.com/dualarch/dualarch/internal/asl"
)

// scope is which ARNs of a tuned function a permission is for. It is never the function's ARN followed by a star,
// which would match every function whose name has that prefix.
type scope int

const (
	functionItself scope = iota // the unqualified ARN
	qualified                   // its versions and aliases, $LATEST by name included
	lockAlias                   // the tuner's own alias of it
	neverAlias                  // one that does not exist
	latestVersion               // $LATEST, by name
	movableAliases              // the aliases that AutoOptimize names
	logsOf                      // its log group
)

// grant is one row of the table of permissions.
type grant struct {
	effect  awsiam.Effect
	on      scope
	actions []string
	without []string // condition keys that a request must not have
}

func may(on scope, actions ...string) grant { return grant{awsiam.Effect_ALLOW, on, actions, nil} }

// setMemory allows changing a function's memory size and description. IAM cannot limit a request to these two, but it
// sees four of the other settings, in requests that contain them. (docs/security.md names what it does not see.)
var setMemory = grant{awsiam.Effect_ALLOW, functionItself, []string{"lambda:UpdateFunctionConfiguration"},
	[]string{"lambda:Layer", "lambda:SecurityGroupIds", "lambda:SubnetIds", "lambda:VpcIds"}}

// Lambda authorises a call with a qualifier against the qualified ARN and every other against the function's
// (docs/tuner-protocol.md, "What AWS does"), so what is allowed on versions cannot delete the function; this
// denies it as well, whatever else the role is ever given.
var neverTheFunction = grant{awsiam.Effect_DENY, functionItself, []string{"lambda:DeleteFunction"}, nil}

// grants are what each step may do to a tuned function. Verdict only computes.
//
// Calls on an alias are allowed on the function's ARN and on the alias's. By AWS's service authorization
// reference they act on the function, and public reports say that a policy with the alias's ARN alone is refused;
// but the developer guide restricts them by the alias's ARN. If Lambda asked for the one left out, nothing could
// be tuned.
var grants = map[asl.Step][]grant{
	asl.Plan: {
		// Only GetFunction tells whether the code takes storage. It is called if there may not be enough.
		may(functionItself, "lambda:GetAlias", "lambda:GetFunction", "lambda:GetFunctionConcurrency", "lambda:GetFunctionConfiguration",
			"lambda:ListProvisionedConcurrencyConfigs", "lambda:ListVersionsByFunction"),
		may(qualified, "lambda:GetFunctionConfiguration"),
		may(lockAlias, "lambda:GetAlias"),
	},
	asl.Prepare: {
		// It first checks that versions and the lock can be deleted afterwards, by asking for what does not exist; and
		// it deletes the versions of the round before.
		may(functionItself, "lambda:CreateAlias", "lambda:DeleteAlias", "lambda:GetAlias", "lambda:GetFunctionConfiguration",
			"lambda:ListVersionsByFunction", "lambda:PublishVersion", "lambda:UpdateAlias"),
		setMemory,
		may(qualified, "lambda:DeleteFunction", "lambda:GetFunctionConfiguration"),
		may(lockAlias, "lambda:CreateAlias", "lambda:GetAlias", "lambda:UpdateAlias"),
		may(neverAlias, "lambda:DeleteAlias"),
		neverTheFunction,
	},
	asl.Measure: {
		may(qualified, "lambda:InvokeFunction"),
		may(logsOf, "logs:FilterLogEvents"),
	},
	asl.Restore: puttingBack,
	asl.Heal:    puttingBack,
	// Only on the functions that AutoOptimize is for.
	asl.Apply: {
		may(functionItself, "lambda:CreateAlias", "lambda:DeleteAlias", "lambda:GetAlias", "lambda:GetFunctionConfiguration",
			"lambda:UpdateAlias"),
		setMemory,
		may(latestVersion, "lambda:GetFunctionConfiguration"),
		may(lockAlias, "lambda:CreateAlias", "lambda:DeleteAlias", "lambda:GetAlias", "lambda:UpdateAlias"),
	},
}

// moving is what Apply may do besides if AutoOptimize names aliases.
var moving = []grant{
	may(functionItself, "lambda:PublishVersion"),
	may(movableAliases, "lambda:CreateAlias", "lambda:GetAlias", "lambda:GetFunctionConfiguration", "lambda:UpdateAlias"),
}

var puttingBack = []grant{
	may(functionItself, "lambda:DeleteAlias", "lambda:GetAlias", "lambda:GetFunctionConfiguration",
		"lambda:ListVersionsByFunction", "lambda:UpdateAlias"),
	setMemory,
	may(qualified, "lambda:DeleteFunction", "lambda:GetFunctionConfiguration"),
	may(lockAlias, "lambda:DeleteAlias", "lambda:GetAlias", "lambda:UpdateAlias"),
	neverTheFunction,
}

// conditions returns those of the grant's statement, nil if it has none.
func (g grant) conditions() *map[string]any {
	if g.without == nil {
		return nil
	}
	absent := map[string]string{}
	for _, key := range g.without {
		absent[key] = "true"
	}
	return &map[string]any{"Null": absent}
}

// grantOthers grants the steps' roles what does not depend on the tuned functions.
func grantOthers(functions map[asl.Step]awslambda.Function, props *PowerTuningProps) {
	// The account's limits and metrics have no ARN.
	functions[asl.Plan].AddToRolePolicy(allow([]string{"cloudwatch:GetMetricData", "lambda:GetAccountSettings"}, jsii.String("*")))
	if bucket := props.PayloadBucket; bucket != nil {
		functions[asl.Measure].AddToRolePolicy(allow([]string{"s3:GetObject"}, payloadsARN(props)))
		if encryption := keyOf(bucket, props); encryption != nil {
			functions[asl.Measure].AddToRolePolicy(allow([]string{"kms:Decrypt"}, encryption.KeyArn()))
		}
	}
}

// payloadsARN returns the ARN of the objects in PayloadBucket that the input may name.
func payloadsARN(props *PowerTuningProps) *string {
	key := jsii.String("*")
	if props.PayloadKey != nil {
		key = props.PayloadKey
	}
	return props.PayloadBucket.ArnForObjects(key)
}

// grantExecutions lets Plan, Prepare and Heal read executions of the state machine. In the roles' own policies that would
// be a cycle (machine, function, policy, machine) that only CloudFormation notices.
func (p *powerTuning) grantExecutions() {
	for _, g := range []struct {
		id      string
		steps   []asl.Step
		actions []string
	}{
		{"PlanExecutions", []asl.Step{asl.Plan, asl.Prepare}, []string{"states:DescribeExecution"}},
		{"HealExecutions", []asl.Step{asl.Heal}, []string{"states:DescribeExecution", "states:GetExecutionHistory"}},
	} {
		var roles []awsiam.IRole
		for _, step := range g.steps {
			roles = append(roles, p.steps[step].Role())
		}
		awsiam.NewPolicy(p, jsii.String(g.id), &awsiam.PolicyProps{
			Statements: &[]awsiam.PolicyStatement{allow(g.actions, p.executionsARN(p.machine))},
			Roles:      &roles,
		})
	}
}

func (p *powerTuning) executionsARN(m machine) *string {
	return p.FormatArn(&awscdk.ArnComponents{
		Service: jsii.String("states"), Resource: jsii.String("execution"),
		ResourceName: jsii.String(*m.StateMachineName() + ":*"),
		ArnFormat:    awscdk.ArnFormat_COLON_RESOURCE_NAME,
	})
}

// allow returns an Allow statement.
func allow(actions []string, resources ...*string) awsiam.PolicyStatement {
	return awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
		Actions:   jsii.Strings(slices.Clone(actions)...),
		Resources: &resources,
	})
}
