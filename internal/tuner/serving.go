package tuner

import (
	"context"
	"errors"
	"fmt"

	"github.com/dualarch/dualarch/internal/arn"
	"github.com/dualarch/dualarch/internal/tuner/cloud"
	"github.com/dualarch/dualarch/internal/tuner/input"
	"github.com/dualarch/dualarch/internal/tuner/run"
)

// latestVersion is what a target's Today says if nothing serves from it.
const latestVersion = "$LATEST"

// served takes today's configuration from another function, which serves instead of the target, if it runs on the
// target's architecture.
func (a *attempt) served(ctx context.Context, serving string, t *run.Target, latest cloud.FunctionConfiguration) ([]string, error) {
	function, alias := arn.SplitFunction(serving)
	c, err := cloud.Read(ctx, a.Session, func() (cloud.FunctionConfiguration, error) { return a.Lambda.Configuration(ctx, function, alias) })
	switch {
	case errors.Is(err, cloud.ErrNotFound):
		return []string{fmt.Sprintf("the serving function %s is not there: today's configuration is taken from $LATEST of %s", serving, t.Function)}, nil
	case err != nil:
		return nil, fmt.Errorf("reading %s: %w", serving, err)
	case c.Architecture != t.Architecture:
		return nil, nil
	}
	t.Today = run.Today{MemorySize: c.MemorySize, Version: c.Version}
	if c.CodeSHA256 != latest.CodeSHA256 {
		return []string{fmt.Sprintf("what %s runs (version %s) is not the code of %s, which is what was measured", serving, c.Version, t.Function)}, nil
	}
	return nil, nil
}

// servedFirst puts the target first whose architecture serves today: in the middle of a deployment, or after one that
// was rolled back, that is not the construct's primary.
func servedFirst(in input.Input, targets []run.Target) {
	if in.Serving != "" && len(targets) == 2 && targets[0].Today.Version == latestVersion && targets[1].Today.Version != latestVersion {
		targets[0], targets[1] = targets[1], targets[0]
	}
}
