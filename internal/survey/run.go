package survey

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"
	"golang.org/x/sync/errgroup"

	"github.com/dualarch/dualarch/internal/arn"
	"github.com/dualarch/dualarch/internal/guard"
)

// mostDays is how long CloudWatch keeps values of an hour.
const mostDays = 455

// Run surveys an account. An error is returned only if nothing could be asked at all: what fails for a function or a
// region is a Problem. If ctx is cancelled, Run returns what it has found, with Interrupted.
func Run(ctx context.Context, cfg aws.Config, o Options) (*Report, error) {
	if err := o.check(); err != nil {
		return nil, err
	}
	s := &surveyor{options: o, masters: map[string]bool{}, report: Report{
		Format: Format, Days: o.Days, Started: time.Now().UTC(), Regions: []string{}, Functions: []Function{}, Problems: []Problem{},
	}}
	s.from = s.report.Started.Add(-time.Duration(o.Days) * day).Truncate(day)
	if err := s.open(ctx, newLimiter(o.CallsPerSecond).apply(cfg)); err != nil {
		return nil, err
	}
	if err := s.find(ctx); err != nil {
		return nil, err
	}
	if ctx.Err() == nil {
		s.meter(ctx)
	}
	for _, r := range s.regions {
		for _, f := range r.functions {
			f.use()
		}
	}
	s.estimate()
	if !o.WithoutAdvice {
		s.advise(ctx)
	}
	if !o.WithoutVerdicts {
		s.each(ctx, StepVerdicts, len(s.regions), func(i int) {
			if r := s.regions[i]; len(r.functions) > 0 {
				s.regional(ctx, r, "verdicts", s.recall)
			}
		})
	}
	s.look(ctx)
	return s.finish(ctx.Err() != nil), nil
}

// check fills in defaults, and refuses what makes no sense.
func (o *Options) check() error {
	o.Days = cmp.Or(o.Days, DefaultDays)
	o.CallsPerSecond = cmp.Or(o.CallsPerSecond, DefaultCallsPerSecond)
	o.Concurrency = cmp.Or(o.Concurrency, DefaultConcurrency)
	var problems []error
	if o.Days < 1 || o.Days > mostDays {
		problems = append(problems, fmt.Errorf("days: %d were given; give 1 to %d", o.Days, mostDays))
	}
	if !(o.CallsPerSecond >= LeastCallsPerSecond) { // NaN is not
		problems = append(problems, fmt.Errorf("calls a second: %g were given; give at least %g", o.CallsPerSecond, LeastCallsPerSecond))
	}
	if o.Concurrency < 1 {
		problems = append(problems, fmt.Errorf("concurrency: %d was given; give at least 1", o.Concurrency))
	}
	if o.AllRegions && len(o.Regions) > 0 {
		problems = append(problems, errors.New("regions: both some and all were asked for; give one of them"))
	}
	return errors.Join(problems...)
}

// surveyor is a survey that is under way.
type surveyor struct {
	options Options
	from    time.Time // usage is read from then until report.Started
	regions []*region

	mu     sync.Mutex
	report Report
	// masters are the ARNs of the functions that replicas of Lambda@Edge were made of.
	masters map[string]bool

	telling sync.Mutex
}

// problem notes what could not be found out, once for each region.
func (s *surveyor) problem(region, what, why string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p := Problem{Region: region, What: what, Why: why}
	if !slices.Contains(s.report.Problems, p) {
		s.report.Problems = append(s.report.Problems, p)
	}
}

// regional notes what a region fails with.
func (s *surveyor) regional(ctx context.Context, r *region, what string, do func(context.Context, *region) error) bool {
	err := do(ctx, r)
	if err != nil && ctx.Err() == nil {
		s.problem(r.name, what, Why(err))
	}
	return err == nil
}

// master notes of which function a replica was made.
func (s *surveyor) master(version string) {
	whole, _ := arn.SplitFunction(version)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.masters[whole] = true
}

func (s *surveyor) spend(usd float64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.report.PriceUSD += usd
}

// progress tells how far the survey is.
func (s *surveyor) progress(step Step, region string, done, of int) {
	if s.options.Progress == nil {
		return
	}
	s.telling.Lock()
	defer s.telling.Unlock()
	s.options.Progress(Progress{Step: step, Region: region, Done: done, Of: of})
}

// each does something so many times, some of them side by side, until the survey is stopped.
func (s *surveyor) each(ctx context.Context, step Step, n int, do func(i int)) {
	s.counted(ctx, step, n, n, func(i int) int {
		do(i)
		return 1
	})
}

// counted is each for a step whose progress is counted otherwise: do returns how many of of are done since the last time.
func (s *surveyor) counted(ctx context.Context, step Step, n, of int, do func(i int) (more int)) {
	var group errgroup.Group
	group.SetLimit(s.options.Concurrency)
	done := 0
	for i := range n {
		if ctx.Err() != nil {
			break
		}
		group.Go(func() error {
			if ctx.Err() != nil {
				return nil
			}
			more := do(i)
			s.telling.Lock()
			defer s.telling.Unlock()
			done += more
			if s.options.Progress != nil {
				s.options.Progress(Progress{Step: step, Done: done, Of: of})
			}
			return nil
		})
	}
	_ = group.Wait() // nothing of it returns an error
}

// find lists the functions of all regions, with their tags and versions. It is an error if no region answers.
func (s *surveyor) find(ctx context.Context) error {
	answered := make([]bool, len(s.regions))
	s.each(ctx, StepListing, len(s.regions), func(i int) {
		r := s.regions[i]
		answered[i] = s.regional(ctx, r, "functions", s.list) || len(r.functions) > 0
		if len(r.functions) == 0 {
			return
		}
		if !s.regional(ctx, r, "tags", s.tag) && len(s.options.Tags) > 0 {
			r.functions = nil // nobody knows which of them were asked for
		}
		if len(r.functions) > 0 {
			s.regional(ctx, r, "Lambda Insights", s.insights)
		}
	})
	if ctx.Err() == nil && !slices.Contains(answered, true) {
		var all []error
		for _, p := range s.report.Problems {
			all = append(all, fmt.Errorf("%s: %s: %s", p.Region, p.What, p.Why))
		}
		return errors.Join(all...)
	}
	s.replicated()
	var published []*function
	for _, r := range s.regions {
		for _, f := range r.functions {
			if f.published() {
				published = append(published, f)
			}
		}
	}
	s.each(ctx, StepVersions, len(published), func(i int) { s.behind(ctx, published[i]) })
	return nil
}

// look has the code of the functions judged that are not on arm64 yet.
func (s *surveyor) look(ctx context.Context) {
	if s.options.Looker == nil {
		return
	}
	var unknown []*function
	for _, r := range s.regions {
		for _, f := range r.functions {
			if f.Readiness.Status == guard.Unknown {
				unknown = append(unknown, f)
			}
		}
	}
	s.each(ctx, StepCode, len(unknown), func(i int) {
		f := unknown[i]
		before := len(f.Problems)
		read, cached := s.options.Looker.Look(ctx, f.region.cfg, &f.Function, f.configuration)
		f.configuration = types.FunctionConfiguration{}   // it may be large
		if ctx.Err() != nil && len(f.Problems) > before { // it was not the function that failed
			f.Problems, f.Readiness = f.Problems[:before], notLookedInto()
		}
		s.mu.Lock()
		defer s.mu.Unlock()
		s.report.BytesRead += read
		s.report.CachedBytes += cached
	})
}

// finish returns what was found.
func (s *surveyor) finish(interrupted bool) *Report {
	s.unpriced()
	for _, r := range s.regions {
		for _, f := range r.functions {
			f.remark(s.report.Started, s.report.Days)
			s.report.Account = cmp.Or(s.report.Account, arn.Account(f.ARN))
			s.report.Functions = append(s.report.Functions, f.Function)
		}
	}
	slices.SortFunc(s.report.Functions, func(a, b Function) int {
		return cmp.Or(cmp.Compare(b.saving(), a.saving()), cmp.Compare(a.ARN, b.ARN))
	})
	slices.SortFunc(s.report.Problems, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(a.Region, b.Region), cmp.Compare(a.What, b.What), cmp.Compare(a.Why, b.Why))
	})
	s.report.Interrupted, s.report.Ended = interrupted, time.Now().UTC()
	return &s.report
}

func (f Function) saving() float64 {
	if f.Estimate == nil {
		return 0
	}
	return f.Estimate.Saving
}
