package measure

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"golang.org/x/sync/semaphore"

	"github.com/dualarch/dualarch/internal/tuner/answers"
	"github.com/dualarch/dualarch/internal/tuner/cloud"
	"github.com/dualarch/dualarch/internal/tuner/input"
	"github.com/dualarch/dualarch/internal/tuner/jsontext"
	"github.com/dualarch/dualarch/internal/tuner/price"
	"github.com/dualarch/dualarch/internal/tuner/report"
	"github.com/dualarch/dualarch/internal/tuner/run"
	"github.com/dualarch/dualarch/tuning"
	"github.com/dualarch/dualarch/tuning/explore"
)

// Budget is what a call of Measure may spend at most; the explorer knows what things cost.
type Budget struct {
	Left explore.Spending
	// Worst returns one invocation that takes as long as its function may.
	Worst func(tuning.Configuration) explore.Spending
	// Reserved returns a measurement whose samples are all at their worst.
	Reserved func(tuning.Measurement) explore.Spending
}

// Run invokes the state's published versions until each has given its samples, or as many as the
// session's time allows: unfinished reports that it has to be called again. It notes in the state how far it
// has come, and returns the samples taken. Without a budget nothing but the round bounds what is spent.
func Run(ctx context.Context, a *cloud.Session, in input.Input, state *run.State, b *Budget) (fresh []tuning.Sample, unfinished bool, err error) {
	m := newMeasuring(a, in, state)
	m.allowed = m.allowance(b)
	if fresh, err = m.run(ctx); err != nil {
		return nil, false, err
	}
	if err := m.fruitless(state, len(fresh)); err != nil {
		return nil, false, err
	}
	state.Failures, state.Counts, state.Throttled = m.failures, m.counts, m.throttled
	state.Notes = run.CapWarnings(append(state.Notes, m.warnings...))
	state.Versions = nil
	for _, v := range m.versions {
		state.Versions = append(state.Versions, v.PublishedVersion)
	}
	return fresh, m.unfinished, nil
}

// measuring is one call of Measure at work.
type measuring struct {
	*cloud.Session
	in       input.Input
	round    run.Round
	order    []int // which payload a configuration's samples get, by their number
	warmOnly bool
	slots    map[tuning.Architecture]*semaphore.Weighted
	memory   *semaphore.Weighted // for answers, in bytes

	mu         sync.Mutex // guards what follows and the versions' progress
	versions   []*progress
	failures   []tuning.Failure
	counts     run.Counts
	throttled  []run.Throttled
	responses  *answers.Comparison
	warnings   []string
	unfinished bool
	refused    string // the last refusal, in AWS's words
	allowed    allowance
	answers    map[tuning.Architecture]int64 // the largest of each, in bytes
	processors map[string]time.Duration      // the slowest answer of each, by role
	err        error                         // what ends the run
	cancel     context.CancelFunc
}

func newMeasuring(a *cloud.Session, in input.Input, s *run.State) *measuring {
	m := &measuring{
		Session: a, in: in, round: s.Round, order: input.PayloadOrder(in.Payloads), warmOnly: run.CountsWarmOnly(in, s.Round),
		slots: map[tuning.Architecture]*semaphore.Weighted{}, memory: semaphore.NewWeighted(answerMemory), failures: s.Failures, counts: s.Counts,
		throttled: s.Throttled, answers: map[tuning.Architecture]int64{}, processors: map[string]time.Duration{},
	}
	if s.Responses == nil {
		s.Responses = answers.New(in.Comparison())
	}
	m.responses, s.Responses.Ignore = s.Responses, in.CompareResponses.Ignore
	targets := map[tuning.Architecture]run.Target{}
	shared := semaphore.NewWeighted(1)
	for _, t := range s.Journal.Targets {
		targets[t.Architecture] = t
		m.slots[t.Architecture] = shared
		if !t.SharesSlot {
			m.slots[t.Architecture] = semaphore.NewWeighted(int64(max(1, t.Concurrency)))
		}
	}
	// Architectures of one memory size may be asked for different numbers of samples.
	type sandbox struct {
		tuning.Configuration
		number int
	}
	samples, before := map[sandbox]int{}, map[tuning.Configuration]*progress{}
	part, _ := run.NextChunk(in, s.Round)
	for _, w := range part {
		samples[sandbox{w.Configuration, w.Sandbox}] = w.Samples
	}
	confirming := s.Round.Phase == run.PhaseConfirm
	if confirming && len(part) > 0 {
		m.order = input.ConfirmingOrder(in.Payloads, part[0].Samples)
	}
	for _, v := range s.Versions {
		p := &progress{PublishedVersion: v, target: targets[v.Architecture], longest: in.Longest(targets[v.Architecture].TimeoutDuration()), lanes: 1, resumed: v.Measured > 0}
		if p.target.Tenancy {
			p.tenant = in.TenantID
		}
		n := samples[sandbox{v.Configuration, v.Sandbox}]
		for k := v.Measured; k < n; k++ {
			if number := v.Sandbox*n + k; !confirming {
				p.pending = append(p.pending, number)
			} else {
				p.pending = append(p.pending, k)
			}
		}
		if in.ParallelInvocation && s.Round.Phase == run.PhaseExplore {
			p.lanes = max(1, min(len(p.pending), p.target.Concurrency))
		}
		if in.OnlyColdStarts && !in.ParallelInvocation {
			if b := before[v.Configuration]; b != nil {
				b.next, p.follows = p, true
			}
			before[v.Configuration] = p
		}
		m.versions = append(m.versions, p)
	}
	return m
}

// run measures and returns the samples taken. Lanes of all versions run at once and take turns: a
// busy minute hits all alike.
func (m *measuring) run(ctx context.Context) ([]tuning.Sample, error) {
	ctx, m.cancel = context.WithCancel(ctx)
	defer m.cancel()
	var lanes sync.WaitGroup
	for a := range m.slots {
		lanes.Go(func() { m.start(ctx, a, &lanes) })
	}
	lanes.Wait()
	if m.err != nil {
		return nil, m.err
	}
	m.findReports(ctx)
	var samples []tuning.Sample
	for _, v := range m.versions {
		for _, t := range v.taken {
			samples = append(samples, t.Sample)
		}
		m.warnOfInit(v)
		v.addUnsampled(&m.counts.Unsampled, price.ForRun(m.in.Terms, v.target.Priced()))
	}
	m.counts.Unsampled.Worst = m.counts.Unsampled.Worst.Plus(m.allowed.unaccounted)
	return samples, nil
}

// fruitless ends the run where nothing has got through for as long as a step lasts, however many steps
// that were: for a function whose Timeout is long a step has little time to begin an invocation, and one
// that was cut off at a step's end keeps its concurrency for as long.
func (m *measuring) fruitless(s *run.State, samples int) error {
	if !m.unfinished || samples > 0 || len(m.failures) > len(s.Failures) {
		s.FruitlessSeconds = 0
		return nil
	}
	s.FruitlessSeconds += time.Since(m.Started).Seconds()
	if spent := time.Duration(s.FruitlessSeconds * float64(time.Second)); spent >= m.in.LongestMeasure() {
		why := fmt.Sprintf("no invocation got through in %s (%d were throttled so far)", spent.Round(time.Second), m.counts.Throttles)
		if m.refused != "" {
			why += "; the last refusal: " + m.refused
		}
		return run.Problemf(run.NothingMeasured, "%s", why)
	}
	return nil
}

// start begins one architecture's lanes, every version's first and then every second, in the order in
// which the round names the versions: where few may run at once, the first decide whether the rest is tried.
func (m *measuring) start(ctx context.Context, a tuning.Architecture, lanes *sync.WaitGroup) {
	for n, more := 0, true; more; n++ {
		more = false
		for _, v := range m.versions {
			if v.Architecture != a || n >= v.lanes || v.follows {
				continue
			}
			if more = true; m.slots[a].Acquire(ctx, 1) != nil {
				return
			}
			lanes.Go(func() { m.series(ctx, v) })
		}
	}
}

// series takes samples of a version and of those that follow it. It begins with a slot.
func (m *measuring) series(ctx context.Context, v *progress) {
	slots := m.slots[v.Architecture]
	if v.resumed && m.in.PauseBetween() > 0 && (len(v.pending) > 0 || v.next != nil) {
		slots.Release(1)
		if !m.pauseFirst(ctx, v) || slots.Acquire(ctx, 1) != nil {
			return
		}
	}
	for m.lane(ctx, v) && v.next != nil && slots.Acquire(ctx, 1) == nil {
		v = v.next
	}
}

// lane takes samples of one version, one after the other. It begins with a slot and ends without; after
// each sample it takes its turn again. It reports false where the step's time or the run is over.
func (m *measuring) lane(ctx context.Context, v *progress) bool {
	slots := m.slots[v.Architecture]
	m.mu.Lock()
	present, resumed := sandbox{id: v.sandboxID(m.round)}, v.resumed
	m.mu.Unlock()
	for first := true; ; first = false {
		number, fresh, ok := m.take(v)
		if ok {
			ok = m.sample(ctx, v, number, call{firstOfLane: first, firstOfVersion: fresh, resumed: resumed, sandbox: &present})
		}
		slots.Release(1)
		if !ok {
			return true
		}
		if !m.pauseBetween(ctx, v) || slots.Acquire(ctx, 1) != nil {
			return false
		}
	}
}

// take begins a sample: its number, and whether it is the version's very first invocation.
func (m *measuring) take(v *progress) (number int, fresh, ok bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(v.pending) == 0 || run.Failed(m.failures, v.Configuration) || m.exhausted(v) {
		return 0, false, false
	}
	if !m.enoughTime(v) {
		m.unfinished = true
		return 0, false, false
	}
	number, v.pending = v.pending[0], v.pending[1:]
	fresh = v.calls == 0 && v.Measured == 0 && v.ColdStarts == 0
	v.calls++
	return number, fresh, true
}

// requeue returns a sample that could not be taken.
func (m *measuring) requeue(v *progress, number int, unfinished bool) {
	v.pending = slices.Insert(v.pending, 0, number)
	m.unfinished = m.unfinished || unfinished
}

// enoughTime reports whether an invocation may begin, going by the slowest one seen.
func (m *measuring) enoughTime(v *progress) bool {
	return m.Remaining() >= m.needed(v)
}

// fail takes a configuration out of the run; an out-of-memory takes the smaller sizes with it.
func (m *measuring) fail(f tuning.Failure) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if !run.Failed(m.failures, f.Configuration) {
		f.Reason = jsontext.Truncate(f.Reason, report.MaxReason)
		m.failures = append(m.failures, f)
	}
}

// warn notes what a reader of the verdict should know; it is called with mu held.
func (m *measuring) warn(format string, args ...any) {
	m.warnings = append(m.warnings, fmt.Sprintf(format, args...))
}

// abort ends the run.
func (m *measuring) abort(err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.err == nil {
		m.err = err
	}
	m.cancel()
}
