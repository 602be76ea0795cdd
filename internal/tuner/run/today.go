package run

import "github.com/dualarch/dualarch/tuning"

// Today returns the configuration that live traffic runs on: that of the first function.
func (j Journal) Today() tuning.Configuration {
	if len(j.Targets) == 0 {
		return tuning.Configuration{}
	}
	return tuning.Configuration{Architecture: j.Targets[0].Architecture, MemorySize: j.Targets[0].Today.MemorySize}
}
