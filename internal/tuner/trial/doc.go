// Package trial sums up the samples that confirm: as one value for each sandbox, and as the noise that calls give it.
package trial
