package input

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/dualarch/dualarch/internal/arn"
	"github.com/dualarch/dualarch/internal/tuner/price"
)

const allowedFunction = "the ARN of a Lambda function, with or without a version or alias"

// functionARN is a Lambda function's ARN in any partition, with a qualifier or without.
var functionARN = regexp.MustCompile(`^arn:aws[a-z0-9-]*:lambda:[a-z0-9-]+:[0-9]{12}:function:[A-Za-z0-9_-]{1,64}(:(\$LATEST|[A-Za-z0-9_-]{1,128}))?$`)

// chooseFunctions decides which functions are tuned: by ARN, by a construct's name, or, with {}, the
// only construct or function there is.
func (f fields) chooseFunctions(in *Input, d Defaults) {
	given := slices.DeleteFunc(slices.Clone(Choosing), func(name string) bool {
		_, found := f.raw(name)
		return !found
	})
	switch {
	case len(given) > 1:
		f.problems.add(f.path, strings.Join(given, " and "), "only one of lambdaARN, target and targets")
	case len(given) == 0 && len(d.Targets) == 1:
		in.take(d.Targets[0])
	case len(given) == 0 && len(d.Targets) > 1:
		f.problems.add(f.at("target"), "nothing", "one of %s (or lambdaARN, or targets)", names(d.Targets))
	case len(given) == 0 && len(d.Functions) == 1:
		in.Functions = d.Functions
	case len(given) == 0 && len(d.Functions) > 1:
		f.problems.add(f.at("lambdaARN"), "nothing", "one of %s (or targets)", strings.Join(d.Functions, ", "))
	case len(given) == 0:
		f.problems.add(f.at("lambdaARN"), "nothing", "%s (or targets)", allowedFunction)
	case given[0] == "target":
		f.byName(in, d)
	default:
		f.byARN(given[0], in, d)
	}
	for _, function := range in.Functions {
		if why := price.Unpriced(function, in.Overrides); why != "" {
			f.problems.add(f.at("priceOverrides"), why, "gbSecondX86, gbSecondArm and request, in USD")
			break
		}
	}
	if len(in.Functions) > 0 {
		*f.warnings = append(*f.warnings, price.Warnings(in.Terms, arn.Region(in.Functions[0]))...)
	}
}

func (in *Input) take(t DefaultTarget) {
	in.Functions = t.Functions
	in.describe(t)
}

// describe takes over what a construct says of its functions.
func (in *Input) describe(t DefaultTarget) {
	in.Name, in.LiveAlias, in.Serving = t.Name, t.LiveAlias, t.Serving
}

func (f fields) byName(in *Input, d Defaults) {
	var name string
	f.text("target", &name)
	for _, t := range d.Targets {
		if t.Name == name {
			in.take(t)
			return
		}
	}
	allowed := names(d.Targets)
	if allowed == "" {
		allowed = "nothing here, because no construct is tuned by this state machine; use lambdaARN or targets"
	}
	raw, _ := f.raw("target")
	f.problems.add(f.at("target"), shown(raw), "%s", allowed)
}

func (f fields) byARN(name string, in *Input, d Defaults) {
	raw, _ := f.raw(name)
	items := []json.RawMessage{raw}
	paths := []string{f.at(name)}
	if name == "targets" {
		items, paths = nil, nil
		if json.Unmarshal(raw, &items) != nil || len(items) < 1 || len(items) > 2 {
			f.problems.add(f.at(name), shown(raw), "a list of one or two, each %s", allowedFunction)
			return
		}
		for i := range items {
			paths = append(paths, fmt.Sprintf("%s[%d]", f.at(name), i))
		}
	}
	var functions []string
	for i, item := range items {
		var arn string
		if json.Unmarshal(item, &arn) != nil || !functionARN.MatchString(arn) {
			f.problems.add(paths[i], shown(item), "%s", allowedFunction)
			continue
		}
		functions = append(functions, arn)
	}
	if len(functions) < len(items) {
		return
	}
	if len(functions) == 2 {
		a, _ := arn.SplitFunction(functions[0])
		b, _ := arn.SplitFunction(functions[1])
		switch {
		case a == b:
			f.problems.add(f.at(name), "the same function twice", "two functions of different architectures")
			return
		case arn.Region(a) != arn.Region(b):
			f.problems.add(f.at(name), "functions in "+arn.Region(a)+" and "+arn.Region(b), "two functions in one region")
			return
		}
	}
	in.Functions = functions
	// A construct's functions keep what the construct says of them even if they are given by ARN.
	for _, t := range d.Targets {
		own := func(given string) bool {
			function, _ := arn.SplitFunction(given)
			return slices.Contains(t.Functions, function)
		}
		if slices.ContainsFunc(functions, own) {
			in.describe(t)
			break
		}
	}
}

func names(targets []DefaultTarget) string {
	quoted := make([]string, len(targets))
	for i, t := range targets {
		quoted[i] = fmt.Sprintf("%q", t.Name)
	}
	return strings.Join(quoted, ", ")
}
