// Package price knows what an invocation costs. prices_table.go holds the prices, their source and date. Terms are what
// an input says of them. For returns the Prices of a function's invocations in production, ForRun those of the run's
// own invocations of it.
package price
