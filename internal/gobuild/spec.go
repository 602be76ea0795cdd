package gobuild

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"maps"
	"path/filepath"
	"slices"
)

// LambdaTag leaves the RPC server of the retired go1.x runtime out of
// aws-lambda-go; the provided runtimes never call it.
const LambdaTag = "lambda.norpc"

// Spec is what to build: one main package for one architecture.
type Spec struct {
	// Dir is the folder of the main package, absolute or relative to the
	// working directory.
	Dir string
	// GOARCH is "amd64" or "arm64".
	GOARCH string
	// ModFile is a go.mod that takes the place of the module's own, with a go.sum beside it; "" is its own. See ModFile.
	ModFile string
	// Tags are build tags in addition to lambda.norpc, one per string.
	Tags []string
	// Ldflags follow "-s -w", joined by spaces and quoted for "go build -ldflags". A
	// build ID of your own, "-buildid=", makes every build link again.
	Ldflags []string
	// Env is added to the go command's environment. GOOS, GOARCH, CGO_ENABLED,
	// GOFLAGS, GOWORK and GO111MODULE are fixed, GOAMD64 and GOARM64 have fields.
	Env map[string]string
	// GOAMD64 is "v1", "v2" or "v3" (Lambda's x86_64 processors have AVX2); "" is Go's
	// default, v1. It is ignored if GOARCH is arm64.
	GOAMD64 string
	// GOARM64 is "v8.0", "v8.1" or "v8.2", with ",lse" and ",crypto" if wanted; "" is
	// Go's default, v8.0. Lambda runs arm64 on AWS Graviton processors of an unstated
	// generation: the oldest, Graviton2, is ARMv8.2 with LSE and crypto, and a higher
	// level would fail there. It is ignored if GOARCH is amd64.
	GOARM64 string
}

// target is a checked Spec with every field in its final form, so that two Specs of
// the same build have equal targets.
type target struct {
	Flags flags
	Rel   string // folder of the package below Flags.Root, "./functions/prime" or "."
	Name  string // file name that "go build -o folder/" gives the binary
}

// flags are what packages must have in common to be built by one go command.
type flags struct {
	Root   string // folder of the module's go.mod, symbolic links resolved
	Mod    string `json:",omitempty"` // another go.mod
	GOARCH string
	Level  string // GOAMD64 or GOARM64
	Tags   []string
	Ld     []string
	Env    map[string]string
}

// target resolves a Spec that passed Check.
func (s Spec) target() (target, error) {
	dir, err := realDir(s.Dir)
	if err != nil {
		return target{}, err
	}
	mod, err := findModule(dir)
	if err != nil {
		return target{}, err
	}
	rel, err := filepath.Rel(mod.root, dir)
	if err != nil {
		return target{}, err
	}
	rel = filepath.ToSlash(rel)
	name := mod.binaryName(rel)
	if rel != "." {
		rel = "./" + rel
	}
	return target{
		Flags: flags{
			Root:   mod.root,
			Mod:    s.ModFile,
			GOARCH: s.GOARCH,
			Level:  s.level(),
			Tags:   append([]string{LambdaTag}, s.Tags...),
			Ld:     append([]string{"-s", "-w"}, s.Ldflags...),
			Env:    maps.Clone(s.Env),
		},
		Rel:  rel,
		Name: name,
	}, nil
}

// level returns GOAMD64 or GOARM64, depending on GOARCH.
func (s Spec) level() string {
	given, standard := s.GOAMD64, "v1"
	if s.GOARCH == "arm64" {
		given, standard = s.GOARM64, "v8.0"
	}
	if given == "" {
		return standard
	}
	return given
}

// key returns the target's part of a file name: equal targets have equal keys.
func (t target) key() string { return digest(t) }

func (f flags) key() string { return digest(f) }

func digest(v any) string {
	// Strings, slices and maps of strings always marshal, maps in sorted order.
	text, _ := json.Marshal(v)
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}

// env returns Env as KEY=value in a fixed order.
func (f flags) env() []string {
	var list []string
	for _, key := range slices.Sorted(maps.Keys(f.Env)) {
		list = append(list, key+"="+f.Env[key])
	}
	return list
}
