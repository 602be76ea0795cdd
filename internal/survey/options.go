package survey

import (
	"context"
	"regexp"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"
)

// Defaults of Options.
const (
	DefaultDays           = 30
	DefaultCallsPerSecond = 10
	DefaultConcurrency    = 8
)

// LeastCallsPerSecond is a call every hundred seconds. A survey takes at least half a dozen.
const LeastCallsPerSecond = 0.01

// Options of a survey. The zero value surveys all functions of the configuration's region.
type Options struct {
	// Regions to survey. Default: the configuration's.
	Regions []string
	// AllRegions surveys every region that is enabled for the account, instead of Regions.
	AllRegions bool
	// Name is matched against functions' names. Default: all functions.
	Name *regexp.Regexp
	// Tags that a function must have, all of them. Default: none.
	Tags map[string]string
	// Days whose usage is read, 1 to 455: CloudWatch keeps hourly values no longer. Default: 30.
	Days int
	// CallsPerSecond is how many calls to AWS's APIs are made at most, over all regions, retries and the Looker's calls
	// included; at least LeastCallsPerSecond. Default: 10.
	CallsPerSecond float64
	// Concurrency is how many functions are asked about at a time. Default: 8.
	Concurrency int
	// WithoutAdvice and WithoutVerdicts leave out AWS Compute Optimizer and the executions of tuning state machines.
	WithoutAdvice, WithoutVerdicts bool
	// Looker judges each function's code. Default: none, and Readiness is unknown for all that are not on arm64.
	Looker Looker
	// Announce is told once, before the first call of GetMetricData, the most that the survey costs in USD. The survey waits
	// for it. In the sum are the calls of ListMetrics, which are made before it, because they say what there is to be read:
	// a call for each page of a region's Lambda Insights, 0.00001 USD each if the month's free million is used up.
	// Default: nobody is told.
	Announce func(usd float64)
	// Progress is told what is being done; it is never called twice at a time. Default: nobody is told.
	Progress func(Progress)
}

// Looker judges the code of a function for arm64.
type Looker interface {
	// Look sets f.Readiness, and f.Untunable if it finds a reason and none is known, and appends to f.Problems what it
	// could not read. It returns the bytes of code that it has read, and those that a cache stood for.
	//
	// cfg is of the function's region, and every client of it obeys Options.CallsPerSecond. c is what ListFunctions says
	// of $LATEST, without its environment variables. What Look appends after ctx has ended is forgotten. Look is called for functions on x86_64 alone, for several at a time,
	// and once for each.
	Look(ctx context.Context, cfg aws.Config, f *Function, c types.FunctionConfiguration) (read, cached int64)
}

// Progress is how far a survey is.
type Progress struct {
	Step Step
	// Region that is asked, "" for all.
	Region string
	// Done of Of: regions while functions are listed and advice and verdicts are read, else functions. Of is 0 while nobody
	// knows.
	Done, Of int
}

// Step is a part of a survey.
type Step string

// The steps, in order.
const (
	StepListing  Step = "listing"  // the functions of each region and their tags
	StepVersions Step = "versions" // the aliases and provisioned concurrency of functions that have versions
	StepUsage    Step = "usage"    // what CloudWatch has of them
	StepAdvice   Step = "advice"   // AWS Compute Optimizer's
	StepVerdicts Step = "verdicts" // of tuning executions
	StepCode     Step = "code"     // the Looker's
)
