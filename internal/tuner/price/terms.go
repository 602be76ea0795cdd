package price

import "github.com/dualarch/dualarch/tuning"

// Terms are what an execution's input says of prices.
type Terms struct {
	Overrides              Overrides
	Discount               float64 // per cent, 0 to 100
	InvocationsPerMonth    float64
	ProvisionedConcurrency int
}

// Function is the part of a function's configuration that decides its prices.
type Function struct {
	Region           string
	Architecture     tuning.Architecture
	EphemeralStorage int // MB
	// SnapshotsCharged reports that AWS charges for the function's snapshots: SnapStart is free on Java's
	// managed runtimes alone.
	SnapshotsCharged bool
}

// Overrides replace entries of the price table; nil means the table's.
type Overrides struct {
	GBSecondX86      *float64 `json:"gbSecondX86,omitempty"`      // USD
	GBSecondArm      *float64 `json:"gbSecondArm,omitempty"`      // USD
	Request          *float64 `json:"request,omitempty"`          // USD a request
	StateTransition  *float64 `json:"stateTransition,omitempty"`  // USD a transition
	EphemeralStorage *float64 `json:"ephemeralStorage,omitempty"` // USD a GB-second above 512 MB
	SnapStartCache   *float64 `json:"snapStartCache,omitempty"`   // USD a GB-second, where snapshots are not free
	SnapStartRestore *float64 `json:"snapStartRestore,omitempty"` // USD a GB restored, the same
}
