package dualarch

// PowerTuningOptions say how the siblings of one function are tuned.
type PowerTuningOptions struct {
	// Disabled leaves the tuning stack out; the other options are not looked at.
	//
	// Default: false.
	Disabled *bool
}
