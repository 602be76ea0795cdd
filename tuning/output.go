package tuning

// Output is the execution's output: AWS Lambda Power Tuning's fields, flat, and ours beside them. Money
// is USD, time is milliseconds, sizes are MB, shares are between 0 and 1, percentages 0 to 100.
type Output struct {
	// Power is the memory size that the strategy chooses among those asked for.
	Power int `json:"power"`
	// Cost is the mean cost of an invocation at that size: duration, request, storage; never trimmed.
	Cost float64 `json:"cost"`
	// Duration is the mean duration there, without the share of samples that discardTopBottom trims.
	Duration float64 `json:"duration"`
	// StateMachine is what the run cost and where its chart is.
	StateMachine StateMachine `json:"stateMachine"`
	// Stats are AWS Lambda Power Tuning's, with includeOutputResults only.
	Stats []Stat `json:"stats,omitempty"`

	// Architecture is the winner's.
	Architecture Architecture `json:"architecture"`
	// Targets hold what was measured, per function.
	Targets []TargetStatistics `json:"targets"`
	// Exploration says how the winner was found and how certain that is; with adaptive exploration only.
	Exploration *Explored `json:"exploration,omitempty"`
	// Curve holds what adaptive exploration makes of every memory size that can be measured, measured or not.
	Curve []CurvePoint `json:"curve,omitempty"`
	// Comparison says by how much the winner is better than the other architecture's best and than today's configuration.
	Comparison *Comparison `json:"comparison,omitempty"`
	// Recommendation is what the confirmation on fresh samples supports.
	Recommendation *Recommendation `json:"recommendation,omitempty"`
	// Responses compares what both functions answered.
	Responses *ResponseComparison `json:"responses,omitempty"`
	// Throttles counts invocations that Lambda throttled and that were tried again.
	Throttles int `json:"throttles,omitempty"`
	// PossiblyDuplicated counts invocations, processors' included, that may have run twice: their answer was
	// lost, or they were cut off at a step's end.
	PossiblyDuplicated int `json:"possiblyDuplicated,omitempty"`
	// OutOfTime is set if the run ended before it had measured all that it wanted to.
	OutOfTime *OutOfTime `json:"outOfTime,omitempty"`
	// Published says what was made known of the verdict, and what has changed since the last; only if results are kept.
	Published *Published `json:"published,omitempty"`
	// Warnings are what a reader should know before trusting the numbers.
	Warnings []string `json:"warnings"`
}

// StateMachine is what the run cost, in USD, and where its chart is.
type StateMachine struct {
	// ExecutionCost is Step Functions' price of the run's own state transitions.
	ExecutionCost float64 `json:"executionCost"`
	// LambdaCost is the cost of the target functions' invocations: of all that were measured, failed, or
	// were lost; a warning says how many of them had to be estimated. What AWS charges for the snapshots of
	// the run's versions is in it.
	LambdaCost float64 `json:"lambdaCost"`
	// TunerCost is the cost of the tuner's own Lambdas.
	TunerCost float64 `json:"tunerCost"`
	// Visualization is a URL that draws the results; its fragment holds the data.
	Visualization string `json:"visualization"`
}

// Stat is a memory size's averages as AWS Lambda Power Tuning gives them.
type Stat struct {
	AveragePrice    float64      `json:"averagePrice"`
	AverageDuration float64      `json:"averageDuration"`
	Value           int          `json:"value"`
	Architecture    Architecture `json:"architecture"`
}

// TargetStatistics is what was measured on one function.
type TargetStatistics struct {
	Architecture Architecture     `json:"architecture"`
	FunctionARN  string           `json:"functionArn"`
	Sizes        []SizeStatistics `json:"sizes"`
	// Hosts is there if the sandboxes of the confirmation stand at two levels.
	Hosts *Hosts `json:"hosts,omitempty"`
}

// Hosts are two kinds of host that an architecture's sandboxes ran on.
type Hosts struct {
	// ApartPercent is how much longer an invocation takes on the slower kind.
	ApartPercent float64 `json:"apartPercent"`
	// Slower is how many of the Sandboxes ran on it.
	Slower    int `json:"slower"`
	Sandboxes int `json:"sandboxes"`
}

// SizeStatistics is what was measured at one memory size.
type SizeStatistics struct {
	Power int `json:"power"`
	// Today reports whether live traffic runs on this configuration.
	Today bool `json:"today,omitempty"`
	// Failed says why the size could not be measured; it is then out of the verdict.
	Failed string `json:"failed,omitempty"`
	// Cost and Duration are what the verdict goes by, as in Output.
	Cost     float64 `json:"cost"`
	Duration float64 `json:"duration"`
	// Samples counts all invocations measured to explore; the confirmation's are not in here.
	Samples int `json:"samples"`
	// Errors counts answers with an error that allowedExceptions allows.
	Errors int `json:"errors"`
	// Throttles counts invocations that Lambda throttled and that were tried again.
	Throttles int `json:"throttles"`
	// Sandboxes counts the execution environments seen.
	Sandboxes int `json:"sandboxes"`
	// ColdShare is the share of samples that were cold starts.
	ColdShare float64 `json:"coldShare"`
	// MaxMemoryUsed is the largest seen; 0 if the platform did not say.
	MaxMemoryUsed int `json:"maxMemoryUsed"`
	// Sources count the samples by where their duration was read.
	Sources map[Source]int `json:"sources,omitempty"`
	Warm    *Spread        `json:"warm,omitempty"`
	Cold    *Spread        `json:"cold,omitempty"`
}

// Spread describes a set of samples' durations (initialisation and restore included) and their cost.
type Spread struct {
	Samples           int     `json:"samples"`
	TrimmedMean       float64 `json:"trimmedMean"`
	Mean              float64 `json:"mean"`
	Median            float64 `json:"median"`
	P95               float64 `json:"p95"`
	StandardDeviation float64 `json:"standardDeviation"`
	Min               float64 `json:"min"`
	Max               float64 `json:"max"`
	// MeanInit is the mean of initialisation and restore within the durations; 0 for warm samples.
	MeanInit float64 `json:"meanInit,omitempty"`
	MeanCost float64 `json:"meanCost"`
}

// Comparison sets the winner beside the other architecture's best and beside today's configuration, and divides what
// moving from today's saves. Figures are those of the confirmation's fresh samples; what has none is estimated, and says
// so. Recommendation gives the same figures wherever it compares the same configurations.
type Comparison struct {
	// Winner is what the others are compared with.
	Winner *Means `json:"winner,omitempty"`
	// OtherArchitecture is the size of the other architecture that is expected to be its best, by the same strategy.
	OtherArchitecture *Versus `json:"otherArchitecture,omitempty"`
	// Today is what live traffic runs on.
	Today *Versus `json:"today,omitempty"`
	// ByMemory is the part of Today's advantage that memory alone gives, from today's configuration to the best size of
	// its own architecture, and ByArchitecture is the rest, from there to the winner. Their ratios multiply to Today's.
	// They are absent if there is one architecture only, or if its best size is not known.
	ByMemory       *Part `json:"byMemory,omitempty"`
	ByArchitecture *Part `json:"byArchitecture,omitempty"`
}

// Means is what an invocation costs and takes in one configuration, on average and untrimmed.
type Means struct {
	Architecture Architecture `json:"architecture"`
	Power        int          `json:"power"`
	Cost         float64      `json:"cost"`
	Duration     float64      `json:"duration"`
}

// Versus is a configuration that the winner is compared with. Percentages are the winner's advantage over it: negative
// if the winner is more expensive or slower.
type Versus struct {
	Architecture   Architecture `json:"architecture"`
	Power          int          `json:"power"`
	Cost           float64      `json:"cost"`
	Duration       float64      `json:"duration"`
	CheaperPercent float64      `json:"cheaperPercent"`
	FasterPercent  float64      `json:"fasterPercent"`
	// Cheaper and Faster are the percentages with their 95 % intervals. If Estimated, these are bands around an
	// estimate, and absent if nothing tells how wide they are.
	Cheaper *Interval `json:"cheaper,omitempty"`
	Faster  *Interval `json:"faster,omitempty"`
	// Estimated reports that fresh samples of both do not exist: exploring alone is behind it.
	Estimated bool `json:"estimated,omitempty"`
}

// Part is a part of the way from today's configuration to the winner. Percentages are the advantage of To over From:
// negative if To is more expensive or slower, 0 if the two are the same. Intervals are those of Versus.
type Part struct {
	From           Means     `json:"from"`
	To             Means     `json:"to"`
	CheaperPercent float64   `json:"cheaperPercent"`
	FasterPercent  float64   `json:"fasterPercent"`
	Cheaper        *Interval `json:"cheaper,omitempty"`
	Faster         *Interval `json:"faster,omitempty"`
	Estimated      bool      `json:"estimated,omitempty"`
}

// Action is what a recommendation asks for.
type Action string

// The actions of a recommendation.
const (
	Change Action = "change"
	Keep   Action = "keep"
)

// What ends a confirmation that is still open: the run's time, or MaxCost or MaxInvocations.
const (
	StoppedByTime    = "time"
	StoppedByCeiling = "ceiling"
)

// Recommendation is the advice that fresh samples confirm.
type Recommendation struct {
	Action Action `json:"action"`
	// Architecture and Power are what is advised to run on; today's where Action is keep.
	Architecture Architecture `json:"architecture"`
	Power        int          `json:"power"`
	// Text says it in words.
	Text string `json:"text"`
	// Confirmed reports whether fresh samples support it; false if there was nothing to confirm or they did not.
	Confirmed bool `json:"confirmed"`
	// Sandboxes is how many fresh execution environments each configuration was confirmed on.
	Sandboxes int `json:"sandboxes"`
	// Looks is how often the fresh samples were looked at, each time with more sandboxes than before.
	Looks int `json:"looks,omitempty"`
	// Stopped says why that was enough, of the comparison that was looked at: confirmed, refuted (it is not better by
	// 2 %), hopeless (more sandboxes would hardly confirm anything), exhausted (there is no further look), or what ended it
	// before: StoppedByTime or StoppedByCeiling.
	Stopped string `json:"stopped,omitempty"`
	// Today and OtherArchitecture are the advantage over today's configuration and over the other architecture at its
	// best size, on fresh samples; absent if there are none.
	Today             *Advantage `json:"today,omitempty"`
	OtherArchitecture *Advantage `json:"otherArchitecture,omitempty"`
	// SavingsPerMonth is in USD, with invocationsPerMonth only.
	SavingsPerMonth *float64 `json:"savingsPerMonth,omitempty"`
}

// Advantage is how much better the recommended configuration is; if that is today's, the winning one.
type Advantage struct {
	Architecture Architecture `json:"architecture"`
	Power        int          `json:"power"`
	Cheaper      Interval     `json:"cheaper"`
	Faster       Interval     `json:"faster"`
}

// Interval is an advantage in per cent with its 95 % confidence interval.
type Interval struct {
	Percent float64 `json:"percent"`
	Low     float64 `json:"low"`
	High    float64 `json:"high"`
}

// ResponseComparison is the comparison of what both functions answered.
type ResponseComparison struct {
	// Compared is the number of answers that were compared with the other function's.
	Compared int `json:"compared"`
	// Alike is how many of them were the same.
	Alike int `json:"alike"`
	// Unstable are the JSON pointers at which a function's own answers differ from call to call; they
	// are left out of the comparison.
	Unstable []string `json:"unstable,omitempty"`
	// FirstDifference describes the first difference found, in at most 1 KB.
	FirstDifference string `json:"firstDifference,omitempty"`
	// NotCompared says why nothing was compared.
	NotCompared string `json:"notCompared,omitempty"`
}
