package binarch

import (
	"path"
	"regexp"
	"strings"
)

// The words by which packages name the platform of a variant in a path, the longer
// ones first. They count where no letter or digit stands beside them. Prisma says rhel
// and debian for Linux on x86_64, and with which OpenSSL.
var platformWord = regexp.MustCompile(`(?:many|musl)linux(?:_\d+_\d+|\d{1,4})|macosx(?:_\d+_\d+)?|` +
	`linux-?musl|(?:linux|windows|win|osx|macos|mac|darwin)[-_]?(?:64|32)|` +
	`rhel|debian|openssl-\d\.\d\.x|linuxglibc|linux|darwin|macos|osx|mac|windows|win|freebsd|openbsd|netbsd|dragonflybsd|dragonfly|sunos|solaris|android|aix|alpine|unknown|apple|pc|` +
	`x86[-_]64|amd64|x64|x86|i[3-6]86|ia32|ia64|aarch[-_]?64|arm64v8|arm64|arm32v[67]|armv?[5-8](?:l|hf)?|armhf|armel|arm|` +
	`ppc64le|ppcle[-_]64|ppc64|ppc|s390x|s390[-_]64|riscv64|riscv|loong64|loongarch64|mips64el|mips64|mipsel|mips|sparcv9|sparc|universal2?|` +
	`(?:gnu|musl)(?:eabihf|eabi|abi64|x32)?|glibc|msvc|eabihf|eabi|androideabi`)

// foreignSystem are the words of systems that are not Linux.
var foreignSystem = regexp.MustCompile(`^(?:macosx|(?:windows|win|osx|macos|mac|darwin)|freebsd|openbsd|netbsd|dragonfly|sunos|solaris|android|aix|apple|msvc)`)

// foreignUnix are those of them that use ELF too.
var foreignUnix = regexp.MustCompile(`^(?:freebsd|openbsd|netbsd|dragonfly|sunos|solaris|android|aix)`)

// mark stands in a variant's key for what names the platform.
const mark = "*"

// variant says which alternative of what a file is.
type variant struct {
	// file is the same for the file's alternatives on other platforms:
	// "jna.jar!/com/sun/jna/*/jnidispatch".
	file string
	// twin is file without the marks: "a.musl.node" stands beside "a.node".
	twin string
	// unit is file, or the same for all files that are chosen together: an npm
	// platform package, a prebuilds folder, the libraries bundled with a wheel.
	unit string
	// platformPackage is true where the unit is one that something else depends on.
	platformPackage bool
	// foreign is true where a folder's or the file's name says that it is for
	// another system than Linux; foreignFolder where it is a folder's.
	foreign, foreignFolder bool
	// unix is true where a folder is named after another ELF system and nothing else.
	unix bool
}

var (
	pythonTag     = regexp.MustCompile(`\.(?:cpython-|cp)(\d+)`)
	auditwheelDir = regexp.MustCompile(`^(?:.+\.libs|\.dylibs)$`)
	anyMark       = regexp.MustCompile(`[-_.+]?\*`)
	librarySuffix = regexp.MustCompile(`\.(?:dylib|dll|jnilib|pyd|exe|so)\b`)
)

func variantOf(name string) variant {
	var v variant
	parts := strings.Split(strings.ToLower(name), "/")
	keys := make([]string, len(parts))
	for i, part := range parts {
		key, words := generalise(part)
		last := i == len(parts)-1
		for _, word := range words {
			if foreignSystem.MatchString(word) {
				v.foreign = true
				v.foreignFolder = v.foreignFolder || !last
			}
			if key == mark && !last && foreignUnix.MatchString(word) {
				v.unix = true
			}
		}
		keys[i] = key
	}
	base := len(keys) - 1
	keys[base] = strings.TrimPrefix(librarySuffix.ReplaceAllString(pythonTag.ReplaceAllString(keys[base], ".cp$1"), ""), "lib")
	v.file = join(keys)
	v.twin = anyMark.ReplaceAllString(v.file, "")
	v.unit = v.file
	if n := unitLength(parts, keys); n > 0 {
		v.unit, v.platformPackage = join(keys[:n])+"/", true
	} else if dir := len(parts) - 2; dir >= 0 && auditwheelDir.MatchString(parts[dir]) {
		v.unit = join(keys[:dir+1]) + "/"
	}
	return v
}

// unitLength is how many parts of a path name a platform package:
// node_modules/@img/sharp-linux-x64, prebuilds/linux-x64; 0 where none does.
func unitLength(parts, keys []string) int {
	for i := len(parts) - 2; i > 0; i-- {
		marked := strings.Contains(keys[i], mark)
		switch {
		case marked && parts[i-1] == "prebuilds",
			marked && parts[i-1] == "node_modules" && !strings.HasPrefix(parts[i], "@"),
			marked && i > 1 && strings.HasPrefix(parts[i-1], "@") && parts[i-2] == "node_modules":
			return i + 1
		}
	}
	return 0
}

// join leaves one mark where several folders in a row name the platform:
// Linux/x86_64 and Mac/aarch64, but also win32-x86-64.
func join(keys []string) string {
	kept := make([]string, 0, len(keys))
	for i, key := range keys {
		if key == mark && i > 0 && keys[i-1] == mark {
			continue
		}
		kept = append(kept, key)
	}
	return path.Join(kept...)
}

// generalise replaces what names the platform in one part of a path by a mark, and
// lists the words it found.
func generalise(part string) (key string, words []string) {
	var b strings.Builder
	at := 0
	for at < len(part) {
		found := platformWord.FindStringIndex(part[at:])
		if found == nil {
			break
		}
		start, end := at+found[0], at+found[1]
		if start > 0 && wordByte(part[start-1]) || end < len(part) && wordByte(part[end]) {
			// Part of a longer word: "winter", "x86foo". Go on behind this letter.
			b.WriteString(part[at : start+1])
			at = start + 1
			continue
		}
		words = append(words, part[start:end])
		between := part[at:start]
		if key := b.String(); strings.HasSuffix(key, mark) && strings.Trim(between, "-_.+") == "" {
			at = end // the platform's next word
			continue
		}
		b.WriteString(between)
		b.WriteString(mark)
		at = end
	}
	b.WriteString(part[at:])
	return b.String(), words
}

func wordByte(c byte) bool { return c >= 'a' && c <= 'z' || c >= '0' && c <= '9' }
