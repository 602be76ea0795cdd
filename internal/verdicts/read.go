package verdicts

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/dualarch/dualarch/tuning"
)

// maxDocuments is how many results one file may hold.
const maxDocuments = 10_000

// readable says what a document may be.
const readable = "want the output of a tuning execution, what `dualarch tune --out` or `aws stepfunctions describe-execution` writes, " +
	"a fleet.json, an output of AWS Lambda Power Tuning, or a visualization URL"

// Read returns the results in a file: JSON documents one after the other or in lists, or visualization URLs, one a line.
// Errors begin with the source and the place in it.
func Read(source string, data []byte) ([]Verdict, error) {
	data = bytes.TrimSpace(bytes.TrimPrefix(data, []byte("\xef\xbb\xbf")))
	if len(data) == 0 {
		return nil, fmt.Errorf("%s: it is empty; %s", source, readable)
	}
	if IsURL(string(data)) {
		return readURLs(source, string(data))
	}
	var found []Verdict
	decoder := json.NewDecoder(bytes.NewReader(data))
	for i := 0; ; i++ {
		var document json.RawMessage
		err := decoder.Decode(&document)
		switch {
		case errors.Is(err, io.EOF):
			return found, nil
		case err != nil:
			return nil, fmt.Errorf("%s: %s; %s", source, syntax(err), readable)
		}
		place := "$"
		if i > 0 {
			place = fmt.Sprintf("document %d, $", i+1)
		}
		if found, err = appendDocument(found, source, place, document); err != nil {
			return nil, fmt.Errorf("%s: %w", source, err)
		}
	}
}

func syntax(err error) string {
	if wrong, ok := errors.AsType[*json.SyntaxError](err); ok {
		return fmt.Sprintf("it is no JSON: byte %d: %s", wrong.Offset, wrong)
	}
	if errors.Is(err, io.ErrUnexpectedEOF) {
		return "it is no JSON: it ends in the middle of a value"
	}
	return err.Error()
}

// appendDocument appends what a document holds; lists hold several.
func appendDocument(found []Verdict, source, place string, document json.RawMessage) ([]Verdict, error) {
	var list []json.RawMessage
	if json.Unmarshal(document, &list) == nil && list != nil {
		for i, element := range list {
			var err error
			if found, err = appendDocument(found, source, fmt.Sprintf("%s[%d]", place, i), element); err != nil {
				return nil, err
			}
		}
		return found, nil
	}
	if len(found) >= maxDocuments {
		return nil, fmt.Errorf("%s: there are more than %d results; give fewer at once", place, maxDocuments)
	}
	var fleet struct {
		Format   json.RawMessage `json:"fleet"`
		Verdicts json.RawMessage `json:"verdicts"`
	}
	if json.Unmarshal(document, &fleet) == nil && fleet.Format != nil && fleet.Verdicts != nil { // a fleet.json
		return appendDocument(found, source, place+".verdicts", fleet.Verdicts)
	}
	v, err := readDocument(place, document)
	if err != nil {
		return nil, err
	}
	v.Source = source
	return append(found, v), nil
}

func readDocument(place string, document json.RawMessage) (Verdict, error) {
	var members map[string]json.RawMessage
	if err := json.Unmarshal(document, &members); err != nil || members == nil {
		return Verdict{}, fmt.Errorf("%s: given %s; %s", place, excerpt(document), readable)
	}
	has := func(name string) bool { return members[name] != nil }
	switch {
	case has("executionArn") && has("status"):
		return readExecution(place, document)
	case has("results"):
		return readDocument(place+".results", members["results"])
	case has("targets"):
		return readOutput(place, document)
	case has("power") && has("stateMachine"):
		return readPeer(place, document)
	}
	return Verdict{}, fmt.Errorf("%s: its fields are of no kind that is known; %s", place, readable)
}

func readOutput(place string, document json.RawMessage) (Verdict, error) {
	if err := checkNumbers(place, document); err != nil {
		return Verdict{}, err
	}
	var output tuning.Output
	var beside struct{ Execution *Execution }
	for _, into := range []any{&output, &beside} { // apart, so that errors name fields as the document does
		if err := decode(place, document, into); err != nil {
			return Verdict{}, err
		}
	}
	if err := checkOutput(place, output); err != nil {
		return Verdict{}, err
	}
	return Verdict{Output: &output, Execution: beside.Execution}, nil
}

// moment is a time as the AWS CLI writes it, version 2 (ISO 8601) or 1 (seconds since 1970), or the API (the same).
type moment struct{ time.Time }

func (m *moment) UnmarshalJSON(text []byte) error {
	var seconds float64
	if json.Unmarshal(text, &seconds) == nil {
		if seconds < 0 || seconds > 1e11 {
			return fmt.Errorf("given %s; want seconds since 1970", text)
		}
		m.Time = time.UnixMilli(int64(seconds * 1000)).UTC()
		return nil
	}
	return json.Unmarshal(text, &m.Time)
}

// readExecution reads what DescribeExecution answers.
func readExecution(place string, document json.RawMessage) (Verdict, error) {
	var d struct {
		ExecutionARN    string
		StateMachineARN string
		Status          string
		StartDate       moment
		StopDate        moment
		Input           string
		Output          string
		Error, Cause    string
	}
	if err := decode(place, document, &d); err != nil {
		return Verdict{}, err
	}
	execution := &Execution{ARN: d.ExecutionARN, StateMachine: d.StateMachineARN, Started: d.StartDate.Time, Stopped: d.StopDate.Time}
	if json.Valid([]byte(d.Input)) {
		execution.Input = json.RawMessage(d.Input)
	}
	if d.Status != "SUCCEEDED" {
		execution.Status, execution.Error, execution.Cause = d.Status, d.Error, d.Cause
		return Verdict{Execution: execution, Failed: ended(d.Status, d.Error, d.Cause)}, nil
	}
	if strings.TrimSpace(d.Output) == "null" {
		return Verdict{Execution: execution, Failed: DryRun}, nil
	}
	v, err := readDocument(place+".output", json.RawMessage(d.Output))
	if err != nil {
		return Verdict{}, err
	}
	v.Execution = execution
	return v, nil
}

// ended says how an execution ended that gave no output.
func ended(status, name, cause string) string {
	text := "the execution's status is " + status
	switch status {
	case "RUNNING":
		text = "the execution is still running"
	case "PENDING_REDRIVE":
		text = "the execution waits to be run again"
	}
	for _, part := range []string{name, cause} {
		if part != "" {
			text += ": " + part
		}
	}
	return text
}

// decode unmarshals, and says where something is of another type.
func decode(place string, document json.RawMessage, into any) error {
	err := json.Unmarshal(document, into)
	if wrong, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		if wrong.Field != "" {
			place += "." + wrong.Field
		}
		return fmt.Errorf("%s: given a JSON %s; want %s", place, wrong.Value, kind(wrong.Type.Kind().String()))
	}
	if err != nil {
		return fmt.Errorf("%s: %s; %s", place, syntax(err), readable)
	}
	return nil
}

// kind names a Go kind as JSON does.
func kind(goKind string) string {
	switch goKind {
	case "int":
		return "a whole number"
	case "float64":
		return "a number"
	case "string":
		return "a string"
	case "bool":
		return "true or false"
	case "slice":
		return "a list"
	}
	return "an object"
}

// excerpt returns a value's beginning.
func excerpt(value json.RawMessage) string {
	const longest = 40
	if len(value) > longest {
		return strconv.Quote(string(value[:longest])) + "…"
	}
	return string(value)
}
