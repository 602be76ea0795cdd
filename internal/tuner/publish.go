package tuner

import (
	"context"

	"github.com/dualarch/dualarch/internal/tuner/publish"
	"github.com/dualarch/dualarch/internal/tuner/run"
)

// Publish keeps the verdict where the construct's owner asked for it, and announces it.
func (s Steps) Publish(ctx context.Context, e run.Event) (run.State, error) {
	return publish.Run(ctx, s.Clients, e)
}
