package binarch

import (
	"path"
	"slices"
	"strconv"
	"strings"
)

// children are the names of folders that hold a file for the target, for the other architecture, and for a machine that
// Lambda does not have.
type children struct {
	target, other, foreign []string
	// judged is true if onePerMachine is known.
	judged, onePerMachine bool
}

func (c *children) add(name string, machine machines) {
	list := &c.foreign
	switch machine {
	case forTarget:
		list = &c.target
	case forOther:
		list = &c.other
	}
	if len(*list) < maxAlternatives && !slices.Contains(*list, name) {
		*list = append(*list, name)
	}
}

// split is a part of a path that may name a platform.
type split struct {
	at int
	// key is the same for files that the part may tell apart: those of one title, as deep below it.
	key string
	// related is true if the parts begin with the same word, or belong to one folder of the asset.
	related bool
}

// splits are the folders of the asset, those apart that Python imports, or the name of a package of which there may be
// one a platform.
func (k *kin) splits(r *relative) []split {
	key := func(at int, beginning string) string {
		return r.folder(at) + "\n" + beginning + strconv.Itoa(len(r.parts)-at) + "/" + r.title
	}
	if !r.known() {
		var all []split
		for i, end := range r.ends[:len(r.parts)-1] {
			if len(r.Path) != len(r.lower) || !k.judge.tree.has(r.Path[:end]+"/__init__.py") {
				all = append(all, split{i, key(i, ""), true})
			}
		}
		return all
	}
	if r.boundary < 0 {
		return nil
	}
	var all []split
	if beginning := first(tokens(r.parts[r.boundary]), 1); len(beginning) > 0 {
		all = append(all, split{r.boundary, key(r.boundary, beginning[0]+"\n"), true})
	}
	// The packages of one scope, and archives but jars, of which each may be a dependency of its own.
	name := r.parts[r.boundary]
	if r.scoped() || strings.HasSuffix(name, "!") && !strings.HasSuffix(name, ".jar!") {
		all = append(all, split{r.boundary, key(r.boundary, ""), false})
	}
	return all
}

// scoped reports whether the file's package is one of an npm scope.
func (r *relative) scoped() bool {
	return r.boundary > 0 && strings.HasPrefix(r.parts[r.boundary-1], "@")
}

// sameNameElsewhere looks in the folder's siblings and in those of the package.
func (k *kin) sameNameElsewhere(r *relative) (bond, *relative) {
	best, found := unrelated, (*relative)(nil)
	if isExtensionModule(r.base()) || k.foreign(r) && !r.known() {
		return unrelated, nil
	}
	for _, split := range k.splits(r) {
		siblings := k.children[split.key]
		if siblings == nil || k.machines[r.folder(split.at+1)]&forTarget != 0 {
			continue
		}
		b := r.siblingBond(split, siblings)
		if b <= best {
			continue
		}
		for _, name := range siblings.target {
			theirs := strings.TrimPrefix(r.folder(split.at)+"/"+name, "/")
			if k.machines[theirs]&forOther == 0 {
				best, found = b, k.below(theirs, r)
				break
			}
		}
	}
	return best, found
}

// siblingBond tells platforms from different things, where a folder has children that hold the same names.
func (r *relative) siblingBond(s split, siblings *children) bond {
	if !siblings.judged {
		siblings.judged, siblings.onePerMachine = true, alike(siblings.target) && alike(siblings.other)
	}
	// Packages of their own may well be different things with files of one name.
	sure := !r.known() || s.related && (r.scoped() || strings.HasSuffix(r.parts[s.at], "!")) || r.scoped() && len(siblings.foreign) > 0
	if siblings.onePerMachine && sure {
		return variantOfIt
	}
	return guess
}

// below finds the file that stands for r in a folder beside its own.
func (k *kin) below(folder string, r *relative) *relative {
	key := r.key
	if r.known() {
		key = path.Join(path.Dir(folder), family(path.Base(folder)))
	}
	for _, other := range first(k.byTitle[key+"\n"+r.title], maxAlternatives) {
		if other.fits && strings.HasPrefix(other.folder(len(other.parts)), folder+"/") {
			return other
		}
	}
	return nil
}

// alike reports whether all names of a machine could be variants of one name: "x64" and "x64-baseline".
func alike(names []string) bool {
	for _, name := range names[min(1, len(names)):] {
		if !shareToken(names[0], name) {
			return false
		}
	}
	return true
}

func shareToken(a, b string) bool {
	_, wordsA := generalise(a)
	_, wordsB := generalise(b)
	if len(wordsA) > 0 && len(wordsB) > 0 {
		return true
	}
	cut := func(name string) []string {
		name = strings.TrimSuffix(name, "!")
		return tokens(strings.TrimSuffix(name, path.Ext(name)))
	}
	others := cut(b)
	return slices.ContainsFunc(cut(a), func(token string) bool { return slices.Contains(others, token) })
}

// things are the keys under which the files of one thing meet: its title in its package, or, in the asset, in the
// children of a folder that hold one machine each.
func (k *kin) things(files []*relative) []string {
	var keys []string
	for _, r := range files {
		if k.judge.starts(r.File) || r.Role == LinkInput || r.locallyBuilt() || isExtensionModule(r.base()) {
			continue
		}
		if r.known() {
			keys = append(keys, r.key+"\n"+r.title)
		}
		for _, split := range k.splits(r) {
			siblings := k.children[split.key]
			if siblings != nil && split.related && len(siblings.other)+len(siblings.foreign) > 1 && r.title != nameless && alike(siblings.other) {
				keys = append(keys, split.key)
			}
		}
	}
	return keys
}
