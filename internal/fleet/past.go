package fleet

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/dualarch/dualarch/internal/arn"
	"github.com/dualarch/dualarch/internal/clock"
)

// Executions that a fleet starts say by their names what they tune: a list of executions has names, but no inputs, and
// to describe each takes a call.
const namePrefix = "fleet-"

// named is the form of such names.
var named = regexp.MustCompile("^" + namePrefix + "([0-9a-f]{16})-[0-9a-f]{16}$")

// ExecutionName returns the name of the execution that tunes a target: "fleet-", which one, and for which execution of
// the fleet. The target is a construct's name, or the ARN of a function that no construct has.
func ExecutionName(target, fleet string) string {
	return namePrefix + short(target) + "-" + short(fleet)
}

// StartedBy reports whether an execution of a tuner was started by an execution of a fleet; both are ARNs.
func StartedBy(execution, fleet string) bool {
	name := arn.Name(execution)
	return strings.HasPrefix(name, namePrefix) && strings.HasSuffix(name, "-"+short(fleet))
}

func short(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:8])
}

// executionARN returns the ARN of a state machine's execution.
func executionARN(stateMachine, name string) string {
	return strings.Replace(stateMachine, ":stateMachine:", ":execution:", 1) + ":" + name
}

// mostDescribed is how many executions of a tuner that no fleet has started are described, the newest ones, to learn what
// they tuned, as long as listing has time: Step Functions takes 15 such calls a second from the whole account.
const (
	mostDescribed    = 300
	betweenDescribed = 100 * time.Millisecond
	// listing is what List keeps of its time for what comes after it has looked at executions.
	listing = 5 * time.Minute
)

// young returns the newest execution that tuned each target since then and succeeded. What executions outside of any
// fleet tuned is only known of the newest; a note says so if there are more.
func young(ctx context.Context, c Cloud, all []target, since time.Time) (map[string]Ended, []string, error) {
	found := map[string]Ended{}
	byMachine := map[string][]target{}
	var machines []string
	for _, t := range all {
		if byMachine[t.stateMachine] == nil {
			machines = append(machines, t.stateMachine)
		}
		byMachine[t.stateMachine] = append(byMachine[t.stateMachine], t)
	}
	var notes []string
	for _, machine := range machines {
		ended, err := retried(ctx, func() ([]Ended, error) { return c.Succeeded(ctx, machine, since) })
		if err != nil {
			return nil, nil, fmt.Errorf("listing the executions of %s: %w", machine, err)
		}
		byShort := map[string]target{}
		for _, t := range byMachine[machine] {
			byShort[short(t.key())] = t
		}
		described, left := 0, 0
		for _, e := range ended {
			var t target
			var ok bool
			if parts := named.FindStringSubmatch(arn.Name(e.ARN)); parts != nil {
				t, ok = byShort[parts[1]]
			} else {
				if described == mostDescribed || timeLeft(ctx) < listing {
					left++
					continue
				}
				described++
				if t, ok, err = tunedBy(ctx, c, e, byMachine[machine]); err != nil {
					return nil, nil, err
				}
			}
			if _, newer := found[t.first()]; ok && !newer {
				found[t.first()] = e
			}
		}
		if left > 0 {
			notes = append(notes, fmt.Sprintf("%d older executions of %s that no fleet started were not looked at; what they tuned is tuned again", left, arn.Name(machine)))
		}
	}
	return found, notes, nil
}

// first is the function by which a target is known, "" if there is none.
func (t target) first() string {
	if len(t.Functions) == 0 {
		return ""
	}
	return t.Functions[0]
}

// tunedBy returns which target an execution tuned whole, if any.
func tunedBy(ctx context.Context, c Cloud, e Ended, all []target) (target, bool, error) {
	if err := clock.Sleep(ctx, betweenDescribed); err != nil {
		return target{}, false, err
	}
	d, err := retried(ctx, func() (Described, error) { return c.Execution(ctx, e.ARN) })
	if err != nil {
		return target{}, false, fmt.Errorf("reading the execution %s: %w", e.ARN, err)
	}
	var output struct {
		Targets []struct{ FunctionArn string }
	}
	if json.Unmarshal([]byte(d.Output), &output) != nil {
		return target{}, false, nil // a dry run's is null
	}
	tuned := map[string]bool{}
	for _, t := range output.Targets {
		function, _ := arn.SplitFunction(t.FunctionArn)
		tuned[function] = true
	}
	for _, t := range all {
		whole := len(tuned) == len(t.Functions)
		for _, f := range t.Functions {
			whole = whole && tuned[f]
		}
		if whole {
			return t, true, nil
		}
	}
	return target{}, false, nil
}
