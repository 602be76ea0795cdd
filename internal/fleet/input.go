package fleet

import (
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/dualarch/dualarch/internal/asl"
	"github.com/dualarch/dualarch/internal/printable"
	"github.com/dualarch/dualarch/internal/tuner/input/lenient"
)

// Input is the input of a fleet's execution after decoding.
type Input struct {
	// Targets are the only ones that are tuned, by name or by a function's ARN; nil is all.
	Targets []string
	// List is the s3:// location of a survey.
	List string
	// MaxCost is what exploring all functions may cost, in USD; 0 is no limit.
	MaxCost float64
	// OlderThan is the age that a verdict must have for its function to be tuned again; 0 tunes all.
	OlderThan time.Duration
	// Every has fields of the tuning input of every function, Each those of one by its name or ARN, which take
	// precedence.
	Every map[string]json.RawMessage
	Each  map[string]map[string]json.RawMessage
}

// fields are those of the input.
var fields = []string{"targets", "list", "maxCost", "olderThan", "input", "inputs"}

// linked is the field by which Step Functions' console links an execution with the one that started it.
const linked = "AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID"

// ours are the fields of a tuning input that the fleet fills in.
var ours = []string{"target", "targets", "lambdaARN", "maxCost", "dryRun"}

var s3Location = regexp.MustCompile(`^s3://[a-z0-9][a-z0-9.-]+/.+$`)

// Decode reads an input. Its error lists everything that is wrong with it, as package input's does.
func Decode(raw json.RawMessage, s asl.FleetSettings) (Input, error) {
	in := Input{MaxCost: s.MaxCost, OlderThan: time.Duration(s.OlderThanSeconds) * time.Second}
	members := map[string]json.RawMessage{}
	var found problems
	if text := strings.TrimSpace(string(raw)); text != "" && text != "null" {
		var ok bool
		if members, ok = lenient.Object(raw); !ok {
			found.add("$", raw, "a JSON object")
			return Input{}, found.err()
		}
	}
	maps.DeleteFunc(members, func(_ string, value json.RawMessage) bool { return string(value) == "null" })
	given := func(name string, into any, allowed string, valid func() bool) {
		if value, ok := members[name]; ok && (json.Unmarshal(value, into) != nil || !valid()) {
			found.add("$."+name, value, allowed)
		}
	}
	given("targets", &in.Targets, `a list of names of constructs or functions, or of functions' ARNs, ["Orders"] for example`, func() bool { return len(in.Targets) > 0 })
	given("list", &in.List, "where a survey is, s3://bucket/survey.json for example", func() bool { return s3Location.MatchString(in.List) })
	cost := "an amount in USD above 0"
	if s.MaxCost > 0 {
		cost += fmt.Sprintf(", at most %g USD: the Fleet's property MaxCost", s.MaxCost)
	}
	given("maxCost", &in.MaxCost, cost, func() bool {
		return in.MaxCost > 0 && !math.IsInf(in.MaxCost, 0) && (s.MaxCost == 0 || in.MaxCost <= s.MaxCost)
	})
	if in.MaxCost > 0 && in.MaxCost < asl.LeastFleetCost {
		found.add("$.maxCost", text(in.MaxCost), "an amount in USD that can be shared out, at least 0.000001")
	}
	age := ""
	given("olderThan", &age, `an age such as "30d", "12h" or "0d", which tunes all`, func() (ok bool) {
		in.OlderThan, ok = ParseAge(age)
		return ok
	})
	in.Every = tuningFields("$.input", members["input"], &found)
	if value, ok := members["inputs"]; ok {
		each, isObject := lenient.Object(value)
		if !isObject {
			found.add("$.inputs", value, `an object with an input for each target, {"Orders": {"payload": {}}} for example`)
		}
		in.Each = map[string]map[string]json.RawMessage{}
		for _, name := range slices.Sorted(maps.Keys(each)) {
			in.Each[name] = tuningFields("$.inputs."+name, each[name], &found)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(members)) {
		if !slices.Contains(fields, name) && name != linked {
			found.add("$."+name, members[name], "only "+strings.Join(fields, ", ")+"; fields of a tuning input belong into input or inputs")
		}
	}
	return in, found.err()
}

// tuningFields reads fields of a tuning input. What they mean is the tuner's own decoder's business.
func tuningFields(path string, raw json.RawMessage, found *problems) map[string]json.RawMessage {
	if raw == nil {
		return nil
	}
	members, ok := lenient.Object(raw)
	if !ok {
		found.add(path, raw, "an object with fields of a tuning input")
		return nil
	}
	for _, name := range ours {
		if value, ok := members[name]; ok {
			found.add(path+"."+name, value, "nothing: the fleet gives each execution its function and its share of maxCost, and a dry run has no verdict")
		}
	}
	return members
}

var age = regexp.MustCompile(`^(\d{1,6})([mhd])$`)

// ParseAge reads an age in whole minutes, hours or days: 90m, 12h, 30d.
func ParseAge(text string) (time.Duration, bool) {
	parts := age.FindStringSubmatch(text)
	if parts == nil {
		return 0, false
	}
	n, err := strconv.Atoi(parts[1])
	unit := map[string]time.Duration{"m": time.Minute, "h": time.Hour, "d": 24 * time.Hour}[parts[2]]
	if err != nil || n > int(math.MaxInt64/unit) {
		return 0, false
	}
	return time.Duration(n) * unit, true
}

// Error lists everything that is wrong with an input.
type Error struct{ Problems []string }

func (e *Error) Error() string {
	return "the input cannot be used: " + strings.Join(e.Problems, "\n")
}

// problems collects what is wrong.
type problems []string

// mostProblems keeps an error within what Step Functions keeps of it.
const mostProblems = 20

func (p *problems) add(path string, given json.RawMessage, allowed string) {
	const longest = 60
	text := []rune(strings.Join(strings.Fields(string(given)), " "))
	if len(text) > longest {
		text = append(text[:longest:longest], '…')
	}
	*p = append(*p, fmt.Sprintf("%s: given %s; allowed: %s", printable.Line(path), printable.Line(string(text)), allowed))
}

func (p problems) err() error {
	if len(p) == 0 {
		return nil
	}
	if more := len(p) - mostProblems; more > 0 {
		p = append(p[:mostProblems:mostProblems], fmt.Sprintf("and %d more", more))
	}
	return &Error{Problems: p}
}
