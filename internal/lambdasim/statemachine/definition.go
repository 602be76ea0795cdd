package statemachine

import (
	"encoding/json"
	"fmt"
	"reflect"
)

// Definition is a parsed state machine.
type Definition struct {
	Comment        string
	StartAt        string
	TimeoutSeconds int // 0: none
	States         map[string]*State
}

// State is a state of any type; which fields it may have depends on Type.
type State struct {
	Type           string
	Next           string
	End            bool
	OutputPath     path
	ResultPath     path
	Parameters     json.RawMessage
	ResultSelector json.RawMessage

	// Task
	Resource       string
	TimeoutSeconds int
	Retry          []Retrier
	Catch          []Catcher

	// Pass
	Result json.RawMessage

	// Choice
	Choices []Rule
	Default string

	// Wait
	SecondsPath string

	// Fail
	ErrorPath, CausePath string

	// Map, distributed
	ItemProcessor              *Processor
	ItemReader                 *Reader
	MaxConcurrency             int // 0: as many as AWS runs
	ToleratedFailurePercentage float64
	ResultWriter               *Writer
	Label                      string
}

// Processor is the workflow that a Map runs for each item, as an execution of its own.
type Processor struct {
	ProcessorConfig struct{ Mode, ExecutionType string }
	StartAt         string
	States          map[string]*State
}

// Reader says which object in S3 holds the items of a Map, a JSON array.
type Reader struct {
	Resource     string
	ReaderConfig struct{ InputType string }
	Parameters   json.RawMessage // Bucket, Key
}

// Writer says where in S3 a Map's results go.
type Writer struct {
	Resource   string
	Parameters json.RawMessage // Bucket, Prefix
}

// Retrier is an entry of Retry.
type Retrier struct {
	ErrorEquals     []string
	IntervalSeconds *int
	MaxAttempts     *int
	BackoffRate     *float64
	MaxDelaySeconds int
	JitterStrategy  string // NONE, FULL
}

// Catcher is an entry of Catch.
type Catcher struct {
	ErrorEquals []string
	ResultPath  path
	Next        string
}

// path is a path field that may be left out, null or a path.
type path struct {
	set, null bool
	text      string
}

func (p *path) UnmarshalJSON(data []byte) error {
	p.set = true
	if string(data) == "null" {
		p.null = true
		return nil
	}
	return json.Unmarshal(data, &p.text)
}

// orWhole returns the path, or $ if it was left out.
func (p path) orWhole() string {
	if !p.set {
		return "$"
	}
	return p.text
}

// fieldsOf lists the fields that each type of state may have besides Type.
var fieldsOf = map[string][]string{
	"Task": {"OutputPath", "ResultPath", "Parameters", "ResultSelector", "Resource", "TimeoutSeconds", "Retry", "Catch",
		"Next", "End"},
	"Pass":    {"OutputPath", "ResultPath", "Parameters", "Result", "Next", "End"},
	"Choice":  {"OutputPath", "Choices", "Default"},
	"Wait":    {"OutputPath", "SecondsPath", "Next", "End"},
	"Succeed": {"OutputPath"},
	"Fail":    {"ErrorPath", "CausePath"},
	"Map": {"OutputPath", "ResultPath", "ItemProcessor", "ItemReader", "MaxConcurrency", "ToleratedFailurePercentage", "ResultWriter", "Label",
		"Next", "End"},
}

// Parse reads a definition. It fails with everything that is wrong or not understood, a line each.
func Parse(definition string) (*Definition, error) {
	raw, err := decode([]byte(definition))
	if err != nil {
		return nil, fmt.Errorf("definition: %w", err)
	}
	var d Definition
	if err := json.Unmarshal([]byte(definition), &d); err != nil {
		return nil, fmt.Errorf("definition: %w", err)
	}
	c := checker{d: &d}
	c.exact("machine", raw, reflect.TypeFor[Definition]())
	if len(c.problems) > 0 { // d may hold what a field of another case has put there
		return nil, c.err()
	}
	c.workflow(raw)
	if len(c.problems) > 0 {
		return nil, c.err()
	}
	return &d, nil
}
