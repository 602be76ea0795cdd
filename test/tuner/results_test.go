package tuner

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/lambdasim"
	"github.com/dualarch/dualarch/internal/lambdasim/statemachine"
	"github.com/dualarch/dualarch/internal/tuner/cloud"
	"github.com/dualarch/dualarch/internal/tuner/input"
	"github.com/dualarch/dualarch/internal/tuner/run"
	"github.com/dualarch/dualarch/internal/verdicts"
	"github.com/dualarch/dualarch/tuning"
)

// results are what a world's tuner keeps and announces verdicts with: the simulator has neither S3 nor EventBridge.
type results struct {
	events []cloud.Event
	log    bytes.Buffer
	// onCall says what goes wrong with a call: "read s3://…", "write s3://…", "event".
	onCall func(call string) error
}

// fault is what goes wrong with a call; nil is nothing. A call that hangs does so until its caller gives up.
func (r *results) fault(ctx context.Context, call string) error {
	if r.onCall == nil {
		return nil
	}
	err := r.onCall(call)
	if errors.Is(err, errHangs) {
		<-ctx.Done()
		return ctx.Err()
	}
	return err
}

var errHangs = errors.New("no answer")

// PutObject implements cloud.Results.
func (w *world) PutObject(ctx context.Context, location string, body []byte, onlyNew bool) error {
	if err := w.results.fault(ctx, "write "+location); err != nil {
		return err
	}
	if w.objects == nil {
		w.objects = map[string][]byte{}
	}
	if _, there := w.objects[location]; there && onlyNew {
		return cloud.ErrPrecondition
	}
	w.objects[location] = bytes.Clone(body)
	return nil
}

// PutEvent implements cloud.Results.
func (w *world) PutEvent(ctx context.Context, e cloud.Event) error {
	if err := w.results.fault(ctx, "event"); err != nil {
		return err
	}
	w.results.events = append(w.results.events, e)
	return nil
}

// keepsResults has a world's tuner keep its results.
func (w *world) keepsResults() {
	w.defaults.Results = &input.Results{Bucket: "results", Prefix: "tuned/", EventBus: "arn:aws:events:us-east-1:123456789012:event-bus/default"}
}

// publishes runs another execution of what is deployed and returns its output.
func (w *world) publishes(name, given string) tuning.Output {
	w.t.Helper()
	e, err := w.tuning.Start(name, given)
	require.NoError(w.t, err)
	outcome := e.Wait()
	require.Equal(w.t, statemachine.Succeeded, outcome.Status, "%v", outcome.Error)
	var o tuning.Output
	require.NoError(w.t, json.Unmarshal([]byte(outcome.Output), &o))
	return o
}

const latestKey = "s3://results/tuned/Prime/latest.json"

func TestResultsAreKeptAndAnnounced(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, lambdasim.Options{})
		w.machines()
		e, err := w.tuning.Start("plain", `{}`)
		require.NoError(t, err)
		plain := e.Wait()
		require.Empty(t, w.objects)
		require.Empty(t, w.results.events)
		require.NotContains(t, plain.Output, "published")

		w = newWorld(t, lambdasim.Options{})
		w.keepsResults()
		w.machines()
		began := time.Now()
		o := w.publishes("monday", `{"invocationsPerMonth":1000000}`)
		require.Equal(t, plain.Transitions+1, w.tuning.Executions()[0].Outcome().Transitions, "one step more, and no choice")
		require.InDelta(t, float64(plain.Transitions+1)*0.000025, o.StateMachine.ExecutionCost, 1e-12)
		require.NotContains(t, o.Warnings, run.NotPublished)

		p := o.Published
		require.Equal(t, "Prime", p.Target)
		require.Equal(t, "arn:aws:states:us-east-1:123456789012:execution:tune:monday", p.Execution)
		require.Equal(t, []string{w.arn(0), w.arn(1)}, p.Functions)
		require.Equal(t, tuning.Cost, p.Strategy)
		require.Equal(t, o.Recommendation.Action, p.Action)
		require.Equal(t, o.Recommendation.Text, p.Text)
		require.Equal(t, &o.Recommendation.Today.Cheaper, p.Saving)
		require.Equal(t, o.Recommendation.SavingsPerMonth, p.SavingsPerMonth)
		require.Nil(t, p.Last)
		require.False(t, p.AdviceChanged)
		key := "s3://results/tuned/Prime/" + began.UTC().Format("2006-01-02T15-04-05Z") + "-monday.json"
		require.Equal(t, key, p.Object)

		// Both objects are the output, as `dualarch report` reads it.
		require.ElementsMatch(t, []string{key, latestKey}, slices.Collect(maps.Keys(w.objects)))
		require.Equal(t, w.objects[key], w.objects[latestKey])
		read, err := verdicts.Read("latest.json", w.objects[latestKey])
		require.NoError(t, err)
		require.Len(t, read, 1)
		require.Equal(t, &o, read[0].Output)
		require.Equal(t, p.Execution, read[0].Execution.ARN)
		require.Equal(t, p.Time, read[0].Execution.Stopped)

		require.Len(t, w.results.events, 1)
		event := w.results.events[0]
		require.Equal(t, w.defaults.Results.EventBus, event.Bus)
		require.Equal(t, "dualarch.verdict", event.Source)
		require.Equal(t, "dualarch.verdict", event.DetailType)
		require.Equal(t, []string{p.Execution, w.arn(0), w.arn(1)}, event.Resources)
		detail, err := json.Marshal(event.Detail)
		require.NoError(t, err)
		want, err := json.Marshal(p)
		require.NoError(t, err)
		require.JSONEq(t, string(want), string(detail))

		var line map[string]any
		require.NoError(t, json.Unmarshal(w.results.log.Bytes(), &line), "one line and nothing else")
		require.Equal(t, map[string]any{
			"_aws": map[string]any{"Timestamp": float64(p.Time.UnixMilli()), "CloudWatchMetrics": []any{map[string]any{
				"Namespace": "Dualarch", "Dimensions": []any{[]any{"Target"}, []any{"StateMachine", "Target"}},
				"Metrics": []any{map[string]any{"Name": "SavingPercent", "Unit": "Percent"}, map[string]any{"Name": "AdviceChanged", "Unit": "Count"}},
			}}},
			"Target": "Prime", "StateMachine": "tune", "SavingPercent": p.SavingPercent, "AdviceChanged": 0.0,
			"Action": string(p.Action), "Architecture": string(p.Architecture), "Power": float64(p.Power), "Confirmed": p.Confirmed,
			"Certainty": nil, "Execution": p.Execution,
		}, line)
	})
}

// faster is a function that is much faster on one architecture, whatever its memory.
func faster(a tuning.Architecture) lambdasim.Behavior {
	return lambdasim.Behavior{Workload: lambdasim.WorkloadFunc(func(architecture string, _ int) lambdasim.Timing {
		if architecture == string(a) {
			return lambdasim.Timing{Mean: 20}
		}
		return lambdasim.Timing{Mean: 100}
	})}
}

// The same again changes nothing; a function that is another one does.
func TestChangesSinceTheLast(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, lambdasim.Options{})
		w.keepsResults()
		w.machines()
		first := w.publishes("first", `{}`)
		second := w.publishes("second", `{}`)
		require.Equal(t, &first.Published.Advice, second.Published.Last)
		require.False(t, second.Published.AdviceChanged)

		// Another strategy, or one of both functions, is another question. It does not come between.
		speed := w.publishes("speed", `{"strategy":"speed"}`)
		require.Nil(t, speed.Published.Last)
		one := w.publishes("one", `{"lambdaARN":"`+w.arn(1)+`"}`)
		require.Nil(t, one.Published.Last)
		require.Equal(t, "prime-arm64", one.Published.Target)
		require.Contains(t, w.objects, "s3://results/tuned/prime-arm64/latest.json")

		w.behave(faster(tuning.X86))
		changed := w.publishes("changed", `{}`)
		require.Equal(t, &second.Published.Advice, changed.Published.Last)
		require.True(t, changed.Published.AdviceChanged)
		require.Equal(t, tuning.Arm, second.Published.Architecture)
		require.Equal(t, tuning.X86, changed.Published.Architecture)
		require.Contains(t, changed.Published.Changed, "architecture")
		require.Len(t, w.results.events, 5)
		lines := strings.Split(strings.TrimSpace(w.results.log.String()), "\n")
		require.Len(t, lines, 5)
		require.Contains(t, lines[4], `"AdviceChanged":1`)
	})
}
