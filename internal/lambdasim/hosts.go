package lambdasim

import (
	"fmt"
	"hash/fnv"
	"math"
	"math/rand/v2"
	"time"
)

// HostClass is a kind of host behind one architecture, such as a processor generation.
type HostClass struct {
	// Share of the sandboxes runs on it. Those of an architecture's classes count in proportion.
	Share float64
	// Factor is how many times as long everything takes on it.
	Factor float64
	// Spread is the sigma of the lognormal, with mean 1, that its hosts differ by among themselves.
	Spread float64
}

// Drift is how durations wander over time, besides how hosts and calls differ. All drifts that concern an
// invocation multiply.
type Drift struct {
	// Sandbox is each sandbox's own, Architecture that of all functions of one architecture, and All that of
	// the whole account.
	Sandbox, Architecture, All Wander
}

// Wander is an AR(1) process on the logarithm of a factor whose mean is 1.
type Wander struct {
	// Sigma is its standard deviation. Default: 0, nothing wanders.
	Sigma float64
	// Time is how long it takes until a deviation has fallen to 1/e. Default: 1 min.
	Time time.Duration
}

// classesOf returns the classes of an architecture's hosts.
func (b Behavior) classesOf(architecture string) []HostClass {
	if classes := b.Hosts[architecture]; len(classes) > 0 {
		return classes
	}
	return []HostClass{{Share: 1, Factor: 1, Spread: b.HostSigma}}
}

// meanHost returns the mean of an architecture's factors over all its hosts.
func (b Behavior) meanHost(architecture string) float64 {
	sum, weight := 0.0, 0.0
	for _, c := range b.classesOf(architecture) {
		sum, weight = sum+c.Share*c.Factor, weight+c.Share
	}
	return sum / weight
}

// Host is what a sandbox runs on. It draws the sandbox's invocations, and needs no Simulator for it.
type Host struct {
	behavior     Behavior
	architecture string
	random       *rand.Rand
	factor       float64 // on every duration
	drifts       []*wandering
}

// NewHost returns the host that a sandbox of a function of this behavior gets from a Simulator with this seed:
// name tells the sandboxes apart, and the same name is the same host.
func (b Behavior) NewHost(seed uint64, architecture, name string) *Host {
	b = b.withDefaults()
	h := &Host{behavior: b, architecture: architecture, random: rand.New(rand.NewPCG(mix(seed), hash(name)))}
	h.factor = drawHost(b.classesOf(architecture), h.random)
	for _, d := range []struct {
		wander Wander
		of     string
	}{{b.Drift.Sandbox, "sandbox " + name}, {b.Drift.Architecture, "architecture " + architecture}, {b.Drift.All, "all"}} {
		if d.wander.Sigma > 0 {
			h.drifts = append(h.drifts, newWandering(d.wander, seed, d.of))
		}
	}
	return h
}

func drawHost(classes []HostClass, random *rand.Rand) float64 {
	class := classes[0]
	if len(classes) > 1 {
		sum := 0.0
		for _, c := range classes {
			sum += c.Share
		}
		at := random.Float64() * sum
		for _, class = range classes {
			if at -= class.Share; at < 0 {
				break
			}
		}
	}
	return class.Factor * math.Exp(class.Spread*random.NormFloat64()-class.Spread*class.Spread/2)
}

// SandboxName returns the name by which a Simulator tells apart the sandboxes of a function's published versions.
func SandboxName(function, version string, number int) string {
	return fmt.Sprintf("%s %s %d", function, version, number)
}

// Call draws an invocation that begins at a time since the Simulator's start: what its handler takes and, for a
// cold one, its INIT, both in milliseconds.
func (h *Host) Call(memorySize int, cold bool, at time.Duration) (ms, initMs float64) {
	b := h.behavior
	ms = b.Workload.Timing(h.architecture, memorySize).draw(h.random) * h.factor
	if slow := h.random.Float64() < b.SlowShare; slow {
		ms *= b.SlowFactor
	}
	if cold {
		ms *= b.FirstCall
		initMs = hundredths(b.Init.draw(h.random))
	}
	return h.wander(ms, at), initMs
}

// wander returns how long work of ms takes that begins at a time, if it progresses as fast as its host is at each
// moment.
func (h *Host) wander(ms float64, at time.Duration) float64 {
	if len(h.drifts) == 0 {
		return ms
	}
	taken, step := 0.0, int(at/wanderStep)
	left := 1000 * (time.Duration(step+1)*wanderStep - at).Seconds()
	for {
		factor := 1.0
		for _, d := range h.drifts {
			factor *= d.at(step)
		}
		if ms*factor <= left {
			return taken + ms*factor
		}
		taken, ms = taken+left, ms-left/factor
		step, left = step+1, 1000*wanderStep.Seconds()
	}
}

// wanderStep is how long a wandering keeps a value.
const wanderStep = time.Second

// wandering is a Wander as it happens. The same seed and name give the same one, whoever asks when.
type wandering struct {
	sigma, keeps float64
	random       *rand.Rand
	last         float64   // of the logarithm, in standard deviations
	factors      []float64 // by step
}

func newWandering(w Wander, seed uint64, name string) *wandering {
	setDefault(&w.Time, time.Minute)
	random := rand.New(rand.NewPCG(mix(seed), hash("drift of "+name)))
	return &wandering{
		sigma: w.Sigma, keeps: math.Exp(-wanderStep.Seconds() / w.Time.Seconds()),
		random: random, last: random.NormFloat64(),
	}
}

func (w *wandering) at(step int) float64 {
	for len(w.factors) <= step {
		w.factors = append(w.factors, math.Exp(w.sigma*w.last-w.sigma*w.sigma/2))
		w.last = w.keeps*w.last + math.Sqrt(1-w.keeps*w.keeps)*w.random.NormFloat64()
	}
	return w.factors[step]
}

func hash(text string) uint64 {
	sum := fnv.New64a()
	_, _ = sum.Write([]byte(text)) // writing to a hash cannot fail
	return sum.Sum64()
}
