package input

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"

	"github.com/dualarch/dualarch/internal/lambdalimits"
	"github.com/dualarch/dualarch/internal/tuner/input/lenient"
	"github.com/dualarch/dualarch/tuning"
)

// defaultPowerValues are measured if neither input nor construct gives sizes. With 1769 MB a function gets one whole
// vCPU.
var defaultPowerValues = []int{128, 256, 512, 1024, 1536, 1769, 2048, 3008}

// AllPowerValues returns what AWS Lambda Power Tuning means by "ALL".
func AllPowerValues() []int {
	var all []int
	for size := lambdalimits.MemorySize.Least; size <= 3008; size += 64 {
		all = append(all, size)
	}
	return all
}

const allowedPowerValues = `"ALL" or a list of whole numbers of MB, each 128 or more`

// powerValues reads a list of memory sizes, each once, in their order; nil if none are given. A size larger than any
// known here is left to Lambda, which refuses to publish it or has raised its limit.
func (f fields) powerValues(name string) []int {
	raw, ok := f.raw(name)
	if !ok || !lenient.Truthy(raw) {
		return nil
	}
	if string(raw) == `"ALL"` {
		return AllPowerValues()
	}
	var items []json.RawMessage
	if json.Unmarshal(raw, &items) != nil {
		f.problems.add(f.at(name), shown(raw), "%s", allowedPowerValues)
		return nil
	}
	var sizes []int
	for i, item := range items {
		v, ok := lenient.Number(item)
		path := fmt.Sprintf("%s[%d]", f.at(name), i)
		if !ok || v < float64(lambdalimits.MemorySize.Least) || v > math.MaxInt32 || v != math.Trunc(v) {
			f.problems.add(path, shown(item), "a whole number of MB, 128 or more")
			continue
		}
		if !slices.Contains(sizes, int(v)) {
			sizes = append(sizes, int(v))
			f.warnOfSize(path, int(v))
		}
	}
	return sizes
}

// warnOfSize warns of a memory size that no function that can be tuned was known to have.
func (f fields) warnOfSize(path string, size int) {
	if text := lambdalimits.MemorySize.Exceeds(float64(size), lambdalimits.Kind{}); text != "" {
		*f.warnings = append(*f.warnings, path+": "+text+": if it still does, this size fails and the others are measured")
	}
}

// powerValuesByArchitecture reads memory sizes that differ between the two functions.
func (f fields) powerValuesByArchitecture(name string) map[tuning.Architecture][]int {
	raw, ok := f.raw(name)
	if !ok {
		return nil
	}
	members, ok := lenient.Object(raw)
	if !ok {
		f.problems.add(f.at(name), shown(raw), `an object with "x86_64" and "arm64", each %s`, allowedPowerValues)
		return nil
	}
	own := f.inside(name, members)
	own.unknown([]string{string(tuning.X86), string(tuning.Arm)}, true)
	var sizes map[tuning.Architecture][]int
	for _, a := range []tuning.Architecture{tuning.X86, tuning.Arm} {
		if list := own.powerValues(string(a)); len(list) > 0 {
			if sizes == nil {
				sizes = map[tuning.Architecture][]int{}
			}
			sizes[a] = slices.Sorted(slices.Values(list))
		}
	}
	return sizes
}

// inside reads the members of an object within the input.
func (f fields) inside(name string, members map[string]json.RawMessage) fields {
	return fields{path: f.at(name), values: members, problems: f.problems, warnings: f.warnings}
}
