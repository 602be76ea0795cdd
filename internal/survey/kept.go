package survey

import (
	"cmp"
	"context"
	"fmt"
	"path"
	"slices"

	"github.com/dualarch/dualarch/internal/execution"
	"github.com/dualarch/dualarch/internal/tuner/publish/keyname"
	"github.com/dualarch/dualarch/internal/verdicts"
)

// place is where a tuner keeps its Results. Several tuners may share one.
type place struct{ bucket, prefix string }

func (p place) String() string { return "s3://" + p.bucket + "/" + p.prefix }

// recallKept adds the newest verdicts among the machines' Results, of functions that have none yet: of executions that
// Step Functions has forgotten, and of state machines that were replaced meanwhile.
func (s *surveyor) recallKept(ctx context.Context, r *region, client *execution.Client, machines []execution.Machine, byARN map[string]*function) {
	sharing := map[place][]execution.Machine{}
	var places []place
	for _, m := range machines {
		if where := m.Defaults.Results; where != nil {
			p := place{where.Bucket, where.Prefix}
			if sharing[p] == nil {
				places = append(places, p)
			}
			sharing[p] = append(sharing[p], m)
		}
	}
	for _, p := range places {
		s.regional(ctx, r, "verdicts in "+p.String(), func(ctx context.Context, _ *region) error {
			return readKept(ctx, client, sharing[p], byARN)
		})
	}
}

// readKept reads the folders of a place that the machines share: first those that are named like a function without a
// verdict or its construct, then others, until fewExecutions of them in a row brought none.
func readKept(ctx context.Context, client *execution.Client, machines []execution.Machine, byARN map[string]*function) error {
	expected := unmeasured(machines, byARN)
	if len(expected) == 0 {
		return nil
	}
	folders, err := client.Folders(ctx, machines[0])
	if err != nil {
		return err
	}
	slices.SortStableFunc(folders, func(a, b string) int {
		return cmp.Compare(min(1, len(expected[path.Base(b)])), min(1, len(expected[path.Base(a)])))
	})
	seen := map[*function]bool{}
	for _, f := range byARN {
		seen[f] = f.Measured != nil
	}
	vain, left := 0, mostExecutions
	for _, folder := range folders {
		missing := expected[path.Base(folder)]
		if len(missing) == 0 && vain == fewExecutions {
			break
		}
		vain++
		misses := 0
		err := client.Kept(ctx, machines[0], folder, func(v verdicts.Verdict) bool {
			left--
			misses++
			for _, f := range take(v, byARN) {
				if !seen[f] {
					seen[f], vain, misses = true, 0, 0
				}
			}
			missing = slices.DeleteFunc(missing, func(given string) bool { return byARN[given].Measured != nil })
			// Another stack's construct of the same name may share the folder.
			return len(missing) > 0 && misses < fewExecutions && left > 0
		})
		if err != nil {
			return err
		}
		if left == 0 {
			return fmt.Errorf("only %d kept verdicts were read", mostExecutions)
		}
	}
	return nil
}

// unmeasured returns the functions that have no verdict, by the folders in which one is likely to be: their own, and those
// of the machines' constructs.
func unmeasured(machines []execution.Machine, byARN map[string]*function) map[string][]string {
	folders := map[string][]string{}
	expect := func(name string, functions ...string) {
		for _, given := range functions {
			if f := byARN[given]; f != nil && f.Measured == nil {
				folders[keyname.Of(name)] = append(folders[keyname.Of(name)], given)
			}
		}
	}
	for _, f := range byARN {
		expect(f.Name, f.ARN)
	}
	for _, m := range machines {
		for _, t := range m.Defaults.Targets {
			expect(t.Name, t.Functions...)
		}
	}
	return folders
}
