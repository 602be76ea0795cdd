package change

import (
	"context"
	"time"

	"github.com/dualarch/dualarch/internal/clock"
	"github.com/dualarch/dualarch/internal/tuner/cloud"
	"github.com/dualarch/dualarch/internal/tuner/mark"
	"github.com/dualarch/dualarch/internal/tuner/timing"
)

// Every change of $LATEST, and every publish, is fenced: it is made with a revision id that was read before the
// lock was last seen to be this invocation's. Restore first takes the lock and then writes $LATEST, so whatever
// was read before it took the lock is out of date once it has written.
//
// What bears the mark that this invocation wrote last (under such a fence) needs no other look at the lock: had
// Restore written meanwhile, the mark would be gone, and where it writes after that, the revision id read
// together with the mark is out of date. So a mark in $LATEST is as good as the lock, and the lock is
// read where there is none: before the first change, and after anything unexpected.

// readLatest returns $LATEST when no update is in progress: as it is known, else as it is read.
func (s *Function) readLatest(ctx context.Context) (cloud.FunctionConfiguration, error) {
	if s.latest == nil {
		c, err := s.WaitUntilReady(ctx, s.target.Function, "$LATEST")
		if err != nil {
			return c, err
		}
		s.know(c)
	}
	return *s.latest, nil
}

// know notes $LATEST as it was just read or answered.
func (s *Function) know(c cloud.FunctionConfiguration) {
	s.observe(c)
	s.latest, s.fenced = &c, s.mark != "" && c.Description == s.mark
}

// forgetLatest has $LATEST read again before it is written.
func (s *Function) forgetLatest() { s.latest, s.fenced = nil, false }

// guard looks at the lock unless what is known of $LATEST is fenced already.
func (s *Function) guard(ctx context.Context) error {
	if s.fenced {
		return nil
	}
	if err := s.Check(ctx); err != nil {
		return err
	}
	s.fenced = true
	return nil
}

// update makes one fenced update of $LATEST, which is as c says, and waits for its end. Whatever has come of it
// is known or read afterwards.
func (s *Function) update(ctx context.Context, c cloud.FunctionConfiguration, memorySize int, description string) error {
	if err := s.guard(ctx); err != nil {
		return err
	}
	s.forgetLatest()
	answer, err := s.Lambda.UpdateConfiguration(ctx, s.target.Function, cloud.ConfigurationChange{
		MemorySize: memorySize, Description: description, RevisionID: c.RevisionID,
	})
	if err != nil {
		return err
	}
	s.mark, s.unwritten = "", false
	if m, ok := mark.Parse(description); ok && m.MemorySize != 0 {
		s.mark = description
	}
	return s.awaitUpdate(ctx, c, answer)
}

// updatePoll is how often an update is looked at that takes longer than the last one did.
const updatePoll = 250 * time.Millisecond

// patience is for how long an update is waited for that closely.
const patience = 10 * time.Second

// awaitUpdate waits until an update has ended. If its answer says that it has, nothing is read, nor if it is the last one.
func (s *Function) awaitUpdate(ctx context.Context, before, answer cloud.FunctionConfiguration) error {
	// The rest of the answer may not have the form of a read; it is what was read before.
	after := before
	after.MemorySize, after.Description, after.RevisionID, after.LastModified = answer.MemorySize, answer.Description, answer.RevisionID, answer.LastModified
	after.State, after.LastUpdateStatus, after.StateReason = answer.State, answer.LastUpdateStatus, answer.StateReason
	after.ConfigSHA256 = answer.ConfigSHA256
	if s.leaves || answer.LastUpdateStatus == "Successful" && after.Readiness() == cloud.IsReady {
		s.know(after)
		return nil
	}
	begun := time.Now()
	for waiting, next := s.updateTime, updatePoll; ; waiting, next = next, min(next*5/4, time.Second) {
		if err := s.useTime(ctx, waiting); err != nil {
			return err
		}
		c, err := cloud.Read(ctx, s.Session, func() (cloud.FunctionConfiguration, error) {
			return s.Lambda.Configuration(ctx, s.target.Function, "$LATEST")
		})
		took := time.Since(begun)
		switch {
		case err != nil:
			return err
		case !c.WaitsFor(took):
			if s.updateTime = took; next == updatePoll {
				s.updateTime = max(cloud.UpdateTime, waiting*9/10) // it may have ended before
			}
			s.know(c)
			return nil
		case took > patience || s.Remaining() < timing.Reserve/2:
			return nil // readLatest goes on waiting, and knows when to give up
		}
	}
}

// useTime waits, and does meanwhile what there is to do as long as calls are to spare.
func (s *Function) useTime(ctx context.Context, d time.Duration) error {
	until := time.Now().Add(d)
	for s.meanwhile != nil && s.SparesCalls() && time.Until(until) > 0 && s.meanwhile(ctx) {
		continue
	}
	return clock.Sleep(ctx, time.Until(until))
}
