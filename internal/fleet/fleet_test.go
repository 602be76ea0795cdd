package fleet

import (
	"context"
	"encoding/json"
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/asl"
	"github.com/dualarch/dualarch/internal/tuner/input"
)

func TestShares(t *testing.T) {
	for name, test := range map[string]struct {
		budget            float64
		bills, caps, want []float64
	}{
		"a fifth equally, the rest by bill": {10, []float64{30, 10, 0}, []float64{99, 99, 99}, []float64{6.666, 2.666, 0.6666}},
		"nothing is known":                  {9, []float64{-1, -1, -1}, []float64{99, 99, 99}, []float64{3, 3, 3}},
		"no bills":                          {9, []float64{0, 0}, []float64{99, 99}, []float64{4.5, 4.5}},
		"unknown is the mean":               {10, []float64{10, -1}, []float64{99, 99}, []float64{5, 5}},
		"what is cut off goes to others":    {10, []float64{1000, 1, 1}, []float64{5, 5, 5}, []float64{5, 2.5, 2.5}},
		"more than all may have":            {100, []float64{1, 2}, []float64{5, 5}, []float64{5, 5}},
	} {
		t.Run(name, func(t *testing.T) {
			require.InDeltaSlice(t, test.want, shares(test.budget, test.bills, test.caps), 0.002)
		})
	}
}

// A share is at most what its tuner takes, to the last bit.
func TestShareIsNoMoreThanACap(t *testing.T) {
	for cents := 1; cents <= 1000; cents++ {
		limit := float64(cents) / 100
		for _, share := range shares(1e6, []float64{1, 2}, []float64{limit, limit}) {
			require.LessOrEqual(t, share, limit)
			require.InEpsilon(t, limit, share, 0.001)
		}
	}
}

// Whatever the bills are, a budget is never passed, nor is a cap, and a larger bill never gets less.
func TestSharesHold(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	for range 300 {
		n := 1 + r.IntN(40)
		bills, caps := make([]float64, n), make([]float64, n)
		for i := range bills {
			bills[i], caps[i] = math.Exp(5*r.NormFloat64()), 5
		}
		budget := math.Exp(3 * r.NormFloat64())
		sum, given := 0.0, shares(budget, bills, caps)
		for i, usd := range given {
			sum += usd
			require.LessOrEqual(t, usd, caps[i])
			require.GreaterOrEqual(t, usd, 0.19*math.Min(budget/float64(n), caps[i]))
			for j := range given {
				if bills[i] > bills[j] {
					require.GreaterOrEqual(t, usd, given[j])
				}
			}
		}
		require.LessOrEqual(t, sum, budget)
	}
}

// What cannot be shared out is refused, whoever gave it, and every share of what can be is an amount.
func TestLeastBudget(t *testing.T) {
	for _, cost := range []float64{math.SmallestNonzeroFloat64, 1e-310, 1e-300, 1e-7, math.Nextafter(asl.LeastFleetCost, 0)} {
		given := string(text(cost))
		for _, decode := range []func() (Input, error){
			func() (Input, error) { return Decode(json.RawMessage(`{"maxCost":`+given+`}`), asl.FleetSettings{}) },
			func() (Input, error) { return Decode(nil, asl.FleetSettings{MaxCost: cost}) },
		} {
			_, err := decode()
			require.EqualError(t, err, "the input cannot be used: $.maxCost: given "+given+"; allowed: an amount in USD that can be shared out, at least 0.000001")
		}
	}
	for _, cost := range []float64{asl.LeastFleetCost, math.MaxFloat64} {
		in, err := Decode(json.RawMessage(`{"maxCost":`+string(text(cost))+`}`), asl.FleetSettings{})
		require.NoError(t, err)
		n := 10_000
		bills, caps := make([]float64, n), make([]float64, n)
		for i := range bills {
			bills[i], caps[i] = math.Pow(10, float64(i%20)), math.Pow(10, float64(-16*(i%20))) // down to the least a number can be
		}
		for _, usd := range shares(in.MaxCost, bills, caps) {
			require.True(t, usd > 0 && usd < math.Inf(1), usd)
		}
	}
}

func TestParseAge(t *testing.T) {
	for text, want := range map[string]time.Duration{"0d": 0, "90m": 90 * time.Minute, "12h": 12 * time.Hour, "30d": 720 * time.Hour} {
		age, ok := ParseAge(text)
		require.True(t, ok, text)
		require.Equal(t, want, age)
	}
	for _, text := range []string{"", "1", "-1d", "1.5h", "1w", "999999d", "1d "} {
		_, ok := ParseAge(text)
		require.False(t, ok, text)
	}
}

func TestNames(t *testing.T) {
	const fleet = "arn:aws:states:eu-west-1:123456789012:execution:fleet:night"
	name := ExecutionName("Orders", fleet)
	require.Regexp(t, `^fleet-[0-9a-f]{16}-[0-9a-f]{16}$`, name)
	started := "arn:aws:states:eu-west-1:123456789012:execution:tune:" + name
	require.True(t, StartedBy(started, fleet))
	require.False(t, StartedBy(started, fleet+"2"))
	require.False(t, StartedBy("arn:aws:states:eu-west-1:123456789012:execution:tune:night", fleet))
}

// A cause that was cut off does not hide how the execution ended: it is asked for.
func TestExported(t *testing.T) {
	const given = `{"stateMachine":"arn:aws:states:eu-west-1:123456789012:stateMachine:tune","name":"fleet-1-2","input":{}}`
	for name, test := range map[string]struct {
		exported
		known bool
		why   string
	}{
		"a failure": {exported{Input: given, Error: "States.TaskFailed", Cause: `{"Status":"FAILED","Error":"NotTunable","Cause":"{\"errorMessage\":\"it is durable\"}"}`}, true,
			"its execution ended FAILED: NotTunable: it is durable"},
		"cut off":     {exported{Input: given, Error: "States.TaskFailed", Cause: `{"Status":"FAILED","Inp`}, false, ""},
		"not started": {exported{Input: given, Status: "PENDING"}, false, ""},
		"throttled": {exported{Input: given, Status: "FAILED", Error: "StepFunctions.ThrottlingException", Cause: "Rate exceeded"}, true,
			"its execution ended FAILED: StepFunctions.ThrottlingException: Rate exceeded"},
		"too much to hand on": {exported{Input: given, Status: "FAILED", Error: "States.DataLimitExceeded", Cause: "too large"}, false, ""},
		"started before":      {exported{Input: given, Status: "FAILED", Error: "StepFunctions.ExecutionAlreadyExistsException", Cause: "it exists"}, false, ""},
		"a verdict":           {exported{Input: given, Status: "SUCCEEDED", Output: `{"executionArn":"x","output":{"power":1}}`}, true, "its execution ended SUCCEEDED"},
		"not our item":        {exported{Input: `7`, Status: "FAILED", Error: "x"}, false, ""},
	} {
		t.Run(name, func(t *testing.T) {
			execution, r, known := test.result()
			require.Equal(t, test.known, known)
			if known {
				require.Equal(t, "arn:aws:states:eu-west-1:123456789012:execution:tune:fleet-1-2", execution)
				require.Equal(t, test.why, r.why())
			}
		})
	}
}

// fakePast is what List asks of the past.
type fakePast struct {
	Cloud
	ended   []Ended
	outputs map[string]string
}

func (f fakePast) Succeeded(context.Context, string, time.Time) ([]Ended, error) { return f.ended, nil }

func (f fakePast) Execution(_ context.Context, execution string) (Described, error) {
	return Described{Output: f.outputs[execution]}, nil
}

// A verdict counts whoever started the execution, whatever it is called, as long as there is time to look at it.
func TestYoungVerdicts(t *testing.T) {
	const machine, function = "arn:aws:states:eu-west-1:123456789012:stateMachine:tune", "arn:aws:lambda:eu-west-1:123456789012:function:f"
	all := []target{{name: "f", stateMachine: machine, byARN: true, DefaultTarget: input.DefaultTarget{Functions: []string{function}}}}
	output := `{"targets":[{"functionArn":"` + function + `:3"}]}`
	for name, own := range map[string]string{"by a fleet": ExecutionName(function, "x"), "by hand": "nightly", "by hand, as if by a fleet": "fleet-of-monday"} {
		t.Run(name, func(t *testing.T) {
			execution := executionARN(machine, own)
			past := fakePast{ended: []Ended{{ARN: execution}}, outputs: map[string]string{execution: output}}
			found, notes, err := young(t.Context(), past, all, time.Time{})
			require.NoError(t, err)
			require.Empty(t, notes)
			require.Equal(t, map[string]Ended{function: {ARN: execution}}, found)
		})
	}
	other := fakePast{ended: []Ended{{ARN: executionARN(machine, ExecutionName("another", "x"))}}}
	found, notes, err := young(t.Context(), other, all, time.Time{})
	require.NoError(t, err)
	require.Empty(t, found, "its name says what it tuned")
	require.Empty(t, notes)
	soon, cancel := context.WithTimeout(t.Context(), listing-time.Second)
	defer cancel()
	found, notes, err = young(soon, fakePast{ended: []Ended{{ARN: executionARN(machine, "nightly")}}}, all, time.Time{})
	require.NoError(t, err)
	require.Empty(t, found)
	require.Equal(t, []string{"1 older executions of tune that no fleet started were not looked at; what they tuned is tuned again"}, notes)
}

// A construct is tuned whole, whichever tuner has one of its functions by ARN. What is not tuned because of that is named.
func TestOnce(t *testing.T) {
	const prefix = "arn:aws:lambda:eu-west-1:123456789012:function:"
	of := func(name, tuner string, functions ...string) target {
		t := target{name: name, stateMachine: "arn:aws:states:eu-west-1:123456789012:stateMachine:" + tuner}
		for _, f := range functions {
			t.Functions = append(t.Functions, prefix+f)
		}
		return t
	}
	byARN := of("x86", "Bank", "x86")
	byARN.byARN = true
	construct, again, same := of("Orders", "Shop", "x86", "arm"), of("Again", "Bank", "arm", "arm-2", "arm-3"), of("Same", "Bank", "arm", "x86")
	why := func(function, name, tuner string) string {
		return "its function " + function + " is tuned as " + name + " of " + tuner + ", and a fleet tunes a function once"
	}
	for name, test := range map[string]struct {
		all, first []target
		out        []LeftOut
	}{
		"a construct before what is by ARN": {[]target{byARN, construct}, []target{construct}, nil},
		"two constructs with a function": {[]target{byARN, construct, again}, []target{construct}, []LeftOut{
			{"Again", prefix + "arm-2", why("arm", "Orders", "Shop")}, {"Again", prefix + "arm-3", why("arm", "Orders", "Shop")}}},
		"two constructs with the same functions": {[]target{construct, same}, []target{construct}, []LeftOut{{"Same", prefix + "arm", why("arm", "Orders", "Shop")}}},
		"the first of them":                      {[]target{again, byARN, construct}, []target{again, byARN}, []LeftOut{{"Orders", prefix + "arm", why("arm", "Again", "Bank")}}},
	} {
		t.Run(name, func(t *testing.T) {
			first, out := once(test.all)
			require.Equal(t, test.first, first)
			require.Equal(t, test.out, out)
		})
	}
}

func TestCalled(t *testing.T) {
	construct := target{name: "Orders", DefaultTarget: input.DefaultTarget{Functions: []string{"arn:aws:lambda:eu-west-1:123456789012:function:orders-x86"}}}
	for name, want := range map[string]bool{"Orders": true, "orders-x86": true, construct.Functions[0]: true, "orders": false, "": false} {
		require.Equal(t, want, construct.called(name), name)
	}
}

// A verdict that is kept stays one if there was no time to read it.
func TestKeptRowsStayKept(t *testing.T) {
	row := newRow(planned{Name: "f", Kept: time.Unix(1, 0)}, result{}, errNoTime)
	require.Equal(t, Kept, row.Outcome)
	require.Equal(t, errNoTime.Error(), row.Why)
	require.Equal(t, Failed, newRow(planned{Name: "f"}, result{}, errNoTime).Outcome)
}

// What could not be ranked is not begun.
func TestPlansFit(t *testing.T) {
	require.NoError(t, fits(make([]byte, 64<<20)))
	require.EqualError(t, fits(make([]byte, 66<<20)), "the input cannot be used: the inputs of all functions: given 66.0 MB together; allowed: at most 64 MB; give large payloads as payloadS3")
}
