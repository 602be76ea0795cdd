package fleet

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/dualarch/dualarch/internal/tuner/cloud"
)

// before has the rows of the fleet.json before, by their functions.
type before map[string]ranked

// same tells rows of the same functions apart from others.
func same(functions []string) string { return strings.Join(functions, " ") }

// earlier reads what the last fleet.json says of the targets whose verdicts are kept: an execution's verdict does not
// change, so that one which is there need not be asked for. Without a fleet.json there is nothing; who may not list the
// bucket is refused the same for one that is not there.
func earlier(ctx context.Context, c Cloud, location string, p plan) (before, error) {
	kept := map[string]bool{}
	for _, t := range p.Targets {
		if !t.Kept.IsZero() {
			kept[same(t.Functions)] = true
		}
	}
	if len(kept) == 0 {
		return nil, nil
	}
	found, err := retried(ctx, func() (before, error) {
		body, err := c.Open(ctx, location)
		if err != nil {
			return nil, err
		}
		defer func() { _ = body.Close() }() // it was only read
		return readBefore(body, kept)
	})
	if errors.Is(err, cloud.ErrNotFound) || errors.Is(err, cloud.ErrDenied) {
		return nil, nil
	}
	if err != nil {
		err = fmt.Errorf("reading %s: %w", location, err)
	}
	return found, err
}

// readBefore reads a report member by member, and keeps the rows with advice that are asked for: all verdicts of an
// account may be more than fits into memory twice. Rows stand before their verdicts.
func readBefore(body io.Reader, wanted map[string]bool) (before, error) {
	var rows []Row
	var execution Execution
	documents := map[int]json.RawMessage{}
	decoder := json.NewDecoder(body)
	if err := delimiter(decoder, '{'); err != nil {
		return nil, err
	}
	for decoder.More() {
		name, err := decoder.Token()
		if err != nil {
			return nil, err
		}
		switch name {
		case "functions":
			err = decoder.Decode(&rows)
		case "execution":
			err = decoder.Decode(&execution)
		case "verdicts":
			err = eachElement(decoder, func(i int, document json.RawMessage) {
				if i < len(rows) && rows[i].Advice != nil && wanted[same(rows[i].Functions)] {
					documents[i] = document
				}
			})
		default:
			var skipped json.RawMessage
			err = decoder.Decode(&skipped)
		}
		if err != nil {
			return nil, err
		}
	}
	found := before{}
	for i, document := range documents {
		row := rows[i]
		if row.AdviceAt.IsZero() { // written by a version that did not say it
			row.AdviceAt = execution.Stopped
		}
		found[same(row.Functions)] = ranked{row, document}
	}
	return found, nil
}

// eachElement decodes the elements of an array one by one.
func eachElement(decoder *json.Decoder, do func(i int, element json.RawMessage)) error {
	if err := delimiter(decoder, '['); err != nil {
		return err
	}
	for i := 0; decoder.More(); i++ {
		var element json.RawMessage
		if err := decoder.Decode(&element); err != nil {
			return err
		}
		do(i, element)
	}
	return delimiter(decoder, ']')
}

func delimiter(decoder *json.Decoder, want json.Delim) error {
	token, err := decoder.Token()
	if err != nil {
		return err
	}
	if token != want {
		return fmt.Errorf("given %v; want %v", token, want)
	}
	return nil
}

// row returns the row of a target whose verdict is kept, if the report before has the verdict of that very execution.
func (b before) row(t planned) (ranked, bool) {
	r, ok := b[same(t.Functions)]
	if !ok || t.Kept.IsZero() || r.Execution != t.Execution || r.AdviceOf != "" {
		return ranked{}, false
	}
	return b.kept(t, r), true
}

// stale gives a row whose verdict could not be read the advice of the report before, marked with its age.
func (b before) stale(t planned, unread ranked) ranked {
	r, ok := b[same(t.Functions)]
	if !ok || unread.Outcome != Kept || unread.Advice != nil {
		return unread
	}
	if r.AdviceOf == "" {
		r.AdviceOf = r.Execution
	}
	stale := b.kept(t, r)
	stale.AdviceOf = r.AdviceOf
	stale.Why = fmt.Sprintf("%s; the advice is that of the fleet.json before, of %s", unread.Why, r.AdviceAt.UTC().Format("2006-01-02"))
	return stale
}

// kept is a row of the report before as one of this fleet.
func (before) kept(t planned, r ranked) ranked {
	row := rowOf(t)
	row.Outcome = Kept
	row.Advice, row.AdviceAt, row.Cost = r.Advice, r.AdviceAt, r.Cost
	return ranked{row, r.document}
}
