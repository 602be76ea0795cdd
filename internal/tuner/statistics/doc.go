// Package statistics describes samples: means, spreads and percentiles of durations and costs.
package statistics
