package survey

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
)

// Encode returns the report's document: what "dualarch survey --json" writes, and what "dualarch report" and a fleet read.
func (r *Report) Encode() ([]byte, error) {
	document := *r
	// A reader of JSON iterates over lists; null is none.
	if document.Regions == nil {
		document.Regions = []string{}
	}
	if document.Functions == nil {
		document.Functions = []Function{}
	}
	if document.Problems == nil {
		document.Problems = []Problem{}
	}
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetIndent("", "  ")
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(document)
	return b.Bytes(), err
}

// IsDocument reports whether data begins like the document of a report, whatever is wrong with the rest.
func IsDocument(data []byte) bool {
	var members map[string]json.RawMessage
	if json.NewDecoder(bytes.NewReader(data)).Decode(&members) != nil {
		return false
	}
	for _, name := range []string{"format", "regions", "functions"} {
		if members[name] == nil {
			return false
		}
	}
	return true
}

// Decode returns the report of a document. Fields that this version does not know are ignored.
func Decode(data []byte) (*Report, error) {
	decoder := json.NewDecoder(bytes.NewReader(data))
	var r Report
	if err := decoder.Decode(&r); err != nil {
		if wrong, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
			return nil, fmt.Errorf("$.%s: given a JSON %s; want what \"dualarch survey --json\" writes", wrong.Field, wrong.Value)
		}
		return nil, err
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("something follows the survey; give one survey a file")
	}
	if r.Format != Format {
		return nil, fmt.Errorf("$.format: given %d; this version reads %d: use the version of dualarch that wrote it, or a newer one", r.Format, Format)
	}
	return &r, r.check()
}

// most is more than any account has of anything a month: a larger number is none, and would make all others small.
const most = 1e12

// check refuses numbers that cannot be.
func (r *Report) check() error {
	var problems []error
	for i, f := range r.Functions {
		check := func(name string, v float64) {
			if math.Abs(v) > most {
				problems = append(problems, fmt.Errorf("$.functions[%d].%s: given %g; want at most %g", i, name, v, most))
			}
		}
		if e := f.Estimate; e != nil {
			check("estimate.invocationsPerMonth", e.Invocations)
			check("estimate.todayUsd", e.Today)
			check("estimate.arm64Usd", e.Arm64)
			check("estimate.savingUsd", e.Saving)
		}
		if a := f.Advice; a != nil {
			check("computeOptimizer.savingUsd", a.SavingUSD)
		}
		if m := f.Measured; m != nil && m.SavingUSD != nil {
			check("measured.savingUsd", *m.SavingUSD)
		}
	}
	return errors.Join(problems...)
}
