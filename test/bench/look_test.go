package bench

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/guard"
	"github.com/dualarch/dualarch/internal/lambdasim"
	"github.com/dualarch/dualarch/internal/lambdasim/packages"
	"github.com/dualarch/dualarch/internal/survey"
	"github.com/dualarch/dualarch/internal/survey/look"
	"github.com/dualarch/dualarch/test/figures"
)

const (
	// Packages have 2 to 50 MB.
	smallest, largest = 2e6, 50e6
	// changing is the share of functions that is deployed between two surveys.
	changing = 0.02
)

// codeAccount is a simulated one whose functions have generated packages.
type codeAccount struct {
	*lambdasim.Simulator
	want map[string]guard.Status // by name
}

func newCodeAccount(functions int) *codeAccount {
	a := &codeAccount{Simulator: lambdasim.New(lambdasim.Options{Latency: time.Nanosecond, ControlRate: 1e9, ControlBurst: 1e9}), want: map[string]guard.Status{}}
	for i := range functions {
		a.deploy(fmt.Sprintf("function%05d", i), uint64(i))
	}
	return a
}

// deploy makes a function, or deploys another package to it. Each tenth shares its code with another one.
func (a *codeAccount) deploy(name string, seed uint64) {
	if seed%10 == 9 {
		seed--
	}
	random := rand.New(rand.NewPCG(seed, 3))
	kind := []packages.Kind{packages.Text, packages.Wheel, packages.Go, packages.Both, packages.Text}[random.IntN(5)]
	size := smallest + random.Float64()*(largest-smallest)
	runtime, handler, want := "python3.13", "app.handler", guard.Ready
	switch kind {
	case packages.Wheel:
		want = guard.Blocked
	case packages.Go:
		runtime, handler, want = "provided.al2023", "bootstrap", guard.Rebuild
	case packages.Both:
		runtime, handler = "nodejs24.x", "index.handler"
	}
	a.CreateFunction(lambdasim.Function{
		Name: name, Archive: packages.New(seed, int64(size), kind), Code: fmt.Sprint(seed),
		Configure: func(c *lambdasim.Configuration) { c.Runtime, c.Handler = runtime, handler },
	})
	a.want[name] = want
}

// survey surveys the account, its code with it, and returns the bytes of code read and the most memory that this process
// had meanwhile, in MB.
func (a *codeAccount) survey(t *testing.T, cache string) (read int64, memory float64) {
	t.Helper()
	looker, err := look.New(look.Options{Cache: cache})
	require.NoError(t, err)
	defer debug.SetGCPercent(debug.SetGCPercent(100)) // the command's, whatever GOGC the tests have
	debug.FreeOSMemory()
	ended, peak := make(chan struct{}), make(chan float64)
	go func() { peak <- peakResident(ended) }()
	report, err := survey.Run(t.Context(), a.Config(), survey.Options{Looker: looker, CallsPerSecond: 1e6, WithoutAdvice: true, WithoutVerdicts: true})
	close(ended)
	memory = <-peak
	require.NoError(t, err)
	require.Len(t, report.Functions, len(a.want))
	for _, f := range report.Functions {
		require.Equal(t, a.want[f.Name], f.Readiness.Status, "%s: %+v", f.Name, f)
		require.Empty(t, f.Problems)
	}
	return report.BytesRead, memory
}

// peakResident returns the most memory that this process has until ended is closed, in MB.
func peakResident(ended <-chan struct{}) (peak float64) {
	for {
		status, err := os.ReadFile("/proc/self/status")
		_, after, found := strings.Cut(string(status), "VmRSS:")
		if err == nil && found {
			var kilobytes float64
			_, _ = fmt.Sscan(after, &kilobytes)
			peak = max(peak, kilobytes*1024/1e6)
		}
		select {
		case <-ended:
			return peak
		case <-time.After(10 * time.Millisecond):
		}
	}
}

// A survey looks at packages of 2 to 50 MB, of which a tenth is source files and at most 1 MB is native, in memory that
// does not grow with their number. A second one with the same cache folder reads only what has been deployed since. The
// memory is also that of the simulated account.
func TestLookingAtAWholeAccount(t *testing.T) {
	functions := 40
	if figures.Whole() {
		functions = 10_000
	}
	a := newCodeAccount(functions)
	cache := filepath.Join(t.TempDir(), "cache")
	started := time.Now()
	first, memory := a.survey(t, cache)
	t.Logf("%d functions, %d MB read in %s, %.0f MB of memory", functions, first/1e6, time.Since(started).Round(time.Second), memory)
	for i := range max(1, int(float64(functions)*changing)) {
		a.deploy(fmt.Sprintf("function%05d", i*41%functions), uint64(functions+i))
	}
	second, _ := a.survey(t, cache)
	require.Positive(t, second)
	ratio := float64(second) / float64(first)
	figures.Report(t, "survey.memory_mb", memory, "MB")
	figures.Report(t, "survey.second_run_ratio", ratio, "ratio")
	require.LessOrEqual(t, memory, 200.0)
	require.LessOrEqual(t, ratio, 0.1)
}
