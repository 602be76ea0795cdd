package binarch

import (
	"slices"
	"strings"
)

// nameParts are what a file in the same folder has in common with this one if only a part of their names differs: the
// beginning or the end.
func (r *relative) nameParts() []string {
	if len(r.tokens) == 0 {
		return nil
	}
	parts := []string{"<" + r.tokens[0], r.tokens[len(r.tokens)-1] + ">"}
	if beginning := r.stem[:min(2, len(r.stem))]; beginning != r.tokens[0] {
		parts = append(parts, "<<"+beginning)
	}
	return parts
}

// similarName looks for names in the same folder that differ in one part.
func (k *kin) similarName(r *relative) (bond, *relative) {
	best, found := unrelated, (*relative)(nil)
	folder := r.folder(len(r.parts) - 1)
	for _, part := range r.nameParts() {
		all := k.byFolder[folder+"\n"+part]
		for _, other := range all {
			if !other.fits && !k.foreign(r) || other.locallyBuilt() {
				continue
			}
			if b := min(k.compareNames(r, other, all), k.standing(other)); b > best {
				best, found = b, other
			}
			if best == variantOfIt {
				return best, found
			}
		}
	}
	return best, found
}

// compareNames tells variants from different things, where the names of r and other differ in one part: all are
// the files with which they share the rest.
func (k *kin) compareNames(r, other *relative, all []*relative) bond {
	if joinedWords(k, r, other) {
		return variantOfIt
	}
	beginning, end := common(r.tokens, other.tokens)
	if k.foreign(r) {
		if beginning+end > 0 {
			return variantOfIt
		}
		return unrelated
	}
	mine, theirs := middle(r.tokens, beginning, end), middle(other.tokens, beginning, end)
	switch {
	case !slices.Contains(r.names[:beginning], true) && !slices.Contains(r.names[len(r.names)-end:], true):
		return unrelated
	case isNumber(mine) && isNumber(theirs): // versions
		return unrelated
	case k.speaks(theirs, forTarget) && (mine == "" || k.speaks(mine, forOther)), theirs == "" && k.speaks(mine, forOther):
		return variantOfIt
	case mine == "" || theirs == "":
		return guess
	}
	part := k.namePart(r, beginning, end, all)
	switch {
	case part.onePerMachine && (part.machines > 2 || k.recurs(r, mine, theirs)):
		return variantOfIt
	case part.onePerMachine, part.machines > 2:
		return guess
	}
	return unrelated
}

// common is how many tokens two names begin and end with.
func common(a, b []string) (beginning, end int) {
	shorter := min(len(a), len(b))
	for beginning < shorter && a[beginning] == b[beginning] {
		beginning++
	}
	for end < shorter-beginning && a[len(a)-1-end] == b[len(b)-1-end] {
		end++
	}
	return beginning, end
}

func middle(all []string, beginning, end int) string {
	return strings.Join(all[beginning:len(all)-end], "-")
}

// isName tells a thing's name from a number and from a platform's.
func isName(token string) bool {
	_, words := generalise(token)
	return len(token) > 1 && len(words) == 0 && strings.ContainsFunc(token, func(r rune) bool { return r < '0' || r > '9' })
}

func isNumber(text string) bool {
	return text != "" && strings.Trim(text, "0123456789-") == ""
}

// namePart is the part in which the names of files in one folder differ.
type namePart struct {
	// machines is how many different ones the files are for.
	machines int
	// onePerMachine is true if the part could stand for the machine, that of Lambda's two architectures at least.
	onePerMachine bool
}

func (k *kin) namePart(r *relative, beginning, end int, all []*relative) *namePart {
	key := strings.Join([]string{
		r.folder(len(r.parts) - 1), strings.Join(r.tokens[:beginning], "-"), strings.Join(r.tokens[len(r.tokens)-end:], "-"),
	}, "\n")
	if before := k.parts[key]; before != nil {
		return before
	}
	builds := map[string]bool{}
	names := map[machines][]string{}
	for _, other := range all {
		if len(other.tokens) < beginning+end ||
			!slices.Equal(other.tokens[:beginning], r.tokens[:beginning]) ||
			!slices.Equal(other.tokens[len(other.tokens)-end:], r.tokens[len(r.tokens)-end:]) {
			continue
		}
		builds[other.BuiltFor()] = true
		machine := k.judge.machine(other.File)
		names[machine] = append(names[machine], middle(other.tokens, beginning, end))
	}
	part := &namePart{len(builds), alike(names[forTarget]) && alike(names[forOther])}
	k.parts[key] = part
	return part
}

// recurs reports whether another pair of files in the folder differs in the same part, for the same machines.
func (k *kin) recurs(r *relative, mine, theirs string) bool {
	all := k.byFolder[r.folder(len(r.parts)-1)+"\n"]
	for _, other := range all {
		if other.stem == r.stem || k.judge.machine(other.File) != forOther || !strings.Contains(other.dashed, "-"+mine+"-") {
			continue
		}
		want := strings.Replace(other.dashed, "-"+mine+"-", "-"+theirs+"-", 1)
		if slices.ContainsFunc(all, func(o *relative) bool { return o.fits && o.dashed == want }) {
			return true
		}
	}
	return false
}

// joinedWords recognises names that end in the machine without punctuation before it: "foox64", "fooarm64".
func joinedWords(k *kin, r, other *relative) bool {
	same := 0
	for same < min(len(r.stem), len(other.stem)) && r.stem[same] == other.stem[same] {
		same++
	}
	return same > 1 && k.speaks(r.stem[same:], forOther) && k.speaks(other.stem[same:], forTarget)
}

// speaks reports whether a part of a name, of which no list knows all spellings, could mean the machine. It only ever
// excuses a file.
func (k *kin) speaks(name string, machine machines) bool {
	arm := strings.Contains(name, "arm") || strings.Contains(name, "aarch") || strings.Contains(name, "a64")
	x86 := !arm && (strings.Contains(name, "64") || strings.Contains(name, "x86") || strings.Contains(name, "intel"))
	if (k.judge.target.Architecture == Arm64) == (machine == forTarget) {
		return arm
	}
	return x86
}
