package decide

import (
	"time"

	"github.com/dualarch/dualarch/internal/tuner/run"
	"github.com/dualarch/dualarch/tuning"
)

// outOfTime returns what the run left out; nil if its time sufficed.
func (r *ranking) outOfTime() *tuning.OutOfTime {
	o := r.state.OutOfTime
	if o == nil {
		return nil
	}
	return &tuning.OutOfTime{
		Phase: string(o.Phase), Begun: o.Begun, Limit: o.Limit(),
		LimitMinutes:  run.Minutes(time.Duration(o.LimitSeconds) * time.Second),
		NeededMinutes: run.Minutes(time.Duration(o.NeededSeconds) * time.Second),
	}
}

// whyUnconfirmed says why a winner stands unconfirmed of which nothing else is known.
func (r *ranking) whyUnconfirmed() string {
	if r.state.OutOfTime != nil {
		return "there was no time to confirm it"
	}
	return "too few fresh sandboxes answered to confirm it"
}
