package tuning

import (
	"context"
	"fmt"

	"github.com/dualarch/dualarch/tuning/explore"
)

// storable refuses a run whose first versions do not fit into the code storage that an account has left
// in a region: all that the targets there need at once.
func (a *attempt) storable(ctx context.Context, in Input, s State) error {
	versions := map[explore.Architecture]int{}
	part, _ := chunk(in, s.Round)
	for _, w := range part {
		versions[w.Architecture]++
	}
	type need struct {
		versions int
		bytes    int64
	}
	needs := map[string]need{} // by region
	for _, t := range s.Journal.Targets {
		region := regionOf(t.Function)
		n := needs[region]
		n.versions += versions[t.Architecture]
		n.bytes += int64(versions[t.Architecture]) * t.CodeSize
		needs[region] = n
	}
	for _, t := range s.Journal.Targets { // in their order
		account, err := read(ctx, a, func() (Account, error) { return a.Lambda.Account(ctx, t.Function) })
		if err != nil {
			return fmt.Errorf("reading the account's limits: %w", err)
		}
		if n := needs[regionOf(t.Function)]; n.bytes > account.CodeStorageLeft {
			return problem(NotTunable, "the run's first %d versions take %d MB, and the account has %d MB of code storage left: ask for fewer memory sizes, or delete versions that nobody needs",
				n.versions, n.bytes>>20, account.CodeStorageLeft>>20)
		}
	}
	return nil
}
