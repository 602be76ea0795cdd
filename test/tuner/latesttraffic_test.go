package tuner

import (
	"regexp"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/lambdasim"
	"github.com/dualarch/dualarch/tuning"
)

// watchLatest samples what $LATEST serves and returns the seconds of each test size.
func (w *world) watchLatest(name string) (stop func() map[int]float64) {
	const every = 10 * time.Millisecond
	seconds, done := map[int]float64{}, make(chan struct{})
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		serving := w.sim.Configuration(name).MemorySize
		for {
			select {
			case <-done:
				return
			case <-time.After(every):
			}
			if c := w.sim.Configuration(name); c.LastUpdateStatus == lambdasim.Successful {
				serving = c.MemorySize
			}
			seconds[serving] += every.Seconds()
		}
	}()
	return func() map[int]float64 {
		close(done)
		<-ended
		delete(seconds, 512)
		return seconds
	}
}

var servedSize = regexp.MustCompile(`(\d+) MB for ([\d.]+) s`)

// The verdict says first what callers of $LATEST were served with: what the simulated Lambda did serve, and no more. That
// is hardly longer than the one update for each version that Lambda needs.
func TestLatestTrafficIsToldFirst(t *testing.T) {
	for name, input := range map[string]string{
		"confirmed":        `{"lambdaARN":"` + x86 + `","num":5}`,
		"two functions":    `{"targets":["` + x86 + `","` + arm + `"]}`,
		"only cold starts": `{"lambdaARN":"` + x86 + `","num":25,"onlyColdStarts":true,"powerValues":[128,1024]}`,
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t, lambdasim.Options{})
				w.defaults.Targets, w.defaults.PowerValues = nil, []int{128, 256, 512, 1024}
				published := map[int]int{}
				w.sim.OnCall(func(c lambdasim.Call) *lambdasim.Fault {
					if c.Operation == "PublishVersion" && !asks(c) && c.Function == siblings[0] {
						published[w.sim.Configuration(c.Function).MemorySize]++
					}
					return nil
				})
				stop := w.watchLatest(siblings[0])
				warnings := w.tuned(input).Warnings
				really := stop()
				require.True(t, strings.HasPrefix(warnings[0], "whoever invoked "+x86+" without a version or alias during this run was served at test sizes for "), warnings[0])
				said := servedSize.FindAllStringSubmatch(warnings[0], -1)
				require.Len(t, said, len(really))
				for _, s := range said {
					size, err := strconv.Atoi(s[1])
					require.NoError(t, err)
					seconds, err := strconv.ParseFloat(s[2], 64)
					require.NoError(t, err)
					require.InDelta(t, really[size], seconds, 0.1+0.1*really[size], "%d MB", size)
					require.LessOrEqual(t, really[size], 2.5*float64(published[size]), "%d MB", size)
				}
			})
		})
	}
}

// A construct's targets have an alias, which no test size reaches.
func TestTargetsWithAnAliasAreNotTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, lambdasim.Options{})
		w.defaults.LatestTraffic = tuning.Refuse
		w.sim.SetMetric("Invocations", siblings[0], 3)
		require.Empty(t, w.tuned(`{}`).Warnings)
	})
}

func TestLatestTrafficIsRefused(t *testing.T) {
	const remedy = ": have its callers invoke an alias, or set the PowerTuning's property LatestTraffic to tuning.Warn"
	for name, test := range map[string]struct {
		arrange func(w *world)
		want    string // "" if it is tuned
	}{
		"nobody calls it": {func(*world) {}, ""},
		"called by its name": {func(w *world) { w.sim.SetMetric("Invocations", siblings[0], 42) },
			x86 + " cannot be tuned: it was invoked 42 times without a version or alias in the last 24 hours, and test sizes would serve such callers for some seconds each" + remedy},
		"called as $LATEST": {func(w *world) { w.sim.SetMetric("Invocations", siblings[0]+":$LATEST", 1) },
			x86 + " cannot be tuned: it was invoked 1 times without a version or alias in the last 24 hours, and test sizes would serve such callers for some seconds each" + remedy},
		"called by an alias": {func(w *world) { w.sim.SetMetric("Invocations", siblings[0]+":live", 42) }, ""},
		"it cannot be seen": {func(w *world) { w.sim.OnCall(metricsDenied) },
			x86 + " cannot be tuned: CloudWatch does not tell whether it is invoked without a version or alias" + remedy + ": access denied: GetMetricData: AccessDeniedException"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t, lambdasim.Options{})
				w.defaults.Targets, w.defaults.LatestTraffic = nil, tuning.Refuse
				test.arrange(w)
				const input = `{"lambdaARN":"` + x86 + `"}`
				if test.want == "" {
					w.tuned(input)
					return
				}
				kind, message := w.fails(input)
				require.Equal(t, "NotTunable", kind)
				require.Equal(t, test.want, message)
			})
		})
	}
}
