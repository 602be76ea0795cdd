package binarch

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// Options of a Scan; the zero value is what most callers want.
type Options struct {
	// Limits against hostile and damaged input. Default: see Limits.
	Limits Limits
	// Progress is kept up to date during the scan where it is not nil.
	Progress *Progress
	// Ignore is true for the files and folders of a scanned folder that are not part
	// of the package, by their paths in it: what .dockerignore lists, say. What is in
	// an ignored folder is not asked for. Default: nothing is ignored.
	Ignore func(path string, folder bool) bool
	// Architecture that is judged for: layers of images for another one are not read. Default: any.
	Architecture Architecture
	// Workers is how many files are read at a time. One reads an archive's entries in their
	// order. Default: one a processor.
	Workers int
}

// Scan reads the folder, file or archive at path. It returns an error only where
// nothing could be looked at (there is no such path) or ctx ended; whatever else
// goes wrong is one of the inventory's problems.
//
// A zip (jar, wheel), a tar and a compressed tar are taken for the package they
// contain. A tar written by "docker save" or "skopeo copy oci-archive:", and a
// folder with an OCI layout, is taken for its images.
func Scan(ctx context.Context, path string, options Options) (*Inventory, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	return run(ctx, path, options, func(s *scan) error { return s.top(path, info) })
}

// run makes an inventory of what read looks at.
func run(ctx context.Context, name string, options Options, read func(*scan) error) (*Inventory, error) {
	s := newScan(ctx, name, options)
	defer s.end()
	err := read(s)
	if ctx.Err() == nil && s.ctx.Err() != nil {
		err = context.Cause(s.ctx) // it took too long
	}
	var limit *limitError
	switch {
	case errors.As(err, &limit):
		s.found.problem("", limit.text)
	case ctx.Err() != nil:
		return nil, context.Cause(ctx)
	case err != nil:
		return nil, err
	}
	inventory := s.found.finish()
	inventory.Files, inventory.Bytes = s.progress.Files.Load(), s.progress.Bytes.Load()
	inventory.NoPackage = s.textual && inventory.isEmpty()
	return inventory, nil
}

type scan struct {
	ctx context.Context
	// end gives back what ctx holds.
	end func()
	// timer ends a scan that takes too long; endAfter starts one.
	timer    *time.Timer
	endAfter func(limit time.Duration) *time.Timer
	// given are the caller's limits, and limits those that count.
	given    Limits
	limits   Limits
	found    *collector
	progress *Progress
	ignore   func(path string, folder bool) bool
	// textual is true if the path as a whole is a file of no format that says anything.
	textual  bool
	expanded atomic.Int64
	slow     atomic.Int64
	only     Architecture // of Options.Architecture
	workers  int
	heads    sync.Pool
}

func newScan(ctx context.Context, name string, options Options) *scan {
	limits := options.Limits.withDefaults(imageLimits)
	bounded, cancel := context.WithCancelCause(ctx)
	s := &scan{ctx: bounded, given: options.Limits, limits: limits, found: newCollector(name, limits), progress: options.Progress, only: options.Architecture}
	s.endAfter = func(limit time.Duration) *time.Timer {
		return time.AfterFunc(limit, func() {
			cancel(&limitError{fmt.Sprintf("looking at it took longer than %s; the rest was not looked at", limit)})
		})
	}
	s.timer = s.endAfter(limits.Time)
	s.end = func() {
		s.timer.Stop()
		cancel(nil)
	}
	if s.progress == nil {
		s.progress = new(Progress)
	}
	if s.workers = options.Workers; s.workers <= 0 {
		s.workers = runtime.GOMAXPROCS(0)
	}
	if s.ignore = options.Ignore; s.ignore == nil {
		s.ignore = func(string, bool) bool { return false }
	}
	s.heads.New = func() any { return new([headSize]byte) }
	return s
}

// top decides what the path as a whole is.
func (s *scan) top(name string, info fs.FileInfo) error {
	if info.IsDir() {
		if layout := openLayoutFolder(name); layout != nil {
			return s.images(layout)
		}
		return s.folder(s.found.tree(nil), name)
	}
	if !info.Mode().IsRegular() {
		return fmt.Errorf("%s: neither a folder nor a regular file", name)
	}
	file, err := os.Open(name)
	if err != nil {
		return err
	}
	c, err := diskContent(file, info.Size(), make([]byte, headSize))
	if err != nil {
		return errors.Join(err, file.Close())
	}
	return errors.Join(s.topFile(s.outermost(name, info.Mode(), info.Size()), c), file.Close())
}

// topFile is the one place where an archive stands for its content, not for itself.
func (s *scan) topFile(p place, c *content) error {
	format := formatOf(p, c)
	if decompressions[format].open != nil {
		return s.topCompressed(p, format, c)
	}
	inside := place{mode: p.mode, budget: p.budget}
	switch format {
	case tarFile:
		if archive := openImageArchive(s, c); archive != nil {
			return s.images(archive)
		}
		s.boundAsPackage()
		inside.tree = s.found.tree(nil)
		return s.readOrNote(inside, s.tar(inside, s.metered(c.stream())))
	case zipFile:
		s.boundAsPackage()
		inside.tree = s.found.tree(nil)
		return s.readOrNote(inside, s.zip(inside, c))
	}
	p.tree = s.found.tree(nil)
	s.found.inventory.IsFile = true
	s.textual = slices.Contains([]Format{Plain, Script}, format)
	if err := s.count(c.size); err != nil {
		return err
	}
	return s.look(p, c)
}

// topCompressed unpacks a compressed tar to a temporary file first: which layers an
// image archive has is written behind the layers.
func (s *scan) topCompressed(p place, format Format, c *content) error {
	_, unpacked, err := s.decompress(p, format, c.stream())
	if err != nil {
		p.tree = s.found.tree(nil)
		return errors.Join(s.count(c.size), s.readOrNote(p, err))
	}
	if sniff(unpacked.head) != tarFile {
		p.tree = s.found.tree(nil)
		s.textual = slices.Contains([]Format{Plain, Script}, sniff(unpacked.head))
		// A decompressor holds what another one waits for.
		return errors.Join(unpacked.close(), s.count(c.size), s.look(p, c))
	}
	if err := unpacked.fetch(); err != nil {
		p.tree = s.found.tree(nil)
		return errors.Join(s.readOrNote(p, err), unpacked.close())
	}
	return errors.Join(s.topFile(p, unpacked), unpacked.close())
}

// boundAsPackage lowers the limits to those of a zip package, once it is known that the scan is of no image.
func (s *scan) boundAsPackage() {
	s.limits = s.given.withDefaults(packageLimits)
	s.found.limits = s.limits
	s.timer.Stop()
	s.timer = s.endAfter(s.limits.Time)
}

// place is where a file was found.
type place struct {
	tree *Tree
	// name is the path inside the tree, "" for the archive that is the tree.
	name string
	mode fs.FileMode
	// depth is the number of archives around it.
	depth int
	// nested is the number of compressed files around it, and wide is true if one of
	// them decides how much memory its reader needs.
	nested int
	wide   bool
	// budget is what the file on disk around it may take there, nil if it is not bounded.
	budget *diskBudget
	// unpacked is true for what came out of a compressed file, whose name it has.
	unpacked bool
}

// entry is the place of an archive's entry.
func (p place) entry(name string, mode fs.FileMode) place {
	p.depth++
	p.mode = mode
	p.unpacked = false
	if p.name == "" {
		p.name = name
	} else {
		p.name += "!/" + name
	}
	return p
}

// startedByLambda is true for what Lambda executes by its path: a custom runtime's
// bootstrap, and the extensions of a layer or an image.
func (p place) startedByLambda() bool {
	return p.name == "bootstrap" && p.tree.Image == nil || p.tree.isExtension(p.name)
}

// count notes one more file and refuses the one past the limit.
func (s *scan) count(size int64) error {
	if err := s.ctx.Err(); err != nil {
		return context.Cause(s.ctx)
	}
	s.progress.Bytes.Add(max(0, size))
	if s.progress.Files.Add(1) > s.limits.Files {
		s.progress.Files.Add(-1)
		return &limitError{fmt.Sprintf("there are more than %d files; the rest was not looked at", s.limits.Files)}
	}
	return s.found.full()
}

// metered is r inside the scan's limits.
func (s *scan) metered(r io.Reader) io.Reader {
	return &meter{s.ctx, r, &s.expanded, s.limits.Expanded, "archives"}
}

// readOrNote turns what is wrong with one file into a problem, and passes on what
// ends the whole scan.
func (s *scan) readOrNote(p place, err error) error {
	var limit *limitError
	if err == nil || errors.As(err, &limit) || s.ctx.Err() != nil {
		return err
	}
	s.found.problem(p.name, err.Error())
	return nil
}

// spread hands what produce emits to the workers. The first error of
// either ends both.
func spread[T any](s *scan, produce func(emit func(T) error) error, work func(T) error) error {
	ctx, cancel := context.WithCancelCause(s.ctx)
	defer cancel(nil)
	jobs := make(chan T, 64)
	var workers sync.WaitGroup
	for range s.workers {
		workers.Go(func() {
			for job := range jobs {
				if ctx.Err() != nil {
					continue
				}
				if err := work(job); err != nil {
					cancel(err)
				}
			}
		})
	}
	err := produce(func(job T) error {
		select {
		case jobs <- job:
			return nil
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	})
	close(jobs)
	workers.Wait()
	if cause := context.Cause(ctx); cause != nil {
		return cause
	}
	return err
}
