package powertuning

import (
	"slices"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudwatch"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsscheduler"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssqs"
	"github.com/aws/jsii-runtime-go"

	"github.com/dualarch/dualarch/constructs/internal/nag"
	"github.com/dualarch/dualarch/constructs/internal/prop"
	"github.com/dualarch/dualarch/constructs/internal/trust"
	"github.com/dualarch/dualarch/internal/tuner/input"
	"github.com/dualarch/dualarch/internal/tuner/publish/keyname"
)

// Schedule starts executions for one target again and again, by EventBridge Scheduler. One that finds the target's
// functions being tuned by another execution ends FAILED with the error FunctionLocked, and changes nothing.
type Schedule struct {
	// Expression is when, with its time zone: awsscheduler.ScheduleExpression_Cron(…), say, or …_Rate(…).
	//
	// Default: Sundays at 03:00 UTC.
	Expression awsscheduler.ScheduleExpression
	// TimeWindow is for how long a start may be put off: EventBridge Scheduler chooses a minute in it, so that the
	// functions of an account are not all tuned at once.
	//
	// Default: flexible, one hour.
	TimeWindow awsscheduler.TimeWindow
	// Input of each execution (docs/tuning-input.md): a value that encoding/json writes as an object. It names the target
	// by itself.
	//
	// Default: {"target": the target's name}.
	Input any
	// Enabled reports whether executions are started.
	//
	// Default: true.
	Enabled *bool
}

// sundayNight is when nobody says.
const sundayNight = "cron(0 3 ? * SUN *)"

// For how long a start is tried again that Step Functions refuses: after that the time is no longer the one that was asked for.
const latestStart = 3600 // seconds

// starter is what all schedules of a PowerTuning share.
type starter struct {
	group       awsscheduler.CfnScheduleGroup
	role        awsiam.Role
	deadLetters awssqs.Queue
	alarm       awscloudwatch.Alarm
}

// Problems returns what is wrong with the schedule of a target that has two functions, each with the property's name in
// front.
func (s *Schedule) Problems(property, target string) []string {
	if s == nil {
		return nil
	}
	var found problems
	s.check(property, target, 2, input.Defaults{}, &found)
	return found
}

// check checks a target's schedule and returns the input of its executions, as JSON.
func (s *Schedule) check(property, target string, functions int, defaults input.Defaults, found *problems) string {
	if s.TimeWindow != nil && s.TimeWindow.MaxWindow() != nil {
		minutes := 0
		checkSeconds(property+".TimeWindow", s.TimeWindow.MaxWindow(), 60, 24*60*60, "a window; give 1 minute to 24 hours", &minutes, found)
	}
	given := map[string]any{}
	if s.Input != nil {
		text, err := marshal(s.Input)
		if err == nil {
			err = decodeObject(text, &given)
		}
		if err != nil {
			found.Add(property+".Input", "it is not a JSON object (%v); give a map or a struct that encoding/json writes as one", err)
			return ""
		}
	}
	if !slices.ContainsFunc(input.Choosing, func(field string) bool { return given[field] != nil }) {
		given["target"] = target
	}
	text, err := marshal(given)
	if err != nil {
		found.Add(property+".Input", "it cannot be written as JSON (%v)", err)
		return ""
	}
	if !*awscdk.Token_IsUnresolved(jsii.String(string(text))) {
		// The functions are known at deployment; the rest can be checked as an execution will.
		standIns := []string{"arn:aws:lambda:us-east-1:123456789012:function:a", "arn:aws:lambda:us-east-1:123456789012:function:b"}
		defaults.Targets = []input.DefaultTarget{{Name: target, Functions: standIns[:min(functions, len(standIns))]}}
		if _, _, err := input.Decode(text, defaults); err != nil {
			found.Add(property+".Input", "%v", err)
		}
	}
	return string(text)
}

// schedule makes the schedule of a target, whose input has been checked.
func (p *powerTuning) schedule(target string, s *Schedule, text string) {
	if p.starter == nil {
		p.starter = p.newStarter()
	}
	props := &awsscheduler.CfnScheduleProps{
		Description:        jsii.String("Power Tuning: tunes " + keyname.Of(target)),
		GroupName:          p.starter.group.Ref(),
		ScheduleExpression: jsii.String(sundayNight),
		FlexibleTimeWindow: flexible(s.TimeWindow),
		State:              jsii.String("ENABLED"),
		Target: &awsscheduler.CfnSchedule_TargetProperty{
			Arn: p.machine.StateMachineArn(), RoleArn: p.starter.role.RoleArn(), Input: jsii.String(text),
			DeadLetterConfig: &awsscheduler.CfnSchedule_DeadLetterConfigProperty{Arn: p.starter.deadLetters.QueueArn()},
			RetryPolicy: &awsscheduler.CfnSchedule_RetryPolicyProperty{
				MaximumEventAgeInSeconds: jsii.Number(latestStart), MaximumRetryAttempts: jsii.Number(185),
			},
		},
	}
	if s.Expression != nil {
		props.ScheduleExpression = s.Expression.ExpressionString()
		if zone := s.Expression.TimeZone(); zone != nil {
			props.ScheduleExpressionTimezone = zone.TimezoneName()
		}
	}
	if s.Enabled != nil && !*s.Enabled {
		props.State = jsii.String("DISABLED")
	}
	if key := p.settings.props.EncryptionKey; key != nil {
		props.KmsKeyArn = key.KeyArn()
	}
	made := awsscheduler.NewCfnSchedule(p, jsii.String("Schedule"+keyname.Of(target)), props)
	made.Node().AddDependency(p.starter.role) // with its policy: a schedule may be due at once
	p.onDelete.deletedBefore(made)
	p.schedules = append(p.schedules, made)
}

func flexible(w awsscheduler.TimeWindow) *awsscheduler.CfnSchedule_FlexibleTimeWindowProperty {
	switch {
	case w == nil:
		return &awsscheduler.CfnSchedule_FlexibleTimeWindowProperty{Mode: jsii.String("FLEXIBLE"), MaximumWindowInMinutes: jsii.Number(60)}
	case w.MaxWindow() == nil:
		return &awsscheduler.CfnSchedule_FlexibleTimeWindowProperty{Mode: w.Mode()}
	}
	return &awsscheduler.CfnSchedule_FlexibleTimeWindowProperty{Mode: w.Mode(), MaximumWindowInMinutes: w.MaxWindow().ToMinutes(nil)}
}

// newStarter makes a schedule group of the tuner's own: a role that EventBridge Scheduler assumes can be limited to a
// group only, and the default group's schedules are everybody's.
func (p *powerTuning) newStarter() *starter {
	props := p.settings.props
	s := &starter{
		group:       awsscheduler.NewCfnScheduleGroup(p, jsii.String("ScheduleGroup"), nil),
		deadLetters: newDeadLetters(p, "ScheduleDeadLetterQueue", props),
	}
	s.role = awsiam.NewRole(p, jsii.String("ScheduleRole"), &awsiam.RoleProps{AssumedBy: trust.Schedules(p, s.group.AttrArn())})
	s.role.AddToPolicy(allow([]string{"states:StartExecution"}, p.machine.StateMachineArn()))
	s.role.AddToPolicy(allow([]string{"sqs:SendMessage"}, s.deadLetters.QueueArn()))
	if props.EncryptionKey != nil {
		s.role.AddToPolicy(allow([]string{"kms:Decrypt", "kms:GenerateDataKey"}, props.EncryptionKey.KeyArn()))
	}
	s.alarm = newQueueAlarm(p, "ScheduleAlarm", s.deadLetters,
		"Power Tuning: an execution could not be started on schedule; the message in ScheduleDeadLetterQueue says which, and why")
	p.notify(s.alarm)
	if p.nag != nil {
		nag.Explain(s.deadLetters, nag.Reason{Rule: "AwsSolutions-SQS3", Why: "This is the dead-letter queue of schedules."})
	}
	return s
}

func (p *powerTuning) Schedules() *[]awsscheduler.CfnSchedule { return &p.schedules }

func (p *powerTuning) ScheduleRole() awsiam.Role { return prop.Value(p.starter).role }

func (p *powerTuning) ScheduleDeadLetterQueue() awssqs.Queue {
	return prop.Value(p.starter).deadLetters
}

func (p *powerTuning) ScheduleAlarm() awscloudwatch.Alarm { return prop.Value(p.starter).alarm }
