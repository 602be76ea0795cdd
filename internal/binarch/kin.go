package binarch

import (
	"slices"
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
	// names tells which of the tokens name a thing.
	names []bool
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
	for _, token := range r.tokens {
		r.names = append(r.names, isName(token))
	}
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
	for _, split := range k.splits(r) {
		if k.children[split.key] == nil {
			k.children[split.key] = &children{}
		}
		k.children[split.key].add(r.parts[split.at], machine)
	}
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

// first are the first n of all, or all.
func first[T any](all []T, n int) []T { return all[:min(len(all), n)] }
