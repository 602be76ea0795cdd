package powertuning

import (
	"fmt"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudwatch"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssns"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"github.com/dualarch/dualarch/internal/tuner/publish/keyname"
	"github.com/dualarch/dualarch/tuning"
)

// AdviceAlarm is an alarm for each target, which is in alarm for an hour after a verdict that advises something else
// than the last one.
type AdviceAlarm struct {
	// Topic that is notified by these alarms, and by ScheduleAlarm. It must be in the stack's account and region. Its
	// policy is extended by CloudWatch's alarms of this account; in that of a topic that this app only imports you have to do that.
	//
	// Default: none; alarms are only shown.
	Topic awssns.ITopic
}

// watchedTarget is a target whose advice can change.
type watchedTarget struct {
	id   string // of its alarm
	name string // in metrics: a token if it is a function's name
}

// AlarmOnAdvice makes an alarm for each target, those that are added later included.
func (p *powerTuning) AlarmOnAdvice(given *AdviceAlarm) {
	var found problems
	found = append(found, p.AdviceAlarmProblems(given)...)
	if given != nil && p.results == nil {
		found.Add("AdviceAlarm", "no results are kept that it could compare; give Results too")
	}
	found.Stop(fmt.Sprintf("PowerTuning %q cannot have an alarm", *p.Node().Path()))
	if given == nil || p.adviceAlarm != nil {
		return
	}
	p.adviceAlarm = given
	if given.Topic != nil {
		given.Topic.AddToResourcePolicy(p.alarmsMayPublish(given.Topic))
	}
	for _, t := range p.watched {
		p.newAdviceAlarm(t)
	}
	if p.starter != nil {
		p.notify(p.starter.alarm)
	}
}

// AdviceAlarmProblems returns what would be wrong with alarms to be made by this PowerTuning.
func (p *powerTuning) AdviceAlarmProblems(given *AdviceAlarm) []string {
	if given == nil || p.adviceAlarm == nil || pathOf(p.adviceAlarm.Topic) == pathOf(given.Topic) {
		return nil
	}
	return []string{fmt.Sprintf("AdviceAlarm: the PowerTuning %q notifies another topic already; give the same everywhere, or a PowerTuning of its own", *p.Node().Path())}
}

// watch has a target's advice watched, now or as soon as that is asked for.
func (p *powerTuning) watch(t watchedTarget) {
	p.watched = append(p.watched, t)
	if p.adviceAlarm != nil {
		p.newAdviceAlarm(t)
	}
}

func (p *powerTuning) newAdviceAlarm(t watchedTarget) {
	changed := p.metric(tuning.ChangedMetric, t.name, &awscloudwatch.MetricOptions{
		Statistic: jsii.String("Maximum"), Period: awscdk.Duration_Hours(jsii.Number(1)),
	})
	alarm := alarmFromOne(p, t.id, changed,
		"Power Tuning: the advice for "+t.name+" has changed; the execution's output, latest.json and the event "+tuning.EventDetailType+" say how")
	p.notify(alarm)
	p.adviceAlarms = append(p.adviceAlarms, alarm)
}

// metric returns a metric of a target, by its name in metrics.
func (p *powerTuning) metric(name, target string, options *awscloudwatch.MetricOptions) awscloudwatch.Metric {
	if options == nil {
		options = &awscloudwatch.MetricOptions{}
	}
	return awscloudwatch.NewMetric(&awscloudwatch.MetricProps{
		Namespace: jsii.String(tuning.MetricNamespace), MetricName: jsii.String(name),
		DimensionsMap: &map[string]*string{tuning.TargetDimension: jsii.String(target), tuning.StateMachineDimension: p.machine.StateMachineName()},
	}).With(options)
}

func (p *powerTuning) MetricSavingPercent(target *string, options *awscloudwatch.MetricOptions) awscloudwatch.Metric {
	return p.metric(tuning.SavingMetric, keyname.Of(*target), options)
}

func (p *powerTuning) MetricAdviceChanged(target *string, options *awscloudwatch.MetricOptions) awscloudwatch.Metric {
	return p.metric(tuning.ChangedMetric, keyname.Of(*target), options)
}

func (p *powerTuning) AdviceAlarms() *[]awscloudwatch.Alarm { return &p.adviceAlarms }

// notify has an alarm notify the topic, if there is one.
func (p *powerTuning) notify(alarm awscloudwatch.Alarm) {
	if p.adviceAlarm != nil && p.adviceAlarm.Topic != nil {
		alarm.AddAlarmAction(&topicAction{p.adviceAlarm.Topic})
	}
}

// topicAction is awscloudwatchactions.SnsAction, without the packages of all other actions.
type topicAction struct{ topic awssns.ITopic }

// Bind implements awscloudwatch.IAlarmAction.
func (a *topicAction) Bind(constructs.Construct, awscloudwatch.IAlarm) *awscloudwatch.AlarmActionConfig {
	return &awscloudwatch.AlarmActionConfig{AlarmActionArn: a.topic.TopicArn()}
}

// alarmsMayPublish is what a topic's policy needs: it replaces the policy that SNS gives to a topic without one, which
// lets alarms of the account publish. It names all of them: their ARNs would make the topic's stack depend on this one,
// and other alarms may rely on the policy that is replaced.
func (p *powerTuning) alarmsMayPublish(topic awssns.ITopic) awsiam.PolicyStatement {
	return awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
		Principals: &[]awsiam.IPrincipal{awsiam.NewServicePrincipal(jsii.String("cloudwatch.amazonaws.com"), nil)},
		Actions:    jsii.Strings("sns:Publish"),
		Resources:  &[]*string{topic.TopicArn()},
		Conditions: &map[string]any{
			"StringEquals": map[string]*string{"aws:SourceAccount": p.Account()},
			"ArnLike": map[string]*string{"aws:SourceArn": p.FormatArn(&awscdk.ArnComponents{
				Service: jsii.String("cloudwatch"), Resource: jsii.String("alarm"), ResourceName: jsii.String("*"), ArnFormat: awscdk.ArnFormat_COLON_RESOURCE_NAME,
			})},
		},
	})
}
