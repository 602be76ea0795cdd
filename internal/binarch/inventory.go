package binarch

import (
	"fmt"
	"path"
	"slices"
	"strings"
	"sync"
)

// Inventory is what Scan found: everything that Check needs, and nothing of the
// files that run anywhere.
type Inventory struct {
	// Path that was scanned.
	Path string
	// Trees is one file tree, or one for each image of an image archive.
	Trees []*Tree
	// IsFile is true for a file that is no archive: it stands for itself.
	IsFile bool
	// NoPackage is true for a file that is neither an archive nor native: a text.
	NoPackage bool
	// Files and archive entries looked at.
	Files int64
	// Bytes of those files, uncompressed.
	Bytes int64
	// Problems are what could not be read, sorted by path.
	Problems []Problem
	// Unopened are files that hold others and that nothing here opens, sorted by path.
	Unopened []Problem
	// Omitted is how many problems more there were than are kept.
	Omitted int
}

// Problem is a path that could not be read, and why.
type Problem struct{ Path, Reason string }

// Tree is one file system: a package's, or an image's with its layers merged.
type Tree struct {
	// Image is nil for a package.
	Image *ImagePlatform
	// Files are the native files and the ones Lambda starts, sorted by path.
	Files []File
	// loaders are the dynamic loaders in the tree, by base name: ld-musl-x86_64.so.1.
	loaders map[string]bool
	// dotnetApps are the .NET apps in the tree, by the paths of their programs without
	// a suffix.
	dotnetApps map[string]bool
	names      fileNames
	// notForLinux are the folders of npm packages that say so themselves.
	notForLinux map[string]bool
	// jar is true for the content of a jar.
	jar bool
	// wheels are the installed wheels, by their dist-info folders; hasRecord those of them with a RECORD.
	wheels    map[string]installedWheel
	hasRecord map[string]bool
	// recorded are the dist-info folders of the files that a RECORD lists; unrecorded those without a RECORD, by the
	// folder around them, and sites how many wheels there are in that.
	recorded   map[string]string
	unrecorded map[string][]string
	sites      map[string]int
}

// isEmpty reports whether one file was looked at and there is nothing to say of it.
func (inv *Inventory) isEmpty() bool {
	for _, t := range inv.Trees {
		if len(t.Files) > 0 {
			return false
		}
	}
	return inv.Files <= 1 && len(inv.Problems) == 0 && len(inv.Unopened) == 0
}

// isExtension is true for the path of an extension, which Lambda starts: a file in
// /opt/extensions of an image, or where that folder is in a layer.
func (t *Tree) isExtension(name string) bool {
	folder := "extensions/"
	if t.Image != nil {
		folder = "opt/extensions/"
	}
	file, found := strings.CutPrefix(name, folder)
	return found && !strings.Contains(file, "/")
}

// dotnetApp is the .NET app whose program the file is, "" for any other file.
func (t *Tree) dotnetApp(f File) string {
	if app := strings.TrimSuffix(f.Path, ".exe"); f.Role == Program && t.dotnetApps[app] {
		return app
	}
	return ""
}

// ImagePlatform is what a container image says about itself.
type ImagePlatform struct {
	// Name is its tag, or its digest.
	Name string
	// Architecture by Lambda's name, "" where the image does not say.
	Architecture Architecture
	OS           OS
}

const (
	maxProblems = 1000
	maxNames    = 1000
)

// collector gathers a scan's results from several goroutines.
type collector struct {
	mu        sync.Mutex
	inventory *Inventory
	native    int
	limits    Limits
	kept      int64 // bytes of paths
}

func newCollector(name string, limits Limits) *collector {
	return &collector{inventory: &Inventory{Path: name}, limits: limits}
}

// keep counts a path that is kept, with mu held, and reports whether there is room for it.
func (c *collector) keep(path string) bool {
	c.kept += int64(len(path))
	return c.kept <= c.limits.Paths
}

// full returns what ends a scan: that no more paths can be kept.
func (c *collector) full() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.kept <= c.limits.Paths {
		return nil
	}
	return &limitError{fmt.Sprintf("the paths in it take more than %d MiB; the rest was not looked at", c.limits.Paths>>20)}
}

func (c *collector) tree(image *ImagePlatform) *Tree {
	t := &Tree{
		Image: image, loaders: map[string]bool{}, dotnetApps: map[string]bool{}, notForLinux: map[string]bool{},
		wheels: map[string]installedWheel{}, hasRecord: map[string]bool{}, recorded: map[string]string{},
	}
	c.inventory.Trees = append(c.inventory.Trees, t)
	return t
}

func (c *collector) add(t *Tree, f File) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.native++; c.native > c.limits.Native {
		return &limitError{"there are too many native files; the rest was not looked at"}
	}
	if c.keep(f.Path) {
		t.Files = append(t.Files, f)
	}
	return nil
}

func (c *collector) problem(name, reason string) {
	c.remember(&c.inventory.Problems, name, reason)
}

// unopened notes what is not looked into.
func (c *collector) unopened(name, reason string) {
	c.remember(&c.inventory.Unopened, name, reason)
}

// remember adds to a list of the inventory as long as that is not full.
func (c *collector) remember(list *[]Problem, name, reason string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(*list) == maxProblems {
		c.inventory.Omitted++
		return
	}
	if name == "" || c.keep(name) {
		*list = append(*list, Problem{name, reason})
	}
}

// name notes what a file's or a link's name alone tells.
func (c *collector) name(t *Tree, name string) {
	if wanted := nameOf(name); wanted != "" {
		hash, near := hashName(wanted), wanted == name && isStartable(name)
		c.mu.Lock()
		t.names.hashes = append(t.names.hashes, hash)
		if near {
			t.names.near(name)
		}
		c.mu.Unlock()
	}
	base := path.Base(name)
	if name == "META-INF/MANIFEST.MF" {
		c.mu.Lock()
		t.jar = true
		c.mu.Unlock()
	}
	if app, is := strings.CutSuffix(name, ".runtimeconfig.json"); is {
		c.note(t.dotnetApps, app)
	}
	if strings.HasPrefix(base, "ld-") || strings.HasPrefix(base, "ld64") || base == "ld.so.1" {
		c.note(t.loaders, base)
	}
}

// near notes the name that a file has in an archive from Windows.
func (c *collector) near(t *Tree, name string) {
	if !isStartable(name) {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	t.names.near(name)
}

func (c *collector) note(names map[string]bool, name string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(names) < maxNames && c.keep(name) {
		names[name] = true
	}
}

func (c *collector) notForLinux(t *Tree, folder string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(t.notForLinux) < c.limits.Native && c.keep(folder) {
		t.notForLinux[folder] = true
	}
}

// wheel notes an installed wheel by its WHEEL file.
func (c *collector) wheel(t *Tree, name string, w installedWheel) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(t.wheels) < c.limits.Native && c.keep(name) {
		t.wheels[path.Dir(name)] = w
	}
}

// record notes the files that a wheel's RECORD lists.
func (c *collector) record(t *Tree, name string, files []string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	wheel := path.Dir(name)
	if len(t.hasRecord) < c.limits.Native && c.keep(name) {
		t.hasRecord[wheel] = true
	}
	for _, file := range files {
		if len(t.recorded) < c.limits.Native && c.keep(file) {
			t.recorded[file] = wheel
		}
	}
}

// finish sorts, so that one package always gives one inventory, whichever of the
// goroutines was faster.
func (c *collector) finish() *Inventory {
	for _, t := range c.inventory.Trees {
		t.names.finish()
		slices.SortFunc(t.Files, func(a, b File) int { return strings.Compare(a.Path, b.Path) })
		t.settleWheels()
	}
	for _, problems := range [][]Problem{c.inventory.Problems, c.inventory.Unopened} {
		slices.SortFunc(problems, func(a, b Problem) int {
			return strings.Compare(a.Path+"\x00"+a.Reason, b.Path+"\x00"+b.Reason)
		})
	}
	return c.inventory
}
