package dualarch

// checkKept refuses what the tuning stack would refuse later of what is to be kept true.
func checkKept(p *problems, id *string, options *PowerTuningOptions) {
	if id != nil {
		*p = append(*p, options.Schedule.Problems("PowerTuning.Schedule", *options.name(id))...)
	}
	*p = append(*p, options.Results.Problems("PowerTuning.Results")...)
	if options.AdviceAlarm != nil && options.Results == nil && options.Shared == nil && (options.Props == nil || options.Props.Results == nil) {
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
	if options.Shared != nil {
		for _, text := range append(options.Shared.ResultsProblems(options.Results), options.Shared.AdviceAlarmProblems(options.AdviceAlarm)...) {
			p.Add("PowerTuning.Shared", "%s", text)
		}
		if options.AdviceAlarm != nil && options.Results == nil && options.Shared.ResultsBucket() == nil {
			p.Add("PowerTuning.AdviceAlarm", "PowerTuning.Shared keeps no results that it could compare; give Results too")
		}
	}
}

// keepTrue has the tuning stack keep results and watch the advice.
func (f *function) keepTrue(options *PowerTuningOptions) {
	f.tuning.KeepResults(options.Results)
	f.tuning.AlarmOnAdvice(options.AdviceAlarm)
}
