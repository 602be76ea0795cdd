package binarch

import (
	"path"
	"regexp"
	"slices"
	"strings"
)

// fileNames are the paths of a tree's files, as hashes: a million of them take 8 MB.
type fileNames struct {
	hashes []uint64
	// shallow are files that could be what Lambda starts, if it were looked for there.
	shallow []string
}

const (
	maxShallow      = 500
	maxShallowDepth = 4
)

// inJar is a class in a jar that the Java runtimes have on their class path.
var inJar = regexp.MustCompile(`^(?:java/)?lib/[^/]+\.jar!/(.+\.class)$`)

// isStartable reports whether Lambda starts files called so, in the right place.
func isStartable(name string) bool {
	base := name[strings.LastIndexAny(name, `/\`)+1:]
	stem, _, _ := strings.Cut(base, ".")
	if len(stem) == len("bootstrap") && strings.EqualFold(stem, "bootstrap") {
		return true
	}
	switch path.Ext(base) {
	case ".js", ".mjs", ".cjs", ".ts", ".mts", ".py", ".pyc", ".rb", ".dll", ".class", ".jar":
		return true
	}
	return false
}

// jarPrefix stands before the names of classes in jars of the folder lib.
const jarPrefix = "*.jar!/"

// hashName is FNV-1a.
func hashName(name string) uint64 {
	h := uint64(14695981039346656037)
	for i := range len(name) {
		h = (h ^ uint64(name[i])) * 1099511628211
	}
	return h
}

// nameOf is the name by which a file is looked for, "" if it never is.
func nameOf(name string) string {
	if !strings.Contains(name, "!/") {
		return name
	}
	if strings.HasSuffix(name, ".class") {
		if class := inJar.FindStringSubmatch(name); class != nil {
			return jarPrefix + class[1]
		}
	}
	return ""
}

// near keeps the name of a file that Lambda could start: it could be the one that is looked for.
func (n *fileNames) near(name string) {
	if len(n.shallow) < maxShallow && strings.Count(name, "/") < maxShallowDepth && !strings.Contains("/"+name, "/node_modules/") {
		n.shallow = append(n.shallow, name)
	}
}

// finish sorts, so that a name is found quickly and the nearest are always the same.
func (n *fileNames) finish() {
	slices.Sort(n.hashes)
	slices.SortFunc(n.shallow, func(a, b string) int {
		if by := strings.Count(a, "/") - strings.Count(b, "/"); by != 0 {
			return by
		}
		return strings.Compare(a, b)
	})
}

// Has reports whether the package has a file, or a link, with that path.
func (inv *Inventory) Has(name string) bool {
	return inv.has(path.Clean(name))
}

// HasClass reports whether the package has a Java class, by its path, at its root or in a
// jar of its folder lib.
func (inv *Inventory) HasClass(name string) bool {
	return inv.has(name) || inv.has(jarPrefix+name)
}

func (inv *Inventory) has(name string) bool {
	return slices.ContainsFunc(inv.Trees, func(t *Tree) bool { return t.has(name) })
}

func (t *Tree) has(name string) bool {
	_, found := slices.BinarySearch(t.names.hashes, hashName(name))
	return found
}

// HasNative reports whether the package has a native file whose path begins and ends so.
func (inv *Inventory) HasNative(prefix, suffix string) bool {
	return slices.ContainsFunc(inv.Trees, func(t *Tree) bool {
		return slices.ContainsFunc(t.Files, func(f File) bool { return strings.HasPrefix(f.Path, prefix) && strings.HasSuffix(f.Path, suffix) })
	})
}

// Startable lists files that Lambda might start under another path, those that lie the
// highest first: scripts, and programs and archives called bootstrap. Long lists are cut.
func (inv *Inventory) Startable() []string {
	var all []string
	for _, t := range inv.Trees {
		all = append(all, t.names.shallow...)
	}
	return all
}

// Programs lists the programs for Linux at the package's root.
func (inv *Inventory) Programs() []string {
	var all []string
	for _, t := range inv.Trees {
		for _, f := range t.Files {
			if f.Role == Program && f.OS == Linux && !strings.Contains(f.Path, "/") {
				all = append(all, f.Path)
			}
		}
	}
	return all
}

// IsWhole reports whether all files of the package were looked at.
func (inv *Inventory) IsWhole() bool {
	return inv.Omitted == 0 && !slices.ContainsFunc(inv.Problems, func(p Problem) bool { return p.Path == "" })
}
