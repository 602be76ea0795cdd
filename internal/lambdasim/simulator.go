package lambdasim

import (
	"fmt"
	"sync"
	"time"

	"github.com/dualarch/dualarch/internal/lambdalimits"
	"github.com/dualarch/dualarch/internal/lambdasim/statemachine"
)

// Options of a Simulator. The zero value is a usable account.
type Options struct {
	// Region and Account are part of every ARN. Default: us-east-1, 123456789012.
	Region, Account string
	// Seed of everything random. Default: 0.
	Seed uint64
	// UpdateTime is how long an update of a configuration stays InProgress. Default: 2 s. Less than 0: an update has
	// ended when it is answered.
	UpdateTime time.Duration
	// PublishTime is how long a version stays Pending. Default: 1 s.
	PublishTime time.Duration
	// SnapshotTime is the same for a version with SnapStart. Default: 150 s.
	SnapshotTime time.Duration
	// Latency of a control call. Default: 25 ms.
	Latency time.Duration
	// InvokeLatency is what an invocation takes besides what its report says. Default: 12 ms.
	InvokeLatency time.Duration
	// IngestionTime is how long a log event needs to be found in CloudWatch Logs. Default: 4 s.
	IngestionTime time.Duration
	// IdleTime is how long a sandbox without work stays. Default: 10 min.
	IdleTime time.Duration
	// StaleTime is how long DescribeExecution still reports an ended execution as running: on AWS it is
	// eventually consistent. Default: 0.
	StaleTime time.Duration
	// ControlRate is how many control calls a second Lambda takes from all callers of the account together.
	// Default: 15, which AWS does not raise. ControlBurst is how many it takes at once. Default: 30, two seconds'
	// worth; AWS does not say.
	ControlRate, ControlBurst float64
	// PageSize is the most that one page of a list holds. Default: 50, as on AWS.
	PageSize int
	// Concurrency is the account's limit. Default: 1000.
	Concurrency int
	// CodeStorage is how many bytes all versions of all functions may take. Default: 300 GB, as in an account
	// that has not asked for more (75 GB until July 2026):
	// https://docs.aws.amazon.com/lambda/latest/dg/configuration-self-managed-storage.html
	CodeStorage int64
	// MaxMemorySize is the account's largest memory size in MB. Default: 10240 (3008 in new accounts).
	MaxMemorySize int
}

// Simulator is an account in one region.
type Simulator struct {
	options Options
	started time.Time // what drift is reckoned from
	quota   quota

	mu        sync.Mutex
	functions map[string]*function
	machines  []*statemachine.Machine
	code      code
	calls     int
	ids       uint64
	onCall    func(Call) *Fault
	metrics   map[metricKey]float64
	// metricsRead counts the metrics that were asked for.
	metricsRead int
	advice      map[string]Advice            // of Compute Optimizer, by function
	stacks      map[string]map[string]string // outputs
	buckets     map[string]map[string][]byte // objects, by key
	siblings    []*Simulator                 // the account's regions, if there are several
	latestOnly  bool                         // ListFunctions knows no versions
}

// New returns an account without functions.
func New(o Options) *Simulator {
	setDefault(&o.Region, "us-east-1")
	setDefault(&o.Account, "123456789012")
	setDefault(&o.UpdateTime, 2*time.Second)
	setDefault(&o.PublishTime, time.Second)
	setDefault(&o.SnapshotTime, 150*time.Second)
	setDefault(&o.Latency, 25*time.Millisecond)
	setDefault(&o.InvokeLatency, 12*time.Millisecond)
	setDefault(&o.IngestionTime, 4*time.Second)
	setDefault(&o.IdleTime, 10*time.Minute)
	setDefault(&o.ControlRate, 15)
	setDefault(&o.ControlBurst, 30)
	setDefault(&o.PageSize, 50)
	setDefault(&o.Concurrency, 1000)
	setDefault(&o.CodeStorage, 300<<30)
	setDefault(&o.MaxMemorySize, lambdalimits.MemorySize.Most)
	return &Simulator{
		options: o, started: time.Now(), functions: map[string]*function{},
		quota: quota{perSecond: o.ControlRate, burst: o.ControlBurst},
		code:  code{layers: map[string]storedArchive{}, blobs: map[string]Archive{}, manifests: map[string]manifest{}},
	}
}

func setDefault[T comparable](field *T, value T) {
	var zero T
	if *field == zero {
		*field = value
	}
}

// Calls returns how many API calls have been made.
func (s *Simulator) Calls() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.calls
}

// FunctionARN returns the unqualified ARN of a function of this account.
func (s *Simulator) FunctionARN(name string) string {
	return fmt.Sprintf("arn:aws:lambda:%s:%s:function:%s", s.options.Region, s.options.Account, name)
}

// newID returns an id in the form of a UUID, the same in each run. It is called with mu held.
func (s *Simulator) newID() string {
	s.ids++
	a, b := mix(s.options.Seed^mix(s.ids)), mix(s.ids+s.options.Seed)
	return fmt.Sprintf("%08x-%04x-4%03x-a%03x-%012x", uint32(a>>32), uint16(a>>16), a&0xfff, b>>52, b&0xffffffffffff)
}

// mix applies the finalizer of splitmix64: neighbouring numbers give unrelated ones.
func mix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}
