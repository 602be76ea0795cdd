// Package explorer makes the explorer that an execution asks for, of package explore, out of its input and state: what
// there is to measure, at which prices, within which budget. It is all in explorer.go; begin with Of.
package explorer
