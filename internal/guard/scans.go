package guard

import (
	"context"
	"fmt"
	"sync"

	"github.com/dualarch/dualarch/internal/binarch"
	"github.com/dualarch/dualarch/internal/dockerfile"
)

// Scans reads each package once, however many functions it is deployed with. The zero value is ready to
// use.
type Scans struct {
	mu   sync.Mutex
	done map[string]scan
}

type scan struct {
	files Files
	err   error
}

// Files is what was read: a package, or a Dockerfile with its build context.
type Files interface {
	Report(targets []binarch.Target) binarch.Report
}

// Scan reads the files in p.Path, or returns what was read before. options are those of the first time.
func (s *Scans) Scan(ctx context.Context, p Package, options binarch.Options) (Files, error) {
	if p.Inventory != nil {
		return p.Inventory, nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	key := p.key()
	if before, done := s.done[key]; done {
		return before.files, before.err
	}
	var now scan
	if p.Image != nil {
		image := *p.Image
		image.Scan = options
		now.files, now.err = dockerfile.Scan(ctx, p.Path, image)
	} else {
		now.files, now.err = binarch.Scan(ctx, p.Path, options)
	}
	if p.Unbuilt && now.err == nil {
		now.files = unbuilt{now.files}
	}
	if s.done == nil {
		s.done = map[string]scan{}
	}
	s.done[key] = now
	return now.files, now.err
}

// unbuilt are files of which something else is built.
type unbuilt struct{ Files }

// Report makes warnings of errors.
func (u unbuilt) Report(targets []binarch.Target) binarch.Report {
	report := u.Files.Report(targets)
	for i := range report.Findings {
		if f := &report.Findings[i]; f.Severity == binarch.Error {
			f.Severity = binarch.Warning
			f.Reason += " unless the build puts another in its place"
		}
	}
	return report
}

// key is equal for packages of the same content.
func (p Package) key() string {
	key := fmt.Sprint(p.Hash, " ", p.Path, " ", p.Unbuilt)
	if p.Image != nil {
		key += fmt.Sprintf(" %+v", *p.Image)
	}
	return key
}
