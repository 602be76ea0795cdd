package lambdasim

import (
	_ "embed"
	"encoding/csv"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// profilesCSV is measured on real Lambda; profiles/README.md says by whom.
//
//go:embed profiles/lambda-duration-by-memory.csv
var profilesCSV string

// minSizes is how many memory sizes a profile needs on each architecture.
const minSizes = 5

// Profile is a Workload measured on real Lambda. Between the measured sizes mean and p99 are
// interpolated on a log-log scale, below the smallest one the line goes on (at most in inverse
// proportion to memory, as CPU share does), above the largest one it is flat.
type Profile struct {
	Name   string // workload/runtime: cpu-intensive/rust
	points map[string][]point
}

// point is what was measured at one memory size.
type point struct {
	memorySize int
	timing     Timing
}

// Profiles lists the workloads measured at five sizes or more on both architectures, by name.
func Profiles() []Profile { return slices.Clone(profiles()) }

// FindProfile returns the profile of a name; it panics if there is none.
func FindProfile(name string) Profile {
	i := slices.IndexFunc(profiles(), func(p Profile) bool { return p.Name == name })
	if i < 0 {
		panic("lambdasim: no profile " + name)
	}
	return profiles()[i]
}

var profiles = sync.OnceValue(func() []Profile {
	all, err := parseProfiles(profilesCSV)
	if err != nil {
		panic(err) // the file is part of the package
	}
	return all
})

func parseProfiles(text string) ([]Profile, error) {
	rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil {
		return nil, err
	}
	byName := map[string]map[string][]point{}
	for i, row := range rows[1:] { // run, workload, runtime, arch, memory_mb, mean_ms, p99_ms, n
		memorySize, err1 := strconv.Atoi(row[4])
		mean, err2 := strconv.ParseFloat(row[5], 64)
		p99, err3 := strconv.ParseFloat(row[6], 64)
		for _, err := range []error{err1, err2, err3} {
			if err != nil {
				return nil, fmt.Errorf("row %d: %w", i+2, err)
			}
		}
		name, architecture := row[1]+"/"+row[2], row[3]
		if byName[name] == nil {
			byName[name] = map[string][]point{}
		}
		byName[name][architecture] = append(byName[name][architecture], point{memorySize, Timing{Mean: mean, P99: p99}})
	}
	var usable []Profile
	for _, name := range slices.Sorted(maps.Keys(byName)) {
		points := byName[name]
		if len(points["x86_64"]) < minSizes || len(points["arm64"]) < minSizes {
			continue
		}
		for _, list := range points {
			slices.SortFunc(list, func(a, b point) int { return a.memorySize - b.memorySize })
		}
		usable = append(usable, Profile{Name: name, points: points})
	}
	return usable, nil
}

// MemorySizes returns the sizes that were measured on an architecture, in MB.
func (p Profile) MemorySizes(architecture string) []int {
	var sizes []int
	for _, pt := range p.points[architecture] {
		sizes = append(sizes, pt.memorySize)
	}
	return sizes
}

// Timing returns the distribution of durations at a memory size.
func (p Profile) Timing(architecture string, memorySize int) Timing {
	points := p.points[architecture]
	last := points[len(points)-1]
	if memorySize >= last.memorySize {
		return last.timing
	}
	above := slices.IndexFunc(points, func(pt point) bool { return memorySize < pt.memorySize })
	a, b := points[max(0, above-1)], points[max(1, above)]
	at := math.Log(float64(memorySize)/float64(a.memorySize)) / math.Log(float64(b.memorySize)/float64(a.memorySize))
	line := func(from, to float64) float64 {
		v := from * math.Pow(to/from, at)
		if at < 0 {
			v = min(v, from*float64(a.memorySize)/float64(memorySize))
		}
		return v
	}
	return Timing{Mean: line(a.timing.Mean, b.timing.Mean), P99: line(a.timing.P99, b.timing.P99)}
}
