package tuner

import (
	"github.com/dualarch/dualarch/internal/tuner/input"
	"github.com/dualarch/dualarch/tuning"
	"github.com/dualarch/dualarch/tuning/explore"
)

// neededVersion is a version that a round needs.
type neededVersion struct {
	tuning.Configuration
	versionKey
	sandbox int // counts the versions of one configuration
	samples int // that count
}

// chunkSize is how many versions of a function exist at once where each sample needs its own.
const chunkSize = 20

// neededVersions lists the versions a round needs, first every configuration's first, then every second, so
// that sizes and architectures are interleaved however far Prepare comes.
func neededVersions(in input.Input, r Round) []neededVersion {
	var all []neededVersion
	for sandbox := 0; ; sandbox++ {
		before := len(all)
		for _, m := range r.Measurements {
			versions, samples := max(1, r.Sandboxes), m.Samples
			if in.OnlyColdStarts {
				versions, samples = versions*m.Samples, 1
			}
			if sandbox < versions {
				all = append(all, neededVersion{
					Configuration: m.Configuration, versionKey: versionKey{round: r.Number, index: len(all)},
					sandbox: sandbox, samples: samples,
				})
			}
		}
		if len(all) == before {
			return all
		}
	}
}

// nextChunk is the part of a round that is published at once: all of it, but with onlyColdStarts as much
// as gives no function more than chunkSize versions.
func nextChunk(in input.Input, r Round) (part []neededVersion, last bool) {
	all := neededVersions(in, r)
	rest := all[min(r.Done, len(all)):]
	if !in.OnlyColdStarts {
		return rest, true
	}
	versions := map[tuning.Architecture]int{}
	for i, w := range rest {
		if versions[w.Architecture] == chunkSize {
			return rest[:i], false
		}
		versions[w.Architecture]++
	}
	return rest, true
}

// failed says whether a configuration is out of the run.
func failed(failures []tuning.Failure, c tuning.Configuration) bool {
	_, out := explore.RuledOut(c, failures)
	return out
}
