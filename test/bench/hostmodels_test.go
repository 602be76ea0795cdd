package bench

import (
	"time"

	"github.com/dualarch/dualarch/internal/lambdasim"
)

// hostModel is how the hosts behind both architectures differ, or how they wander in time.
type hostModel struct{ name, means string }

// hostModels are what public measurements of Lambda from 2022 to 2026 show, one thing each. Within a class hosts differ
// by 1.5 %, if nothing else is said.
var hostModels = []hostModel{
	{"a", "both lognormal, 2 %"},
	{"b", "both lognormal, 5 %"},
	{"c", "arm64 0.2 %, x86_64 2 %"},
	{"d", "both with 15 % of hosts slower by 25 %"},
	{"e", "x86_64 with 20 % of hosts faster by 15 %"},
	{"f", "x86_64 with hosts at 1, 0.9 and 1.12 (50, 30, 20 %)"},
	{"g", "arm64 with 12 % of hosts slower by 22 %"},
	{"i", "arm64 with 70 % of hosts slower by 50 %"},
	{"j", "arm64 with 20 % of hosts slower by 45 %"},
	{"k", "arm64 with 5 % of hosts slower by 25 %"},
	{"l", "each sandbox wanders by 3 %, for 60 s"},
	{"s", "10 % of calls take 3 times as long"},
	{"n", "both architectures wander together by 5 %, for 3 minutes"},
}

// behavior is a workload on the model's hosts.
func (m hostModel) behavior(w lambdasim.Workload) lambdasim.Behavior {
	one := func(spread float64) []lambdasim.HostClass {
		return []lambdasim.HostClass{{Share: 1, Factor: 1, Spread: spread}}
	}
	classes := func(sharesAndFactors ...float64) (all []lambdasim.HostClass) {
		for i := 0; i < len(sharesAndFactors); i += 2 {
			all = append(all, lambdasim.HostClass{Share: sharesAndFactors[i], Factor: sharesAndFactors[i+1], Spread: 0.015})
		}
		return all
	}
	b, arm, x86 := lambdasim.Behavior{Workload: w}, one(0.015), one(0.015)
	switch m.name {
	case "b":
		arm, x86 = one(0.05), one(0.05)
	case "c":
		arm, x86 = one(0.002), one(0.02)
	case "d":
		arm, x86 = classes(0.85, 1, 0.15, 1.25), classes(0.85, 1, 0.15, 1.25)
	case "e":
		x86 = classes(0.8, 1, 0.2, 0.85)
	case "f":
		x86 = classes(0.5, 1, 0.3, 0.9, 0.2, 1.12)
	case "g":
		arm = classes(0.88, 1, 0.12, 1.22)
	case "i":
		arm = classes(0.3, 1, 0.7, 1.5)
	case "j":
		arm = classes(0.8, 1, 0.2, 1.45)
	case "k":
		arm = classes(0.95, 1, 0.05, 1.25)
	default:
		arm, x86 = one(0.02), one(0.02)
	}
	switch m.name {
	case "l":
		b.Drift.Sandbox = lambdasim.Wander{Sigma: 0.03, Time: time.Minute}
	case "s":
		b.SlowShare, b.SlowFactor = 0.1, 3
	case "n":
		b.Drift.All = lambdasim.Wander{Sigma: 0.05, Time: 3 * time.Minute}
	}
	b.Hosts = map[string][]lambdasim.HostClass{"arm64": arm, "x86_64": x86}
	return b
}

// wanders reports whether durations depend on when a call is made.
func (m hostModel) wanders() bool { return m.name == "l" || m.name == "n" }

// sameMean is a workload whose mean over all of the model's hosts is the given one on both architectures, but for
// arm64's, which takes so many times as long.
func (m hostModel) sameMean(w lambdasim.Workload, arm float64) lambdasim.Workload {
	b := m.behavior(lambdasim.Constant(1))
	return lambdasim.WorkloadFunc(func(architecture string, memorySize int) lambdasim.Timing {
		factor := 1 / b.MeanDuration(architecture, memorySize)
		if architecture == "arm64" {
			factor *= arm
		}
		t := w.Timing(architecture, memorySize)
		return lambdasim.Timing{Mean: factor * t.Mean, P99: factor * t.P99}
	})
}
