package tuner

import (
	"context"
	"fmt"
)

// payloads gives the input's payloads, read from S3 where it says so.
func (a *attempt) payloads(ctx context.Context, in Input) ([]WeightedPayload, error) {
	payloads := in.Payloads
	if in.PayloadS3 != "" {
		object, err := a.Objects.Object(ctx, in.PayloadS3)
		if err != nil {
			return nil, fmt.Errorf("reading the payload from %s: %w", in.PayloadS3, err)
		}
		if payloads, err = DecodePayload(object, in.Num); err != nil {
			return nil, fmt.Errorf("the payload in %s: %w", in.PayloadS3, err)
		}
	}
	for i, p := range payloads {
		if len(p.Body) > maxPayload {
			return nil, problem(NotTunable, "payload %d has %d bytes: Lambda takes at most %d", i, len(p.Body), maxPayload)
		}
	}
	if len(payloads) == 0 {
		payloads = []WeightedPayload{{Samples: 1}}
	}
	return payloads, nil
}

// confirmingOrder says which payload each of a confirming sandbox's samples gets. It is the same for all
// sandboxes, else they would differ by what they were asked: every payload once, then more of each by its
// weight; where there are more payloads than samples, those that weigh most.
func confirmingOrder(payloads []WeightedPayload, samples int) []int {
	byWeight := payloadOrder(payloads)
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

// payloadOrder says which payload each of a configuration's samples gets: every payload as often as
// its Samples say, spread evenly, so that a part of the samples has the same mixture.
func payloadOrder(payloads []WeightedPayload) []int {
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
