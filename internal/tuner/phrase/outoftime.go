package phrase

import (
	"fmt"

	"github.com/dualarch/dualarch/internal/tuner/run"
	"github.com/dualarch/dualarch/tuning"
)

// TimeWarning says what was left out, and how much time it would have taken.
func TimeWarning(o tuning.OutOfTime) string {
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
	return fmt.Sprintf("%s, because %s gives the run %d minutes and it would have taken about %d: %s", what, o.Limit, o.LimitMinutes, o.NeededMinutes, remedy)
}

// TimeRanOut is what a recommendation says of a confirmation that ended early.
func TimeRanOut(o *tuning.OutOfTime) string {
	if o == nil || o.Phase != string(run.PhaseConfirm) || !o.Begun {
		return ""
	}
	return "; the run's time ended before all samples were taken that should confirm it"
}
