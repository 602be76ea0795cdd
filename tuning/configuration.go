package tuning

import "slices"

// Architecture is a Lambda instruction set as Lambda's API spells it.
type Architecture string

// The two instruction sets of AWS Lambda.
const (
	X86 Architecture = "x86_64"
	Arm Architecture = "arm64"
)

// Configuration is what is measured: one architecture's function at one memory size.
type Configuration struct {
	Architecture Architecture `json:"architecture"`
	MemorySize   int          `json:"memorySize"` // MB
}

// Measurement asks for samples of one configuration.
type Measurement struct {
	Configuration
	Samples int `json:"samples"`
}

// Compare orders configurations by size, then architecture.
func (c Configuration) Compare(d Configuration) int {
	if c.MemorySize != d.MemorySize {
		return c.MemorySize - d.MemorySize
	}
	return slices.Compare([]byte(c.Architecture), []byte(d.Architecture))
}
