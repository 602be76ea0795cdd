package survey

import (
	"time"

	"github.com/dualarch/dualarch/internal/guard"
	"github.com/dualarch/dualarch/tuning"
)

// Format is the number of the format that this version writes. Fields are only ever added while it stays the same.
const Format = 1

// Report is what a survey finds.
type Report struct {
	Format int `json:"format"`
	// Account is "" if no function was found.
	Account string `json:"account"`
	// Regions that were asked, in order.
	Regions []string  `json:"regions"`
	Started time.Time `json:"started"`
	Ended   time.Time `json:"ended"`
	// Days whose usage was read; the first begins at midnight, UTC.
	Days int `json:"days"`
	// Functions are sorted by estimated saving a month, the largest first, then by ARN.
	Functions []Function `json:"functions"`
	// Problems concern no single function: a region that cannot be asked, advice that is denied.
	Problems []Problem `json:"problems"`
	// Notes say what the report does not have although everything could be looked at: regions whose prices are not known.
	Notes []Note `json:"notes,omitempty"`
	// Interrupted is true if the survey was stopped before it had looked at all.
	Interrupted bool `json:"interrupted"`
	// PriceUSD is the most that the survey itself costs: GetMetricData, and ListMetrics.
	PriceUSD float64 `json:"priceUsd"`
	// BytesRead of code: packages, layers and images; CachedBytes are those that a cache stood for.
	BytesRead   int64 `json:"bytesRead"`
	CachedBytes int64 `json:"cachedBytes"`
}

// Problem is something that could not be found out.
type Problem struct {
	// Region, "" for all.
	Region string `json:"region,omitempty"`
	// What could not be read: "functions", "tags", "aliases", "provisioned concurrency", "usage", "Lambda Insights",
	// "advice", "verdicts", "code", "layer ARN".
	What string `json:"what"`
	// Why, by AWS's own error where there is one.
	Why string `json:"why"`
}

// Note is a sentence about a region.
type Note struct {
	Region string `json:"region"`
	Text   string `json:"text"`
}

// Function is one Lambda function. There is nothing in it of its environment variables.
type Function struct {
	ARN          string              `json:"functionArn"`
	Name         string              `json:"functionName"`
	Region       string              `json:"region"`
	Architecture tuning.Architecture `json:"architecture"`
	// Runtime by Lambda's identifier, "" for images.
	Runtime string `json:"runtime,omitempty"`
	// PackageType is Zip or Image.
	PackageType string `json:"packageType"`
	// MemorySize and EphemeralStorage in MB.
	MemorySize       int `json:"memorySize"`
	EphemeralStorage int `json:"ephemeralStorage"`
	// Timeout in seconds.
	Timeout  int      `json:"timeout"`
	CodeSize int64    `json:"codeSize"`
	Layers   []string `json:"layers,omitempty"`
	// SnapStart reports that published versions start from a snapshot.
	SnapStart bool `json:"snapStart,omitempty"`
	// ProvisionedConcurrency of all versions and aliases together.
	ProvisionedConcurrency int `json:"provisionedConcurrency,omitempty"`
	// Versions that traffic runs on: those that aliases point at, and $LATEST if CloudWatch has invocations of it.
	Versions []Version `json:"versions,omitempty"`
	// Stack and LogicalID by the tags of CloudFormation, "" if the function was made otherwise.
	Stack     string `json:"stack,omitempty"`
	LogicalID string `json:"logicalId,omitempty"`

	// Usage is nil if CloudWatch could not be asked.
	Usage *Usage `json:"usage,omitempty"`
	// Estimate is nil without Usage, for functions on managed instances and those of Lambda@Edge that are recognised by
	// their replicas, which the price list for duration does not cover, and in partitions whose prices are not known.
	Estimate *Estimate `json:"estimate,omitempty"`
	// Readiness for arm64.
	Readiness Readiness `json:"readiness"`
	// Advice of AWS Compute Optimizer, nil if there is none.
	Advice *Advice `json:"computeOptimizer,omitempty"`
	// Measured is the newest verdict of a tuning execution, nil if there is none.
	Measured *Measured `json:"measured,omitempty"`
	// Untunable says why the function cannot be tuned, "" if it can.
	Untunable string `json:"untunable,omitempty"`
	// Remarks are sentences for people: a deprecated runtime, a function that nobody invokes, memory far above what is used.
	Remarks  []Remark  `json:"remarks,omitempty"`
	Problems []Problem `json:"problems,omitempty"`
}

// Version is a version that traffic runs on.
type Version struct {
	Version string `json:"version"`
	// Alias that points at it, "" for none, and the share of the alias's traffic (0 to 1) that it gets.
	Alias  string  `json:"alias,omitempty"`
	Weight float64 `json:"weight,omitempty"`
	// Architecture and MemorySize if they differ from the function's own ($LATEST).
	Architecture tuning.Architecture `json:"architecture,omitempty"`
	MemorySize   int                 `json:"memorySize,omitempty"`
}

// Usage is what CloudWatch has of the last days.
type Usage struct {
	Invocations float64 `json:"invocations"`
	Errors      float64 `json:"errors"`
	// DurationMs is the mean duration of an invocation: AWS's metric, not the billed duration, which is rounded up to a
	// whole millisecond and has initialisation and what extensions do after the answer.
	DurationMs float64 `json:"durationMs"`
	// MaxConcurrency is the most concurrent executions.
	MaxConcurrency float64 `json:"maxConcurrency"`
	// MaxMemoryMB is the most memory used, by Lambda Insights; 0 where there is none.
	MaxMemoryMB float64 `json:"maxMemoryMb,omitempty"`
}

// Estimate is by prices alone: the same duration on both architectures, which no call has shown. Amounts are USD a month of
// 730 hours, with the volume tiers of all functions of the report together, ephemeral storage, provisioned concurrency and
// the snapshots of versions that aliases point at. What is left out: what a metric of duration lacks (see DurationMs),
// restores from snapshots, of which CloudWatch has no count, the free tier, and discounts.
type Estimate struct {
	GBSeconds   float64 `json:"gbSecondsPerMonth"`
	Invocations float64 `json:"invocationsPerMonth"`
	Today       float64 `json:"todayUsd"`
	// Arm64 is what the same invocations would cost there; equal to Today for functions that are on arm64.
	Arm64  float64 `json:"arm64Usd"`
	Saving float64 `json:"savingUsd"`
}

// Readiness is the guard's judgement of a function's code, layers and base image for arm64.
type Readiness struct {
	Status guard.Status `json:"status"`
	// Obstacles are its findings for arm64.
	Obstacles []guard.Finding `json:"obstacles,omitempty"`
	// Unchecked is what was not looked into, and why.
	Unchecked []string `json:"unchecked,omitempty"`
}

// Advice is what AWS Compute Optimizer recommends. It is AWS's, for the function's own architecture.
type Advice struct {
	// Finding by AWS's name: Optimized, NotOptimized, Unavailable.
	Finding    string   `json:"finding"`
	Reasons    []string `json:"reasonCodes,omitempty"`
	MemorySize int      `json:"memorySize,omitempty"`
	SavingUSD  float64  `json:"savingUsd,omitempty"`
}

// Measured is what a tuning execution in the account found.
type Measured struct {
	ExecutionARN string              `json:"executionArn"`
	At           time.Time           `json:"at"`
	Architecture tuning.Architecture `json:"architecture"`
	MemorySize   int                 `json:"memorySize"`
	// Cheaper is the saving of cost from today's configuration, in per cent, with its 95 % interval; nil if none was compared.
	Cheaper   *tuning.Interval `json:"cheaper,omitempty"`
	Confirmed bool             `json:"confirmed"`
	// SavingUSD a month, nil if the execution's input had no invocations a month.
	SavingUSD *float64 `json:"savingUsd,omitempty"`
}

// Remark is a sentence for people.
type Remark struct {
	// Rule by which scripts select it: deprecated-runtime, never-invoked, memory-unused.
	Rule string `json:"rule"`
	Text string `json:"text"`
}
