package statemachine

// Execution is one run of a Machine.
type Execution struct {
	ARN string
}
