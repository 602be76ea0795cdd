package publish

import (
	"context"
	"encoding/json"
	"errors"

	"github.com/dualarch/dualarch/internal/tuner/cloud"
	"github.com/dualarch/dualarch/internal/tuner/publish/keyname"
	"github.com/dualarch/dualarch/tuning"
)

// latest is the last result of a target, the zero value if there is none.
type latest struct {
	tuning.Result
	// comparable reports whether it says what the last advice was, if there was any.
	comparable bool
	// replace reports whether it may be replaced; onlyNew, only if there is none after all.
	replace, onlyNew bool
}

// latestAt returns where the last result is.
func (p *publication) latestAt() string {
	return p.location(keyname.Latest(p.where.Prefix, p.verdict.Target))
}

// location returns where an object is, for people and for package cloud.
func (p *publication) location(key string) string { return "s3://" + p.where.Bucket + "/" + key }

// readLatest reads the last result. Who may not list a bucket is refused the same for an object that is not there as for
// one that may not be read; no permission to list is needed if renew then writes only where there is none.
func (p *publication) readLatest(ctx context.Context) latest {
	where := p.latestAt()
	var text []byte
	err := again(ctx, func(ctx context.Context) (err error) {
		text, err = p.clients.Objects.Object(ctx, where)
		return err
	})
	switch {
	case errors.Is(err, cloud.ErrNotFound):
		return latest{comparable: true, replace: true}
	case errors.Is(err, cloud.ErrDenied):
		return latest{comparable: true, replace: true, onlyNew: true}
	case err != nil:
		p.problem(err, "%s could not be read, so nothing says whether the advice has changed, and the next verdict is compared with it too", where)
		return latest{}
	}
	l := latest{comparable: true, replace: true}
	if err := json.Unmarshal(text, &l.Result); err != nil {
		p.problem(err, "%s was no result, so nothing says whether the advice has changed; it was replaced", where)
		return latest{replace: true}
	}
	return l
}

// keep writes the result under a key of its own.
func (p *publication) keep(ctx context.Context, advice []tuning.LastAdvice) {
	p.verdict.Object = p.location(keyname.Result(p.where.Prefix, p.verdict.Target, p.execution.Name, p.execution.StartTime))
	if err := p.put(ctx, p.verdict.Object, advice, false); err != nil {
		p.problem(err, "the verdict is not kept as %s", p.verdict.Object)
		p.verdict.Object = ""
	}
}

// renew makes the result the one that the next is compared with, and reports whether it was compared with the one before.
func (p *publication) renew(ctx context.Context, l latest, advice []tuning.LastAdvice) bool {
	if !l.replace {
		return false
	}
	where := p.latestAt()
	if err := p.put(ctx, where, advice, l.onlyNew); err != nil {
		if l.onlyNew {
			p.problem(err, "%s may not be read, so nothing says whether the advice has changed", where)
			return false
		}
		p.problem(err, "%s still has the verdict before, with which the next is compared too", where)
	}
	return l.comparable
}

func (p *publication) put(ctx context.Context, where string, advice []tuning.LastAdvice, onlyNew bool) error {
	text, err := json.Marshal(tuning.Result{Output: p.output, Advice: advice, Execution: tuning.ResultExecution{
		ARN: p.execution.ARN, StateMachine: p.execution.StateMachine, Started: p.execution.StartTime, Stopped: p.verdict.Time,
	}})
	if err != nil {
		return err
	}
	return again(ctx, func(ctx context.Context) error {
		err := p.clients.Results.PutObject(ctx, where, text, onlyNew)
		if onlyNew && errors.Is(err, cloud.ErrPrecondition) {
			return errThere // and will be
		}
		return err
	})
}

var errThere = errors.New("there is one")
