package price

import (
	"fmt"
	"math"
	"strings"

	"github.com/dualarch/dualarch/internal/arn"
	"github.com/dualarch/dualarch/tuning"
)

// SecondsPerMonth is AWS's month of 730 hours.
const SecondsPerMonth = 730 * 3600

// includedStorage is the ephemeral storage (MB) that costs nothing.
const includedStorage = 512

// Prices are what one function's invocations cost, in USD, with the input's overrides and discount.
type Prices struct {
	gbSecond     float64 // first tier, or on provisioned concurrency
	tiers        []tier
	request      float64
	storage      float64 // a second of this function's extra ephemeral storage
	standing     float64 // GB-month of all instances of provisioned concurrency, or of one cached snapshot
	perMonth     float64 // invocations a month that share the standing charge
	onDemandTier bool
	caching      float64 // GB-second of a version's snapshot; 0 where snapshots are free
	restore      float64 // GB restored from one
}

// For returns the prices of a target's invocations in production.
func For(terms Terms, f Function) Prices {
	r := ratesOf(f.Region)
	p := Prices{tiers: tiersX86, gbSecond: r.x86, request: r.request, onDemandTier: true}
	override, armRatio := terms.Overrides.GBSecondX86, 1.0
	if f.Architecture == tuning.Arm {
		p.tiers, p.gbSecond = tiersArm, r.arm
		override, armRatio = terms.Overrides.GBSecondArm, armProvisionedRatio
	}
	if override != nil {
		p.gbSecond, p.onDemandTier = *override, false
	}
	if terms.Overrides.Request != nil {
		p.request = *terms.Overrides.Request
	}
	storage := r.storage
	if terms.Overrides.EphemeralStorage != nil {
		storage = *terms.Overrides.EphemeralStorage
	}
	p.storage = storage * float64(max(0, f.EphemeralStorage-includedStorage)) / 1024
	pays := 1 - terms.Discount/100
	if terms.ProvisionedConcurrency > 0 {
		if override == nil {
			p.gbSecond = r.provisionedUsage * armRatio
		}
		p.onDemandTier = false
		p.standing = r.provisioned * armRatio * SecondsPerMonth * float64(terms.ProvisionedConcurrency) * pays
		p.perMonth = terms.InvocationsPerMonth
	}
	p.gbSecond *= pays
	if f.SnapshotsCharged {
		p.caching, p.restore = r.snapStartCache, r.snapStartRestore
		if terms.Overrides.SnapStartCache != nil {
			p.caching = *terms.Overrides.SnapStartCache
		}
		if terms.Overrides.SnapStartRestore != nil {
			p.restore = *terms.Overrides.SnapStartRestore
		}
		if terms.InvocationsPerMonth > 0 {
			p.standing += p.caching * SecondsPerMonth
			p.perMonth = terms.InvocationsPerMonth
		}
	}
	return p
}

// ForRun returns the prices of the run's own invocations of a target: test versions have no provisioned concurrency,
// and share no standing charge.
func ForRun(terms Terms, f Function) Prices {
	terms.ProvisionedConcurrency, terms.InvocationsPerMonth = 0, 0
	return For(terms, f)
}

// Invocation returns what an invocation costs that is billed for billedMs, with its request and its share of standing
// charges. Duration counts at the first tier's price.
func (p Prices) Invocation(memorySize int, billedMs float64) float64 {
	gb, seconds := float64(memorySize)/1024, math.Ceil(billedMs)/1000
	cost := p.request + seconds*(gb*p.gbSecond+p.storage)
	if p.perMonth > 0 {
		cost += gb * p.standing / p.perMonth
	}
	return cost
}

// Line returns an invocation's price as a straight line over its billed time: what is fixed, and what a millisecond costs.
func (p Prices) Line(memorySize int) (fixed, millisecond float64) {
	fixed = p.Invocation(memorySize, 0)
	return fixed, (p.Invocation(memorySize, 1000) - fixed) / 1000
}

// Sample returns what a sample costs: its invocation and, if that was a cold start from a snapshot, the restore.
func (p Prices) Sample(s tuning.Sample) float64 {
	cost := p.Invocation(s.MemorySize, s.Billed())
	if s.Cold {
		cost += p.Restore(s.MemorySize)
	}
	return cost
}

// Restore returns what AWS charges for restoring a sandbox from a snapshot, beside the time that it is billed for; 0 if
// there are no snapshots or they are free.
func (p Prices) Restore(memorySize int) float64 { return p.restore * float64(memorySize) / 1024 }

// Caching returns what it costs to cache the snapshot of a version for a second; 0 like Restore. AWS charges for at
// least explore.ShortestCaching of each published version.
func (p Prices) Caching(memorySize int) float64 { return p.caching * float64(memorySize) / 1024 }

// Month returns what a month of invocations costs that are billed for billedMs on average, with duration tiers, as if
// this function were all the account runs on its architecture.
func (p Prices) Month(memorySize int, billedMs, invocations float64) float64 {
	gbSeconds := float64(memorySize) / 1024 * billedMs / 1000 * invocations
	return p.MonthWithin(memorySize, billedMs, invocations, share(p.tiers, 0, gbSeconds))
}

// MonthWithin is Month in an account that runs other functions too: TierShare says which share of the first tier's price
// its on-demand duration costs.
func (p Prices) MonthWithin(memorySize int, billedMs, invocations, tierShare float64) float64 {
	gb, seconds := float64(memorySize)/1024, billedMs/1000*invocations
	if !p.onDemandTier {
		tierShare = 1
	}
	return invocations*p.request + seconds*p.storage + gb*p.standing + p.gbSecond*tierShare*gb*seconds
}

// TierShare returns which share of the first tier's price GB-seconds cost on average that an account runs on demand in a
// month, in one region and on one architecture, beside so many others.
func TierShare(a tuning.Architecture, others, gbSeconds float64) float64 {
	if a == tuning.Arm {
		return share(tiersArm, others, gbSeconds)
	}
	return share(tiersX86, others, gbSeconds)
}

func share(tiers []tier, others, gbSeconds float64) float64 {
	if gbSeconds == 0 {
		return 1
	}
	return (weighted(tiers, others+gbSeconds) - weighted(tiers, others)) / gbSeconds
}

// weighted counts GB-seconds in units of the first tier's price.
func weighted(tiers []tier, gbSeconds float64) float64 {
	sum, from := 0.0, 0.0
	for _, t := range tiers {
		if t.upTo == 0 || gbSeconds <= t.upTo {
			return sum + (gbSeconds-from)*t.share
		}
		sum += (t.upTo - from) * t.share
		from = t.upTo
	}
	return sum
}

// ratesOf returns a region's rates; those of most regions if it has none of its own.
func ratesOf(region string) rates {
	r := regionalRates[region]
	for _, f := range []struct{ own, usual *float64 }{
		{&r.x86, &usEast1.x86},
		{&r.arm, &usEast1.arm},
		{&r.request, &usEast1.request},
		{&r.storage, &usEast1.storage},
		{&r.provisioned, &usEast1.provisioned},
		{&r.provisionedUsage, &usEast1.provisionedUsage},
		{&r.transition, &usEast1.transition},
		{&r.snapStartCache, &usEast1.snapStartCache},
		{&r.snapStartRestore, &usEast1.snapStartRestore},
	} {
		if *f.own == 0 {
			*f.own = *f.usual
		}
	}
	return r
}

// Transition returns the price of a state transition of Step Functions, in USD.
func Transition(terms Terms, region string) float64 {
	if terms.Overrides.StateTransition != nil {
		return *terms.Overrides.StateTransition
	}
	return ratesOf(region).transition
}

// Unpriced says why a function's invocations have no price, or "".
func Unpriced(function string, o Overrides) string {
	partition, region := arn.Partition(function), arn.Region(function)
	name, ok := unpricedPartitions[partition]
	if !ok || o.GBSecondX86 != nil && o.GBSecondArm != nil && o.Request != nil {
		return ""
	}
	return fmt.Sprintf("no price is known for %s (%s)", region, name)
}

// Missing says why the price table has no prices of a function's region, or "". Of a region that it does not have a run
// reckons with those of us-east-1, and warns; what only lists prices leaves them out.
func Missing(function string) string {
	if why := Unpriced(function, Overrides{}); why != "" {
		return why
	}
	region := arn.Region(function)
	if _, known := regionalRates[region]; !known {
		return fmt.Sprintf("the price table of %s has no prices for %s", Date, region)
	}
	return ""
}

// Warnings returns what the price table does not know of a region.
func Warnings(terms Terms, region string) []string {
	own, known := regionalRates[region]
	o := terms.Overrides
	switch {
	case o.GBSecondX86 != nil && o.GBSecondArm != nil && terms.ProvisionedConcurrency == 0:
		return nil
	case !known && (o.GBSecondX86 == nil || o.GBSecondArm == nil):
		return []string{fmt.Sprintf("the price table of %s has no prices of its own for %s: those of us-east-1 are used", Date, region)}
	case terms.ProvisionedConcurrency > 0 && own.provisioned == 0 && (!known || !strings.HasPrefix(region, "us-")):
		return []string{fmt.Sprintf("the price table of %s has no price for provisioned concurrency in %s: that of us-east-1 is used", Date, region)}
	}
	return nil
}

// SnapStartKnown reports whether a region's prices for SnapStart are known.
func SnapStartKnown(terms Terms, region string) bool {
	given := terms.Overrides.SnapStartCache != nil && terms.Overrides.SnapStartRestore != nil
	return given || region == "us-east-1" || regionalRates[region].snapStartCache > 0
}
