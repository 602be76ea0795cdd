package statemachine

import (
	"encoding/json"
	"fmt"
	"strings"
	"sync"
)

// Resources that a distributed Map reads its items from and writes its results to.
const (
	getObject = "arn:aws:states:::s3:getObject"
	putObject = "arn:aws:states:::s3:putObject"
)

// mostChildren is how many items AWS runs at a time if nobody says.
const mostChildren = 10_000

// distributed checks a Map state: of what AWS knows only the mode DISTRIBUTED with executions of their own, items and
// results in S3.
func (c *checker) distributed(s *State) {
	if s.ItemProcessor == nil || s.ItemReader == nil || s.ResultWriter == nil || s.Label == "" {
		c.problem("needs ItemProcessor, ItemReader, ResultWriter and Label")
		return
	}
	if p := s.ItemProcessor.ProcessorConfig; p.Mode != "DISTRIBUTED" || p.ExecutionType != "STANDARD" {
		c.problem("ProcessorConfig: %s %s is not supported", p.Mode, p.ExecutionType)
	}
	if s.ItemReader.Resource != getObject || s.ItemReader.ReaderConfig.InputType != "JSON" {
		c.problem("ItemReader: %s %s is not supported", s.ItemReader.Resource, s.ItemReader.ReaderConfig.InputType)
	}
	if s.ResultWriter.Resource != putObject {
		c.problem("ResultWriter: %s is not supported", s.ResultWriter.Resource)
	}
	c.template("ItemReader.Parameters", s.ItemReader.Parameters)
	c.template("ResultWriter.Parameters", s.ResultWriter.Parameters)
	if s.MaxConcurrency < 0 || s.ToleratedFailurePercentage < 0 || s.ToleratedFailurePercentage > 100 {
		c.problem("a number is out of its range")
	}
	if len(s.Label) > 40 || strings.ContainsAny(s.Label, "?*<>{}[]:;,\\|^~$#%&`\" ") {
		c.problem("Label %q is not allowed", s.Label)
	}
}

// processor checks the workflow of a Map's items.
func (c *checker) processor(s *State, raw any) {
	inner := checker{d: &Definition{StartAt: s.ItemProcessor.StartAt, States: s.ItemProcessor.States}}
	inner.workflow(raw)
	for _, problem := range inner.problems {
		c.problem("ItemProcessor: %s", problem)
	}
}

// mapRun is one passage through a Map state.
type mapRun struct {
	*visit
	id       string
	machine  *Machine // of the items
	items    []any
	children []*Execution // by item; nil: not started

	mu                         sync.Mutex
	started, succeeded, failed int
}

// MapRun is how a passage of an execution through a Map state stands.
type MapRun struct {
	ARN                               string
	Total, Running, Succeeded, Failed int
}

// MapRuns lists an execution's Map Runs, the newest last.
func (e *Execution) MapRuns() []MapRun {
	e.mu.Lock()
	runs := append([]*mapRun(nil), e.mapRuns...)
	e.mu.Unlock()
	var all []MapRun
	for _, r := range runs {
		r.mu.Lock()
		all = append(all, MapRun{r.arn(), len(r.items), r.started - r.succeeded - r.failed, r.succeeded, r.failed})
		r.mu.Unlock()
	}
	return all
}

func (r *mapRun) arn() string {
	return strings.Replace(r.machine.ARN(), ":stateMachine:", ":mapRun:", 1) + ":" + r.id
}

// distribute runs an execution for each item, and writes their results. If the Map's own execution ends before that,
// the executions of the items end too.
func (v *visit) distribute(in data) (any, *Error) {
	r := &mapRun{visit: v, machine: v.e.Machine.children[v.name]}
	r.id = r.machine.requestID()
	if err := r.read(in); err != nil {
		return nil, err
	}
	arn := r.arn()
	v.e.mu.Lock()
	v.e.mapRuns = append(v.e.mapRuns, r)
	v.e.mu.Unlock()
	if err := v.e.record(Event{Type: "MapRunStarted", Resource: arn}); err != nil {
		return nil, err
	}
	r.runItems()
	if v.e.ended() {
		return nil, nil
	}
	key, err := r.write(in, arn)
	if err == nil && r.exceeded() {
		err = &Error{Name: ErrorTolerance, Cause: "The specified tolerated failure threshold was exceeded"}
	}
	if err != nil {
		_ = v.e.record(Event{Type: "MapRunFailed", Resource: arn, Error: err.Name, Cause: err.Cause})
		return nil, err
	}
	return map[string]any{"MapRunArn": arn, "ResultWriterDetails": key}, v.e.record(Event{Type: "MapRunSucceeded", Resource: arn})
}

// place returns what a template of an object's place says.
func (v *visit) place(in data, template json.RawMessage, field string) (bucket, name string, err *Error) {
	filled, err := in.fill(mustDecode(template))
	if err != nil {
		return "", "", err
	}
	at, _ := filled.(map[string]any)
	bucket, _ = at["Bucket"].(string)
	name, _ = at[field].(string)
	return bucket, name, nil
}

func (r *mapRun) read(in data) *Error {
	bucket, key, err := r.place(in, r.state.ItemReader.Parameters, "Key")
	if err != nil {
		return err
	}
	body, failed := r.e.Machine.options.Objects.GetObject(bucket, key)
	if failed != nil {
		return &Error{Name: ErrorItemReader, Cause: failed.Error()}
	}
	value, failed := decode(body)
	items, isArray := value.([]any)
	if failed != nil || !isArray {
		return &Error{Name: ErrorItemReader, Cause: fmt.Sprintf("Attempting to read s3://%s/%s: the input is no JSON array", bucket, key)}
	}
	for i, item := range items {
		if len(encode(item)) > maxData {
			return &Error{Name: ErrorItemReader, Cause: fmt.Sprintf("Attempting to read s3://%s/%s: item %d exceeds the limit of %d bytes", bucket, key, i, maxData)}
		}
	}
	r.items, r.children = items, make([]*Execution, len(items))
	return nil
}

// runItems returns when all items have run, the tolerance is exceeded, or the Map's execution has ended. Then no item
// runs any more.
func (r *mapRun) runItems() {
	most := mostChildren
	if r.state.MaxConcurrency > 0 {
		most = r.state.MaxConcurrency
	}
	slots := make(chan struct{}, most)
	stop := make(chan struct{})
	var running sync.WaitGroup
	for i, item := range r.items {
		select {
		case slots <- struct{}{}:
		case <-r.e.done:
		}
		if r.e.ended() || r.exceeded() {
			break
		}
		child, err := r.machine.Start(r.machine.requestID(), encode(item))
		if err != nil {
			panic(err) // its name is its own, and its input was JSON
		}
		r.children[i] = child
		r.mu.Lock()
		r.started++
		r.mu.Unlock()
		running.Go(func() {
			select {
			case <-child.done:
			case <-stop:
				child.Stop("", "")
			case <-r.e.done:
				child.Stop("", "")
			}
			<-child.done
			r.ended(child)
			<-slots
		})
	}
	if r.exceeded() {
		close(stop)
	}
	running.Wait()
}

func (r *mapRun) ended(child *Execution) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if child.Outcome().Status == Succeeded {
		r.succeeded++
	} else {
		r.failed++
	}
}

func (r *mapRun) exceeded() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return float64(r.failed)*100 > r.state.ToleratedFailurePercentage*float64(len(r.items))
}

// write writes the results as ResultWriter does: a file for each status, and a manifest that names them.
func (r *mapRun) write(in data, arn string) (any, *Error) {
	bucket, prefix, err := r.place(in, r.state.ResultWriter.Parameters, "Prefix")
	if err != nil {
		return nil, err
	}
	prefix += "/" + r.id + "/"
	byStatus := map[string][]any{"SUCCEEDED": nil, "FAILED": nil, "PENDING": nil}
	for i, child := range r.children {
		status, result := r.result(i, child)
		byStatus[status] = append(byStatus[status], result)
	}
	files := map[string]any{}
	put := func(key string, value any) *Error {
		if err := r.e.Machine.options.Objects.PutObject(bucket, key, []byte(encode(value))); err != nil {
			return &Error{Name: ErrorResultWriter, Cause: err.Error()}
		}
		return nil
	}
	for status, results := range byStatus {
		files[status] = []any{}
		if len(results) == 0 {
			continue
		}
		key := prefix + status + "_0.json"
		if err := put(key, results); err != nil {
			return nil, err
		}
		files[status] = []any{map[string]any{"Key": key, "Size": len(encode(results))}}
	}
	manifest := prefix + "manifest.json"
	return map[string]any{"Bucket": bucket, "Key": manifest},
		put(manifest, map[string]any{"DestinationBucket": bucket, "MapRunArn": arn, "ResultFiles": files})
}

// result is what ResultWriter exports of an item's execution.
func (r *mapRun) result(i int, child *Execution) (status string, result map[string]any) {
	if child == nil {
		return "PENDING", map[string]any{"Input": encode(r.items[i]), "InputDetails": included, "Status": "PENDING"}
	}
	outcome := child.Outcome()
	result = map[string]any{
		"ExecutionArn": child.ARN, "Name": child.Name, "StateMachineArn": child.Machine.ARN(), "Status": string(outcome.Status),
		"Input": encode(r.items[i]), "InputDetails": included, "StartDate": stamp(child.Started), "StopDate": stamp(outcome.Stopped), "RedriveCount": 0,
	}
	if outcome.Status == Succeeded {
		result["Output"], result["OutputDetails"] = outcome.Output, included
		return "SUCCEEDED", result
	}
	if outcome.Error != nil {
		result["Error"], result["Cause"] = outcome.Error.Name, outcome.Error.Cause
	}
	return "FAILED", result
}

var included = map[string]any{"Included": true}
