package survey

import "context"

// traffic is what CloudWatch has of a function, summed over the time that was asked for.
type traffic struct {
	invocations, errors, durationMs float64
	maxConcurrency, maxMemory       float64
	// byQualifier are the invocations of $LATEST and of aliases; provisioned those that ran on provisioned concurrency.
	byQualifier, provisioned map[string]float64
	// queries are asked for it; so many of them were asked, and so many of these answered. failed says why one was not.
	queries, asked, answered int
	failed                   string
}

// fail keeps the first reason.
func (t *traffic) fail(why string) {
	if t.failed == "" {
		t.failed = why
	}
}

// meter reads the usage of all functions.
func (s *surveyor) meter(ctx context.Context) {
	var all [][]query
	functions := 0
	for _, r := range s.regions {
		functions += len(r.functions)
		for _, f := range r.functions {
			f.traffic = traffic{byQualifier: map[string]float64{}, provisioned: map[string]float64{}}
		}
		all = append(all, batches(r.functions, s.report.Days)...)
	}
	for _, b := range all {
		s.spend(float64(len(b)) * metricUSD)
		for _, q := range b {
			q.f.traffic.queries++
		}
	}
	if s.options.Announce != nil {
		s.options.Announce(s.report.PriceUSD)
	}
	denied := map[*region]bool{}
	s.counted(ctx, StepUsage, len(all), functions, func(i int) (done int) {
		r := all[i][0].f.region
		s.mu.Lock()
		known := denied[r]
		s.mu.Unlock()
		var err error
		if !known {
			err = s.read(ctx, all[i])
		}
		if ctx.Err() != nil {
			return 0
		}
		if err != nil && Denied(err) {
			s.problem(r.name, "usage", Why(err))
		}
		s.mu.Lock()
		defer s.mu.Unlock()
		denied[r] = denied[r] || err != nil && Denied(err)
		for _, q := range all[i] {
			switch t := &q.f.traffic; {
			case known || err != nil && Denied(err):
			case err == nil:
				t.answered++
			default:
				t.fail(Why(err))
			}
			if q.f.traffic.asked++; q.f.traffic.asked == q.f.traffic.queries {
				done++
			}
		}
		return done
	})
}

// use sets a function's usage, and adds $LATEST to the versions that its traffic runs on.
func (f *function) use() {
	t := f.traffic
	if t.failed != "" {
		f.Problems = append(f.Problems, Problem{What: "usage", Why: t.failed})
	}
	if t.failed != "" || t.queries == 0 || t.answered < t.queries {
		return
	}
	f.Usage = &Usage{Invocations: t.invocations, Errors: t.errors, MaxConcurrency: t.maxConcurrency, MaxMemoryMB: t.maxMemory}
	if t.invocations > 0 {
		f.Usage.DurationMs = t.durationMs / t.invocations
	}
	onlyLatest := len(f.versions) == 0 && len(f.Versions) == 0
	if t.byQualifier[latest] > 0 || onlyLatest && t.invocations > 0 {
		f.Versions = append([]Version{{Version: latest}}, f.Versions...)
	}
}
