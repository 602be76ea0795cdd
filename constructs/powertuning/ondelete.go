package powertuning

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"github.com/dualarch/dualarch/internal/asl"
)

// onDelete has the step Heal put functions back before the tuner loses them: all when the stack is deleted, and those
// that are taken off the list when it is updated.
//
// CloudFormation updates a resource after those that it depends on, and deletes it before them. So there are two
// custom resources, one on each side of what Heal may do to tuned functions:
//
//	HealOnUpdate <── HealFunctions <── HealOnDelete
//
// When a function is taken off the list, HealOnUpdate is updated while Heal may still reach the function. When the stack
// is deleted, HealOnDelete goes first, with everything else in place. These permissions cannot be in the role's default
// policy, because the function depends on that, and HealOnUpdate on the function.
type onDelete struct {
	p                *powerTuning
	deleted, updated awscdk.CustomResource // nil if the owner does not want them
}

// answerTimeout is when CloudFormation gives up: after the 15 minutes that Heal may take, and its start.
const answerTimeout = 20

// newOnDelete creates the custom resources, unless the owner does not want them.
func newOnDelete(p *powerTuning, props *PowerTuningProps) *onDelete {
	o := &onDelete{p: p}
	if props.HealOnDelete != nil && !*props.HealOnDelete {
		return o
	}
	o.updated = o.resource("HealOnUpdate", asl.HealOnUpdate)
	o.deleted = o.resource("HealOnDelete", asl.HealOnDelete)
	heal := p.steps[asl.Heal]
	// It fails once only: its log says whether it has.
	heal.AddToRolePolicy(allow([]string{"logs:FilterLogEvents"}, heal.LogGroup().LogGroupArn()))
	executions := awsiam.NewPolicy(p, jsii.String("HealStops"), &awsiam.PolicyProps{
		Statements: &[]awsiam.PolicyStatement{
			allow([]string{"states:ListExecutions"}, p.machine.StateMachineArn(), p.heal.StateMachineArn()),
			allow([]string{"states:StopExecution"}, p.executionsARN(p.machine), p.executionsARN(p.heal)),
		},
		Roles: &[]awsiam.IRole{heal.Role()},
	})
	o.deleted.Node().AddDependency(executions, p.Node().FindChild(jsii.String("HealExecutions")))
	return o
}

// deletedBefore has what starts executions be deleted before functions are put back.
func (o *onDelete) deletedBefore(starts ...constructs.Construct) {
	for _, s := range starts {
		if o.deleted != nil {
			s.Node().AddDependency(o.deleted)
		}
	}
}

func (o *onDelete) resource(id, kind string) awscdk.CustomResource {
	return awscdk.NewCustomResource(o.p, jsii.String(id), &awscdk.CustomResourceProps{
		ResourceType:   jsii.String(kind),
		ServiceToken:   o.p.steps[asl.Heal].FunctionArn(),
		ServiceTimeout: awscdk.Duration_Minutes(jsii.Number(answerTimeout)),
		Properties: &map[string]any{
			"StateMachine":     o.p.machine.StateMachineArn(),
			"HealStateMachine": o.p.heal.StateMachineArn(),
			"Functions":        awscdk.Lazy_UncachedList(&tunableARNs{o.p}, nil),
		},
	})
}

// tunableARNs are those of all functions that the tuner may tune. They are known at synthesis.
type tunableARNs struct{ p *powerTuning }

// Produce implements awscdk.IListProducer.
func (a *tunableARNs) Produce(awscdk.IResolveContext) *[]*string {
	return jsii.Strings(a.p.tunable()...)
}

// between has a policy that allows Heal something on tuned functions stand between the custom resources.
func (o *onDelete) between(policy constructs.Construct) {
	if o.deleted != nil {
		policy.Node().AddDependency(o.updated)
		o.deleted.Node().AddDependency(policy)
	}
}
