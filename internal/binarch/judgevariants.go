package binarch

import (
	"cmp"
	"fmt"
	"path"
	"slices"
	"strings"
)

// variants judges files of which one has to fit, and reports each thing that has none for the target once.
func (j *judge) variants() []Finding {
	var findings []Finding
	var open [][]candidate
	for _, key := range j.order {
		unit := j.units[key]
		switch {
		case slices.ContainsFunc(unit, j.fits):
			findings = append(findings, j.libraries(unit)...)
		case len(unit) == 1 && j.hasStandIn(unit[0]):
		case len(unit) == 1 && j.platformFits(unit[0].File): // its folder's name is no proof
			findings = append(findings, j.libraries(unit)...)
		default:
			open = append(open, unit)
		}
	}
	if len(open) == 0 {
		return findings
	}
	for _, set := range j.gather(open) {
		findings = append(findings, j.missing(set)...)
	}
	return findings
}

// libraries judges the files that fit by what they are linked to.
func (j *judge) libraries(unit []candidate) []Finding {
	var findings []Finding
	for _, c := range unit {
		if j.platformFits(c.File) {
			findings = append(findings, j.library(c)...)
		}
	}
	return findings
}

// set are files of which the target has none.
type set struct {
	keys  []string // those of things, of all files
	files []*relative
	// rival is what may take their place; whether it does is a guess.
	rival *relative
	// guessed is true if there is such a file, known or not.
	guessed bool
}

// gather leaves out the units whose place another file takes, and puts those of one thing together.
func (j *judge) gather(open [][]candidate) []*set {
	var sets []*set
	byThing := map[string]*set{}
	for _, unit := range open {
		s := &set{files: j.relativesOf(unit)}
		best := unrelated
		for _, r := range s.files {
			b, rival := j.kin().bond(r)
			if b > best {
				best, s.rival = b, rival
			}
		}
		if best == variantOfIt {
			continue
		}
		s.guessed = best == guess
		s.keys = j.kin().things(s.files)
		into := s
		for _, key := range s.keys {
			if other := byThing[key]; other != nil {
				into = other
				break
			}
		}
		if into == s {
			sets = append(sets, s)
		} else {
			into.files = append(into.files, s.files...)
			into.keys = append(into.keys, s.keys...)
			into.guessed = into.guessed || s.guessed
			if into.rival == nil {
				into.rival = s.rival
			}
		}
		for _, key := range into.keys {
			byThing[key] = into
		}
	}
	return sets
}

func (j *judge) relativesOf(unit []candidate) []*relative {
	all := make([]*relative, len(unit))
	for i, c := range unit {
		all[i] = j.kin().relatives[c.Path]
	}
	return all
}

// missing reports the files of a set that look most like the one that is missing, one of each name.
func (j *judge) missing(s *set) []Finding {
	nearest := slices.MinFunc(s.files, func(a, b *relative) int { return cmp.Compare(j.distance(a), j.distance(b)) })
	reported := map[string]bool{}
	var findings []Finding
	for _, r := range s.files {
		if j.distance(r) != j.distance(nearest) || reported[r.title] {
			continue
		}
		reported[r.title] = true
		f := j.wrongPlatform(r.candidate)
		f.Origin = r.name
		f.Variants = builtFor(s.files, r.title)
		if f.Severity == Error && f.Variants != nil {
			f.Reason += ", and there is none for " + string(j.target.Architecture) + " Linux among its variants: " + listed(f.Variants)
		}
		j.soften(&f, r)
		if s.guessed && f.Severity == Error {
			f.Severity = Warning
			f.Reason += guessText(s.rival)
		}
		findings = append(findings, f)
	}
	return findings
}

// soften takes a file for another system for harmless, or nearly so, in a package that has files for the target: such a
// package was made for several systems.
func (j *judge) soften(f *Finding, r *relative) {
	if f.Rule != WrongSystem || f.Severity == Info || !r.known() || !j.kin().fitting[r.key] || r.locallyBuilt() {
		return
	}
	switch f.Reason = "its package has other files for Linux"; path.Ext(r.base()) {
	case ".dll", ".dylib", ".jnilib", ".exe":
		f.Severity, f.Remedy = Info, ""
	default:
		f.Severity = Warning
	}
}

// builtFor lists what there is of one title, nil if that is all the same.
func builtFor(files []*relative, title string) []string {
	var all []string
	for _, r := range files {
		if text := r.BuiltFor(); r.title == title && !slices.Contains(all, text) {
			all = append(all, text)
		}
	}
	if len(all) < 2 {
		return nil
	}
	return all
}

// listed is "a, b and c".
func listed(all []string) string {
	last := len(all) - 1
	return strings.Join(all[:last], ", ") + " and " + all[last]
}

func guessText(rival *relative) string {
	if rival == nil || !rival.fits {
		return "; that a file of a similar name takes its place is a guess"
	}
	return fmt.Sprintf("; that %s, built for %s, takes its place is a guess by their names", rival.Path, rival.BuiltFor())
}

// distance orders a set's files by how much they look like the one that is missing.
func (j *judge) distance(r *relative) int {
	switch {
	case r.Role == LinkInput:
		return 5
	case r.OS != Linux && r.OS != "", r.unix:
		return 4
	case r.hasCodeFor(j.target.Architecture):
		return 0
	case r.hasCodeFor(j.target.Architecture.Other()) && !r.Musl:
		return 1
	case r.hasCodeFor(j.target.Architecture.Other()):
		return 2
	}
	return 3
}
