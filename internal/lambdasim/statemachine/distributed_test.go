package statemachine

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

// store is S3.
type store struct {
	mu      sync.Mutex
	objects map[string]string
}

func (s *store) GetObject(bucket, key string) ([]byte, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	body, ok := s.objects[bucket+"/"+key]
	if !ok {
		return nil, errors.New("NoSuchKey")
	}
	return []byte(body), nil
}

func (s *store) PutObject(bucket, key string, body []byte) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.objects[bucket+"/"+key] = string(body)
	return nil
}

const innerARN = "arn:aws:states:us-east-1:123456789012:stateMachine:inner"

// nesting is a machine whose Map starts an execution of another one for each item, at most two at a time.
func nesting(t *testing.T, items string, tolerated int, inner Function) (outer, other *Machine, s3 *store) {
	t.Helper()
	s3 = &store{objects: map[string]string{"b/items.json": items}}
	other = machine(t, `"A":{"Type":"Task","Resource":"STEP","End":true}`, inner, func(o *Options) { o.ARN = innerARN })
	outer = machine(t, `"A":{"Type":"Map","Label":"Each","MaxConcurrency":2,"ToleratedFailurePercentage":`+fmt.Sprint(tolerated)+`,
		"ItemReader":{"Resource":"`+getObject+`","ReaderConfig":{"InputType":"JSON"},"Parameters":{"Bucket":"b","Key.$":"$.key"}},
		"ResultWriter":{"Resource":"`+putObject+`","Parameters":{"Bucket":"b","Prefix":"out"}},"ResultPath":"$.ran","End":true,
		"ItemProcessor":{"ProcessorConfig":{"Mode":"DISTRIBUTED","ExecutionType":"STANDARD"},"StartAt":"Run","States":{
			"Run":{"Type":"Task","Resource":"`+startExecution+`","Parameters":{"StateMachineArn":"`+innerARN+`","Input.$":"$"},"ResultSelector":{"o.$":"$.Output"},"End":true}}}}`,
		echo, func(o *Options) {
			o.Objects, o.Machines = s3, func(string) *Machine { return other }
		})
	return outer, other, s3
}

func TestDistributedMap(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex
		running, most := 0, 0
		outer, other, s3 := nesting(t, `[1,2,3,4,5]`, 100, func(_ context.Context, payload []byte) ([]byte, error) {
			mu.Lock()
			running++
			most = max(most, running)
			mu.Unlock()
			time.Sleep(time.Minute)
			mu.Lock()
			defer mu.Unlock()
			running--
			if string(payload) == "3" {
				return nil, errors.New("three")
			}
			return payload, nil
		})
		e, err := outer.Start("run", `{"key":"items.json"}`)
		require.NoError(t, err)
		outcome := e.Wait()
		require.Nil(t, outcome.Error)
		require.Equal(t, 3*time.Minute, outcome.Stopped.Sub(e.Started))
		require.Equal(t, 2, most)
		require.Len(t, other.Executions(), 5)
		require.Equal(t, 1, outcome.Transitions)
		require.Equal(t, 1+5, outer.Transitions())

		var output struct {
			Ran struct {
				MapRunArn           string
				ResultWriterDetails struct{ Bucket, Key string }
			}
		}
		require.NoError(t, json.Unmarshal([]byte(outcome.Output), &output))
		require.Regexp(t, `^arn:aws:states:us-east-1:123456789012:mapRun:tune/Each:[0-9a-f-]+$`, output.Ran.MapRunArn)
		details := output.Ran.ResultWriterDetails
		require.Regexp(t, `^out/[0-9a-f-]+/manifest\.json$`, details.Key)
		var manifest struct {
			ResultFiles map[string][]struct{ Key string }
		}
		require.NoError(t, json.Unmarshal([]byte(s3.objects["b/"+details.Key]), &manifest))
		require.Empty(t, manifest.ResultFiles["PENDING"])
		var succeeded, failed []struct{ ExecutionArn, Input, Output, Error, Cause, Status string }
		require.NoError(t, json.Unmarshal([]byte(s3.objects["b/"+manifest.ResultFiles["SUCCEEDED"][0].Key]), &succeeded))
		require.NoError(t, json.Unmarshal([]byte(s3.objects["b/"+manifest.ResultFiles["FAILED"][0].Key]), &failed))
		require.Len(t, succeeded, 4)
		require.Equal(t, `{"o":1}`, succeeded[0].Output)
		require.Contains(t, succeeded[0].ExecutionArn, ":execution:tune/Each:")
		require.Len(t, failed, 1)
		require.Equal(t, "3", failed[0].Input)
		require.Equal(t, "States.TaskFailed", failed[0].Error)
		require.Contains(t, failed[0].Cause, `"Status":"FAILED"`)
	})
}

// Whoever stops an execution stops those of its Map's items, and what they have started.
func TestStoppedDistributedMap(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		outer, other, s3 := nesting(t, `[1,2,3,4,5]`, 100, func(_ context.Context, payload []byte) ([]byte, error) {
			time.Sleep(time.Minute)
			return payload, nil
		})
		e, err := outer.Start("run", `{"key":"items.json"}`)
		require.NoError(t, err)
		time.Sleep(90 * time.Second)
		e.Stop("", "")
		outer.Wait()
		var statuses []string
		for _, inner := range other.Executions() {
			statuses = append(statuses, string(inner.Outcome().Status))
			require.LessOrEqual(t, inner.Outcome().Stopped.Sub(e.Started), 90*time.Second)
		}
		require.Equal(t, "SUCCEEDED SUCCEEDED ABORTED ABORTED", strings.Join(statuses, " "))
		require.Len(t, s3.objects, 1, "nothing is written of a Map Run that is stopped")
		other.Wait()
	})
}

func TestDistributedMapFails(t *testing.T) {
	failing := func(context.Context, []byte) ([]byte, error) { return nil, errors.New("no") }
	for name, test := range map[string]struct {
		items     string
		tolerated int
		want      string
		started   int
	}{
		"no array":       {`{}`, 100, ErrorItemReader, 0},
		"too many fail":  {`[1,2,3,4,5,6,7,8]`, 25, ErrorTolerance, 4},
		"a large item":   {`["` + strings.Repeat("x", maxData) + `"]`, 100, ErrorItemReader, 0},
		"all may fail":   {`[1,2,3]`, 100, "", 3},
		"nothing to run": {`[]`, 0, "", 0},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				outer, other, _ := nesting(t, test.items, test.tolerated, failing)
				e, err := outer.Start("run", `{"key":"items.json"}`)
				require.NoError(t, err)
				outcome := e.Wait()
				outer.Wait()
				other.Wait()
				if test.want == "" {
					require.Nil(t, outcome.Error)
				} else {
					require.Equal(t, test.want, outcome.Error.Name)
				}
				require.InDelta(t, test.started, len(other.Executions()), 1)
			})
		})
	}
}
