package gosource

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"

	"github.com/dualarch/dualarch/internal/binarch"
	"github.com/dualarch/dualarch/internal/gobuild"
)

var both = [2]binarch.Architecture{binarch.X8664, binarch.Arm64}

// program is a main package to look at.
type program struct {
	dir     string
	options Options
	done    bool
	source  *Source
	err     error
}

// batch holds programs that are looked at together: the go command needs as long for one of a module as for all.
type batch struct {
	mu       sync.Mutex
	programs []*program // that nobody has looked at yet
}

var process batch

// Register registers a main package, and returns what gives its source. The first call of that looks at everything that
// is registered then, with two go commands for each module.
func Register(dir string, options Options) func() (*Source, error) {
	return process.register(dir, options)
}

func (b *batch) register(dir string, options Options) func() (*Source, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	p := b.add(dir, options)
	return func() (*Source, error) {
		b.mu.Lock()
		defer b.mu.Unlock()
		if !p.done {
			b.scan(context.Background(), b.programs)
			b.programs = nil
		}
		return p.source, p.err
	}
}

func (b *batch) add(dir string, options Options) *program {
	if abs, err := filepath.Abs(dir); err == nil {
		dir = abs // the working directory may change
	}
	p := &program{dir: dir, options: options}
	b.programs = append(b.programs, p)
	return p
}

// scan looks at programs, those of one module that are built alike together.
func (b *batch) scan(ctx context.Context, programs []*program) {
	type group struct {
		root     string
		programs []*program
		folders  []string // of each program, symbolic links resolved
	}
	var groups []*group
	index := map[string]*group{}
	for _, p := range programs {
		p.done = true
		folder, err := filepath.EvalSymlinks(p.dir)
		if err != nil {
			p.err = err
			continue
		}
		root, err := gobuild.ModuleRoot(folder)
		if err != nil {
			root = folder // the go command says what is missing
		}
		key := fmt.Sprintf("%q %q %q", root, p.options.Tags, p.options.Env)
		g := index[key]
		if g == nil {
			g = &group{root: root}
			index[key] = g
			groups = append(groups, g)
		}
		g.programs, g.folders = append(g.programs, p), append(g.folders, folder)
	}
	for _, g := range groups {
		lists, errs := listBoth(ctx, g.root, g.folders, g.programs[0].options)
		for i, p := range g.programs {
			p.source, p.err = sourceOf(g.folders[i], p, lists, errs)
		}
	}
}

// listBoth asks the go command for both architectures at once.
func listBoth(ctx context.Context, root string, folders []string, options Options) (lists [2]listed, errs [2]error) {
	var packages []string
	for _, folder := range folders {
		below, err := filepath.Rel(root, folder)
		if err != nil {
			return lists, [2]error{err, err}
		}
		packages = append(packages, "."+string(os.PathSeparator)+below)
	}
	slices.Sort(packages)
	packages = slices.Compact(packages)
	var calls sync.WaitGroup
	for i, architecture := range both {
		calls.Go(func() { lists[i], errs[i] = list(ctx, root, packages, options, architecture) })
	}
	calls.Wait()
	return lists, errs
}

// sourceOf takes one program out of what was listed.
func sourceOf(folder string, p *program, lists [2]listed, errs [2]error) (*Source, error) {
	var own [2]listed
	for i, architecture := range both {
		err := errs[i]
		if err == nil {
			own[i], err = lists[i].program(folder)
		}
		if said := refusal(""); errors.As(err, &said) {
			err = fmt.Errorf("go list in %s for %s: %w", p.dir, architecture, err)
		}
		errs[i] = err
	}
	// What is wrong for both is said once, always of the same one.
	if err := cmp.Or(errs[:]...); err != nil {
		return nil, err
	}
	return compare(own, p.options), nil
}
