package fleet

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/dualarch/dualarch/internal/arn"
	"github.com/dualarch/dualarch/internal/tuner/price"
)

const (
	// usageDays is for how long usage is counted.
	usageDays = 30
	// monthDays is what AWS reckons a month: 730 hours.
	monthDays = 730.0 / 24
)

// load is how often a target runs a month, and what that costs in USD.
type load struct{ invocations, bill float64 }

// loads returns those of all targets, by their first function. What cannot be seen is left out, and said.
func loads(ctx context.Context, c Cloud, all []target, now time.Time) (map[string]load, []string) {
	byRegion := map[string][]target{}
	for _, t := range all {
		region := arn.Region(t.first())
		byRegion[region] = append(byRegion[region], t)
	}
	found, notes := map[string]load{}, []string(nil)
	for _, region := range slices.Sorted(maps.Keys(byRegion)) {
		functions, err := retried(ctx, func() ([]Function, error) { return c.Functions(ctx, region) })
		if denied(err) {
			notes = append(notes, fmt.Sprintf("the memory sizes of the functions in %s could not be read, so bills are reckoned with 1024 MB: %v", region, err))
		}
		var queries []Query
		var owners []target
		for _, t := range byRegion[region] {
			for _, q := range t.queries() {
				queries, owners = append(queries, q), append(owners, t)
			}
		}
		usage, err := retried(ctx, func() ([]Usage, error) { return c.Usage(ctx, region, queries, now.AddDate(0, 0, -usageDays)) })
		if denied(err) {
			notes = append(notes, fmt.Sprintf("how often the functions in %s run could not be read, so there are no savings a month, and equal shares of a budget: %v", region, err))
			continue
		}
		known := map[string]Function{}
		for _, f := range functions {
			known[f.ARN] = f
		}
		for i, u := range usage {
			t := owners[i]
			l := found[t.first()]
			l.invocations += u.Invocations * monthDays / usageDays
			l.bill += bill(known, t, u) * monthDays / usageDays
			found[t.first()] = l
		}
	}
	return found, notes
}

// queries ask for the traffic of a target: what reaches its live alias, else all of the function. The tuner's own
// invocations are of versions that no alias names.
func (t target) queries() []Query {
	if function, alias := arn.SplitFunction(t.Serving); alias != "" {
		return []Query{{Function: arn.Name(function), Resource: arn.Name(function) + ":" + alias}}
	}
	var all []Query
	for _, f := range t.Functions {
		q := Query{Function: arn.Name(f)}
		if t.LiveAlias != "" {
			q.Resource = q.Function + ":" + t.LiveAlias
		}
		all = append(all, q)
	}
	return all
}

// bill returns what a target's usage costs, by the memory size of its $LATEST: it decides about shares, nothing else.
func bill(known map[string]Function, t target, u Usage) float64 {
	if u.Invocations == 0 {
		return 0
	}
	function, _ := arn.SplitFunction(t.Serving)
	if function == "" {
		function = t.first()
	}
	f, ok := known[function]
	if !ok {
		f.MemorySize = 1024
	}
	p := price.ForRun(price.Terms{}, price.Function{Region: arn.Region(function), Architecture: f.Architecture})
	return u.Invocations * p.Invocation(f.MemorySize, u.Milliseconds/u.Invocations)
}
