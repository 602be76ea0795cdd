package tuner

import (
	"regexp"
	"strconv"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/lambdasim"
	"github.com/dualarch/dualarch/internal/tuner/cloud"
	"github.com/dualarch/dualarch/internal/tuner/price"
	"github.com/dualarch/dualarch/internal/tuner/report"
	"github.com/dualarch/dualarch/internal/tuner/run"
	"github.com/dualarch/dualarch/tuning"
)

var reportedSize = regexp.MustCompile(`Memory Size: (\d+) MB`)

// billed is what Lambda's reports of all versions that a run published add up to, in USD, and how many
// invocations they tell of.
func (w *world) billed() (cost float64, invocations int) {
	return w.billedWhere(func(string, string) bool { return true })
}

// billedWhere is the same of some versions; functions are given by their unqualified ARN.
func (w *world) billedWhere(counts func(function, version string) bool) (cost float64, invocations int) {
	time.Sleep(time.Minute) // ingestion
	for i, function := range siblings {
		prices := price.For(price.Terms{}, run.Target{Function: w.arn(i), Architecture: []tuning.Architecture{tuning.X86, tuning.Arm}[i]}.Priced())
		for version := range 100 {
			if !counts(w.arn(i), strconv.Itoa(version+1)) {
				continue
			}
			messages, err := w.client.Reports(w.t.Context(), cloud.ReportQuery{
				Function: w.arn(i), Version: strconv.Itoa(version + 1), LogGroup: "/aws/lambda/" + function, LogFormat: "Text",
				From: time.Now().Add(-48 * time.Hour), To: time.Now(),
			})
			require.NoError(w.t, err)
			for _, message := range messages {
				report, ok := report.Parse(message.Text, "")
				require.True(w.t, ok, message)
				size, err := strconv.Atoi(reportedSize.FindStringSubmatch(message.Text)[1])
				require.NoError(w.t, err)
				cost += prices.Invocation(size, report.BilledDuration)
				invocations++
			}
		}
	}
	return cost, invocations
}

// lambdaCost is what Lambda bills: every invocation of the targets, whatever became of it.
func TestLambdaCostIsWhatLambdaBills(t *testing.T) {
	for name, test := range map[string]struct {
		change    func(*lambdasim.Behavior)
		fault     func() func(lambdasim.Call) *lambdasim.Fault
		money     string // of the input
		estimated string
		within    float64 // share of the whole
	}{
		"all succeed": {within: 1e-9},
		"instances are kept ready where it serves": {money: `"provisionedConcurrency":5,"invocationsPerMonth":1000000,`, within: 1e-9},
		"out of memory": {change: func(b *lambdasim.Behavior) { b.OutOfMemoryBelow = 512 }, within: 1e-9},
		"time-outs":     {change: func(b *lambdasim.Behavior) { b.Workload = lambdasim.CPUBound(lambdasim.Timing{Mean: 3000}) }, within: 1e-9},
		"no tail":       {change: func(b *lambdasim.Behavior) { b.OutOfMemoryBelow, b.Tail = 512, missing }, within: 1e-9},
		"answers lost": {
			fault: func() func(lambdasim.Call) *lambdasim.Fault {
				var invoked atomic.Int32
				return func(c lambdasim.Call) *lambdasim.Fault {
					return &lambdasim.Fault{Lost: c.Operation == "Invoke" && invoked.Add(1)%20 == 0}
				}
			}, within: 0.01,
			estimated: "lambdaCost includes estimates of 3 invocations without a report, which were lost, cut short or failed: each is assumed to last as long as others of its size, or until its time-out",
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t, lambdasim.Options{})
				b := quick()
				if test.change != nil {
					test.change(&b)
				}
				w.behave(b)
				if test.fault != nil {
					w.sim.OnCall(test.fault())
				}
				o := w.tuned(`{` + test.money + `"powerValues":[128,512,1024]}`)
				w.sim.OnCall(nil)
				truth, invocations := w.billed()
				require.Greater(t, invocations, 40)
				require.InDelta(t, truth, o.StateMachine.LambdaCost, test.within*truth, "of %d invocations", invocations)
				if test.estimated == "" {
					require.Empty(t, o.Warnings)
					return
				}
				require.Contains(t, o.Warnings, test.estimated)
			})
		})
	}
}

// What is measured again since its postprocessor was cut off has been billed too.
func TestLambdaCostHoldsWhatIsMeasuredAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, lambdasim.Options{})
		w.defaults.TimeoutSeconds = 24 * 3600
		var calls atomic.Int32
		w.sim.CreateFunction(lambdasim.Function{Name: "post", Timeout: 900, Behavior: lambdasim.Behavior{
			Workload: lambdasim.WorkloadFunc(func(string, int) lambdasim.Timing {
				if calls.Add(1)%7 == 0 {
					return lambdasim.Timing{Mean: 870_000} // more than is left of the step
				}
				return lambdasim.Timing{Mean: 30_000}
			}),
		}})
		w.behave(quick())
		o := w.tuned(`{"exploration":"adaptive","postProcessorARN":"` + w.sim.FunctionARN("post") + `"}`)
		truth, _ := w.billed()
		require.InDelta(t, truth, o.StateMachine.LambdaCost, 1e-9*truth)
		require.Positive(t, o.PossiblyDuplicated)
	})
}

func missing(lambdasim.Invocation) lambdasim.Tail { return lambdasim.Missing }
