package tuning

import "github.com/dualarch/dualarch/tuning/explore"

// EncodeSamples packs samples for the state; their cost is left out, since it follows from the rest.
func EncodeSamples(samples []explore.Sample) (string, error) { return "", nil }

// DecodeSamples unpacks what EncodeSamples packed, in the same order. "" is no samples.
func DecodeSamples(packed string) ([]explore.Sample, error) { return nil, nil }

// EncodedSamplesLimit is an upper bound of EncodeSamples' length for that many samples, in bytes.
func EncodedSamplesLimit(samples int) int { return 0 }
