package input

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/dualarch/dualarch/internal/tuner/input/lenient"
	"github.com/dualarch/dualarch/tuning"
)

// Ceilings are what no input can pass: the owner of the state machine sets them. 0 and nil are no ceiling, but for
// MaxCost.
type Ceilings struct {
	MaxCost        float64 `json:"maxCost,omitempty"` // USD. Default: 5.
	MaxInvocations int     `json:"maxInvocations,omitempty"`
	MaxConcurrency int     `json:"maxConcurrency,omitempty"`
	PowerValues    []int   `json:"powerValues,omitempty"` // MB
	PayloadFixed   bool    `json:"payloadFixed,omitempty"`
}

// defaultMaxCost is what an execution may cost if nobody says, in USD.
const defaultMaxCost = 5

// Cost returns what an execution may cost, in USD.
func (c Ceilings) Cost() float64 { return cmp.Or(c.MaxCost, defaultMaxCost) }

// owned refuses what the owner of the state machine lets no input choose.
func (f fields) owned(in Input) {
	c := in.Ceilings
	if len(c.PowerValues) > 0 {
		allowed := "only " + join(c.PowerValues) + ": the PowerTuning's property AllowedPowerValues"
		notAllowed := func(size int) bool { return !slices.Contains(c.PowerValues, size) }
		if raw, ok := f.raw("powerValues"); ok && lenient.Truthy(raw) && slices.ContainsFunc(in.PowerValues, notAllowed) {
			f.problems.add(f.at("powerValues"), shown(raw), "%s", allowed)
		}
		for _, a := range []tuning.Architecture{tuning.X86, tuning.Arm} {
			if sizes := in.PowerValuesByArchitecture[a]; slices.ContainsFunc(sizes, notAllowed) {
				f.problems.add(f.at("powerValuesByArchitecture")+"."+string(a), join(sizes), "%s", allowed)
			}
		}
	}
	if c.PayloadFixed {
		for _, name := range []string{"payload", "payloadS3", "preProcessorARN"} {
			if _, ok := f.values[name]; ok {
				f.problems.add(f.at(name), "a payload of its own", "nothing: by the PowerTuning's property PayloadFixed no input chooses what the functions are invoked with")
			}
		}
	}
	if in.MaxCost > c.Cost() {
		f.problems.add(f.at("maxCost"), shown(f.values["maxCost"]), "at most %g USD: the PowerTuning's property MaxCost", c.Cost())
	}
	if c.MaxInvocations > 0 && in.MaxInvocations > c.MaxInvocations {
		f.problems.add(f.at("maxInvocations"), shown(f.values["maxInvocations"]), "at most %d: the PowerTuning's property MaxInvocations", c.MaxInvocations)
	}
}

// join lists memory sizes.
func join(sizes []int) string {
	words := make([]string, len(sizes))
	for i, size := range sizes {
		words[i] = strconv.Itoa(size)
	}
	return strings.Join(words, ", ")
}

// AutoOptimize is what an input may have applied.
type AutoOptimize struct {
	Functions []string `json:"functions,omitempty"` // unqualified ARNs; none are all that no construct owns
	Aliases   []string `json:"aliases,omitempty"`
}

// Forbids says why a memory size is not applied to a function; "" if it may be.
func (a *AutoOptimize) Forbids(function, alias string) string {
	switch {
	case a == nil:
		return "the PowerTuning's property AutoOptimize is not set"
	case len(a.Functions) > 0 && !slices.Contains(a.Functions, function):
		return "the PowerTuning's property AutoOptimize.FunctionArns does not name the function"
	case alias != "" && !slices.Contains(a.Aliases, alias):
		return fmt.Sprintf("the PowerTuning's property AutoOptimize.Aliases does not name the alias %s", alias)
	}
	return ""
}

var aliasName = regexp.MustCompile(`^[A-Za-z0-9_-]{1,128}$`)

// AllowedAlias says which aliases may be moved.
const AllowedAlias = "the name of an alias: letters, digits, - and _, not a number, not beginning with dualarch-"

// ValidAlias reports whether an alias of that name may be moved: it can be one, and it is none of the tuner's own.
func ValidAlias(name string) bool {
	_, digits := lenient.Number([]byte(name))
	return aliasName.MatchString(name) && !digits && !strings.HasPrefix(name, "dualarch-")
}
