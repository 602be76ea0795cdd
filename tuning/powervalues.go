package tuning

import (
	"encoding/json"
	"fmt"
	"slices"

	"github.com/dualarch/dualarch/tuning/explore"
)

// Lambda's memory sizes, in MB.
const (
	minMemory = 128
	maxMemory = 10240
)

// defaultPowerValues are measured where neither input nor construct says what to measure: 1769 MB is
// where a function gets one whole processor.
var defaultPowerValues = []int{128, 256, 512, 1024, 1536, 1769, 2048, 3008}

// allPowerValues are what AWS Lambda Power Tuning means by "ALL".
func allPowerValues() []int {
	var all []int
	for size := minMemory; size <= 3008; size += 64 {
		all = append(all, size)
	}
	return all
}

const allowedPowerValues = `"ALL" or a list of whole numbers from 128 to 10240 (MB)`

// powerValues reads a list of memory sizes, each once, in their order; nil where none are given.
func (f fields) powerValues(name string) []int {
	raw, ok := f.raw(name)
	if !ok || !truthy(raw) {
		return nil
	}
	if string(raw) == `"ALL"` {
		return allPowerValues()
	}
	var items []json.RawMessage
	if json.Unmarshal(raw, &items) != nil {
		f.problems.add(f.at(name), shown(raw), "%s", allowedPowerValues)
		return nil
	}
	var sizes []int
	for i, item := range items {
		v, ok := numeric(item)
		if !ok || v < minMemory || v > maxMemory || v != float64(int(v)) {
			f.problems.add(fmt.Sprintf("%s[%d]", f.at(name), i), shown(item), "a whole number from 128 to 10240 (MB)")
			continue
		}
		if !slices.Contains(sizes, int(v)) {
			sizes = append(sizes, int(v))
		}
	}
	return sizes
}

// powerValuesByArchitecture reads memory sizes that differ between the two functions.
func (f fields) powerValuesByArchitecture(name string) map[explore.Architecture][]int {
	raw, ok := f.raw(name)
	if !ok {
		return nil
	}
	members, ok := object(raw)
	if !ok {
		f.problems.add(f.at(name), shown(raw), `an object with "x86_64" and "arm64", each %s`, allowedPowerValues)
		return nil
	}
	own := f.inside(name, members)
	own.unknown([]string{string(explore.X86), string(explore.Arm)}, true)
	var sizes map[explore.Architecture][]int
	for _, a := range []explore.Architecture{explore.X86, explore.Arm} {
		if list := own.powerValues(string(a)); len(list) > 0 {
			if sizes == nil {
				sizes = map[explore.Architecture][]int{}
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
