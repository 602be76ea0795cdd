package dualarch

import (
	"slices"

	"github.com/dualarch/dualarch/constructs/powertuning"
)

// checkKept refuses what the tuning stack would refuse later of what is to be kept true.
func checkKept(p *problems, name *string, options *PowerTuningOptions, tuners *stackTuners) {
	if name != nil {
		*p = append(*p, options.Schedule.Problems("PowerTuning.Schedule", *name)...)
	}
	keeps := slices.ContainsFunc(tuners.all, func(tuner powertuning.PowerTuning) bool { return tuner.ResultsBucket() != nil })
	wrong := options.Results.Problems("PowerTuning.Results")
	*p = append(*p, wrong...)
	if options.AdviceAlarm != nil && options.Results == nil && options.Shared == nil && !keeps && (options.Props == nil || options.Props.Results == nil) {
		p.Add("PowerTuning.AdviceAlarm", "no results are kept that it could compare; give Results too")
	}
	if options.Props != nil {
		if options.Results != nil && options.Props.Results != nil {
			p.Add("PowerTuning.Results", "they were given beside PowerTuning.Props.Results; leave one of them out")
		}
		if options.AdviceAlarm != nil && options.Props.AdviceAlarm != nil {
			p.Add("PowerTuning.AdviceAlarm", "it was given beside PowerTuning.Props.AdviceAlarm; leave one of them out")
		}
	}
	property := "PowerTuning"
	if options.Shared != nil {
		property = "PowerTuning.Shared"
		if options.AdviceAlarm != nil && options.Results == nil && !keeps {
			p.Add("PowerTuning.AdviceAlarm", "PowerTuning.Shared keeps no results that it could compare; give Results too")
		}
	}
	for _, tuner := range tuners.all {
		found := tuner.AdviceAlarmProblems(options.AdviceAlarm)
		if len(wrong) == 0 { // else it would be said twice
			found = append(tuner.ResultsProblems(options.Results), found...)
		}
		for _, text := range found {
			p.Add(property, "%s", text)
		}
		if len(found) > 0 {
			return // those of a stack have all been given the same
		}
	}
}

// keepTrue has the tuning stack keep results and watch the advice: that of a stack with all further ones that its
// functions need.
func (f *function) keepTrue(options *PowerTuningOptions, tuners *stackTuners) {
	if tuners.Construct == nil {
		f.tuning.KeepResults(options.Results)
		f.tuning.AlarmOnAdvice(options.AdviceAlarm)
		return
	}
	if options.Results != nil {
		tuners.results = options.Results
	}
	if options.AdviceAlarm != nil {
		tuners.adviceAlarm = options.AdviceAlarm
	}
	for _, tuner := range tuners.all {
		tuner.KeepResults(tuners.results)
		tuner.AlarmOnAdvice(tuners.adviceAlarm)
	}
}
