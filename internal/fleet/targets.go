package fleet

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"github.com/dualarch/dualarch/internal/arn"
	"github.com/dualarch/dualarch/internal/asl"
	"github.com/dualarch/dualarch/internal/tuner/input"
)

// target is what one execution of a tuner tunes.
type target struct {
	name         string // of the construct, or of the function
	stateMachine string
	input.DefaultTarget
	byARN    bool // it is no construct: the input names the function
	defaults input.Defaults
}

// key tells targets of one tuner apart.
func (t target) key() string {
	if t.byARN {
		return t.Functions[0]
	}
	return t.name
}

// called reports whether an input means this target: by its name, or by the name or the ARN of one of its functions.
func (t target) called(name string) bool {
	return name == t.name || slices.ContainsFunc(t.Functions, func(f string) bool { return name == f || name == arn.Name(f) })
}

// Definitions reads the definitions of state machines.
type Definitions interface {
	Definition(ctx context.Context, stateMachine string) ([]byte, error)
}

// tunable reads what the tuners may tune from the definitions of their state machines, which hold it anyway: the
// fleet's own would be too large with thousands of functions.
func tunable(ctx context.Context, c Definitions, tuners []asl.FleetTuner) ([]target, error) {
	var all []target
	for _, tuner := range tuners {
		var tuning struct {
			States struct {
				Plan struct {
					Parameters struct {
						Defaults input.Defaults `json:"defaults"`
					}
				}
			}
		}
		var healing struct {
			States struct {
				Heal struct {
					Parameters struct {
						Tunable []string `json:"tunable"`
					}
				}
			}
		}
		if err := definition(ctx, c, tuner.StateMachine, &tuning); err != nil {
			return nil, err
		}
		if err := definition(ctx, c, tuner.Heal, &healing); err != nil {
			return nil, err
		}
		defaults := tuning.States.Plan.Parameters.Defaults
		for _, d := range defaults.Targets {
			all = append(all, target{name: d.Name, stateMachine: tuner.StateMachine, DefaultTarget: d, defaults: defaults})
		}
		for _, function := range healing.States.Heal.Parameters.Tunable {
			all = append(all, target{
				name: arn.Name(function), stateMachine: tuner.StateMachine, byARN: true, defaults: defaults,
				DefaultTarget: input.DefaultTarget{Functions: []string{function}},
			})
		}
	}
	return all, nil
}

// once leaves out targets of which another one has a function: a construct's is not tuned by its ARN too, whichever tuner
// has that, and one that two tuners have is tuned by the first. It says of each construct that is left out why.
func once(all []target) (first []target, out []LeftOut) {
	tunedAs, shared := map[string]target{}, make([]string, len(all))
	for _, byARN := range []bool{false, true} {
		for i, t := range all {
			if t.byARN != byARN {
				continue
			}
			if at := slices.IndexFunc(t.Functions, func(f string) bool { return tunedAs[f].stateMachine != "" }); at >= 0 {
				shared[i] = t.Functions[at]
				continue
			}
			for _, f := range t.Functions {
				tunedAs[f] = t
			}
		}
	}
	for i, t := range all {
		switch {
		case shared[i] == "":
			first = append(first, t)
		case !t.byARN: // else it is one function, which is tuned as another target
			out = append(out, notTwice(t, shared[i], tunedAs)...)
		}
	}
	return first, out
}

// notTwice says why a construct is left out that shares a function with another target: of each of its functions that is
// not tuned therefore, or of the shared one if there is none.
func notTwice(t target, shared string, tunedAs map[string]target) (out []LeftOut) {
	by := tunedAs[shared]
	why := fmt.Sprintf("its function %s is tuned as %s of %s, and a fleet tunes a function once", arn.Name(shared), by.name, arn.Name(by.stateMachine))
	for _, f := range t.Functions {
		if tunedAs[f].stateMachine == "" {
			out = append(out, LeftOut{Name: t.name, Function: f, Why: why})
		}
	}
	if out == nil {
		out = []LeftOut{{Name: t.name, Function: shared, Why: why}}
	}
	return out
}

func definition(ctx context.Context, c Definitions, stateMachine string, into any) error {
	text, err := retried(ctx, func() ([]byte, error) { return c.Definition(ctx, stateMachine) })
	if err == nil {
		err = json.Unmarshal(text, into)
	}
	if err != nil {
		return fmt.Errorf("reading the definition of %s: %w", stateMachine, err)
	}
	return nil
}

// fields returns the target's tuning input: its own fields over those of all, and what names it.
func (t target) fields(in Input) map[string]json.RawMessage {
	fields := map[string]json.RawMessage{}
	maps.Copy(fields, in.Every)
	for _, name := range append([]string{t.name}, t.Functions...) {
		maps.Copy(fields, in.Each[name])
	}
	if t.byARN {
		fields["lambdaARN"] = text(t.Functions[0])
	} else {
		fields["target"] = text(t.name)
	}
	return fields
}

// text returns JSON of what always marshals.
func text(value any) json.RawMessage {
	text, err := json.Marshal(value)
	if err != nil {
		panic(err)
	}
	return text
}
