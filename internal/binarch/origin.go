package binarch

import (
	"path"
	"regexp"
	"strings"
)

// origin is the package that brought a file: what was published, and is installed, as one.
type origin struct {
	// key is the same for the files of a package and, if it has a package a platform, of all of these.
	key string
	// name is the package for people: "node_modules/sharp", "lib/jna.jar", "numpy-2.1.0.dist-info"; "" if nothing
	// tells: then the file belongs to the asset.
	name string
	// parts are the path in lower case, split at its slashes; boundary is the one of them that is the package's own
	// name, -1 if the path has none.
	parts    []string
	boundary int
	// lower is the whole path in lower case, and ends are where its parts end.
	lower string
	ends  []int
}

// known reports whether the file belongs to a package and not just to the asset.
func (o origin) known() bool { return o.name != "" }

// crateHash ends the name of the folder that Cargo gives a package's build script.
var crateHash = regexp.MustCompile(`-[0-9a-f]{16}$`)

// originOf goes by the path, and by the RECORD of a wheel.
func (t *Tree) originOf(name string) origin {
	lower := strings.ToLower(name)
	parts := strings.Split(lower, "/")
	o := origin{parts: parts, boundary: boundaryOf(parts), lower: lower, ends: make([]int, len(parts))}
	for i, end := 0, 0; i < len(parts); i++ {
		end += len(parts[i])
		o.ends[i] = end
		end++
	}
	if o.boundary >= 0 {
		above := parts[:o.boundary]
		o.key = path.Join(path.Join(above...), family(parts[o.boundary]))
		o.name = strings.TrimSuffix(strings.Join(strings.Split(name, "/")[:o.boundary+1], "/"), "!")
	}
	if wheel := t.wheelOf(name); wheel != "" && len(path.Dir(wheel)) >= len(o.name) {
		o.key, o.name, o.boundary = wheel, wheel, -1
	}
	return o
}

// boundaryOf finds the innermost package of a path: the last package of npm, archive or output of a crate. It is -1
// if there is none.
func boundaryOf(parts []string) int {
	for i := len(parts) - 2; i >= 0; i-- {
		switch {
		case strings.HasSuffix(parts[i], "!"),
			i >= 1 && parts[i-1] == "node_modules" && !strings.HasPrefix(parts[i], "@"),
			i >= 2 && parts[i-2] == "node_modules" && strings.HasPrefix(parts[i-1], "@"),
			i >= 2 && parts[i] == "out" && parts[i-2] == "build" && crateHash.MatchString(parts[i-1]):
			return i
		}
	}
	return -1
}

// family is what the platform packages of one package have in common: "bun-" of "bun-linux-x64-baseline". What
// stands behind the platform is often a variant of it, and the version of a jar.
func family(name string) string {
	key, words := generalise(name)
	if len(words) == 0 {
		return name
	}
	before, behind, _ := strings.Cut(key, mark)
	if before == "" {
		return mark + behind
	}
	return before + mark
}

// locallyBuilt reports whether a file lies where node-gyp puts what it builds: programs that choose a prebuilt file
// look there first.
func (o origin) locallyBuilt() bool {
	below := o.parts[o.boundary+1:]
	return o.boundary >= 0 && len(below) == 3 && below[0] == "build" && (below[1] == "release" || below[1] == "debug")
}

// addonTag is the interface of Node.js that an addon is for: node.abi115.node, node-v115, node.napi.node.
var addonTag = regexp.MustCompile(`[-_.](?:abi|node-v|napi-v?)\d*`)

// stem is a file's name without what a system or a language adds to it: "lib", versions of Python and Node.js, the
// suffix.
func stem(base string) string {
	base = addonTag.ReplaceAllString(pythonTag.ReplaceAllString(base, ""), "")
	plain := librarySuffix.ReplaceAllString(base, "")
	if dot := strings.LastIndexByte(plain, '.'); plain == base && dot > 0 && dot+1 < len(plain) && isLetter(plain[dot+1]) {
		plain = plain[:dot]
	}
	if short := strings.TrimPrefix(plain, "lib"); short != "" {
		return short
	}
	return plain
}

// nameless is the title of files whose names are made of the platform alone.
const nameless = mark

// title is a stem without the platform's names.
func title(stem string) string {
	key, _ := generalise(stem)
	if key = strings.Trim(anyMark.ReplaceAllString(key, ""), "-_.+"); key != "" {
		return key
	}
	return nameless
}

// tokens are the parts of a name between its punctuation.
func tokens(name string) []string {
	return strings.FieldsFunc(name, func(r rune) bool { return r < 0x80 && !wordByte(byte(r)) })
}

func isLetter(c byte) bool { return c >= 'a' && c <= 'z' }

// isExtensionModule reports whether Python imports the file by its whole path, folders included, so that a folder is
// no platform.
func isExtensionModule(base string) bool {
	return pythonTag.MatchString(base) || strings.HasSuffix(base, ".abi3.so") || strings.HasSuffix(base, ".pyd")
}
