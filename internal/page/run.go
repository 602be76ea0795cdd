package page

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"github.com/dualarch/dualarch/internal/arn"
	"github.com/dualarch/dualarch/internal/tuner/price"
	"github.com/dualarch/dualarch/internal/verdicts"
)

// runFacts returns what is known of the execution behind a verdict.
func runFacts(v verdicts.Verdict) []fact {
	o := v.Output
	ended := day(v.Time())
	if ended == "" {
		ended = "not known: the file has only the output"
	}
	all := []fact{{"Date", ended}}
	if v.Execution != nil && v.Execution.ARN != "" {
		all = append(all, fact{"Execution", v.Execution.ARN})
	}
	for _, t := range o.Targets {
		all = append(all, fact{"Function, " + string(t.Architecture), t.FunctionARN})
	}
	m := o.StateMachine
	all = append(all, fact{"Cost of the run", fmt.Sprintf("%s: %s for invocations of the functions, %s for state transitions, %s for the tuner's own functions",
		usd(m.LambdaCost+m.ExecutionCost+m.TunerCost), usd(m.LambdaCost), usd(m.ExecutionCost), usd(m.TunerCost))})
	all = append(all, prices(v)...)
	return append(all, fact{"Read from", v.Source})
}

// prices returns what a GB-second and a request cost, with what the input says of prices.
func prices(v verdicts.Verdict) []fact {
	terms, err := termsOf(v.Input())
	if err != nil {
		return []fact{{"Prices", "not known: " + err.Error()}}
	}
	var parts []string
	region := ""
	for _, t := range v.Output.Targets {
		region = arn.Region(t.FunctionARN)
		p := price.For(terms, price.Function{Region: region, Architecture: t.Architecture})
		parts = append(parts, fmt.Sprintf("%s: %s USD a GB-second", t.Architecture, plain(p.Invocation(1024, 1000)-p.Invocation(1024, 0))))
		if len(parts) == len(v.Output.Targets) {
			parts = append(parts, plain(p.Invocation(1024, 0))+" USD a request")
		}
	}
	text := strings.Join(parts, ", ") + " in " + region + ", by the price table of " + price.Date
	if terms.Discount > 0 {
		text += fmt.Sprintf(", with %s %% discount", figure(terms.Discount))
	}
	if terms.Overrides != (price.Overrides{}) {
		text += ", with the input's priceOverrides"
	}
	all := []fact{{"Prices", text}}
	if terms.InvocationsPerMonth > 0 {
		all = append(all, fact{"Invocations a month", grouped(strconv.FormatFloat(terms.InvocationsPerMonth, 'f', 0, 64))})
	}
	return all
}

// plain writes a price without an exponent.
func plain(v float64) string {
	return strings.TrimRight(strconv.FormatFloat(v, 'f', 12, 64), "0")
}

// number may be given as a string.
type number float64

func (n *number) UnmarshalJSON(text []byte) error {
	text = bytes.Trim(text, `"`)
	v, err := strconv.ParseFloat(string(text), 64)
	if string(text) == "null" {
		v, err = 0, nil
	}
	*n = number(v)
	return err
}

// termsOf reads what an input says of prices. Provisioned concurrency is left out: its standing charge is no price of
// a GB-second.
func termsOf(input json.RawMessage) (price.Terms, error) {
	var in struct {
		PriceOverrides                                        map[string]number
		Discount, InvocationsPerMonth, ProvisionedConcurrency number
	}
	if len(input) > 0 {
		if err := json.Unmarshal(input, &in); err != nil {
			return price.Terms{}, fmt.Errorf("the input cannot be read (%w)", err)
		}
	}
	terms := price.Terms{Discount: float64(in.Discount), InvocationsPerMonth: float64(in.InvocationsPerMonth)}
	for name, to := range map[string]**float64{
		"gbSecondX86": &terms.Overrides.GBSecondX86, "gbSecondArm": &terms.Overrides.GBSecondArm, "request": &terms.Overrides.Request,
	} {
		if given, ok := in.PriceOverrides[name]; ok {
			v := float64(given)
			*to = &v
		}
	}
	return terms, nil
}

// shownInput returns the input, indented, without its payloads: a page is shared, and events hold what is nobody's
// business.
func shownInput(input json.RawMessage) string {
	var members map[string]json.RawMessage
	if json.Unmarshal(input, &members) != nil || members == nil {
		return ""
	}
	if payload, given := members["payload"]; given {
		// A string always marshals.
		members["payload"], _ = json.Marshal(fmt.Sprintf("(left out: %d bytes)", len(payload)))
	}
	text, err := json.Marshal(members)
	if err != nil {
		return ""
	}
	var b bytes.Buffer
	if json.Indent(&b, text, "", "  ") != nil {
		return ""
	}
	return b.String()
}
