package survey

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/lambdasim"
	"github.com/dualarch/dualarch/internal/lambdasim/statemachine"
	"github.com/dualarch/dualarch/internal/tuner/publish/keyname"
	"github.com/dualarch/dualarch/tuning"
)

const (
	resultsBucket = "shop-results"
	resultsPrefix = "dualarch/"
)

// keeping is what the definition of a tuner with Results says of them.
const keeping = `,"results":{"bucket":"` + resultsBucket + `","prefix":"` + resultsPrefix + `","eventBus":"bus"}`

// keep adds what a tuner keeps of an execution that began on a day.
func keep(t *testing.T, s *lambdasim.Simulator, target, execution, day string, o *tuning.Output) {
	t.Helper()
	began, err := time.Parse(time.DateOnly, day)
	require.NoError(t, err)
	body, err := json.Marshal(tuning.Result{Output: *o, Execution: tuning.ResultExecution{
		ARN: strings.Replace(machine, ":stateMachine:", ":execution:", 1) + ":" + execution, StateMachine: machine, Started: began, Stopped: began.Add(time.Minute),
	}})
	require.NoError(t, err)
	s.PutObject(resultsBucket, keyname.Result(resultsPrefix, target, execution, began), body)
	s.PutObject(resultsBucket, keyname.Latest(resultsPrefix, target), body)
}

// keptOn is a verdict as it is kept: one that package verdicts takes.
func keptOn(memorySize int, functions ...string) *tuning.Output {
	o := advised(memorySize, nil)
	o.Duration, o.Cost, o.Targets = 10, 1e-6, nil
	for i, f := range functions {
		o.Targets = append(o.Targets, tuning.TargetStatistics{
			Architecture: []tuning.Architecture{tuning.X86, tuning.Arm}[i], FunctionARN: prefix + f,
			Sizes: []tuning.SizeStatistics{{Power: memorySize, Duration: 10, Cost: 1e-6}},
		})
	}
	return o
}

// tuner adds a stack with a tuning state machine that has these defaults.
func tuner(t *testing.T, s *lambdasim.Simulator, defaults string) {
	t.Helper()
	namedTuner(t, s, machine, defaults)
}

func namedTuner(t *testing.T, s *lambdasim.Simulator, arn, defaults string) {
	t.Helper()
	step := s.FunctionARN("step")
	m, err := statemachine.New(statemachine.Options{
		ARN:        arn,
		Definition: fmt.Sprintf(`{"StartAt":"Plan","States":{"Plan":{"Type":"Task","Resource":%q,"End":true,"Parameters":{"defaults":%s}}}}`, step, defaults),
		Functions:  map[string]statemachine.Function{step: func(context.Context, []byte) ([]byte, error) { return nil, context.Canceled }},
	})
	require.NoError(t, err)
	s.AddStateMachine(m)
	s.SetStack(arn[strings.LastIndex(arn, ":")+1:], map[string]string{"OthersPowerTuningStateMachineArn12": arn})
}

// objectCalls counts the calls of S3.
func objectCalls(s *lambdasim.Simulator) map[string]int {
	n := map[string]int{}
	s.OnCall(func(c lambdasim.Call) *lambdasim.Fault {
		if strings.HasPrefix(c.Resource, "arn:aws:s3:::") {
			n[c.Operation]++
		}
		return nil
	})
	return n
}

// Step Functions forgets an execution after 90 days; Results keep its verdict.
func TestKeptVerdicts(t *testing.T) {
	var n map[string]int
	report := surveyed(t, func(s *lambdasim.Simulator) {
		for _, f := range []string{"pair-x86", "pair-arm", "byname", "replaced", "never"} {
			s.CreateFunction(lambdasim.Function{Name: f})
		}
		tuner(t, s, `{"targets":[{"name":"Shop/Pair","functions":["`+prefix+`pair-x86","`+prefix+`pair-arm"]}]`+keeping+`}`)
		keep(t, s, "Shop/Pair", "old", "1999-03-01", keptOn(256, "pair-x86", "pair-arm"))
		keep(t, s, "Shop/Pair", "new", "1999-06-01", keptOn(512, "pair-x86", "pair-arm"))
		keep(t, s, "byname", "own", "1999-05-01", keptOn(1024, "byname"))
		keep(t, s, "Renamed", "before", "1999-04-01", keptOn(2048, "replaced"))
		keep(t, s, "Gone", "other", "1999-04-02", keptOn(128, "no-longer-there"))
		s.PutObject(resultsBucket, "dualarch/Shop!2fPair/1999-12-01T00-00-00Z-broken.json", []byte(`{"power":`))
		s.PutObject(resultsBucket, "other/Shop!2fPair/1999-12-01T00-00-00Z-foreign.json", []byte(`{}`))
		n = objectCalls(s)
	}, Options{WithoutAdvice: true})
	require.Empty(t, report.Problems)
	for name, want := range map[string]struct {
		memorySize int
		execution  string
	}{"pair-x86": {512, "new"}, "pair-arm": {512, "new"}, "byname": {1024, "own"}, "replaced": {2048, "before"}} {
		m := report.function(t, name).Measured
		require.NotNil(t, m, name)
		require.Equal(t, want.memorySize, m.MemorySize, name)
		require.Equal(t, "arn:aws:states:us-east-1:123456789012:execution:tune:"+want.execution, m.ExecutionARN)
	}
	require.Nil(t, report.function(t, "never").Measured)
	require.Equal(t, map[string]int{"ListObjectsV2": 5, "GetObject": 5}, n, "only what is newest, behind what cannot be read")
}

// What Step Functions still knows is not read again, and of two verdicts the newer one counts, wherever it is.
func TestKeptVerdictsBesideExecutions(t *testing.T) {
	var n map[string]int
	prepare := func(s *lambdasim.Simulator, kept bool) {
		s.CreateFunction(lambdasim.Function{Name: "a"})
		fleetOf(t, s, `{"functions":["`+prefix+`a"]`+keeping+`}`, []string{"a"}, verdictOn)
		if kept {
			s.CreateFunction(lambdasim.Function{Name: "b"})
			keep(t, s, "a--b", "old", "1999-06-01", keptOn(256, "a", "b"))
		}
		n = objectCalls(s)
	}
	report := surveyed(t, func(s *lambdasim.Simulator) { prepare(s, false) }, Options{WithoutAdvice: true})
	require.Empty(t, report.Problems, "a bucket that nothing needs is not asked")
	require.Empty(t, n)
	report = surveyed(t, func(s *lambdasim.Simulator) { prepare(s, true) }, Options{WithoutAdvice: true})
	require.Empty(t, report.Problems)
	require.Equal(t, 512, report.function(t, "a").Measured.MemorySize, "the newer one")
	require.Equal(t, 256, report.function(t, "b").Measured.MemorySize)
}

// Two stacks may have constructs of one name, and one bucket for both.
func TestKeptVerdictsOfOneName(t *testing.T) {
	report := surveyed(t, func(s *lambdasim.Simulator) {
		s.CreateFunction(lambdasim.Function{Name: "dev-orders"})
		s.CreateFunction(lambdasim.Function{Name: "prod-orders"})
		tuner(t, s, `{"targets":[{"name":"Orders","functions":["`+prefix+`dev-orders"]},{"name":"Orders","functions":["`+prefix+`prod-orders"]}]`+keeping+`}`)
		keep(t, s, "Orders", "prod", "1999-03-01", keptOn(256, "prod-orders"))
		for day := 1; day < fewExecutions; day++ {
			keep(t, s, "Orders", fmt.Sprint("dev", day), fmt.Sprintf("1999-04-%02d", day), keptOn(512, "dev-orders"))
		}
	}, Options{WithoutAdvice: true})
	require.Empty(t, report.Problems)
	require.Equal(t, 512, report.function(t, "dev-orders").Measured.MemorySize)
	require.Equal(t, 256, report.function(t, "prod-orders").Measured.MemorySize)
}

// A bucket that many tuners of other functions share is not read through.
func TestFewKeptVerdictsAreRead(t *testing.T) {
	var n map[string]int
	report := surveyed(t, func(s *lambdasim.Simulator) {
		s.CreateFunction(lambdasim.Function{Name: "zz"})
		s.CreateFunction(lambdasim.Function{Name: "never"})
		tuner(t, s, `{"functions":["`+prefix+`zz"]`+keeping+`}`)
		for i := range 120 {
			keep(t, s, fmt.Sprintf("f%03d", i), "one", "1999-03-01", keptOn(256, fmt.Sprintf("f%03d", i)))
		}
		keep(t, s, "zz", "one", "1999-03-01", keptOn(256, "zz"))
		n = objectCalls(s)
	}, Options{WithoutAdvice: true})
	require.Empty(t, report.Problems)
	require.NotNil(t, report.function(t, "zz").Measured, "behind all the others")
	require.Equal(t, fewExecutions+1, n["GetObject"])
}

func TestMostKeptVerdicts(t *testing.T) {
	report := surveyed(t, func(s *lambdasim.Simulator) {
		for i := range mostExecutions + 1 {
			name := fmt.Sprintf("f%04d", i)
			s.CreateFunction(lambdasim.Function{Name: name})
			keep(t, s, name, "one", "1999-03-01", keptOn(256, name))
		}
		tuner(t, s, `{`+keeping[1:]+`}`)
	}, Options{WithoutAdvice: true, CallsPerSecond: 1000})
	require.Equal(t, []Problem{{Region: region1, What: "verdicts in s3://shop-results/dualarch/", Why: "only 1000 kept verdicts were read"}}, report.Problems)
}

// What may not be read is said with its place, and takes nothing from the rest.
func TestKeptVerdictsDenied(t *testing.T) {
	for denied, why := range map[string]string{
		"ListObjectsV2": "AccessDenied: s3:ListBucket", "GetObject": "AccessDenied: s3:GetObject",
	} {
		t.Run(denied, func(t *testing.T) {
			report := surveyed(t, func(s *lambdasim.Simulator) {
				tuned(t, s, advised(512, nil))
				s.CreateFunction(lambdasim.Function{Name: "kept"})
				m := "arn:aws:states:us-east-1:123456789012:stateMachine:other"
				namedTuner(t, s, m, `{"functions":["`+prefix+`kept"]`+keeping+`}`)
				keep(t, s, "kept", "one", "1999-03-01", keptOn(256, "kept"))
				s.OnCall(func(c lambdasim.Call) *lambdasim.Fault {
					if c.Operation == denied {
						return &lambdasim.Fault{Err: &lambdasim.APIError{Status: http.StatusForbidden, Code: "AccessDenied", Message: why[len("AccessDenied: "):]}}
					}
					return nil
				})
			}, Options{WithoutAdvice: true})
			require.Equal(t, []Problem{{Region: region1, What: "verdicts in s3://shop-results/dualarch/", Why: why}}, report.Problems)
			require.NotNil(t, report.function(t, "pair-x86").Measured)
			require.Nil(t, report.function(t, "kept").Measured)
		})
	}
}
