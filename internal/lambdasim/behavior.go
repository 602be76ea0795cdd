package lambdasim

// Behavior is what a function's invocations do.
type Behavior struct {
	// Workload gives the duration of warm invocations. Default: Constant(1).
	Workload Workload
	// HostSigma is how much hosts differ: each sandbox's durations are multiplied by a factor of its
	// own, lognormal with this sigma and mean 1. Default: 0, all alike.
	HostSigma float64
	// Hosts are the classes of hosts behind an architecture, by its name. A sandbox gets one by chance and keeps
	// it. Default: one class, which HostSigma spreads.
	Hosts map[string][]HostClass
	// Drift is how durations wander in time. Default: not at all.
	Drift Drift
	// Init is how long a cold start's INIT phase takes. Default: mean 120, p99 180.
	Init Timing
	// FirstCall is how many times as long the first call of a sandbox takes. Default: 1.
	FirstCall float64
	// SlowShare of the calls take SlowFactor times as long. Default: none.
	SlowShare, SlowFactor float64
	// OutOfMemoryBelow is the smallest memory size in MB that the function survives. Default: all.
	OutOfMemoryBelow int
	// MemoryUsed is how much of it is used, in MB. Default: 64.
	MemoryUsed int
	// Respond answers an invocation. Default: the JSON document {}.
	Respond func(Invocation) Response
	// Output is what the function itself prints in each invocation, with its request's id for ${requestId}.
	Output string
	// Tail says how much of the log tail arrives. Default: Whole.
	Tail func(Invocation) Tail
}

// Invocation is one call of a function.
type Invocation struct {
	Function, Version string
	Architecture      string
	MemorySize        int // MB
	Payload           []byte
	Tenant            string // "" unless the function isolates tenants
	RequestID         string
	Number            int // of all the function's invocations, from 1
	Sandbox           int // of the version's sandboxes, from 1
	SandboxCall       int // of the sandbox's invocations, from 1: 1 is the cold one
}

// Response is what a function answers.
type Response struct {
	Body []byte
	// FunctionError is empty, Handled or Unhandled; with it Body is an error object.
	FunctionError string
}

// Tail is how much of an invocation's log tail arrives.
type Tail int

// Tails as they arrive.
const (
	Whole         Tail = iota
	Missing            // no tail at all
	WithoutReport      // everything but the report, which is only in CloudWatch Logs
	CutReport          // the report ends in the middle
	WholeNumbers       // durations without decimals ("Duration: 100 ms"), as some emulators write
)

func (b Behavior) withDefaults() Behavior {
	setDefault(&b.Workload, Constant(1))
	setDefault(&b.Init, Timing{Mean: 120, P99: 180})
	setDefault(&b.FirstCall, 1)
	setDefault(&b.MemoryUsed, 64)
	if b.Respond == nil {
		b.Respond = func(Invocation) Response { return Response{Body: []byte("{}")} }
	}
	if b.Tail == nil {
		b.Tail = func(Invocation) Tail { return Whole }
	}
	return b
}

// MeanDuration returns the true mean of warm invocations in milliseconds, over all hosts and all times.
func (b Behavior) MeanDuration(architecture string, memorySize int) float64 {
	b = b.withDefaults()
	return b.Workload.Timing(architecture, memorySize).Mean * b.meanHost(architecture) * (1 + b.SlowShare*(b.SlowFactor-1))
}

// SetBehavior changes what a function's invocations do from now on.
func (s *Simulator) SetBehavior(name string, b Behavior) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f := s.functions[name]
	f.behavior = b.withDefaults()
	for _, p := range f.pools {
		for _, box := range p.sandboxes {
			box.host.behavior = f.behavior
		}
	}
}
