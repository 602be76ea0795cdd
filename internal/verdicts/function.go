package verdicts

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/dualarch/dualarch/internal/arn"
)

// Function is one function's verdicts, oldest first, and what AWS Lambda Power Tuning gave for it. For a pair of
// siblings, both are one function.
type Function struct {
	Name     string
	Verdicts []Verdict // with Output or Failed
	Peers    []Verdict // with Peer
}

// Latest returns the newest verdict with an output; nil if there is none.
func (f Function) Latest() *Verdict {
	for i := len(f.Verdicts) - 1; i >= 0; i-- {
		if f.Verdicts[i].Output != nil {
			return &f.Verdicts[i]
		}
	}
	return nil
}

// Failed says why the newest execution gave no verdict; "" if it gave one, or there is none.
func (f Function) Failed() string {
	if len(f.Verdicts) == 0 {
		return ""
	}
	return f.Verdicts[len(f.Verdicts)-1].Failed
}

// ByFunction groups verdicts, in the order in which functions come first. A verdict belongs to the function whose name
// it was given, else to the one that shares a Lambda function with it. A result of AWS Lambda Power Tuning that says
// nothing of its function belongs to the only function there is, or to one of its own.
func ByFunction(all []Verdict) []Function {
	var g grouping
	var nameless []Verdict
	for _, peers := range []bool{false, true} { // ours name both siblings, so that a peer's finds its function
		for _, v := range all {
			switch {
			case (v.Peer != nil) != peers:
			case v.Name == "" && len(v.Lambdas()) == 0 && v.Target() == "":
				nameless = append(nameless, v)
			default:
				g.add(v)
			}
		}
	}
	only := len(g.functions) == 1
	for _, v := range nameless {
		switch {
		case v.Peer == nil:
			v.Name = v.Source
		case only:
			v.Name = g.functions[0].Name
		default:
			v.Name = peerName
		}
		g.add(v)
	}
	g.finish()
	return g.functions
}

// grouping collects functions and, beside each, the ARNs of its Lambda functions.
type grouping struct {
	functions []Function
	lambdas   [][]string
}

func (g *grouping) add(v Verdict) {
	lambdas := v.Lambdas()
	var at int
	switch {
	case v.Name != "":
		at = g.named(v.Name)
	case len(lambdas) > 0:
		at = slices.IndexFunc(g.lambdas, func(known []string) bool {
			return slices.ContainsFunc(lambdas, func(l string) bool { return slices.Contains(known, l) })
		})
	default:
		at = g.named(v.Target())
	}
	if at < 0 {
		at = len(g.functions)
		g.functions = append(g.functions, Function{Name: v.name(lambdas)})
		g.lambdas = append(g.lambdas, nil)
	}
	g.lambdas[at] = append(g.lambdas[at], lambdas...)
	if f := &g.functions[at]; v.Peer != nil {
		f.Peers = append(f.Peers, v)
	} else {
		f.Verdicts = append(f.Verdicts, v)
	}
}

func (g *grouping) named(name string) int {
	return slices.IndexFunc(g.functions, func(f Function) bool { return f.Name == name })
}

// finish sorts each function's verdicts, unless one of them has no time, and tells functions of one name apart.
func (g *grouping) finish() {
	names := map[string]int{}
	for _, f := range g.functions {
		names[f.Name]++
		if !slices.ContainsFunc(f.Verdicts, func(v Verdict) bool { return v.Time().IsZero() }) {
			slices.SortStableFunc(f.Verdicts, func(v, w Verdict) int { return v.Time().Compare(w.Time()) })
		}
	}
	for i, f := range g.functions {
		if names[f.Name] > 1 && len(g.lambdas[i]) > 0 {
			g.functions[i].Name += " (" + arn.Name(g.lambdas[i][0]) + ")"
		}
	}
}

// peerName names the function of results that do not say which they are of.
const peerName = "AWS Lambda Power Tuning"

// Lambdas returns the ARNs of the functions that were tuned, without version or alias.
func (v Verdict) Lambdas() []string {
	var all []string
	if v.Output != nil {
		for _, t := range v.Output.Targets {
			function, _ := arn.SplitFunction(t.FunctionARN)
			all = append(all, function)
		}
		return all
	}
	var in struct {
		LambdaARN string
		Targets   []string
	}
	if json.Unmarshal(v.Input(), &in) != nil {
		return nil
	}
	for _, given := range append(in.Targets, in.LambdaARN) {
		if given != "" {
			function, _ := arn.SplitFunction(given)
			all = append(all, function)
		}
	}
	return all
}

// Target returns the construct's name, if the input gives it.
func (v Verdict) Target() string {
	var in struct{ Target string }
	if json.Unmarshal(v.Input(), &in) != nil {
		return ""
	}
	return in.Target
}

// name returns a name for people: the given one, the construct's, or what the functions' names have in common.
func (v Verdict) name(lambdas []string) string {
	switch {
	case v.Name != "":
		return v.Name
	case v.Target() != "":
		return v.Target()
	case len(lambdas) == 0:
		return v.Source
	}
	first := arn.Name(lambdas[0])
	common := first
	for _, l := range lambdas[1:] {
		common = commonPrefix(common, arn.Name(l))
	}
	if common != first {
		common = strings.TrimRight(common, "-_")
	}
	if len(common) < 3 {
		return first
	}
	return common
}

func commonPrefix(a, b string) string {
	i := 0
	for i < len(a) && i < len(b) && a[i] == b[i] {
		i++
	}
	return strings.ToValidUTF8(a[:i], "")
}
