package lambdasim

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"maps"
	"strconv"
	"time"
)

// Function is what CreateFunction is given. Zero values mean Lambda's defaults.
type Function struct {
	Name         string
	Architecture string // x86_64 (default), arm64
	MemorySize   int    // MB. Default: 128
	Timeout      int    // seconds. Default: 3
	Description  string
	Environment  map[string]string
	// Code stands for the deployment package: another text is another CodeSha256.
	Code     string
	CodeSize int64 // bytes. Default: 5 MB
	// Archive is its package. Default: none, it cannot be downloaded. Its hash is CodeSha256 if it is in memory, and its
	// size is CodeSize.
	Archive Archive
	// Image is the URI of its container image: RegistryHost/REPOSITORY:TAG or @DIGEST. Default: none.
	Image string
	// Reserved is the function's reserved concurrency. Default: none.
	Reserved *int
	// Configure sets any other part of the configuration.
	Configure func(*Configuration)
	// Behavior is what its invocations do. Default: an empty answer after 1 ms.
	Behavior Behavior
}

// function is a function's state.
type function struct {
	latest     Configuration // as the API shows it
	serving    Configuration // what invocations of $LATEST run on: the one before while an update goes on
	updateDone time.Time

	versions []*version // by number
	highest  int        // version number ever given

	archive     Archive
	image       string
	selfManaged bool // its code is in a bucket of the owner's, and takes no code storage

	aliases     map[string]Alias
	reserved    *int
	provisioned []ProvisionedConcurrency
	tags        map[string]string

	behavior    Behavior
	invocations int
	pools       map[string]*pool // by version
	log         []logEvent
	snapshots   []*snapshot // of all versions ever published with SnapStart
}

// version is a published version.
type version struct {
	configuration Configuration
	source        Configuration // $LATEST when it was published: decides whether the next publish is new
	activeAt      time.Time
}

// CreateFunction adds a function that is Active at once.
func (s *Simulator) CreateFunction(f Function) {
	setDefault(&f.Architecture, "x86_64")
	setDefault(&f.MemorySize, 128)
	setDefault(&f.Timeout, 3)
	setDefault(&f.CodeSize, 5<<20)
	c := Configuration{
		FunctionName: f.Name, FunctionArn: s.FunctionARN(f.Name), Version: Latest, Description: f.Description,
		Architectures: []string{f.Architecture}, MemorySize: f.MemorySize, Timeout: f.Timeout,
		Runtime: "provided.al2023", Handler: "bootstrap", PackageType: "Zip",
		Role:       fmt.Sprintf("arn:aws:iam::%s:role/%s", s.options.Account, f.Name),
		CodeSha256: codeSHA256(f.Code), CodeSize: f.CodeSize,
		EphemeralStorage: EphemeralStorage{Size: 512},
		LoggingConfig:    LoggingConfig{LogFormat: "Text", LogGroup: "/aws/lambda/" + f.Name},
		SnapStart:        SnapStart{ApplyOn: "None", OptimizationStatus: "Off"},
		TracingConfig:    TracingConfig{Mode: "PassThrough"},
		State:            Active, LastUpdateStatus: Successful,
		LastModified: timestamp(time.Now()),
	}
	if f.Environment != nil {
		c.Environment = &Environment{Variables: maps.Clone(f.Environment)}
	}
	if f.Archive != nil {
		c.CodeSha256, c.CodeSize = sumOf(f.Archive, f.Code), f.Archive.Size()
	}
	if f.Image != "" {
		c.PackageType, c.Runtime, c.Handler = "Image", "", ""
	}
	if f.Configure != nil {
		f.Configure(&c)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	c.RevisionId = s.newID()
	c = c.summed()
	s.functions[f.Name] = &function{
		latest: c, serving: c.clone(), aliases: map[string]Alias{}, reserved: f.Reserved,
		archive: f.Archive, image: f.Image, behavior: f.Behavior.withDefaults(), pools: map[string]*pool{},
	}
}

func codeSHA256(code string) string {
	sum := sha256.Sum256([]byte(code))
	return base64.StdEncoding.EncodeToString(sum[:])
}

func timestamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000-0700") }

// function finds a function and brings its states up to the present. It is called with mu held.
func (s *Simulator) function(name string) (*function, *APIError) {
	f, ok := s.functions[name]
	if !ok {
		return nil, notFound("Function not found: %s", s.FunctionARN(name))
	}
	now := time.Now()
	if f.latest.LastUpdateStatus == InProgress && !now.Before(f.updateDone) {
		f.latest.RevisionId = s.newID()
		f.endUpdate()
	}
	for _, v := range f.versions {
		if c := &v.configuration; c.State == Pending && !now.Before(v.activeAt) {
			c.State, c.StateReason, c.StateReasonCode = Active, "", ""
			if c.SnapStart.ApplyOn != "None" {
				c.SnapStart.OptimizationStatus = "On"
			}
		}
	}
	return f, nil
}

// version returns a version by its number, or nil.
func (f *function) version(number string) *version {
	for _, v := range f.versions {
		if v.configuration.Version == number {
			return v
		}
	}
	return nil
}

// resolve resolves a qualifier (a version, an alias, $LATEST or nothing) to what the API shows
// for it. An alias shows its version under the alias's ARN.
func (s *Simulator) resolve(f *function, qualifier string) (Configuration, *APIError) {
	arn := qualified(f.latest.FunctionArn, qualifier)
	if qualifier == "" || qualifier == Latest {
		c := f.latest.clone()
		c.FunctionArn = arn
		return c, nil
	}
	number := qualifier
	if a, ok := f.aliases[qualifier]; ok {
		number = a.FunctionVersion
	}
	if number == Latest {
		c := f.latest.clone()
		c.FunctionArn = arn
		return c, nil
	}
	v := f.version(number)
	if v == nil {
		return Configuration{}, notFound("Function not found: %s", arn)
	}
	c := v.configuration.clone()
	c.FunctionArn = arn
	return c, nil
}

// startUpdate puts a changed configuration into $LATEST. It is called with mu held, by callers that
// have made sure that no update is going on.
func (s *Simulator) startUpdate(f *function, changed Configuration) {
	now := time.Now()
	changed.LastUpdateStatus = InProgress
	changed.LastUpdateStatusReason = "The function is being created."
	changed.LastUpdateStatusReasonCode = "Creating"
	changed.LastModified = timestamp(now)
	changed.RevisionId = s.newID()
	f.latest = changed.summed()
	f.updateDone = now.Add(s.options.UpdateTime)
	if s.options.UpdateTime < 0 {
		f.endUpdate()
	}
}

// endUpdate ends an update that has succeeded.
func (f *function) endUpdate() {
	f.latest.LastUpdateStatus = Successful
	f.latest.LastUpdateStatusReason, f.latest.LastUpdateStatusReasonCode = "", ""
	f.serving = f.latest.clone()
	delete(f.pools, Latest)
}

// publish makes a version of $LATEST, or returns the latest one if code and configuration have not
// changed since (the description given here does not count, that of $LATEST does).
func (s *Simulator) publish(f *function, description *string) (Configuration, *APIError) {
	if n := len(f.versions); n > 0 && f.versions[n-1].source.same(f.latest) {
		return f.versions[n-1].configuration.clone(), nil
	}
	if !f.selfManaged && s.codeStorageUsed()+f.latest.CodeSize > s.options.CodeStorage {
		return Configuration{}, CodeStorageExceeded()
	}
	now := time.Now()
	f.highest++
	c := f.latest.clone()
	c.Version = strconv.Itoa(f.highest)
	c.FunctionArn = qualified(c.FunctionArn, c.Version)
	if description != nil && *description != "" {
		c.Description = *description
	}
	c.RevisionId = s.newID()
	c.LastModified = timestamp(now)
	c.State, c.StateReason, c.StateReasonCode = Pending, "The function is being created.", "Creating"
	ready := now.Add(s.options.PublishTime)
	if c.SnapStart.ApplyOn != "None" {
		ready = now.Add(s.options.SnapshotTime)
		usage := SnapStartUsage{Version: c.Version, Runtime: c.Runtime, MemorySize: c.MemorySize}
		f.snapshots = append(f.snapshots, &snapshot{usage: usage, from: now})
	}
	c = c.summed()
	f.versions = append(f.versions, &version{configuration: c, source: f.latest.clone(), activeAt: ready})
	f.latest.RevisionId = s.newID()
	return c.clone(), nil
}

// codeStorageUsed adds up the packages of all functions and versions, in bytes.
func (s *Simulator) codeStorageUsed() int64 {
	var sum int64
	for _, f := range s.functions {
		if f.selfManaged {
			continue
		}
		sum += f.latest.CodeSize
		for _, v := range f.versions {
			sum += v.configuration.CodeSize
		}
	}
	return sum
}
