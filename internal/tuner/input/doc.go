// Package input decodes an execution's input. Decode checks all of it and reports every problem at once, with its
// JSON path, what was given and what may be given; what the input leaves out, the construct's Defaults say.
//
// Read input.go (the result), then decode.go, which reads field by field with what fields.go offers.
package input
