package statemachine

import (
	"context"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"regexp"
	"strings"
	"sync"
	"time"
)

// Function is a Lambda's code. An error becomes {"errorType","errorMessage"}, as the Go runtime of
// Lambda writes it.
type Function func(ctx context.Context, payload []byte) ([]byte, error)

// Options of a Machine.
type Options struct {
	// ARN of the state machine: arn:aws:states:us-east-1:123456789012:stateMachine:tune.
	ARN string
	// Definition in the Amazon States Language.
	Definition string
	// Functions are what Task states call, by the ARN that the definition names.
	Functions map[string]Function
	// TimeLimits say how long functions may run, by ARN. Default: 15 minutes each.
	TimeLimits map[string]time.Duration
	// OnTask is asked before each attempt of a task; what it returns goes wrong. nil: nothing.
	OnTask func(*Task) *TaskFault
	// OnStatusChange is told about every change of an execution's status, in a goroutine of its own.
	OnStatusChange func(StatusChange)
	// Deliver says when an event is delivered, counted from the change: none drops it, two double
	// it. Default: once, at once.
	Deliver func(StatusChange) []time.Duration
	// Seed of the jitter of retries.
	Seed uint64
	// Objects are what Map states read items from and write results to.
	Objects Objects
	// Machines finds the state machines that startExecution.sync:2 starts executions of, by ARN; nil if there is none.
	Machines func(arn string) *Machine
	// Remember is for how long the history and the input of an execution are kept that has ended. Default: for ever.
	Remember time.Duration
}

// Objects is S3. Errors are what S3 answers.
type Objects interface {
	GetObject(bucket, key string) ([]byte, error)
	PutObject(bucket, key string, body []byte) error
}

// TaskFault is what goes wrong with an attempt of a task besides what its function does.
type TaskFault struct {
	// Before is what the execution sees; the function does not run.
	Before *Error
	// After is what the execution sees once the function has run, instead of its result.
	After *Error
}

// Machine is a state machine.
type Machine struct {
	options    Options
	definition *Definition
	children   map[string]*Machine // by Map state: what runs its items

	mu         sync.Mutex
	executions map[string]*Execution // by ARN
	order      []*Execution
	tasks      int
	random     *rand.Rand
	running    sync.WaitGroup // executions, steps, deliveries
}

// New parses the definition and checks that every function it calls is there.
func New(o Options) (*Machine, error) {
	d, err := Parse(o.Definition)
	if err != nil {
		return nil, err
	}
	return newMachine(o, d)
}

func newMachine(o Options, d *Definition) (*Machine, error) {
	m := &Machine{
		options: o, definition: d, executions: map[string]*Execution{}, children: map[string]*Machine{},
		random: rand.New(rand.NewPCG(o.Seed, 0)),
	}
	for name, s := range d.States {
		switch {
		case s.Type == "Task" && s.Resource != startExecution && o.Functions[s.Resource] == nil:
			return nil, fmt.Errorf("state %q: there is no function %s", name, s.Resource)
		case s.Type == "Map":
			of := o
			of.ARN, of.OnStatusChange = o.ARN+"/"+s.Label, nil
			child, err := newMachine(of, &Definition{StartAt: s.ItemProcessor.StartAt, States: s.ItemProcessor.States})
			if err != nil {
				return nil, err
			}
			m.children[name] = child
		}
	}
	return m, nil
}

// ARN of the machine.
func (m *Machine) ARN() string { return m.options.ARN }

// Definition of the machine, as it was given.
func (m *Machine) Definition() string { return m.options.Definition }

// Name of the machine, the ARN's last part.
func (m *Machine) Name() string { return m.options.ARN[strings.LastIndex(m.options.ARN, ":")+1:] }

var executionName = regexp.MustCompile(`^[a-zA-Z0-9-_]{1,80}$`)

// Start begins an execution. An empty name gets one; an empty input is {}. With the name and input of an execution that
// is running it returns that one, as AWS does.
func (m *Machine) Start(name, input string) (*Execution, error) {
	if input == "" {
		input = "{}"
	}
	value, err := decode([]byte(input))
	if err != nil {
		return nil, &Error{Name: "InvalidExecutionInput", Cause: "Invalid State Machine Execution Input: " + err.Error()}
	}
	if len(input) > maxData {
		return nil, &Error{Name: "ValidationException", Cause: fmt.Sprintf("Value at 'input' failed to satisfy constraint: Member must have length less than or equal to %d", maxData)}
	}
	e, again, err := m.add(name, input, value)
	if err != nil || again {
		return e, err
	}
	m.announce(e.change())
	m.running.Go(e.run)
	return e, nil
}

// add registers a new execution; again reports that it is running already.
func (m *Machine) add(name, input string, value any) (e *Execution, again bool, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if name == "" {
		name = fmt.Sprintf("execution-%d", len(m.order)+1)
	}
	if !executionName.MatchString(name) {
		return nil, false, &Error{Name: "InvalidName", Cause: "Invalid Name: '" + name + "'"}
	}
	e = &Execution{
		Machine: m, Name: name, Input: input, input: value, Started: time.Now(),
		ARN:  strings.Replace(m.options.ARN, ":stateMachine:", ":execution:", 1) + ":" + name,
		done: make(chan struct{}), status: Running,
	}
	if other := m.executions[e.ARN]; other != nil {
		if other.Input == input && !other.ended() {
			return other, true, nil
		}
		return nil, false, &Error{Name: "ExecutionAlreadyExists", Cause: "Execution Already Exists: '" + e.ARN + "'"}
	}
	m.executions[e.ARN] = e
	m.order = append(m.order, e)
	e.append(Event{Type: "ExecutionStarted", Input: input})
	return e, false, nil
}

// Execution returns an execution by its ARN, or nil.
func (m *Machine) Execution(arn string) *Execution {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.executions[arn]
}

// Executions lists all executions in the order they were started.
func (m *Machine) Executions() []*Execution {
	m.mu.Lock()
	defer m.mu.Unlock()
	return append([]*Execution{}, m.order...)
}

// Wait returns when nothing goes on any more: no execution, no step that has outlived its execution,
// no event on its way.
func (m *Machine) Wait() {
	m.running.Wait()
	for _, child := range m.children {
		child.Wait()
	}
}

// Transitions returns how many state transitions AWS bills for all executions so far, those of Map states' items
// included.
func (m *Machine) Transitions() int {
	sum := 0
	for _, e := range m.Executions() {
		sum += e.Outcome().Transitions
	}
	for _, child := range m.children {
		sum += child.Transitions()
	}
	return sum
}

// requestID returns a new one for an invocation of a step's function; no other machine gives it.
func (m *Machine) requestID() string {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.tasks++
	name := fnv.New64a()
	_, _ = name.Write([]byte(m.options.ARN)) // never fails
	return fmt.Sprintf("%08d-0000-4000-a000-%012x", m.tasks, name.Sum64()&0xffffffffffff)
}

// fraction draws from [0, 1).
func (m *Machine) fraction() float64 {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.random.Float64()
}
