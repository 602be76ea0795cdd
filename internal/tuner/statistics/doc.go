// Package statistics describes samples: means, spreads and percentiles of durations and costs (statistics.go), and by how
// much one set of values is smaller than another, with a confidence interval (advantage.go).
package statistics
