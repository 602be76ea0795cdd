package powertuning

import (
	"fmt"
	"time"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudwatch"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsevents"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/aws-cdk-go/awscdk/v2/awss3"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsscheduler"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssqs"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsstepfunctions"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"github.com/dualarch/dualarch/constructs/internal/prop"
	"github.com/dualarch/dualarch/internal/asl"
	"github.com/dualarch/dualarch/internal/tuner/input"
)

// PowerTuning is a nested stack that holds a Power Tuning state machine. It may be created before the
// functions that it tunes, but in their stack.
type PowerTuning interface {
	awscdk.NestedStack

	// AddTarget lets the tuner tune a construct's functions, and the input choose them by name; if there is
	// only one target, the input {} chooses it. It panics with everything that is wrong with the target, and
	// with every limit of AWS's that the stack would pass with it.
	AddTarget(target Tunable)
	// TryAddTarget does the same, but if a limit would be passed it adds nothing and returns false.
	TryAddTarget(target Tunable) bool
	// HasTarget reports whether a target has that name.
	HasTarget(name *string) bool
	// TargetDefaults returns what targets are tuned with that give nothing themselves.
	TargetDefaults() TargetDefaults
	// TargetProblems returns what would be wrong with a target to be created in scope under a name, for
	// constructs that check everything before they create anything. AddTarget calls it too.
	TargetProblems(scope constructs.Construct, name *string) []string
	// GrantStartExecution lets grantee start an execution of StateMachine.
	GrantStartExecution(grantee awsiam.IGrantable) awsiam.Grant
	// GrantReadResults lets grantee list and read the results that are kept.
	GrantReadResults(grantee awsiam.IGrantable) awsiam.Grant

	// KeepResults is PowerTuningProps.Results, later. Results that differ from those that are kept already are refused.
	KeepResults(results *Results)
	// AlarmOnAdvice is PowerTuningProps.AdviceAlarm, later. Another topic than that of the alarms that there are is refused.
	AlarmOnAdvice(alarm *AdviceAlarm)
	// ResultsProblems and AdviceAlarmProblems return what KeepResults and AlarmOnAdvice would refuse.
	ResultsProblems(results *Results) []string
	AdviceAlarmProblems(alarm *AdviceAlarm) []string

	// StateMachine returns the state machine that tunes. Its ARN can be used in the parent stack.
	StateMachine() awsstepfunctions.StateMachine
	// StateMachineArnOutput returns the parent stack's output with that ARN, or nil if there is none.
	StateMachineArnOutput() awscdk.CfnOutput
	// HealStateMachine returns the one that restores what a killed execution of StateMachine left behind.
	// HealRule and HealDailyRule start it; to start it by hand, give the input {"detail": {"executionArn": "<the
	// killed execution's>"}}, or {} to look at every function that may be tuned.
	HealStateMachine() awsstepfunctions.StateMachine
	// LogGroup returns the log group of StateMachine.
	LogGroup() awslogs.LogGroup
	// HealLogGroup returns the log group of HealStateMachine.
	HealLogGroup() awslogs.LogGroup
	// HealRule returns the rule that starts HealStateMachine when an execution of StateMachine fails, times
	// out or is aborted.
	HealRule() awsevents.Rule
	// HealDailyRule returns the rule that starts HealStateMachine once a day with the input {}: it looks at every
	// function that may be tuned, because the event for HealRule may be lost.
	HealDailyRule() awsevents.Rule
	// HealDeadLetterQueue returns the queue of events with which HealStateMachine could not be started, and
	// of its executions that failed. Every message in it names an execution; starting HealStateMachine by hand
	// with the input {} heals what all of them left.
	HealDeadLetterQueue() awssqs.Queue
	// HealAlarm returns the alarm on HealDeadLetterQueue.
	HealAlarm() awscloudwatch.Alarm

	// ResultsBucket returns the bucket that results are kept in; nil if none are.
	ResultsBucket() awss3.IBucket
	// AdviceAlarms returns the alarms of the targets, in the order in which they were added.
	AdviceAlarms() *[]awscloudwatch.Alarm
	// MetricSavingPercent returns what the last advice for a target would save, in per cent of today's cost.
	MetricSavingPercent(target *string, options *awscloudwatch.MetricOptions) awscloudwatch.Metric
	// MetricAdviceChanged returns 1 for each verdict that advises something else than the last one, 0 for others.
	MetricAdviceChanged(target *string, options *awscloudwatch.MetricOptions) awscloudwatch.Metric
	// Schedules returns the schedules of the targets, in the order in which they were added.
	Schedules() *[]awsscheduler.CfnSchedule
	// ScheduleRole returns the role that may start StateMachine on schedule; nil if there is no schedule.
	ScheduleRole() awsiam.Role
	// ScheduleDeadLetterQueue returns the queue of starts that failed for an hour, with the reason; nil if there is no
	// schedule.
	ScheduleDeadLetterQueue() awssqs.Queue
	// ScheduleAlarm returns the alarm on ScheduleDeadLetterQueue; nil if there is no schedule.
	ScheduleAlarm() awscloudwatch.Alarm

	// The functions of the steps, each with its Role and LogGroup. Publish returns nil if no results are kept.

	Plan() awslambda.Function
	Prepare() awslambda.Function
	Measure() awslambda.Function
	Restore() awslambda.Function
	Verdict() awslambda.Function
	Apply() awslambda.Function
	Heal() awslambda.Function
	Publish() awslambda.Function
}

type powerTuning struct {
	awscdk.NestedStack

	defaults input.Defaults // of executions, without what they may tune
	reach    reach          // what that is; AddTarget adds to it until synthesis

	measure time.Duration // measureTimeout's, once it has been validated; 0 before

	settings stepSettings
	steps    map[asl.Step]awslambda.Function
	machine  machine
	heal     machine
	healing  healing
	onDelete *onDelete
	output   awscdk.CfnOutput
	nag      *nagSuppressions // nil: the findings are the owner's to judge

	results      *results // nil: none are kept
	watched      []watchedTarget
	adviceAlarm  *AdviceAlarm // nil: there are no alarms
	adviceAlarms []awscloudwatch.Alarm
	starter      *starter // nil: there is no schedule
	schedules    []awsscheduler.CfnSchedule
}

// NewPowerTuning creates the nested stack. props may be nil. If they are wrong it panics with every problem
// before anything is created.
func NewPowerTuning(scope constructs.Construct, id *string, props *PowerTuningProps) PowerTuning {
	if props == nil {
		props = &PowerTuningProps{}
	}
	defaults, reach, code := check(scope, id, props)

	p := &powerTuning{defaults: defaults, reach: reach}
	awscdk.NewNestedStack_Override(p, scope, id, &awscdk.NestedStackProps{
		Description: jsii.String("Power Tuning: finds the memory size and architecture of AWS Lambda functions"),
	})
	if props.suppressed() {
		p.nag = &nagSuppressions{p}
	}
	p.settings = newStepSettings(p, code, props, awscdk.Duration_Seconds(awscdk.Lazy_UncachedNumber(&measureSeconds{p})))
	p.steps = p.settings.newSteps()
	first := p.Node().FindChild(jsii.String(steps[0].logGroupID())).Node().DefaultChild().(awslogs.CfnLogGroup)
	first.SetLogGroupClass(awscdk.Lazy_UncachedString(&referenceOrder{p}, nil))
	awscdk.Aspects_Of(first).Add(&functionPolicies{p: p, scope: constructs.NewConstruct(p, jsii.String("Permissions"))}, nil)
	grantOthers(p.steps, props)
	p.machine = newMachine(p, "StateMachine", props, p.steps,
		func() map[string]any { return asl.Tuning(p.stepARNs(), p.definitive()) })
	p.heal = newMachine(p, "HealStateMachine", props, map[asl.Step]awslambda.Function{asl.Heal: p.steps[asl.Heal]},
		func() map[string]any { return asl.Healing(p.stepARNs(), p.tunable()) })
	p.grantExecutions()
	p.onDelete = newOnDelete(p, props)
	p.healing = newHealing(p, p.machine, p.heal, props)
	p.onDelete.deletedBefore(p.healing.rule, p.healing.sweep)
	if props.EncryptionKey != nil {
		p.grantKey(props)
	}

	for i, arn := range prop.Value(props.FunctionArns) {
		p.reach.further[len(prop.Value(props.Functions))+i].TunedFunction = importedFunction(p, i, arn)
	}
	for i, f := range p.reach.further {
		p.watch(watchedTarget{fmt.Sprintf("Function%dAdviceAlarm", i), *f.Function.FunctionName()})
	}
	if props.StateMachineArnOutput == nil || *props.StateMachineArnOutput {
		p.output = newOutput(scope, id, p.machine)
	}
	p.KeepResults(props.Results)
	p.AlarmOnAdvice(props.AdviceAlarm)
	if props.PermissionsBoundary != nil {
		awsiam.PermissionsBoundary_Of(p).Apply(props.PermissionsBoundary)
	}
	p.Node().AddValidation(&tunableFunctions{p})
	p.warnOfSizes()
	if p.nag != nil {
		p.nag.explain()
	}
	return p
}

func (p *powerTuning) GrantStartExecution(grantee awsiam.IGrantable) awsiam.Grant {
	return p.machine.GrantStartExecution(grantee)
}

func (p *powerTuning) StateMachine() awsstepfunctions.StateMachine     { return p.machine.StateMachine }
func (p *powerTuning) StateMachineArnOutput() awscdk.CfnOutput         { return p.output }
func (p *powerTuning) HealStateMachine() awsstepfunctions.StateMachine { return p.heal.StateMachine }
func (p *powerTuning) LogGroup() awslogs.LogGroup                      { return p.machine.logGroup }
func (p *powerTuning) HealLogGroup() awslogs.LogGroup                  { return p.heal.logGroup }
func (p *powerTuning) HealRule() awsevents.Rule                        { return p.healing.rule }
func (p *powerTuning) HealDailyRule() awsevents.Rule                   { return p.healing.sweep }
func (p *powerTuning) HealDeadLetterQueue() awssqs.Queue               { return p.healing.deadLetters }
func (p *powerTuning) HealAlarm() awscloudwatch.Alarm                  { return p.healing.alarm }

func (p *powerTuning) Plan() awslambda.Function    { return p.steps[asl.Plan] }
func (p *powerTuning) Prepare() awslambda.Function { return p.steps[asl.Prepare] }
func (p *powerTuning) Measure() awslambda.Function { return p.steps[asl.Measure] }
func (p *powerTuning) Restore() awslambda.Function { return p.steps[asl.Restore] }
func (p *powerTuning) Verdict() awslambda.Function { return p.steps[asl.Verdict] }
func (p *powerTuning) Apply() awslambda.Function   { return p.steps[asl.Apply] }
func (p *powerTuning) Heal() awslambda.Function    { return p.steps[asl.Heal] }
