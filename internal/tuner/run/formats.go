package run

import (
	"encoding/json"
	"slices"
)

// A deployment of the tuner replaces the code of its steps one by one, also in the middle of an execution,
// and an execution that was killed is healed by whatever version is deployed then. So the state that a step
// hands on says which format it has, in $.format, and so does the journal in it, in $.journal.format. Both
// stay where they are in every format.
//
// A new field keeps the number if a step that does not know it does right without it: such a step also
// loses it when it hands the state on. Any other change raises the number, a change of meaning included.
const (
	StateFormat   = 2
	JournalFormat = 2 // 1: the run's marks have its name alone
)

// KnownFormat reports whether a step that puts functions back can read a format: the present one or the one before.
func KnownFormat(format, current int) bool { return format == current || format == current-1 }

// NewState returns the state of a step that does not hand on another one's.
func NewState(next Step) State { return State{Format: StateFormat, Next: next} }

// UnmarshalJSON reads only what every format has of one that it does not know.
func (s *State) UnmarshalJSON(text []byte) error {
	type fields State
	var every struct {
		Format  int     `json:"format"`
		Journal Journal `json:"journal"`
	}
	if err := json.Unmarshal(text, &every); err != nil {
		return err
	}
	if KnownFormat(every.Format, StateFormat) {
		return json.Unmarshal(text, (*fields)(s))
	}
	*s = State{Format: every.Format, Journal: every.Journal}
	return nil
}

// UnmarshalJSON reads only the number of a format that it does not know.
func (j *Journal) UnmarshalJSON(text []byte) error {
	type fields Journal
	var every struct {
		Format int `json:"format"`
	}
	if err := json.Unmarshal(text, &every); err != nil {
		return err
	}
	if KnownFormat(every.Format, JournalFormat) {
		return json.Unmarshal(text, (*fields)(j))
	}
	*j = Journal{Format: every.Format}
	return nil
}

// HandedOn returns the state in the output of a state of the state machine; ok is false unless it has a journal, as it has
// from Plan on once that lets the run begin.
func HandedOn(output []byte) (s State, ok bool) {
	var every struct {
		Journal struct {
			Targets json.RawMessage `json:"targets"`
		} `json:"journal"`
	}
	if json.Unmarshal(output, &s) != nil || json.Unmarshal(output, &every) != nil {
		return State{}, false
	}
	if !KnownFormat(s.Journal.Format, JournalFormat) {
		// Whatever its targets look like. A state that has no journal has no number of one either.
		return s, s.Journal.Format != 0 || len(every.Journal.Targets) > 0 && string(every.Journal.Targets) != "null"
	}
	return s, len(s.Journal.Targets) > 0
}

// Readable returns the journal as Restore and Heal use it. They ask before they touch anything.
func (j Journal) Readable(execution string) (Journal, error) {
	if !KnownFormat(j.Format, JournalFormat) {
		return Journal{}, Problemf(ForeignState, "nothing was put back: execution %s has a journal of format %d, which another version of the tuner wrote, and this one reads formats %d and %d: deploy that version again and start its Heal state machine by hand",
			execution, j.Format, JournalFormat-1, JournalFormat)
	}
	j.Targets = slices.Clone(j.Targets)
	for i := range j.Targets {
		j.Targets[i].NamedMarks = j.Format < JournalFormat
	}
	return j, nil
}
