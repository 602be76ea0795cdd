package input

// ConfirmingOrder returns which payload each sample of a confirming sandbox gets. It is the same for all sandboxes, or
// they would differ by what they were asked: every payload once, then more of each by its weight; if there are more
// payloads than samples, those with the largest weights.
func ConfirmingOrder(payloads []WeightedPayload, samples int) []int {
	byWeight := PayloadOrder(payloads)
	var order []int
	if len(payloads) <= samples {
		for i := range payloads {
			order = append(order, i)
		}
	}
	for i := 0; len(order) < samples; i++ {
		order = append(order, byWeight[i%len(byWeight)])
	}
	return order
}

// PayloadOrder returns which payload each of a configuration's samples gets: every payload as often as its Samples say,
// spread evenly, so that a part of the samples has the same mixture.
func PayloadOrder(payloads []WeightedPayload) []int {
	total := 0
	for _, p := range payloads {
		total += p.Samples
	}
	if total == 0 {
		return []int{0}
	}
	order := make([]int, 0, total)
	credit := make([]int, len(payloads))
	for range total {
		best := 0
		for i, p := range payloads {
			credit[i] += p.Samples
			if credit[i] > credit[best] {
				best = i
			}
		}
		credit[best] -= total
		order = append(order, best)
	}
	return order
}
