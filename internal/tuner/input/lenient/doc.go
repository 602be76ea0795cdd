// Package lenient tells what people meant: a value of another JSON type than the field's, as JavaScript would take it,
// and a name that is almost that of a field. AWS Lambda Power Tuning, whose inputs are read too, is written in JavaScript.
package lenient
