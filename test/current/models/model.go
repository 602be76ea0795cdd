package models

import (
	"regexp"
	"slices"
	"strings"
)

// Model is one package's view of one AWS service.
type Model struct {
	// Source names the package and its version: "botocore 1.44.8".
	Source string
	// Enums are the values of the service's enumerations, by the enumeration's name.
	Enums map[string][]string
	// Operations are what the service can be asked for.
	Operations map[string]Operation
	// Errors are the codes of all errors of the service.
	Errors []string
}

// Operation is one call of a service.
type Operation struct {
	// Input and Output are the members of request and answer.
	Input, Output []string
	// Quantities are the numbers with a unit that the documentation of a member of the
	// request names: "1800 seconds". Some limits are found nowhere else.
	Quantities map[string][]string

	// What follows only botocore says.

	// Leaves are the members of the answer with the members of those that are structures
	// in their place: "VpcConfig.SubnetIds".
	Leaves []string

	// Errors are the codes of the errors that it may answer with.
	Errors []string
	// Ranges are the bounds of numbers in the request, by their place in it:
	// "EphemeralStorage.Size". Lengths are those of strings, in characters.
	Ranges, Lengths map[string]Range
}

// Range is what a number in a request may be.
type Range struct {
	Min, Max *float64 // nil: without a bound on this side
}

var quantity = regexp.MustCompile(`\b(\d[\d,]*)\s(seconds|minutes|KB|MB|GB)\b`)

// quantitiesOf finds the quantities in a text.
func quantitiesOf(documentation string) []string {
	var found []string
	for _, match := range quantity.FindAllStringSubmatch(documentation, -1) {
		found = append(found, strings.ReplaceAll(match[1], ",", "")+" "+match[2])
	}
	slices.Sort(found)
	return slices.Compact(found)
}
