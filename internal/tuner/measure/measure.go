package measure

import (
	"context"
	"sync"
	"time"

	"golang.org/x/sync/semaphore"

	"github.com/dualarch/dualarch/internal/tuner/answers"
	"github.com/dualarch/dualarch/internal/tuner/cloud"
	"github.com/dualarch/dualarch/internal/tuner/input"
	"github.com/dualarch/dualarch/internal/tuner/run"
	"github.com/dualarch/dualarch/internal/tuner/tally"
	"github.com/dualarch/dualarch/tuning"
)

// Run invokes the state's published versions until each has given its samples, or as many as the session's time
// allows: unfinished reports that it has to be called again. It writes into the state how far it has come, and returns
// the samples taken. Without a budget only the round bounds what is spent.
func Run(ctx context.Context, a *cloud.Session, in input.Input, state *run.State, b *tally.Budget) (fresh []tuning.Sample, unfinished bool, err error) {
	m := newMeasuring(a, in, state, b)
	if err := m.invokeAll(ctx); err != nil {
		return nil, false, err
	}
	m.findReports(ctx)
	m.keepNarrow(state)
	fresh = m.tally.Samples(m.versions)
	if err := m.checkFruitless(state, len(fresh)); err != nil {
		return nil, false, err
	}
	return fresh, m.tally.Store(state, m.versions, in.Terms), nil
}

// measuring is one Measure call at work. Nothing in it changes once it runs, apart from what guards itself.
type measuring struct {
	*cloud.Session
	in         input.Input
	confirming bool
	order      []int // which payload a configuration's samples get, by their number
	versions   []*tally.Version
	slots      map[tuning.Architecture]*slots
	memory     *semaphore.Weighted // for answers, in bytes
	responses  *answers.Comparison
	steps      *steps       // to confirm; otherwise nil
	tally      *tally.Tally // what the lanes change
	cancel     context.CancelFunc
}

func newMeasuring(a *cloud.Session, in input.Input, s *run.State, b *tally.Budget) *measuring {
	m := &measuring{
		Session: a, in: in, order: input.PayloadOrder(in.Payloads), confirming: s.Round.Phase == run.PhaseConfirm,
		slots: map[tuning.Architecture]*slots{}, memory: semaphore.NewWeighted(memoryFor(a.MemorySize, in)),
	}
	if s.Responses == nil {
		s.Responses = answers.New(in.Comparison())
	}
	m.responses, s.Responses.Ignore = s.Responses, in.CompareResponses.Ignore
	targets := map[tuning.Architecture]run.Target{}
	shared := newSlots(1)
	for _, t := range s.Journal.Targets {
		targets[t.Architecture] = t
		m.slots[t.Architecture] = shared
		if !t.SharesSlot {
			width := max(1, t.Concurrency)
			if narrowed := s.Narrowed[t.Architecture]; narrowed > 0 {
				width = min(width, narrowed)
			}
			m.slots[t.Architecture] = newSlots(width)
		}
	}
	chunk, _ := run.NextChunk(in, s.Round)
	if m.confirming && len(chunk) > 0 {
		m.order = input.ConfirmingOrder(in.Payloads, chunk[0].Samples)
	}
	var parts []tally.Part
	before := map[tuning.Configuration]*tally.Version{}
	for _, p := range s.Versions {
		v := tally.NewVersion(p, targets[p.Architecture], in, s.Round)
		needed := neededFor(p, chunk)
		pending := pendingSamples(p, needed, m.confirming)
		if in.ParallelInvocation && !m.confirming {
			v.Lanes = max(1, min(len(pending), v.Target.Concurrency))
		}
		if needed.AtOnce > 1 {
			v.Lanes, v.AtOnce = needed.AtOnce, true
		}
		if in.OnlyColdStarts && !in.ParallelInvocation {
			if earlier := before[v.Configuration]; earlier != nil {
				earlier.Next, v.Follows = v, true
			}
			before[v.Configuration] = v
		}
		m.versions = append(m.versions, v)
		parts = append(parts, tally.Part{Version: v, Published: p, Pending: pending})
	}
	if m.confirming {
		m.steps = newSteps(m.versions)
	}
	m.tally = tally.New(s, parts, run.CountsWarmOnly(in, s.Round), tally.Allow(b, parts, a.Retries))
	return m
}

// neededFor returns what a chunk asks of a version; nothing if the chunk does not ask for it.
func neededFor(p run.PublishedVersion, chunk []run.NeededVersion) run.NeededVersion {
	for _, w := range chunk {
		// Architectures of one memory size may be asked for different numbers of samples.
		if w.Configuration == p.Configuration && w.Sandbox == p.Sandbox {
			return w
		}
	}
	return run.NeededVersion{}
}

// pendingSamples numbers the samples that a version still has to give. To confirm, every version counts from 0.
func pendingSamples(p run.PublishedVersion, w run.NeededVersion, confirming bool) []int {
	first := p.Sandbox * w.Samples
	if confirming {
		first = 0
	}
	var pending []int
	for k := p.Measured; k < w.Samples; k++ {
		pending = append(pending, first+k)
	}
	return pending
}

// invokeAll runs the lanes until they end. Lanes of all versions run at once and take turns, so that a busy minute
// affects all of them.
func (m *measuring) invokeAll(ctx context.Context) error {
	ctx, m.cancel = context.WithCancel(ctx)
	defer m.cancel()
	var lanes sync.WaitGroup
	for a := range m.slots {
		lanes.Go(func() { m.start(ctx, a, &lanes) })
	}
	lanes.Wait()
	return m.tally.Aborted()
}

// abort ends the run.
func (m *measuring) abort(err error) {
	m.tally.Abort(err)
	m.cancel()
}

// checkFruitless ends the run if nothing has got through for as long as a step lasts, however many steps that were: for
// a function whose Timeout is long a step has little time to begin an invocation, and one that was cut off at a step's
// end keeps its concurrency for as long.
func (m *measuring) checkFruitless(s *run.State, samples int) error {
	why, fruitless := m.tally.Fruitless(samples)
	if !fruitless {
		s.FruitlessSeconds = 0
		return nil
	}
	s.FruitlessSeconds += time.Since(m.Started).Seconds()
	if spent := time.Duration(s.FruitlessSeconds * float64(time.Second)); spent >= m.in.LongestMeasure() {
		return run.Problemf(run.NothingMeasured, "no invocation got through in %s %s", spent.Round(time.Second), why)
	}
	return nil
}

// start begins one architecture's lanes, every version's first and then every second, in the order in which the round
// names the versions: if few may run at once, the first decide whether the rest is tried.
func (m *measuring) start(ctx context.Context, a tuning.Architecture, lanes *sync.WaitGroup) {
	for n, more := 0, true; more; n++ {
		more = false
		for _, v := range m.versions {
			if v.Architecture != a || n >= v.Lanes || v.Follows {
				continue
			}
			if more = true; m.slots[a].acquire(ctx) != nil {
				return
			}
			lanes.Go(func() { m.series(ctx, lane{v, n}) })
		}
	}
}

// series takes samples of a version and of those that follow it. It begins with a slot.
func (m *measuring) series(ctx context.Context, l lane) {
	v, slots := l.Version, m.slots[l.Architecture]
	if v.Resumed && m.in.PauseBetween() > 0 && m.tally.More(v) {
		slots.release()
		if !m.pauseFirst(ctx, v) || slots.acquire(ctx) != nil {
			return
		}
	}
	for m.lane(ctx, l) && l.Next != nil && slots.acquire(ctx) == nil {
		l.Version = l.Next
	}
}

// lane takes samples of one version, one after the other. It begins with a slot and ends without; after each sample it
// queues for a slot again. It reports false once the step's time or the run is over.
func (m *measuring) lane(ctx context.Context, l lane) bool {
	if m.steps != nil {
		defer m.steps.leave(l)
	}
	v, slots := l.Version, m.slots[l.Architecture]
	present := sandbox{id: m.tally.SandboxID(v, l.number)}
	for first := true; ; first = false {
		number, firstOfVersion, ok := m.tally.Take(v, m.Remaining())
		if ok {
			ok = m.sample(ctx, v, number, call{firstOfLane: first, firstOfVersion: firstOfVersion, sandbox: &present})
		}
		slots.release()
		if !ok {
			return true
		}
		if m.steps != nil && !m.steps.next(ctx, l) {
			return false
		}
		if !m.pauseBetween(ctx, v) || slots.acquire(ctx) != nil {
			return false
		}
	}
}
