package lambdasim

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestProfilesAreThoseMeasuredOnBothArchitectures(t *testing.T) {
	var names []string
	for _, p := range Profiles() {
		names = append(names, p.Name)
		require.GreaterOrEqual(t, len(p.MemorySizes("x86_64")), 5, p.Name)
		require.GreaterOrEqual(t, len(p.MemorySizes("arm64")), 5, p.Name)
	}
	require.Equal(t, []string{
		"cpu-intensive/nodejs20", "cpu-intensive/nodejs22", "cpu-intensive/python3.11", "cpu-intensive/python3.12",
		"cpu-intensive/python3.13", "cpu-intensive/python3.14", "cpu-intensive/rust",
		"memory-intensive/nodejs20", "memory-intensive/nodejs22", "memory-intensive/python3.11", "memory-intensive/python3.12",
		"memory-intensive/python3.13", "memory-intensive/rust",
	}, names)
	require.PanicsWithValue(t, "lambdasim: no profile light/rust", func() { FindProfile("light/rust") })
}

func TestProfilesInterpolate(t *testing.T) {
	p := FindProfile("cpu-intensive/nodejs20")
	require.Equal(t, []int{128, 256, 512, 1024, 1769, 2048}, p.MemorySizes("arm64"))
	require.Equal(t, Timing{Mean: 21189.87, P99: 22221.15}, p.Timing("arm64", 128), "measured points are kept")
	require.InDelta(t, math.Sqrt(2548.54*5038.21), p.Timing("arm64", 724).Mean, 3, "half-way on a log scale")
	require.Equal(t, p.Timing("x86_64", 2048), p.Timing("x86_64", 10240), "flat above the largest size")

	memory := FindProfile("memory-intensive/python3.11")
	smallest := memory.MemorySizes("arm64")[0]
	require.Equal(t, 1024, smallest)
	below, at := memory.Timing("arm64", 512), memory.Timing("arm64", smallest)
	require.Greater(t, below.Mean, at.Mean)
	require.LessOrEqual(t, below.Mean, 2*at.Mean, "at most in inverse proportion")
	for _, profile := range Profiles() {
		for _, architecture := range []string{"x86_64", "arm64"} {
			for size := 128; size <= 10240; size += 64 {
				timing := profile.Timing(architecture, size)
				require.False(t, math.IsNaN(timing.Mean) || timing.Mean <= 0 || math.IsNaN(timing.P99) || timing.P99 <= 0, "%s %s %d", profile.Name, architecture, size)
			}
		}
	}
}

func TestParseProfilesSaysWhichRowIsWrong(t *testing.T) {
	_, err := parseProfiles("run,workload,runtime,arch,memory_mb,mean_ms,p99_ms,n\nr,w,r,arm64,128,N/A,1,500\n")
	require.EqualError(t, err, `row 2: strconv.ParseFloat: parsing "N/A": invalid syntax`)
	_, err = parseProfiles("a,b\nc\n")
	require.EqualError(t, err, "record on line 2: wrong number of fields")
}

func TestTimingsHaveTheirMeanAndPercentile(t *testing.T) {
	for _, timing := range []Timing{{Mean: 100, P99: 110}, {Mean: 100, P99: 300}, {Mean: 50}} {
		random := rand.New(rand.NewPCG(1, 2))
		draws := make([]float64, 200_000)
		sum := 0.0
		for i := range draws {
			draws[i] = timing.draw(random)
			sum += draws[i]
		}
		slices.Sort(draws)
		require.InEpsilon(t, timing.Mean, sum/float64(len(draws)), 0.01)
		require.InEpsilon(t, max(timing.Mean, timing.P99), draws[len(draws)*99/100], 0.02)
	}
	require.Zero(t, Timing{Mean: 10, P99: 5}.sigma())
	require.InDelta(t, z99, Timing{Mean: 1, P99: 1e9}.sigma(), 1e-6, "no lognormal has such a tail")
}

func TestSyntheticWorkloads(t *testing.T) {
	ms := func(w Workload, architecture string, size int) float64 { return w.Timing(architecture, size).Mean }
	require.Equal(t, 7.0, ms(Constant(7), "arm64", 128))
	cpu := CPUBound(Timing{Mean: 100, P99: 120})
	require.Equal(t, 200.0, ms(cpu, "x86_64", 1769/2+1)*885/884.5)
	require.Equal(t, 100.0, ms(cpu, "x86_64", 3008))
	both := PerArchitecture(Constant(1), Constant(2))
	require.Equal(t, []float64{1, 2}, []float64{ms(both, "x86_64", 512), ms(both, "arm64", 512)})
	crossing := Crossing(1024, Timing{Mean: 100, P99: 120}, 0.2)
	require.Equal(t, ms(crossing, "x86_64", 1024), ms(crossing, "arm64", 1024))
	require.Less(t, ms(crossing, "arm64", 256), ms(crossing, "x86_64", 256))
	require.Greater(t, ms(crossing, "arm64", 4096), ms(crossing, "x86_64", 4096))
	slow := Behavior{Workload: Constant(100), SlowShare: 0.1, SlowFactor: 3}
	require.Equal(t, 120.0, slow.MeanDuration("arm64", 128))
}
