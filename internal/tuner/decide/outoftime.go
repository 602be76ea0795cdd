package decide

import (
	"fmt"
	"time"

	"github.com/dualarch/dualarch/internal/tuner/confirm"
	"github.com/dualarch/dualarch/internal/tuner/phrase"
	"github.com/dualarch/dualarch/internal/tuner/run"
	"github.com/dualarch/dualarch/tuning"
)

// outOfTime returns what the run left out; nil if its time sufficed.
func (r ranked) outOfTime() *tuning.OutOfTime {
	o := r.State.OutOfTime
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
func (r ranked) whyUnconfirmed(w phrase.Advice) string {
	switch {
	case r.State.Capped:
		return "MaxCost or MaxInvocations left nothing to confirm it with"
	case r.State.OutOfTime != nil:
		return "there was no time to confirm it"
	case r.HardlyBetter():
		return fmt.Sprintf("not by the %d %% that a change is worth%s", confirm.Margin, r.besideToday(w))
	}
	return "too few fresh sandboxes answered to confirm it"
}
