package run

import (
	"github.com/dualarch/dualarch/internal/tuner/input"
	"github.com/dualarch/dualarch/tuning"
	"github.com/dualarch/dualarch/tuning/explore/terms"
)

// NeededVersion is a version that a round needs.
type NeededVersion struct {
	tuning.Configuration
	VersionKey
	Sandbox int // the number of its first sandbox among those of its configuration
	AtOnce  int // its sandboxes, if they are invoked at once; else 1
	Samples int // that count, of all its sandboxes
}

// ChunkSize is how many versions of a function exist at once if each sample needs its own.
const ChunkSize = 20

// NeededVersions lists the versions a round needs, first every configuration's first, then every second, so
// that sizes and architectures are interleaved however far Prepare comes.
func NeededVersions(in input.Input, r Round) []NeededVersion {
	var all []NeededVersion
	for sandbox := 0; ; sandbox += max(1, r.AtOnce) {
		before := len(all)
		for _, m := range r.Measurements {
			sandboxes, samples := max(1, r.Sandboxes), m.Samples
			if in.OnlyColdStarts {
				sandboxes, samples = sandboxes*m.Samples, 1
			}
			if sandbox < sandboxes {
				atOnce := min(max(1, r.AtOnce), sandboxes-sandbox)
				all = append(all, NeededVersion{
					Configuration: m.Configuration, VersionKey: VersionKey{Round: r.Number, Index: len(all)},
					Sandbox: sandbox, AtOnce: atOnce, Samples: atOnce * samples,
				})
			}
		}
		if len(all) == before {
			return all
		}
	}
}

// NextChunk returns the part of a round that is published at once, and whether it is the last: all of the round, but
// with onlyColdStarts no more than ChunkSize versions of each function.
func NextChunk(in input.Input, r Round) (part []NeededVersion, last bool) {
	all := NeededVersions(in, r)
	rest := all[min(r.Done, len(all)):]
	if !in.OnlyColdStarts {
		return rest, true
	}
	versions := map[tuning.Architecture]int{}
	for i, w := range rest {
		if versions[w.Architecture] == ChunkSize {
			return rest[:i], false
		}
		versions[w.Architecture]++
	}
	return rest, true
}

// VersionsAtOnce counts the versions of the round's next chunk by architecture.
func VersionsAtOnce(in input.Input, r Round) map[tuning.Architecture]int {
	versions := map[tuning.Architecture]int{}
	part, _ := NextChunk(in, r)
	for _, w := range part {
		versions[w.Architecture]++
	}
	return versions
}

// Failed reports whether a configuration is out of the run.
func Failed(failures []tuning.Failure, c tuning.Configuration) bool {
	_, out := terms.RuledOut(c, failures)
	return out
}

// FirstSandbox is the number of a round's first sandbox of each configuration: rounds number them apart.
func FirstSandbox(r Round) int { return (r.Number - 1) * input.MaxNum }

// RoundOf is the number of the round that took a sample.
func RoundOf(s tuning.Sample) int { return s.Sandbox/input.MaxNum + 1 }
