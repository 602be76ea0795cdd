package measure

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/asl"
	"github.com/dualarch/dualarch/internal/tuner/cloud"
	"github.com/dualarch/dualarch/internal/tuner/input"
	"github.com/dualarch/dualarch/internal/tuner/run"
	"github.com/dualarch/dualarch/internal/tuner/tally"
	"github.com/dualarch/dualarch/tuning"
)

// So many of the largest answers fit into Measure's memory at once, beside its payloads.
func TestAnswersThatFitIntoMemory(t *testing.T) {
	payload := func(bytes int) input.WeightedPayload {
		return input.WeightedPayload{Body: make(json.RawMessage, bytes)}
	}
	for name, test := range map[string]struct {
		in   input.Input
		fits int
	}{
		"two of each default size":      {input.Input{}, 32},
		"a small payload":               {input.Input{Payloads: []input.WeightedPayload{payload(100)}}, 31},
		"the largest payload":           {input.Input{Payloads: []input.WeightedPayload{payload(6 << 20)}}, 30},
		"64 MB of payloads":             {input.Input{Payloads: []input.WeightedPayload{payload(32 << 20), payload(32 << 20)}}, 10},
		"more than there is":            {input.Input{Payloads: []input.WeightedPayload{payload(96 << 20)}}, 2},
		"a preprocessor makes payloads": {input.Input{PreProcessorARN: "pre"}, 16},
	} {
		t.Run(name, func(t *testing.T) {
			a := &cloud.Session{Clients: cloud.Clients{MemorySize: asl.Measure.MemorySize()}}
			m := newMeasuring(a, test.in, &run.State{}, nil)
			each := m.answerMemory(&tally.Version{Configuration: tuning.Configuration{Architecture: tuning.Arm}})
			fits := 0
			for m.memory.TryAcquire(each) {
				fits++
			}
			require.Equal(t, test.fits, fits)
		})
	}
}

// Later rounds know how large answers are, so that their first invocations need not wait for each other.
func TestLaterRoundsKnowAnswers(t *testing.T) {
	v := &tally.Version{Configuration: tuning.Configuration{Architecture: tuning.Arm}}
	state := run.State{}
	m := newMeasuring(&cloud.Session{}, input.Input{}, &state, nil)
	require.EqualValues(t, largestAnswer, m.answerMemory(v))
	m = newMeasuring(&cloud.Session{}, input.Input{}, &run.State{LargestAnswers: map[tuning.Architecture]int64{tuning.Arm: 1 << 20}}, nil)
	require.EqualValues(t, 1<<20, m.answerMemory(v))
}

// What a preprocessor has answered tells how much its next answer takes.
func TestPreparedPayloadsTakeMemory(t *testing.T) {
	m := newMeasuring(&cloud.Session{}, input.Input{PreProcessorARN: "pre"}, &run.State{}, nil)
	v := &tally.Version{Configuration: tuning.Configuration{Architecture: tuning.Arm}}
	require.EqualValues(t, 2*largestAnswer, m.answerMemory(v))
	m.tally.Prepared(1 << 20)
	m.tally.Prepared(1 << 10)
	require.EqualValues(t, largestAnswer+1<<20, m.answerMemory(v))
}
