// Package summary puts a survey's report into words and sums: what the command's table and the page say in common.
//
// Read totals.go (sums), words.go (cells and sentences), then adopt.go (where a function comes from, and the command that
// adopts it). An amount that comes from prices alone is called an estimate by whoever prints it.
package summary
