package packing

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/lambdalimits"
	"github.com/dualarch/dualarch/tuning"
)

// typicalSamples are what a run of both functions over sizes gives: lognormal durations that fall with
// memory, one cold start a version, two payloads.
func typicalSamples(r *rand.Rand, sizes, num int) []tuning.Sample {
	var samples []tuning.Sample
	for i := range num {
		for size := range sizes {
			for _, a := range []tuning.Architecture{tuning.X86, tuning.Arm} {
				memory := 128 + 64*size
				ms := 80000 / float64(memory) * math.Exp(0.05*r.NormFloat64())
				s := tuning.Sample{
					Configuration: tuning.Configuration{Architecture: a, MemorySize: memory},
					Duration:      math.Round(ms*100) / 100, MaxMemoryUsed: 60 + r.IntN(4), Cold: i == 0,
					Payload: i % 2, Source: tuning.LogTail,
				}
				if s.Cold {
					s.InitDuration = math.Round(15000+2000*r.NormFloat64()) / 100
				}
				s.BilledDuration = math.Ceil(math.Round((s.Duration+s.InitDuration)*100) / 100)
				samples = append(samples, s)
			}
		}
	}
	return samples
}

func TestSamplesOf46SizesTwiceFitIn34KB(t *testing.T) {
	samples := typicalSamples(rand.New(rand.NewPCG(1, 2)), 46, 100)
	packed, err := Encode(samples)
	require.NoError(t, err)
	asJSON, err := json.Marshal(samples)
	require.NoError(t, err)
	t.Logf("%d samples: %d bytes, as JSON %d", len(samples), len(packed), len(asJSON))
	require.Less(t, len(packed), 34*1024)

	unpacked, err := Decode(packed)
	require.NoError(t, err)
	require.Equal(t, packingOrder(samples), unpacked)
}

// samplesOfEveryKind have every field set in one of them.
var samplesOfEveryKind = []tuning.Sample{
	{
		Configuration: tuning.Configuration{Architecture: tuning.Arm, MemorySize: 10240}, Duration: 899999.99,
		BilledDuration: 900000, MaxMemoryUsed: 10239, Sandbox: 3, Payload: 7, Confirming: true, Source: tuning.CloudWatchLogs,
	},
	{
		Configuration: tuning.Configuration{Architecture: tuning.X86, MemorySize: 128}, Duration: 0.87,
		BilledDuration: 124, InitDuration: 122.4, MaxMemoryUsed: 33, Cold: true, Failed: true, Source: tuning.LogTail,
	},
	{
		Configuration: tuning.Configuration{Architecture: tuning.X86, MemorySize: 128}, Duration: 12.34,
		BilledDuration: 145, RestoreDuration: 401.22, BilledRestoreDuration: 132, Sandbox: 1, Source: tuning.ClientClock,
	},
	{
		Configuration: tuning.Configuration{Architecture: tuning.X86, MemorySize: 128}, Duration: 12.34,
		BilledDuration: 13, RestoreDuration: 401.22, BilledRestoreDuration: 132, Sandbox: 2, Source: tuning.LogTail,
	},
	{Configuration: tuning.Configuration{Architecture: tuning.X86, MemorySize: 128}, Duration: 5, BilledDuration: 77, Source: tuning.LogTail},
}

func TestSamplesKeepEveryField(t *testing.T) {
	packed, err := Encode(samplesOfEveryKind)
	require.NoError(t, err)
	unpacked, err := Decode(packed)
	require.NoError(t, err)
	require.ElementsMatch(t, samplesOfEveryKind, unpacked)
}

func TestNoSamplesAreTheEmptyString(t *testing.T) {
	packed, err := Encode(nil)
	require.NoError(t, err)
	require.Empty(t, packed)
	samples, err := Decode("")
	require.NoError(t, err)
	require.Empty(t, samples)
}

// The bound holds up to the longest Timeout that Lambda knows, however many configurations share the samples.
func TestEncodedSamplesLimitHolds(t *testing.T) {
	for _, kind := range []struct {
		name              string
		allCold, restores bool
	}{{"half cold", false, false}, {"all cold", true, false}, {"half restored", false, true}, {"all restored", true, true}} {
		for _, longest := range []time.Duration{quickest, time.Duration(lambdalimits.Timeout.Extended) * time.Second} {
			for i, count := range []int{1, 10, 1000, 20000, 20000, 20000} {
				sizes := []int{92, 92, 92, 92, 8, 1}[i]
				r := rand.New(rand.NewPCG(3, 4))
				samples := make([]tuning.Sample, count)
				for i := range samples {
					s := tuning.Sample{
						Configuration: tuning.Configuration{Architecture: tuning.Arm, MemorySize: 128 + 64*(i/2%sizes)},
						Duration:      float64(r.Int64N(int64(longest/(time.Millisecond/100)))) / 100,
						MaxMemoryUsed: 100 + r.IntN(60), Sandbox: r.IntN(3), Payload: r.IntN(100), Cold: kind.allCold || i%2 == 0, Source: tuning.LogTail,
					}
					switch began := r.IntN(1000000); {
					case s.Cold && kind.restores:
						s.RestoreDuration, s.BilledRestoreDuration = float64(began)/100, float64(r.IntN(10000))
					case s.Cold:
						s.InitDuration = float64(began) / 100
					}
					if kind.allCold {
						s.Sandbox = i // each has one of its own
					}
					s.BilledDuration = math.Ceil(s.Duration+s.InitDuration) + s.BilledRestoreDuration
					samples[i] = s
				}
				packed, err := Encode(samples)
				require.NoError(t, err)
				t.Logf("%s up to %s, %d sizes: %.1f bytes a sample", kind.name, longest, sizes, float64(len(packed))/float64(count))
				require.LessOrEqual(t, len(packed), Limit(count, longest, kind.allCold, kind.restores), "%d samples, %s", count, kind.name)
				unpacked, err := Decode(packed)
				require.NoError(t, err)
				require.Equal(t, packingOrder(samples), unpacked)
			}
		}
	}
}

// Runs that were in flight when the tuner was deployed anew have samples in their states, written by older code.
func TestSamplesOfRunsInFlight(t *testing.T) {
	arm512 := tuning.Configuration{Architecture: tuning.Arm, MemorySize: 512}
	x86 := tuning.Configuration{Architecture: tuning.X86, MemorySize: 128}
	for packed, want := range map[string][]tuning.Sample{
		"YmRq5GBi4FgivOE0MwMDw6t5bAz3WBjusVTtYWRgYGAABAAA//8": {
			{Configuration: arm512, Duration: 12.34, BilledDuration: 13, MaxMemoryUsed: 61, Source: tuning.LogTail},
			{Configuration: arm512, Duration: 306.34, BilledDuration: 610, RestoreDuration: 511.25, BilledRestoreDuration: 303, MaxMemoryUsed: 155, Cold: true, Source: tuning.LogTail},
		},
		"YmRpXMDI2MDELMTAovFv5avQF+x7uL8KMjAwLNjPyMDw5RMLA8MERgYGBoYOJoZ/8xkZGJzYGJgY+RgYGAABAAD//w": packingOrder([]tuning.Sample{
			{
				Configuration: tuning.Configuration{Architecture: tuning.Arm, MemorySize: 10240}, Duration: 899999.99,
				BilledDuration: 900000, MaxMemoryUsed: 10239, Sandbox: 3, Payload: 7, Confirming: true, Source: tuning.CloudWatchLogs,
			},
			{Configuration: x86, Duration: 0.87, BilledDuration: 124, InitDuration: 122.4, MaxMemoryUsed: 33, Cold: true, Failed: true, Source: tuning.LogTail},
			{Configuration: x86, Duration: 12.34, BilledDuration: 13, RestoreDuration: 401.22, BilledRestoreDuration: 132, Sandbox: 1, Source: tuning.ClientClock},
			{Configuration: x86, Duration: 5, BilledDuration: 77, Source: tuning.LogTail},
		}),
	} {
		samples, err := Decode(packed)
		require.NoError(t, err)
		require.Equal(t, want, samples)
	}
}

func TestDamagedSamplesAreRefused(t *testing.T) {
	packed, err := Encode(typicalSamples(rand.New(rand.NewPCG(1, 2)), 2, 10))
	require.NoError(t, err)
	_, err = Decode(packed[:len(packed)/2])
	require.ErrorIs(t, err, errSamples)
	_, err = Decode("!")
	require.EqualError(t, err, "the samples in the state are damaged: illegal base64 data at input byte 0")
}

func FuzzDecodeSamples(f *testing.F) {
	packed, err := Encode(typicalSamples(rand.New(rand.NewPCG(1, 2)), 2, 5))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(packed)
	f.Add("")
	f.Add("A")
	f.Fuzz(func(t *testing.T, packed string) {
		samples, err := Decode(packed)
		if err != nil {
			require.ErrorIs(t, err, errSamples)
			return
		}
		again, err := Encode(samples)
		require.NoError(t, err)
		if len(samples) > 0 {
			require.NotEmpty(t, again)
		}
	})
}
