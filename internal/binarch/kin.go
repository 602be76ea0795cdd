package binarch

import (
	"path"
	"slices"
	"strconv"
	"strings"
)

// bond says how sure it is that a file for the target takes another one's place.
type bond int

// A guess rests on names alone.
const (
	unrelated bond = iota
	guess
	variantOfIt
)

// maxAlternatives bounds how many files one file is compared with: packages have one a platform, and where
// thousands have the same name it is no platform that tells them apart.
const maxAlternatives = 64

// relative is a native file with what its place in the package tells.
type relative struct {
	candidate
	origin
	// stem and title are of the file's name, see there; tokens are the stem's, and dashed is them in one string.
	stem, title, dashed string
	tokens              []string
	// fits is true for what runs on the target; answered for that and for the variants of it whose paths differ
	// in the names of platforms alone.
	fits, answered bool
}

// kin finds, for files that do not run on the target, those that take their places. It goes by what the headers
// say: in one package, files of one name for different machines are variants of each other, and so are the
// children of a folder of which each holds the same names for one machine.
type kin struct {
	judge *judge
	// relatives are all native files, by path.
	relatives map[string]*relative
	// bonds are those that were asked for before, by path.
	bonds map[string]bond
	// parts are the files of a folder that differ in one part of their names, by the rest.
	parts map[string]*namePart
	// byTitle are the files of a package by their titles.
	byTitle map[string][]*relative
	// byFolder are the files of a folder, by what may be the same in their names.
	byFolder map[string][]*relative
	// children are the folders or packages in one that hold a file of a title.
	children map[string]*children
	// machines are those of all files below a folder.
	machines map[string]machines
	// fitting are the packages with a file that fits.
	fitting map[string]bool
}

// machines are Lambda's two architectures on Linux: what fits the target, and what fits the other one.
type machines uint8

const (
	forTarget machines = 1 << iota
	forOther
)

// children are the names of folders that hold a file for the target, for the other architecture, and for a machine that
// Lambda does not have.
type children struct {
	target, other, foreign []string
	// judged is true if onePerMachine is known.
	judged, onePerMachine bool
}

func (j *judge) machine(f File) machines {
	switch {
	case j.platformFits(f):
		return forTarget
	case (f.OS == Linux || f.OS == "") && f.hasCodeFor(j.target.Architecture.Other()):
		return forOther
	}
	return 0
}

func (j *judge) newKin() *kin {
	k := &kin{
		judge: j, relatives: map[string]*relative{}, bonds: map[string]bond{}, parts: map[string]*namePart{},
		byTitle: map[string][]*relative{}, byFolder: map[string][]*relative{},
		children: map[string]*children{}, machines: map[string]machines{}, fitting: map[string]bool{},
	}
	for _, unit := range j.order {
		answered := slices.ContainsFunc(j.units[unit], j.fits)
		for _, c := range j.units[unit] {
			r := k.relative(c)
			r.answered = answered
			k.relatives[c.Path] = r
			if c.Role != LinkInput {
				k.add(r)
			}
		}
	}
	return k
}

func (k *kin) relative(c candidate) *relative {
	r := &relative{candidate: c, origin: k.judge.tree.originOf(c.Path), fits: k.judge.fits(c)}
	r.stem = stem(r.base())
	r.title, r.tokens = title(r.stem), tokens(r.stem)
	r.dashed = "-" + strings.Join(r.tokens, "-") + "-"
	return r
}

func (r *relative) base() string { return r.parts[len(r.parts)-1] }

// folder is the path of the folder that the first n parts name.
func (r *relative) folder(n int) string {
	if n == 0 {
		return ""
	}
	return r.lower[:r.ends[n-1]]
}

func (k *kin) add(r *relative) {
	k.byTitle[r.key+"\n"+r.title] = append(k.byTitle[r.key+"\n"+r.title], r)
	folder := r.folder(len(r.parts) - 1)
	for _, part := range append(r.nameParts(), "") {
		key := folder + "\n" + part
		if len(k.byFolder[key]) < maxAlternatives {
			k.byFolder[key] = append(k.byFolder[key], r)
		}
	}
	k.fitting[r.key] = k.fitting[r.key] || r.fits
	machine := k.judge.machine(r.File)
	if machine != 0 {
		for n := range len(r.parts) {
			k.machines[r.folder(n)] |= machine
		}
	}
	if isExtensionModule(r.base()) {
		return
	}
	for _, split := range r.splits() {
		if k.children[split.key] == nil {
			k.children[split.key] = &children{}
		}
		k.children[split.key].add(r.parts[split.at], machine)
	}
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

// splits are the folders of the asset, or the name of a package of which there may be one a platform.
func (r *relative) splits() []split {
	key := func(at int, beginning string) string {
		return r.folder(at) + "\n" + beginning + strconv.Itoa(len(r.parts)-at) + "/" + r.title
	}
	if !r.known() {
		all := make([]split, len(r.parts)-1)
		for i := range all {
			all[i] = split{i, key(i, ""), true}
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

// bond looks for what takes a file's place, and returns an example.
func (k *kin) bond(r *relative) (bond, *relative) {
	if k.judge.starts(r.File) || r.Role == LinkInput || r.locallyBuilt() {
		return unrelated, nil
	}
	best, found := unrelated, (*relative)(nil)
	for _, look := range []func(*relative) (bond, *relative){k.sameName, k.sameNameElsewhere, k.similarName} {
		if b, other := look(r); b > best {
			best, found = b, other
		}
	}
	k.bonds[r.Path] = best
	return best, found
}

// standing says how sure it is that the target has a file in another one's place.
func (k *kin) standing(r *relative) bond {
	switch {
	case r.fits || r.answered:
		return variantOfIt
	case k.foreign(r):
		return unrelated
	}
	if _, asked := k.bonds[r.Path]; !asked {
		k.bond(r)
	}
	return k.bonds[r.Path]
}

// foreign reports whether a file is for a machine that no Lambda function has. Nobody builds it for Lambda by mistake,
// so that less has to prove that it is one of a package's variants.
func (k *kin) foreign(r *relative) bool { return k.judge.machine(r.File) == 0 }

// sameName looks in the file's own package.
func (k *kin) sameName(r *relative) (bond, *relative) {
	best, found := unrelated, (*relative)(nil)
	module := isExtensionModule(r.base())
	for _, other := range first(k.byTitle[r.key+"\n"+r.title], maxAlternatives) {
		b := unrelated
		switch {
		case !other.fits || other.locallyBuilt():
		case k.foreign(r):
			b = variantOfIt
		case module != isExtensionModule(other.base()):
		case module && r.folder(len(r.parts)-1) != other.folder(len(other.parts)-1):
		case r.known():
			b = variantOfIt
		case r.title != nameless:
			b = guess
		}
		if b > best {
			best, found = b, other
		}
	}
	return best, found
}

// sameNameElsewhere looks in the folder's siblings and in those of the package.
func (k *kin) sameNameElsewhere(r *relative) (bond, *relative) {
	best, found := unrelated, (*relative)(nil)
	if isExtensionModule(r.base()) || k.foreign(r) && !r.known() {
		return unrelated, nil
	}
	for _, split := range r.splits() {
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

// first are the first n of all, or all.
func first[T any](all []T, n int) []T { return all[:min(len(all), n)] }

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
		for _, split := range r.splits() {
			siblings := k.children[split.key]
			if siblings != nil && split.related && len(siblings.other)+len(siblings.foreign) > 1 && r.title != nameless && alike(siblings.other) {
				keys = append(keys, split.key)
			}
		}
	}
	return keys
}
