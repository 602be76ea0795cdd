package binarch

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Cxx is a version of libstdc++: the last numbers of the newest GLIBCXX_3.4.N and
// CXXABI_1.3.N, 0 if there is none.
type Cxx struct{ GLIBCXX, CXXABI int }

// lacks names what a libstdc++ of that version does not have and need asks for, "" if it
// has everything.
func (c Cxx) lacks(need Cxx) string {
	switch {
	case need.GLIBCXX > c.GLIBCXX:
		return fmt.Sprintf("GLIBCXX_3.4.%d", need.GLIBCXX)
	case need.CXXABI > c.CXXABI:
		return fmt.Sprintf("CXXABI_1.3.%d", need.CXXABI)
	}
	return ""
}

// String is the version by which libstdc++ is known: "GLIBCXX_3.4.29".
func (c Cxx) String() string { return fmt.Sprintf("GLIBCXX_3.4.%d", c.GLIBCXX) }

// libraryVersions are symbol versions that a file needs or defines.
type libraryVersions struct {
	glibc Version
	// abi are the names behind GLIBC_ABI_, in the file's order.
	abi []string
	cxx Cxx
}

// add notes one symbol version's name.
func (v *libraryVersions) add(name string) {
	if abi, is := strings.CutPrefix(name, "GLIBC_ABI_"); is && !slices.Contains(v.abi, abi) {
		v.abi = append(v.abi, abi)
	}
	if version := parseGlibc(name); version.newerThan(v.glibc) {
		v.glibc = version
	}
	v.cxx.GLIBCXX = max(v.cxx.GLIBCXX, lastNumber(name, "GLIBCXX_3.4."))
	v.cxx.CXXABI = max(v.cxx.CXXABI, lastNumber(name, "CXXABI_1.3."))
}

// lastNumber is N of a name that is the prefix and N, 0 for any other.
func lastNumber(name, prefix string) int {
	number, is := strings.CutPrefix(name, prefix)
	if !is {
		return 0
	}
	n, err := strconv.Atoi(number)
	if err != nil || strconv.Itoa(n) != number {
		return 0
	}
	return n
}

// abiSince are the releases of glibc that brought a GLIBC_ABI_ version. The linker asks
// for DT_RELR's with -z pack-relative-relocs (glibc 2.36's NEWS, read on 2026-11-27).
var abiSince = map[string]Version{"DT_RELR": {2, 36}}

// firstABI is the release that brought the first of them; all others are newer.
var firstABI = Version{2, 36}

// abiReason says which GLIBC_ABI_ version of a file's is missing on a system whose glibc
// is has and which has the versions in also, "" for none.
func abiReason(need []string, has Version, also []string, system string) string {
	for _, name := range need {
		since, known := abiSince[name]
		switch {
		case slices.Contains(also, name):
		case known && since.newerThan(has):
			return fmt.Sprintf("it needs GLIBC_ABI_%s of glibc %s, and %s has %s", name, since, system, has)
		case !known && firstABI.newerThan(has):
			return fmt.Sprintf("it needs GLIBC_ABI_%s, which is newer than glibc %s, and %s has %s", name, firstABI, system, has)
		}
	}
	return ""
}
