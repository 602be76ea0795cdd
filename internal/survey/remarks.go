package survey

import (
	"fmt"
	"time"

	"github.com/dualarch/dualarch/internal/lambdaruntime"
)

// The rules of remarks.
const (
	DeprecatedRuntime = "deprecated-runtime"
	NeverInvoked      = "never-invoked"
	MemoryUnused      = "memory-unused"
)

// farAbove is how many times what a function uses its memory has to be for a remark.
const farAbove = 2

// remark adds what people should know of a function beside figures.
func (f *function) remark(today time.Time, days int) {
	add := func(rule, text string) { f.Remarks = append(f.Remarks, Remark{rule, text}) }
	if r, known := lambdaruntime.Find(f.Runtime); known && r.IsDeprecated(today) {
		text := r.Deprecation(today)
		if newer := lambdaruntime.Replace(f.Runtime, today).String(); newer != "" {
			text += "; use " + newer
		}
		add(DeprecatedRuntime, text)
	}
	if f.Usage == nil {
		return
	}
	if f.Usage.Invocations == 0 {
		text := fmt.Sprintf("nobody has invoked it in the last %s", count(days, "day"))
		if f.ProvisionedConcurrency > 0 && f.Estimate != nil {
			text += fmt.Sprintf(", and its provisioned concurrency costs $%.2f a month", f.Estimate.Today)
		}
		switch where := "its metrics are in the regions where it runs, as " + edgeRegion + "." + f.Name; {
		case f.edge:
			text += " by itself: CloudFront runs it (Lambda@Edge), and " + where
		case f.couldBeEdge():
			text += "; if CloudFront runs it (Lambda@Edge), " + where + ", and it cannot move: Lambda@Edge has no arm64"
		}
		add(NeverInvoked, text)
	}
	if used, least := f.Usage.MaxMemoryMB, f.leastMemory(); used > 0 && used*farAbove < float64(least) {
		add(MemoryUnused, fmt.Sprintf("it uses at most %.0f MB of %d MB, by Lambda Insights; less memory is less CPU too, so measure before you lower it", used, least))
	}
}

// leastMemory returns the smallest memory size of the versions that invocations ran on, in MB, 0 if there were none.
// Lambda Insights does not say which of them used the most.
func (f *function) leastMemory() int {
	least := 0
	for _, l := range f.loads(1) {
		// An alias's invocations are divided by weights, which leaves fractions.
		if l.invocations >= 0.5 && (least == 0 || l.memorySize < least) {
			least = l.memorySize
		}
	}
	return least
}

func count(n int, what string) string {
	if n == 1 {
		return what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
