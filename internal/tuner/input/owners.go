package input

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"
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
	_, digits := numeric([]byte(name))
	return aliasName.MatchString(name) && !digits && !strings.HasPrefix(name, "dualarch-")
}
