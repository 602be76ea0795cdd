package models

// Model is one package's view of one AWS service.
type Model struct {
	// Source names the package and its version: "botocore 1.44.8".
	Source string
	// Enums are the values of the service's enumerations, by the enumeration's name.
	Enums map[string][]string
	// Operations are what the service can be asked for.
	Operations map[string]Operation
	// Structures are the names of the members of requests, answers and their parts.
	Structures map[string][]string
	// Errors are the codes of all errors of the service.
	Errors []string
}

// Operation is one call of a service.
type Operation struct {
	// Input and Output are the members of request and answer.
	Input, Output []string
	// Errors are the codes that the model names for the operation. The Go SDK's
	// package names none for any.
	Errors []string
}

// Range is what a number in a request may be.
type Range struct {
	Min, Max *float64 // nil: without a bound on this side
}
