package survey

import (
	"github.com/dualarch/dualarch/internal/tuner/price"
	"github.com/dualarch/dualarch/internal/tuner/run"
	"github.com/dualarch/dualarch/tuning"
)

// load is what a function runs in a month on one version.
type load struct {
	variant
	invocations float64
	// provisioned are those of the invocations that run on provisioned concurrency, of so many instances.
	provisioned float64
	instances   int
	// pointed reports that an alias points at the version.
	pointed bool
}

// volume is where Lambda counts the duration that tiers are reckoned by.
type volume struct {
	region       string
	architecture tuning.Architecture
}

// loads divides a function's invocations among the versions that they run on. Those that neither $LATEST nor an alias has
// had, because they named a version, are counted for $LATEST.
func (f *function) loads(perMonth float64) []load {
	t := f.traffic
	var order []string
	all := map[string]*load{}
	of := func(version string) *load {
		if all[version] == nil {
			all[version] = &load{variant: f.variant(version)}
			order = append(order, version)
		}
		return all[version]
	}
	rest := t.invocations
	give := func(version string, invocations float64) {
		of(version).invocations += invocations * perMonth
		rest -= invocations
	}
	primary := map[string]string{} // the version that most of an alias's traffic runs on
	most := map[string]float64{}
	for _, v := range f.Versions {
		if v.Alias == "" {
			continue
		}
		of(v.Version).pointed = true
		give(v.Version, t.byQualifier[v.Alias]*v.Weight)
		if v.Weight > most[v.Alias] {
			primary[v.Alias], most[v.Alias] = v.Version, v.Weight
		}
	}
	for _, p := range f.pools {
		version, alias := primary[p.qualifier]
		if !alias {
			version = p.qualifier
			give(version, t.byQualifier[p.qualifier])
		}
		l := of(version)
		l.provisioned += t.provisioned[p.qualifier] * perMonth
		l.instances += p.instances
	}
	give(latest, max(0, rest))
	loads := make([]load, 0, len(order))
	for _, version := range order {
		l := *all[version]
		l.provisioned = min(l.provisioned, l.invocations)
		loads = append(loads, l)
	}
	return loads
}

// gbSeconds returns the duration of so many invocations.
func (l load) gbSeconds(invocations, durationMs float64) float64 {
	return invocations * durationMs / 1000 * float64(l.memorySize) / 1024
}

// estimate reckons what all functions cost a month. Tiers count what all of them run together in a region on an
// architecture; on arm64, what is there today and everything that could move.
func (s *surveyor) estimate() {
	perMonth := price.SecondsPerMonth / s.report.Started.Sub(s.from).Seconds()
	volumes := map[volume]float64{}
	loads := map[*function][]load{}
	for _, r := range s.regions {
		for _, f := range r.functions {
			if f.Usage == nil || f.edge || !priceable(f.configuration) || price.Missing(f.ARN) != "" {
				continue
			}
			loads[f] = f.loads(perMonth)
			for _, l := range loads[f] {
				volumes[volume{r.name, tuning.Architecture(l.architecture)}] += l.gbSeconds(l.invocations-l.provisioned, f.Usage.DurationMs)
			}
		}
	}
	for f, all := range loads {
		x86, arm := volumes[volume{f.Region, tuning.X86}], volumes[volume{f.Region, tuning.Arm}]
		today := map[tuning.Architecture]float64{tuning.X86: price.TierShare(tuning.X86, 0, x86), tuning.Arm: price.TierShare(tuning.Arm, 0, arm)}
		moved := price.TierShare(tuning.Arm, arm, x86)
		e := Estimate{}
		for _, l := range all {
			e.Invocations += l.invocations
			e.GBSeconds += l.gbSeconds(l.invocations, f.Usage.DurationMs)
			own := tuning.Architecture(l.architecture)
			cost := f.cost(l, own, today[own])
			e.Today += cost
			if own != tuning.Arm {
				cost = f.cost(l, tuning.Arm, moved)
			}
			e.Arm64 += cost
		}
		e.Saving = e.Today - e.Arm64
		f.Estimate = &e
	}
}

// cost returns what a load costs a month on an architecture.
func (f *function) cost(l load, a tuning.Architecture, tierShare float64) float64 {
	priced := price.Function{Region: f.Region, Architecture: a, EphemeralStorage: f.EphemeralStorage}
	onDemand, ms := price.For(price.Terms{}, priced), f.Usage.DurationMs
	cost := onDemand.MonthWithin(l.memorySize, ms, l.invocations-l.provisioned, tierShare)
	if l.instances > 0 {
		cost += price.For(price.Terms{ProvisionedConcurrency: l.instances}, priced).MonthWithin(l.memorySize, ms, l.provisioned, 1)
	}
	priced.SnapshotsCharged = run.Target{SnapStart: l.snapStart, Runtime: f.Runtime, PackageType: f.PackageType}.PaysForSnapshots()
	if l.pointed { // the snapshot of a version that nobody invokes is given up after 14 days
		cost += price.For(price.Terms{}, priced).Caching(l.memorySize) * price.SecondsPerMonth
	}
	return cost
}

// unpriced notes what the price table lacks of the regions.
func (s *surveyor) unpriced() {
	for _, r := range s.regions {
		if len(r.functions) == 0 {
			continue
		}
		note := func(text string) { s.report.Notes = append(s.report.Notes, Note{Region: r.name, Text: text}) }
		if why := price.Missing(r.functions[0].ARN); why != "" {
			note(why + ": its functions have no estimate")
			continue
		}
		provisioned, snapshots := 0, false
		for _, f := range r.functions {
			provisioned += f.ProvisionedConcurrency
			snapshots = snapshots || run.Target{SnapStart: f.SnapStart, Runtime: f.Runtime, PackageType: f.PackageType}.PaysForSnapshots()
		}
		for _, w := range price.Warnings(price.Terms{ProvisionedConcurrency: provisioned}, r.name) {
			note(w)
		}
		if snapshots && !price.SnapStartKnown(price.Terms{}, r.name) {
			note("the price table of " + price.Date + " has no price for SnapStart in " + r.name + ": that of us-east-1 is used")
		}
	}
}
