package binarch

import (
	"regexp"
	"strconv"
	"strings"
)

// nodeABIs are the numbers of Node.js's binary interface, NODE_MODULE_VERSION, by Lambda's runtimes (npm package
// node-abi 4.40.0, 2026-11-27).
var nodeABIs = map[string]int{
	"nodejs16.x": 93, "nodejs18.x": 108, "nodejs20.x": 115, "nodejs22.x": 127, "nodejs24.x": 137, "nodejs26.x": 147,
}

var (
	// exactABI is how addons are marked that only one interface can load: node.abi115.node, node-v115-linux-x64.
	exactABI = regexp.MustCompile(`(?:^|[^a-z0-9])(?:abi|node-v)(\d{2,3})(?:[^0-9]|$)`)
	// anyABI is a number that could be one: 115, glibc-127, 127-Release.
	anyABI = regexp.MustCompile(`(?:^|[^a-z0-9])(\d{2,3})(?:[^a-z0-9.]|$)`)
)

// nodeABI reads the version of Node.js's interface that an addon was compiled for from its path. exact is true if no
// other one can load it. 0 means that the path has none.
func (r *relative) nodeABI() (version int, exact bool) {
	below := strings.Join(r.parts[r.boundary+1:], "/")
	if found := exactABI.FindStringSubmatch(below); found != nil {
		version, _ = strconv.Atoi(found[1])
		return version, true
	}
	for _, part := range r.parts[r.boundary+1:] {
		if found := anyABI.FindStringSubmatch(part); found != nil {
			version, _ = strconv.Atoi(found[1])
			if oldestABI <= version {
				return version, false
			}
		}
	}
	return 0, false
}

// oldestABI is that of Node.js 10, the first of which packages still bring files.
const oldestABI = 64

// outranked reports whether another build of the same addon decides in this one's place. A loader tries an addon's
// builds from the newest on until one can be loaded: so one that can be loaded is enough, and of several that
// cannot the least demanding is reported. A file linked to musl is there for other systems if there is one for glibc.
func (k *kin) outranked(r *relative) bool {
	version, exact := r.nodeABI()
	runtime := nodeABIs[k.judge.target.Runtime]
	for _, other := range first(k.byTitle[r.key+"\n"+r.title], maxAlternatives) {
		if other.Path == r.Path || !other.fits || !r.known() && len(other.parts) != len(r.parts) {
			continue
		}
		if r.Musl {
			if !other.Musl {
				return true
			}
			continue
		}
		theirs, theirsExact := other.nodeABI()
		switch {
		case version == 0 || theirs == 0 || other.Musl:
		case exact && theirsExact && runtime != 0:
			if theirs == runtime && version != runtime {
				return true
			}
		case k.loads(other), r.Glibc.newerThan(other.Glibc), r.Glibc == other.Glibc && other.Path < r.Path:
			return true
		}
	}
	return false
}

// loads reports whether the target has what a file is linked to.
func (k *kin) loads(r *relative) bool {
	return k.judge.linkage(r.File).rule == ""
}
