// Package price holds the prices and computes what an invocation costs.
//
// Read prices_table.go (the prices, their source and date), terms.go (what an input and a function say of them), then
// price.go: For returns the Prices of a function's invocations in production, ForRun those of the run's own.
package price
