package tuner

import (
	"context"
	"fmt"

	"github.com/dualarch/dualarch/internal/tuner/input"
	"github.com/dualarch/dualarch/internal/tuner/run"
)

// payloads returns the input's payloads, read from S3 if it says so.
func (a *attempt) payloads(ctx context.Context, in input.Input) ([]input.WeightedPayload, error) {
	payloads := in.Payloads
	if in.PayloadS3 != "" {
		object, err := a.Objects.Object(ctx, in.PayloadS3)
		if err != nil {
			return nil, fmt.Errorf("reading the payload from %s: %w", in.PayloadS3, err)
		}
		if payloads, err = input.DecodePayload(object, in.Num); err != nil {
			return nil, fmt.Errorf("the payload in %s: %w", in.PayloadS3, err)
		}
	}
	for i, p := range payloads {
		if len(p.Body) > input.MaxPayload {
			return nil, run.Problemf(run.NotTunable, "payload %d has %d bytes: Lambda takes at most %d", i, len(p.Body), input.MaxPayload)
		}
	}
	if len(payloads) == 0 {
		payloads = []input.WeightedPayload{{Samples: 1}}
	}
	return payloads, nil
}
