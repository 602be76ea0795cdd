package input

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/dualarch/dualarch/internal/arn"
	"github.com/dualarch/dualarch/internal/printable"
	"github.com/dualarch/dualarch/internal/tuner/answers"
	"github.com/dualarch/dualarch/internal/tuner/input/lenient"
	"github.com/dualarch/dualarch/tuning"
)

const (
	minNum = 5
	// MaxNum is the most samples that can be asked of a size.
	MaxNum     = 10000
	defaultNum = 10
	// maxSleep is longer than AWS Lambda Power Tuning can sleep between five invocations.
	maxSleep = 600_000
	// defaultTrim is the share of samples left out at each end of a trimmed mean.
	defaultTrim             = 0.2
	maxTrim                 = 0.4
	defaultBalance          = 0.5
	defaultVisualizationURL = "https://lambda-power-tuning.show/"
)

// Fields are all the names an input may have, in the order of their documentation.
var Fields = []string{
	"lambdaARN", "target", "targets", "powerValues", "powerValuesByArchitecture", "num", "payload", "payloadS3", "tenantId",
	"parallelInvocation", "strategy", "balancedWeight", "autoOptimize", "autoOptimizeAlias", "dryRun",
	"preProcessorARN", "postProcessorARN", "discardTopBottom", "sleepBetweenRunsMs", "disablePayloadLogs",
	"includeOutputResults", "onlyColdStarts", "allowedExceptions", "longestInvocationSeconds", "exploration", "maxInvocations", "maxCost", "maxMinutes", "compareResponses",
	"priceOverrides", "discount", "invocationsPerMonth", "provisionedConcurrency",
}

// Choosing are the fields that say which functions are tuned. An input has one of them at most.
var Choosing = Fields[:3:3]

// Decode reads an execution's input; the construct's defaults supply what it leaves out. It is as lenient as AWS Lambda
// Power Tuning 4.4 with inputs written for that: numbers may be given as strings, an empty list of powerValues means
// the default, shares out of range are moved into it. Its error is an *Error that lists every problem at once. Warnings name fields that
// have no meaning.
func Decode(raw json.RawMessage, d Defaults) (in Input, warnings []string, err error) {
	var found problems
	raw = bytes.TrimSpace(raw)
	f := fields{path: "$", problems: &found, warnings: &warnings}
	if len(raw) > 0 && string(raw) != "null" {
		members, ok := lenient.Object(raw)
		if !ok {
			found.add("$", shown(raw), "a JSON object")
			return Input{}, nil, found.err()
		}
		f.values = members
	}
	in = Input{
		Num: defaultNum, Strategy: tuning.Cost, BalancedWeight: defaultBalance, DiscardTopBottom: defaultTrim,
		ParallelInvocation: d.ParallelInvocation, VisualizationURL: defaultVisualizationURL,
		MeasureTimeout: time.Duration(d.MeasureTimeoutSeconds) * time.Second, TunerArchitecture: d.TunerArchitecture,
		Ceilings: d.Ceilings,
	}
	if d.VisualizationURL != "" {
		in.VisualizationURL = d.VisualizationURL
	}
	f.money(&in)
	f.chooseFunctions(&in, d)
	f.measuring(&in, d)
	f.payloads(&in, d)
	f.tenant(&in, d)
	f.budget(&in)
	f.judging(&in, d)
	f.applying(&in, d)
	f.owned(in)
	f.unknown(Fields, false)
	if err := found.err(); err != nil {
		return Input{}, nil, err
	}
	for i, w := range warnings {
		warnings[i] = printable.Line(w) // names of fields are anybody's
	}
	return in, warnings, nil
}

// measuring reads what is measured, how often and how.
func (f fields) measuring(in *Input, d Defaults) {
	given := f.powerValues("powerValues")
	if len(given) == 0 {
		given = defaultPowerValues
		if len(d.Ceilings.PowerValues) > 0 {
			given = d.Ceilings.PowerValues
		}
		if len(d.PowerValues) > 0 {
			given = d.PowerValues
		}
		for i, size := range given {
			f.warnOfSize(fmt.Sprintf("defaults.powerValues[%d]", i), size)
		}
	}
	if !slices.IsSorted(given) {
		in.StatsOrder = given
	}
	in.PowerValues = slices.Compact(slices.Sorted(slices.Values(given)))
	in.PowerValuesByArchitecture = f.powerValuesByArchitecture("powerValuesByArchitecture")
	if d.Num > 0 {
		in.Num = d.Num
	}
	if num, ok := f.whole("num", minNum, MaxNum, "a whole number from 5 to 10000"); ok {
		in.Num = num
	}
	f.flag("parallelInvocation", &in.ParallelInvocation)
	f.flag("dryRun", &in.DryRun)
	f.flag("disablePayloadLogs", &in.DisablePayloadLogs)
	f.flag("onlyColdStarts", &in.OnlyColdStarts)
	if sleep, ok := f.number("sleepBetweenRunsMs", math.Inf(-1), maxSleep, "a whole number of milliseconds up to 600000"); ok {
		in.SleepBetweenRunsMs = max(0, int(sleep))
	}
	longest := d.LongestInvocationSeconds
	if own, ok := f.whole("longestInvocationSeconds", 1, math.MaxInt32, "a whole number of seconds, 1 or more"); ok {
		longest = own
	}
	in.LongestInvocation = time.Duration(longest) * time.Second
	f.processor("preProcessorARN", &in.PreProcessorARN)
	f.processor("postProcessorARN", &in.PostProcessorARN)
	f.exceptions(in)
	f.exploration(in, d)
	const allowed = "a number of minutes, 2 or more"
	if minutes, ok := f.number("maxMinutes", 2, 365*24*60, allowed); ok {
		in.MaxTime = time.Duration(minutes * float64(time.Minute))
	}
}

// exceptions reads the names of allowed errors: a list, or one string that names them, as AWS Lambda Power
// Tuning takes it too.
func (f fields) exceptions(in *Input) {
	raw, ok := f.raw("allowedExceptions")
	if !ok {
		return
	}
	var names string
	if json.Unmarshal(raw, &names) == nil {
		in.AllowedExceptions = strings.FieldsFunc(names, func(r rune) bool { return r == ',' || r == ';' || r == ' ' || r == '|' })
	} else if json.Unmarshal(raw, &in.AllowedExceptions) != nil {
		f.problems.add(f.at("allowedExceptions"), shown(raw), "a list of error names, each a string")
	}
}

func (f fields) processor(name string, into *string) {
	f.text(name, into)
	if *into != "" && !functionARN.MatchString(*into) {
		f.problems.add(f.at(name), fmt.Sprintf("%q", *into), allowedFunction)
	}
}

// judging reads how the samples become a verdict.
func (f fields) judging(in *Input, d Defaults) {
	strategy := d.Strategy
	f.text("strategy", &strategy)
	switch s := tuning.Strategy(strategy); s {
	case tuning.Cost, tuning.Speed, tuning.Balanced:
		in.Strategy = s
	case "":
	default:
		f.problems.add(f.at("strategy"), fmt.Sprintf("%q", strategy), `"cost", "speed" or "balanced"`)
	}
	if d.BalancedWeight != nil {
		in.BalancedWeight = *d.BalancedWeight
	}
	f.share("balancedWeight", &in.BalancedWeight, 1, "a number from 0 to 1")
	f.share("discardTopBottom", &in.DiscardTopBottom, maxTrim, "a number from 0 to 0.4")
	if in.OnlyColdStarts {
		in.DiscardTopBottom = 0
	}
	f.flag("includeOutputResults", &in.IncludeOutputResults)
	f.compareResponses(in, d)
}

var allowedComparison = `true, false or {"ignore": [JSON pointers such as "/machine"]}`

func (f fields) compareResponses(in *Input, d Defaults) {
	path, raw := "defaults.compareResponses", d.CompareResponses
	if own, ok := f.raw("compareResponses"); ok {
		path, raw = f.at("compareResponses"), own
		if len(in.Functions) == 1 && string(own) != "false" {
			*f.warnings = append(*f.warnings, path+" needs two targets and was ignored")
		}
	}
	enabled := true
	members, isObject := lenient.Object(raw)
	switch {
	case len(raw) == 0 || string(raw) == "null" || json.Unmarshal(raw, &enabled) == nil:
	case isObject:
		own := fields{path: path, values: members, problems: f.problems, warnings: f.warnings}
		own.unknown([]string{"ignore"}, true)
		list, ok := own.raw("ignore")
		if ok && json.Unmarshal(list, &in.CompareResponses.Ignore) != nil {
			f.problems.add(own.at("ignore"), shown(list), "a list of JSON pointers, each a string")
		}
		for i, pointer := range in.CompareResponses.Ignore {
			if !strings.HasPrefix(strings.TrimPrefix(pointer, answers.EnvelopePrefix), "/") {
				f.problems.add(fmt.Sprintf("%s[%d]", own.at("ignore"), i), fmt.Sprintf("%q", pointer), `a JSON pointer, which begins with "/" (or, around a JSON body, with "response:/")`)
			}
		}
	default:
		f.problems.add(path, shown(raw), "%s", allowedComparison)
	}
	in.CompareResponses.Enabled = enabled && len(in.Functions) == 2
}

// applying reads what happens after the verdict.
func (f fields) applying(in *Input, d Defaults) {
	f.flag("autoOptimize", &in.AutoOptimize)
	f.text("autoOptimizeAlias", &in.AutoOptimizeAlias)
	if a := in.AutoOptimizeAlias; a != "" && !ValidAlias(a) {
		f.problems.add(f.at("autoOptimizeAlias"), fmt.Sprintf("%q", a), AllowedAlias)
	}
	if in.AutoOptimize && len(in.Functions) == 1 {
		function, _ := arn.SplitFunction(in.Functions[0])
		in.NotApplied = d.AutoOptimize.Forbids(function, in.AutoOptimizeAlias)
	}
}

var allowedOverrides = []string{"gbSecondX86", "gbSecondArm", "request", "stateTransition", "ephemeralStorage", "snapStartCache", "snapStartRestore"}

// money reads what prices depend on.
func (f fields) money(in *Input) {
	if raw, ok := f.raw("priceOverrides"); ok {
		members, isObject := lenient.Object(raw)
		if !isObject {
			f.problems.add(f.at("priceOverrides"), shown(raw), "an object with any of %s, in USD", strings.Join(allowedOverrides, ", "))
		}
		own := f.inside("priceOverrides", members)
		own.unknown(allowedOverrides, true)
		o := &in.Overrides
		for i, into := range []**float64{&o.GBSecondX86, &o.GBSecondArm, &o.Request, &o.StateTransition, &o.EphemeralStorage, &o.SnapStartCache, &o.SnapStartRestore} {
			if price, ok := own.number(allowedOverrides[i], 0, math.MaxFloat64, "a price in USD, 0 or more"); ok {
				*into = &price
			}
		}
	}
	in.Discount, _ = f.number("discount", 0, math.Nextafter(100, 0), "per cent, from 0 to less than 100")
	in.InvocationsPerMonth, _ = f.number("invocationsPerMonth", 0, 1e15, "a number, 0 or more")
	in.ProvisionedConcurrency, _ = f.whole("provisionedConcurrency", 0, 1_000_000, "a whole number, 0 or more")
	if in.ProvisionedConcurrency > 0 && in.InvocationsPerMonth == 0 {
		if _, refused := f.raw("invocationsPerMonth"); !refused {
			f.problems.add(f.at("invocationsPerMonth"), "nothing", "a number above 0, beside provisionedConcurrency, whose standing charge they share")
		}
	}
}
