package cloud

import (
	"context"
	"errors"
	"time"

	"github.com/dualarch/dualarch/internal/tuner/report"
	"github.com/dualarch/dualarch/internal/tuner/run"
	"github.com/dualarch/dualarch/tuning"
)

// Lambda is what the tuner asks of AWS Lambda. function is an unqualified ARN; qualifier is a version, an alias or
// "$LATEST". Errors wrap one of the Err values below if they have that meaning.
type Lambda interface {
	Configuration(ctx context.Context, function, qualifier string) (FunctionConfiguration, error)
	// UpdateConfiguration returns $LATEST as it is from then on; its update may not have ended yet.
	UpdateConfiguration(ctx context.Context, function string, change ConfigurationChange) (FunctionConfiguration, error)
	PublishVersion(ctx context.Context, function string, v NewVersion) (FunctionConfiguration, error)
	// Versions returns a page of the function's versions, $LATEST among them, and the marker of the next page, "" after
	// the last one. The first page has the marker "".
	Versions(ctx context.Context, function, marker string) (page []FunctionConfiguration, next string, err error)
	DeleteVersion(ctx context.Context, function, version string) error
	Alias(ctx context.Context, function, name string) (Alias, error)
	CreateAlias(ctx context.Context, function string, a Alias) (Alias, error)
	// UpdateAlias succeeds only where a.RevisionID is still the alias's.
	UpdateAlias(ctx context.Context, function string, a Alias) (Alias, error)
	DeleteAlias(ctx context.Context, function, name string) error
	ReservedConcurrency(ctx context.Context, function string) (reserved int, ok bool, err error)
	ProvisionedConcurrency(ctx context.Context, function string) (int, error)
	// SelfManaged reports whether Lambda reads the function's code from an S3 bucket of its owner's
	// (S3ObjectStorageMode REFERENCE): then its versions take no code storage.
	SelfManaged(ctx context.Context, function string) (bool, error)
	// Account describes the account in the function's region.
	Account(ctx context.Context, function string) (Account, error)
	// Invoke calls synchronously, once, and asks for the log tail. tenant is for a function that isolates
	// tenants, "" for any other.
	Invoke(ctx context.Context, function, qualifier, tenant string, payload []byte) (Invocation, error)
}

// Logs is what the tuner asks of CloudWatch Logs.
type Logs interface {
	// Reports returns the platform's reports, oldest first.
	Reports(ctx context.Context, where ReportQuery) ([]report.Logged, error)
}

// ReportQuery says where the platform's reports of one version's invocations are logged.
type ReportQuery struct {
	Function  string // unqualified ARN
	Version   string
	LogGroup  string
	LogFormat string // Text, JSON: what the reports look like
	Alone     bool   // without the lines before them
	From, To  time.Time
}

// Objects reads a payload from S3; location is s3://bucket/key.
type Objects interface {
	Object(ctx context.Context, location string) ([]byte, error)
}

// Results is what the tuner keeps and announces verdicts with.
type Results interface {
	// PutObject writes an object to S3; location is s3://bucket/key. With onlyNew it is ErrPrecondition if there is one.
	PutObject(ctx context.Context, location string, body []byte, onlyNew bool) error
	// PutEvent sends an event to EventBridge.
	PutEvent(ctx context.Context, e Event) error
}

// Event is an event for EventBridge.
type Event struct {
	Bus                string // ARN
	Source, DetailType string
	Detail             any      // a JSON object
	Resources          []string // ARNs that it is about
}

// Executions is what the tuner asks of Step Functions.
type Executions interface {
	// Ended reports whether an execution has ended, and when; ErrNotFound or ErrDenied if that cannot be seen.
	Ended(ctx context.Context, executionARN string) (ended bool, at time.Time, err error)
	// LastState finds what the last step handed on that had a journal, in an execution's history. ErrNotFound if there
	// is none: Prepare was never reached.
	LastState(ctx context.Context, executionARN string) (run.State, error)
	// Running lists the executions of a state machine that have not ended; ErrNotFound if there is no such machine.
	Running(ctx context.Context, machineARN string) ([]string, error)
	// Stop ends an execution. Nothing happens to one that has ended.
	Stop(ctx context.Context, executionARN string) error
}

// Metrics is what the tuner asks of CloudWatch. Both calls look at what was until now; they fail if it cannot be seen.
type Metrics interface {
	// MostConcurrent returns the most invocations that ran at a time since then, of all functions in the function's
	// account and region.
	MostConcurrent(ctx context.Context, function string, since time.Time) (int, error)
	// LatestInvocations counts invocations since then that asked for the function without a version or alias, or for
	// $LATEST.
	LatestInvocations(ctx context.Context, function string, since time.Time) (int, error)
}

// What an AWS call can fail with, as far as the protocol distinguishes.
var (
	ErrNotFound     = errors.New("not found")
	ErrExists       = errors.New("already exists")                      // CreateAlias
	ErrInUse        = errors.New("in use")                              // DeleteVersion: an alias points to it
	ErrConflict     = errors.New("another update is in progress")       // 409
	ErrPrecondition = errors.New("changed meanwhile")                   // 412: RevisionId
	ErrThrottled    = errors.New("throttled")                           // 429
	ErrDenied       = errors.New("access denied")                       // 403
	ErrNotReady     = errors.New("not ready yet")                       // Invoke: nothing was executed
	ErrDoubtful     = errors.New("refused for now")                     // nothing was executed; it may pass or not
	ErrInvalid      = errors.New("not allowed")                         // 400
	ErrUnknown      = errors.New("no answer: it may have taken effect") // transport, 5xx
)

// FunctionConfiguration is the part of a function's or version's configuration that the tuner reads, never its
// environment variables themselves.
type FunctionConfiguration struct {
	Version          string
	Architecture     tuning.Architecture
	MemorySize       int // MB
	Description      string
	Timeout          int // seconds
	CodeSHA256       string
	CodeSize         int64
	RevisionID       string
	LastModified     string // as Lambda writes it
	State            string // see states
	LastUpdateStatus string // see updates
	StateReason      string // its code and its text; where the state has none, the last update's
	EphemeralStorage int    // MB
	PackageType      string
	Runtime          string
	SnapStart        bool
	LogGroup         string
	LogFormat        string // Text, JSON
	SystemLogLevel   string
	Managed          bool // runs on managed instances (a capacity provider)
	Durable          bool // a durable function
	Tenancy          bool // isolates by tenant
	// Fingerprint is a hash over the rest of configuration and code, fields that AWS has added since
	// included: all that a deployment decides but memory size and description, which the tuner itself
	// changes, and the environment. Revision id, states, times, version and qualified ARN are not in it, nor
	// is the runtime's patch version, which AWS moves by itself.
	Fingerprint string
	// ConfigSHA256 is Lambda's own hash of the configuration, "" if it sends none. It covers memory size and
	// description, and the environment may be in it: like Environment, it is never written down.
	ConfigSHA256 string
	// Environment is a hash over the environment variables. It tells two configurations apart within one
	// invocation and is never written down: a reader of it could try secrets out on it. It is "" if there are none,
	// or if a permission on their KMS key is missing.
	Environment string
}

// ConfigurationChange is an update of $LATEST, done only if RevisionID is still its own.
type ConfigurationChange struct {
	MemorySize  int
	Description string
	RevisionID  string
}

// NewVersion is what PublishVersion is asked for.
type NewVersion struct {
	Description string
	CodeSHA256  string
	RevisionID  string
}

// Alias is a function's alias.
type Alias struct {
	Name        string
	Version     string
	Description string
	RevisionID  string
	// Weighted reports whether a share of its invocations goes to another version, as in the middle of a deployment.
	Weighted bool
}

// Account is what limits a run in an account.
type Account struct {
	UnreservedConcurrency int
	CodeStorageLeft       int64 // bytes; as many as there can be where Lambda says no limit
}

// Invocation is what one synchronous invocation gave.
type Invocation struct {
	RequestID     string
	FunctionError string // "", Handled, Unhandled
	Payload       []byte
	LogTail       string // decoded, at most 4 KB
}
