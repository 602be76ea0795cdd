package look

import (
	"cmp"
	"context"
	"net/http"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"

	"github.com/dualarch/dualarch/internal/binarch"
	"github.com/dualarch/dualarch/internal/guard"
	"github.com/dualarch/dualarch/internal/survey"
)

// Options of a Looker. The zero value is what most callers want.
type Options struct {
	// Cache is a folder that keeps what was found in code, by the code's hash; it is created if it does not exist.
	// Default: none, nothing is written.
	Cache string
	// Concurrency is how many packages, layers and images are read at a time. Default: 4.
	Concurrency int
	// HTTPClient downloads code; its policy of redirects is not used. Default: that of the AWS configuration.
	HTTPClient *http.Client
	// Limits of what is read. Default: those of the guard, with half an hour for each package.
	Limits binarch.Limits
}

const (
	defaultConcurrency = 4
	// lookTime bounds the look at one package: 250 MB at 1.2 Mbit/s.
	lookTime = 30 * time.Minute
)

// Looker judges functions' code; use one for a whole survey. It may be used by several goroutines.
type Looker struct {
	options Options
	store   *store
	slots   chan struct{} // of Options.Concurrency
	locks   locks         // by what is read

	mu     sync.Mutex
	client *http.Client
	logins map[string]*login // by region
	layers map[string]layerVersion
}

// New returns a Looker. It refuses a cache folder that others can write to.
func New(o Options) (*Looker, error) {
	o.Concurrency = cmp.Or(max(o.Concurrency, 0), defaultConcurrency)
	o.Limits.Time = cmp.Or(o.Limits.Time, lookTime)
	kept, err := newStore(o.Cache)
	if err != nil {
		return nil, err
	}
	return &Looker{
		options: o, store: kept, slots: make(chan struct{}, o.Concurrency), client: o.HTTPClient,
		logins: map[string]*login{}, layers: map[string]layerVersion{},
	}, nil
}

var _ survey.Looker = (*Looker)(nil)

// Look fills in f.Readiness, and f.Untunable if the function's state is a reason, and appends to f.Problems what could not be read. It returns the bytes of code that it has
// read, and those that the cache stood for.
func (l *Looker) Look(ctx context.Context, cfg aws.Config, f *survey.Function, c types.FunctionConfiguration) (read, cached int64) {
	at := &look{Looker: l, ctx: ctx, cfg: cfg, function: f}
	packages := []guard.Package{at.code(&c)}
	for _, layer := range c.Layers {
		packages = append(packages, at.layer(aws.ToString(layer.Arn)))
	}
	judged := guard.Function{
		Name: f.Name, Handler: aws.ToString(c.Handler), Packages: packages,
		Target: binarch.Target{Architecture: architecture(c), Runtime: string(c.Runtime)},
	}
	entry := guard.Assess(judged, guard.Verdict{}, new(guard.Judge).Check(ctx, judged, binarch.Arm64), false)
	if f.Untunable == "" {
		f.Untunable = at.unusable
	}
	f.Readiness = survey.Readiness{Status: entry.Status, Obstacles: entry.Obstacles, Unchecked: entry.Unchecked}
	return at.read, at.cached
}

// look is the look at one function.
type look struct {
	*Looker
	ctx          context.Context
	cfg          aws.Config
	function     *survey.Function
	read, cached int64
	// unusable says why the function cannot be tuned in the state that GetFunction answers with: lists do not have it.
	unusable string
}

// problem notes what could not be read, and returns why the guard does not know it.
func (l *look) problem(what string, err error) (opaque string) {
	if l.ctx.Err() != nil {
		return "the survey was stopped before it was read"
	}
	l.function.Problems = append(l.function.Problems, survey.Problem{Region: l.function.Region, What: what, Why: err.Error()})
	return "it could not be read: " + err.Error()
}

func architecture(c types.FunctionConfiguration) binarch.Architecture {
	if len(c.Architectures) == 0 { // of long ago
		return binarch.X8664
	}
	return binarch.Architecture(c.Architectures[0])
}

// fetcher returns what downloads for an AWS configuration: by its client, which knows the user's proxy and certificates.
func (l *Looker) fetcher(cfg aws.Config) fetcher {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.client == nil {
		l.client = clientOf(cfg)
	}
	client := *l.client
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	client.Timeout = 0 // a body may take long as long as it arrives
	return fetcher{&client}
}

func clientOf(cfg aws.Config) *http.Client {
	switch client := cfg.HTTPClient.(type) {
	case *http.Client:
		return client
	case *awshttp.BuildableClient:
		return &http.Client{Transport: client.GetTransport()}
	}
	return &http.Client{Transport: awshttp.NewBuildableClient().GetTransport()}
}
