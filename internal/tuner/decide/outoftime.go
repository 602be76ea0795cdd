package decide

import (
	"fmt"
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

// timeWarning says what was left out, and how much time it would have taken.
func timeWarning(o tuning.OutOfTime) string {
	what := "exploring ended early"
	switch {
	case o.Phase == string(run.PhaseConfirm) && !o.Begun:
		what = "the winner was not confirmed"
	case o.Phase == string(run.PhaseConfirm):
		what = "the confirmation ended early"
	}
	remedy := fmt.Sprintf("set TotalExecutionTimeout of the tuning stack to %d minutes or more", o.NeededMinutes)
	if o.Limit != "TotalExecutionTimeout" {
		remedy = fmt.Sprintf("give maxMinutes %d or more, and TotalExecutionTimeout of the tuning stack as much", o.NeededMinutes)
	}
	return fmt.Sprintf("%s, since %s gives the run %d minutes and it would have taken about %d: %s", what, o.Limit, o.LimitMinutes, o.NeededMinutes, remedy)
}

// whyUnconfirmed says why a winner stands unconfirmed of which nothing else is known.
func (r *ranking) whyUnconfirmed() string {
	if r.state.OutOfTime != nil {
		return "there was no time to confirm it"
	}
	return "too few fresh sandboxes answered to confirm it"
}

// timeText is what a recommendation says of a confirmation that ended early.
func timeText(o *tuning.OutOfTime) string {
	if o == nil || o.Phase != string(run.PhaseConfirm) || !o.Begun {
		return ""
	}
	return "; the run's time ended before all samples were taken that should confirm it"
}
