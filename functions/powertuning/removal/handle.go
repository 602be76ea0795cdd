package removal

import (
	"context"
	"fmt"
	"time"

	"github.com/dualarch/dualarch/internal/printable"
	"github.com/dualarch/dualarch/internal/tuner/heal"
	"github.com/dualarch/dualarch/internal/tuner/jsontext"
)

// Handler does what CloudFormation asks for.
type Handler struct {
	// Withdraw puts functions back.
	Withdraw func(context.Context, heal.Withdrawal) (warnings []string, err error)
	// Said reports whether this function's log has a line with a phrase since then.
	Said func(ctx context.Context, phrase string, since time.Time) (bool, error)
	// Log writes a line to it.
	Log func(string)
}

const (
	// toAnswer is what is left of the function's time for the answer.
	toAnswer = 40 * time.Second
	// memory is for how long a failure is remembered. Somebody who tries once more does so by then.
	memory = 24 * time.Hour
	// maxReason is how many bytes a reason takes as JSON: an answer may have 4,096.
	maxReason = 2000
)

// Handle puts back what is about to be lost, and answers. If something cannot be put back it fails, with the reason,
// which CloudFormation shows; nothing is lost then, so that it can be tried again. But it fails once only: nobody shall
// be kept from deleting a stack for good. It returns an error only if the answer could not be delivered.
func (h Handler) Handle(ctx context.Context, r Request) error {
	a := answer{Status: "SUCCESS", RequestID: r.RequestID, StackID: r.StackID, LogicalResourceID: r.LogicalResourceID, PhysicalResourceID: r.PhysicalResourceID}
	if a.PhysicalResourceID == "" {
		a.PhysicalResourceID = r.StackID + "/" + r.LogicalResourceID
	}
	if w, loses := r.lost(); loses {
		if err := h.withdraw(ctx, w); err != nil {
			phrase := "is left on functions by " + r.LogicalResourceID // of this resource, and so of this stack's log group
			told, unknown := h.Said(ctx, phrase, time.Now().Add(-memory))
			h.Log(fmt.Sprintf("ERROR: what the tuner changed %s: %s", phrase, printable.Text(err.Error())))
			if !told && unknown == nil {
				a.Status, a.Reason = "FAILED", "Power Tuning could not put every function back. Try once more; what fails then too is left as it is, and "+
					"docs/tuner-protocol.md of github.com/dualarch/dualarch says how to put it back by hand. "+jsontext.TruncateLines(err.Error(), maxReason)
			}
		}
	}
	return a.send(ctx, r.ResponseURL)
}

// withdraw puts functions back, and leaves time for the answer.
func (h Handler) withdraw(ctx context.Context, w heal.Withdrawal) error {
	if deadline, ok := ctx.Deadline(); ok {
		var cancel context.CancelFunc
		ctx, cancel = context.WithDeadline(ctx, deadline.Add(-toAnswer))
		defer cancel()
	}
	warnings, err := h.Withdraw(ctx, w)
	for _, warning := range warnings {
		h.Log(printable.Line(warning))
	}
	return err
}
