package gobuild

import (
	"errors"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"sync"

	"github.com/dualarch/dualarch/internal/cachedir"
)

// CacheDirEnv names the environment variable with the folder for the binaries.
// Default: dualarch/bin in the user's cache folder (os.UserCacheDir). Binaries
// that no build asked for in three days are removed.
const CacheDirEnv = "DUALARCH_CACHE_DIR"

var folder = cachedir.Kind{Name: "bin", Variable: CacheDirEnv, Holds: "the binaries"}

// Output is a finished binary.
type Output struct {
	Dir    string // folder that holds only "bootstrap" (mode 0755), named by SHA256
	SHA256 string // of bootstrap, in hexadecimal
}

// Binary is a registered build. Nothing is compiled before the first call of
// Output.
type Binary struct {
	builder *Builder
	spec    Spec
	target  target
	done    bool
	out     Output
	err     error
}

// Builder compiles what is registered with it. It is safe for concurrent use,
// and several processes may share its folder.
type Builder struct {
	run func(*exec.Cmd) ([]byte, error) // the compiler; tests watch it

	mu       sync.Mutex
	store    store
	storeErr error
	known    map[string]*Binary // by Spec
	pending  []*Binary
}

// NewBuilder returns a Builder that keeps its binaries below outDir, which it
// creates when it first needs it.
func NewBuilder(outDir string) *Builder {
	dir, err := filepath.Abs(outDir)
	return &Builder{
		run:      func(cmd *exec.Cmd) ([]byte, error) { return cmd.CombinedOutput() },
		store:    store{dir: dir},
		storeErr: err,
		known:    map[string]*Binary{},
	}
}

// process is the Builder that Register uses. There is one per process, because
// building together is faster.
var process = sync.OnceValue(newDefault)

func newDefault() *Builder {
	dir, err := folder.Path()
	b := NewBuilder(dir)
	if err != nil {
		b.storeErr = err
	}
	return b
}

// Register registers a build with the process-wide Builder.
func Register(s Spec) *Binary { return process().Register(s) }

// Register registers a build. The same Spec gives the same Binary.
func (b *Builder) Register(s Spec) *Binary {
	b.mu.Lock()
	defer b.mu.Unlock()
	// A relative folder is resolved now, because the working directory may
	// change before the build. No folder stays none: it is refused.
	key := s
	if abs, err := filepath.Abs(s.Dir); err == nil && s.Dir != "" {
		key.Dir = abs
	}
	id := digest(key)
	if known := b.known[id]; known != nil {
		return known
	}
	bin := &Binary{builder: b, spec: key}
	b.known[id] = bin
	b.pending = append(b.pending, bin)
	return bin
}

// Withdraw takes the binary out of what the next Output builds, because the construct that it was for is
// refused. Its own Output still builds it.
func (b *Binary) Withdraw() {
	b.builder.mu.Lock()
	defer b.builder.mu.Unlock()
	b.builder.pending = slices.DeleteFunc(b.builder.pending, func(other *Binary) bool { return other == b })
}

// Output returns the finished binary. The first call builds everything
// registered that is neither built nor withdrawn. An error has what Check
// found, or the compiler's own words with the packages and the architecture in
// front; packages that are compiled together fail together, each with the whole
// output.
func (b *Binary) Output() (Output, error) {
	b.builder.mu.Lock()
	defer b.builder.mu.Unlock()
	if !b.done {
		if !slices.Contains(b.builder.pending, b) {
			b.builder.pending = append(b.builder.pending, b)
		}
		b.builder.buildPending()
	}
	if b.err != nil {
		return Output{}, b.err
	}
	return b.out, nil
}

func (b *Builder) buildPending() {
	var sound []*Binary
	for _, bin := range b.pending {
		bin.done = true
		bin.err = errors.Join(bin.spec.Check()...)
		if bin.err == nil {
			bin.err = b.storeErr
		}
		if bin.err == nil {
			bin.target, bin.err = bin.spec.target()
		}
		if bin.err == nil {
			sound = append(sound, bin)
		}
	}
	b.pending = nil
	// In parallel, because a go command does not keep every core busy, least of
	// all while it links.
	var parallel sync.WaitGroup
	slots := make(chan struct{}, runtime.GOMAXPROCS(0))
	for _, group := range groups(sound) {
		parallel.Go(func() {
			slots <- struct{}{}
			defer func() { <-slots }()
			err := b.build(group)
			for _, bin := range group {
				bin.err = err
			}
		})
	}
	parallel.Wait()
	b.store.trim()
}
