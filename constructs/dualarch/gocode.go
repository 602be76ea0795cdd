package dualarch

import (
	"maps"
	"slices"

	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"github.com/dualarch/dualarch/constructs/internal/prop"
	"github.com/dualarch/dualarch/internal/gobuild"
	"github.com/dualarch/dualarch/internal/gosource"
	"github.com/dualarch/dualarch/internal/guard"
)

// GoCodeOptions are how a Go package is compiled.
type GoCodeOptions struct {
	// Tags are build tags in addition to lambda.norpc, one per string.
	//
	// Default: none.
	Tags *[]*string

	// Ldflags are linker flags after "-s -w", one per string: "-X main.version=1.2"
	// is two of them. A build ID given here ("-buildid=", "-B") is kept; with
	// "-buildid=" every synthesis links again.
	//
	// Default: none.
	Ldflags *[]*string

	// Environment is added to the go command's environment (GOPRIVATE, GOEXPERIMENT
	// …). No other exported variable changes the binary. GOOS, GOARCH, CGO_ENABLED,
	// GOFLAGS, GOWORK and GO111MODULE are fixed and refused here.
	//
	// Default: none.
	Environment *map[string]*string

	// GOAMD64 is the instruction set of the x86_64 binary: "v1", "v2" or "v3".
	// Lambda's x86_64 processors have AVX2, which "v3" uses.
	//
	// Default: Go's own, "v1".
	GOAMD64 *string

	// GOARM64 is the instruction set of the arm64 binary: "v8.0", "v8.1" or "v8.2",
	// with ",lse" and ",crypto" if wanted. "v8.2" or "v8.0,lse" saves a check at each
	// atomic operation. Higher levels are refused: Lambda runs arm64 on AWS Graviton
	// processors of an unstated generation, and the oldest, Graviton2 (Neoverse N1),
	// is ARMv8.2 with LSE atomics and crypto.
	//
	// Default: Go's own, "v8.0".
	GOARM64 *string
}

// GoCode returns code that is a Go main package in the folder dir, absolute or
// relative to the working directory (the folder of cdk.json). It is compiled once per
// architecture, as by
//
//	GOOS=linux CGO_ENABLED=0 GOARCH=… go build -tags lambda.norpc -trimpath -buildvcs=false -ldflags "-s -w"
//
// with the module's own go.mod and go.sum, and runs on provided.al2023 as
// "bootstrap". The same source gives the same bytes on every machine; the build ID is
// a hash of the content. Packages that use cgo are refused: their binary would need a
// C library for each architecture.
//
// A workspace (go.work) is not used, so that none changes a binary. A module that only
// the workspace finds needs a replace directive in go.mod; the build's error says which.
//
// GoCode only registers what to build. The first construct that needs a binary builds
// everything registered so far, with one go command per module, architecture and set
// of flags. So call GoCode for all functions before you make the first one: what they
// share is compiled once.
func GoCode(dir *string, opts *GoCodeOptions) Code {
	return newGoCode("GoCode", dir, opts)
}

// newGoCode registers the builds of a kind of code that is compiled from Go.
func newGoCode(kind string, dir *string, opts *GoCodeOptions) *goCode {
	if opts == nil {
		opts = &GoCodeOptions{}
	}
	code := &goCode{
		kind:     kind,
		specs:    map[architecture]gobuild.Spec{},
		binaries: map[architecture]*gobuild.Binary{},
		source:   goSource(prop.Value(dir), opts),
	}
	for _, arch := range architectures {
		spec := gobuild.Spec{
			Dir:     prop.Value(dir),
			GOARCH:  arch.goarch(),
			Tags:    prop.Values(opts.Tags),
			Ldflags: prop.Values(opts.Ldflags),
			Env:     prop.ValueMap(opts.Environment),
			GOAMD64: prop.Value(opts.GOAMD64),
			GOARM64: prop.Value(opts.GOARM64),
		}
		code.specs[arch] = spec
		code.binaries[arch] = gobuild.Register(spec)
	}
	return code
}

type goCode struct {
	kind     string
	specs    map[architecture]gobuild.Spec
	binaries map[architecture]*gobuild.Binary
	source   func() (guard.Source, error)
}

// goSource lists the source files that only one architecture's binary is made of.
func goSource(dir string, opts *GoCodeOptions) func() (guard.Source, error) {
	var env []string
	given := prop.ValueMap(opts.Environment)
	for _, key := range slices.Sorted(maps.Keys(given)) {
		env = append(env, key+"="+given[key])
	}
	source := gosource.Register(dir, gosource.Options{Tags: append(prop.Values(opts.Tags), gobuild.LambdaTag), Env: env})
	return func() (guard.Source, error) { return source() }
}

// output returns the binary of one architecture. It also lets the guard start listing
// the source, because the go command takes a moment for that.
func (c *goCode) output(arch architecture) (gobuild.Output, error) {
	binary, err := c.binaries[arch].Output()
	if err == nil {
		go c.source() //nolint:errcheck // whoever asks for it gets the error
	}
	return binary, err
}

// withdraw keeps a later construct from building the code of one that is refused.
func withdraw(code Code) {
	if registered, is := code.(interface{ withdraw() }); is {
		registered.withdraw()
	}
}

func (c *goCode) withdraw() {
	for _, binary := range c.binaries {
		binary.Withdraw()
	}
}

func (c *goCode) check() problems {
	var found problems
	for _, arch := range architectures {
		for _, err := range c.specs[arch].Check() {
			// Most errors are the same for both architectures and reported once.
			if text := "Code: " + c.kind + ": " + err.Error(); !slices.Contains(found, text) {
				found = append(found, text)
			}
		}
	}
	return found
}

func (c *goCode) warnings() []warning { return nil }

func (c *goCode) start() start {
	return start{awslambda.Runtime_PROVIDED_AL2023(), jsii.String("bootstrap")}
}

func (c *goCode) build(arch architecture) (asset, error) {
	binary, err := c.output(arch)
	if err != nil {
		return nil, err
	}
	made := folderAsset(binary.Dir, binary.SHA256)
	return func(scope constructs.Construct) deployed {
		code := made(scope)
		code.files.Source = c.source
		return code
	}, nil
}
