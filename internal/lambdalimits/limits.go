// Package lambdalimits has AWS Lambda's limits on a function's memory size, time-out and
// ephemeral storage, for constructs and tuner.
//
// The table only knows the limits of its day. AWS raises limits, so a value above one is
// never an error: Exceeds is for a warning. A value below a setting's least is an error.
//
// Source: the model of Lambda's API (2015-03-31) in botocore 1.44.8 of 2026-11-20. Its
// shapes have the least and the most of all functions; the documentation of Timeout,
// EphemeralStorage and Invoke says which functions may have more than others. The models
// in aws-sdk-go-v2/service/lambda 1.114.4 and cfn-lint 1.58.0 are older and still have 900
// seconds for event functions.
package lambdalimits

import "fmt"

// AsOf is the date of the model that the table was read from.
const AsOf = "2026-11-20"

// Setting is a property of a function and the whole numbers that Lambda takes for it.
type Setting struct {
	Name string // as Lambda's API and CloudFormation call it
	Unit string
	// Least and Most hold for every function.
	Least, Most int
	// Extended is the most for kinds of functions that may have more.
	Extended int
	// kinds names them; may reports whether a function is one.
	kinds string
	may   func(Kind) bool
}

// Kind is the part of a function's configuration that extends its limits.
type Kind struct {
	CapacityProvider bool // CapacityProviderConfig: it runs on managed instances
	Accelerator      bool // AcceleratorConfig
}

// The settings that have limits.
var (
	MemorySize = Setting{
		Name: "MemorySize", Unit: "MB", Least: 128, Most: 10_240, Extended: 32_768,
		kinds: "functions with a capacity provider or an accelerator", may: func(k Kind) bool { return k.CapacityProvider || k.Accelerator },
	}
	// EphemeralStorage is extended for accelerators, by the documentation. These come with
	// a capacity provider, which is all that CDK's class shows.
	EphemeralStorage = Setting{
		Name: "EphemeralStorage", Unit: "MB", Least: 512, Most: 10_240, Extended: 32_768,
		kinds: "functions with a capacity provider or an accelerator", may: func(k Kind) bool { return k.CapacityProvider || k.Accelerator },
	}
	// Timeout is extended for asynchronous invocations and event source mappings only:
	// a synchronous invocation lasts at most Timeout.Most.
	Timeout = Setting{
		Name: "Timeout", Unit: "seconds", Least: 1, Most: 1800, Extended: 5400,
		kinds: "functions with a capacity provider", may: func(k Kind) bool { return k.CapacityProvider },
	}
)

// MostFor returns the most that a function of a kind may have.
func (s Setting) MostFor(k Kind) int {
	if s.may(k) {
		return s.Extended
	}
	return s.Most
}

// Exceeds returns a warning if a value is above the limit for a function of a kind, such
// as "20480 MB were given; Lambda allowed at most 10240 MB as of …", or "".
func (s Setting) Exceeds(value float64, k Kind) string {
	if value <= float64(s.MostFor(k)) {
		return ""
	}
	others := ""
	if !s.may(k) && value <= float64(s.Extended) {
		others = fmt.Sprintf(" (%d for %s)", s.Extended, s.kinds)
	}
	return fmt.Sprintf("%.10g %s were given; Lambda allowed at most %d %s as of %s%s", value, s.Unit, s.MostFor(k), s.Unit, AsOf, others)
}
