package binarch

import (
	"hash/fnv"
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

var (
	// startable are files that Lambda starts under the right name.
	startable = regexp.MustCompile(`(?i)(?:^|[/\\])bootstrap(?:\.[a-z]+)?$|\.(?:js|mjs|cjs|ts|mts|py|pyc|rb|dll|class|jar)$`)
	// inJar is a class in a jar that the Java runtimes have on their class path.
	inJar = regexp.MustCompile(`^(?:java/)?lib/[^/]+\.jar!/(.+\.class)$`)
)

// jarPrefix stands before the names of classes in jars of the folder lib.
const jarPrefix = "*.jar!/"

func hashName(name string) uint64 {
	h := fnv.New64a()
	_, _ = h.Write([]byte(name)) // it never fails
	return h.Sum64()
}

func (n *fileNames) add(name string) {
	if strings.Contains(name, "!/") {
		if class := inJar.FindStringSubmatch(name); class != nil {
			n.hashes = append(n.hashes, hashName(jarPrefix+class[1]))
		}
		return
	}
	n.hashes = append(n.hashes, hashName(name))
	n.near(name)
}

// near keeps the name of a file that could be the one that is looked for.
func (n *fileNames) near(name string) {
	if len(n.shallow) < maxShallow && strings.Count(name, "/") < maxShallowDepth && startable.MatchString(name) && !strings.Contains("/"+name, "/node_modules/") {
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
	return slices.ContainsFunc(inv.Trees, func(t *Tree) bool {
		_, found := slices.BinarySearch(t.names.hashes, hashName(name))
		return found
	})
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
