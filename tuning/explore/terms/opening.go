package terms

// OpeningSamples is how many samples the first round takes of the first configuration, from which the noise is learnt.
const OpeningSamples = 2

// largestOpening is the most configurations that the first round asks for: today's with the anchors.
const largestOpening = 4

// WorstOpening returns the most invocations that the first round can take if one pass over the payloads takes cycle
// samples.
func WorstOpening(cycle int) int { return largestOpening * 2 * WholeCycles(OpeningSamples, cycle) }

// WholeCycles rounds a number of samples up to whole passes over the payloads.
func WholeCycles(samples, cycle int) int {
	cycle = max(1, cycle)
	return (samples + cycle - 1) / cycle * cycle
}
