package tuner

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"sync"
	"time"

	"github.com/aws/aws-lambda-go/lambda/messages"

	"github.com/dualarch/dualarch/internal/asl"
	"github.com/dualarch/dualarch/internal/fleet"
	"github.com/dualarch/dualarch/internal/lambdaapi"
	"github.com/dualarch/dualarch/internal/lambdasim"
	"github.com/dualarch/dualarch/internal/lambdasim/statemachine"
	"github.com/dualarch/dualarch/internal/tuner/cloud"
)

// Fleet is the fleet of some tuners in a simulated account: its state machine as it is synthesized, the steps' code
// behind it, and S3.
type Fleet struct {
	*statemachine.Machine
	Store  *Store
	tuners []*Deployment
}

// FleetBucket is where a Fleet writes.
const FleetBucket = "fleet"

// DeployFleet deploys the fleet of some tuners. It has to be called in the bubble of testing/synctest in which
// executions are to run.
func DeployFleet(sim *lambdasim.Simulator, tuners []*Deployment, settings asl.FleetSettings, o Options) (*Fleet, error) {
	f := &Fleet{Store: &Store{objects: map[string][]byte{}}, tuners: tuners}
	settings.Bucket, settings.Prefix = FleetBucket, "fleets/"
	machines := map[string]*statemachine.Machine{}
	for _, d := range tuners {
		settings.Tuners = append(settings.Tuners, asl.FleetTuner{StateMachine: d.Tuning.ARN(), Heal: d.Healing.ARN()})
		machines[d.Tuning.ARN()] = d.Tuning
	}
	account := &fleetAccount{Client: lambdaapi.New(sim.Config()), store: f.Store}
	functions, code := map[asl.Step]string{}, map[string]statemachine.Function{}
	for _, step := range []asl.Step{asl.FleetList, asl.FleetRank} {
		functions[step] = sim.FunctionARN(o.Stack + string(step))
		code[functions[step]] = func(ctx context.Context, payload []byte) ([]byte, error) {
			result, err := fleet.Run(ctx, account, step, payload)
			if err != nil {
				return nil, messages.InvokeResponse_Error{Message: err.Error(), Type: fleet.ErrorName(err)}
			}
			return json.Marshal(result)
		}
	}
	var err error
	f.Machine, err = newMachine(o.Stack+"fleet", asl.Fleet(functions, settings), statemachine.Options{
		Functions: code, OnTask: o.OnTask, Remember: o.Remember, Objects: f.Store,
		Machines: func(arn string) *statemachine.Machine { return machines[arn] },
	})
	if err != nil {
		return nil, err
	}
	sim.AddStateMachine(f.Machine)
	return f, nil
}

// Rest waits until no execution runs and no step that has outlived its own.
func (f *Fleet) Rest() {
	f.Wait()
	for _, d := range f.tuners {
		d.Rest()
	}
}

// Transitions returns those of all executions until now, of the tuners and of what heals too.
func (f *Fleet) Transitions() int {
	sum := f.Machine.Transitions()
	for _, d := range f.tuners {
		sum += d.Tuning.Transitions() + d.Healing.Transitions()
	}
	return sum
}

// Report reads the fleet.json of the last execution.
func (f *Fleet) Report() (fleet.Report, error) {
	var r fleet.Report
	body, err := f.Store.GetObject(FleetBucket, "fleets/fleet.json")
	if err != nil {
		return r, err
	}
	return r, json.Unmarshal(body, &r)
}

// Store is S3.
type Store struct {
	mu      sync.Mutex
	objects map[string][]byte // by bucket/key
}

var errNoSuchKey = errors.New("NoSuchKey: The specified key does not exist")

// GetObject implements statemachine.Objects.
func (s *Store) GetObject(bucket, key string) ([]byte, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	body, ok := s.objects[bucket+"/"+key]
	if !ok {
		return nil, errNoSuchKey
	}
	return body, nil
}

// PutObject implements statemachine.Objects.
func (s *Store) PutObject(bucket, key string, body []byte) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.objects[bucket+"/"+key] = bytes.Clone(body)
	return nil
}

// fleetAccount is what a fleet's steps call: the simulator, and the Store as S3.
type fleetAccount struct {
	*lambdaapi.Client
	store *Store
}

func (a *fleetAccount) Open(ctx context.Context, location string) (io.ReadCloser, error) {
	if err := wait(ctx); err != nil {
		return nil, err
	}
	bucket, key, _ := strings.Cut(strings.TrimPrefix(location, "s3://"), "/")
	body, err := a.store.GetObject(bucket, key)
	if err != nil {
		return nil, errors.Join(cloud.ErrNotFound, err)
	}
	return io.NopCloser(bytes.NewReader(body)), nil
}

func (a *fleetAccount) PutObject(ctx context.Context, location string, body []byte, _ bool) error {
	if err := wait(ctx); err != nil {
		return err
	}
	bucket, key, _ := strings.Cut(strings.TrimPrefix(location, "s3://"), "/")
	return a.store.PutObject(bucket, key, body)
}

// wait is the latency of S3.
func wait(ctx context.Context) error {
	time.Sleep(30 * time.Millisecond)
	return ctx.Err()
}
