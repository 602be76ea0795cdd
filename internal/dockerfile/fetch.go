package dockerfile

import (
	"fmt"
	"maps"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/dualarch/dualarch/internal/binarch"
)

// fetch is a file that a build fetches, by the name that the Dockerfile has for it.
type fetch struct {
	line int
	name string
	// runs is the text of the RUN that fetches it, "" for ADD.
	runs string
}

// The words that names of files have for an architecture. linux64 and Linux-64bit mean
// x86_64 in every release that has them.
var (
	x86Word   = regexp.MustCompile(`(?i)(?:^|[^a-z0-9])(?:linux)?(?:x86[-_]64|amd64|x64)(?:[^a-z0-9]|$)|(?:^|[^a-z0-9])linux[-_]?64(?:-?bit)?(?:[^a-z0-9]|$)`)
	armWord   = regexp.MustCompile(`(?i)(?:^|[^a-z0-9])(?:linux)?(?:aarch[-_]?64|arm64(?:v8)?|armv8)(?:[^a-z0-9]|$)`)
	anyWord   = regexp.MustCompile(`(?i)(?:^|[^a-z0-9])(?:noarch|all|any|universal|multiarch)(?:[^a-z0-9]|$)`)
	separator = regexp.MustCompile(`&&|\|\||[;|\n]`)
	// asks is how a command asks which architecture it runs on.
	asks = regexp.MustCompile(`TARGETARCH|TARGETPLATFORM|BUILDARCH|HOSTTYPE|MACHTYPE|\buname\b|--print-architecture|--print-arch|dpkg-architecture|DEB_HOST|%\{?_arch|` +
		"\\$\\(arch\\)|`arch`|" + `\blscpu\b|\bgetconf\b|platform\.machine|process\.arch|GOARCH`)
	chooses    = regexp.MustCompile(`\b(?:if|case|elif|test)\b|\[`)
	assignment = regexp.MustCompile(`(?:^|[\s;&(])(?:export\s+)?([A-Za-z_]\w*)=["']?([^\s"';&$` + "`" + `()]+)`)
	variable   = regexp.MustCompile(`\$(?:\{([A-Za-z_]\w*)(?::?-([^}]*))?\}|([A-Za-z_]\w*))`)
	// packaged are names that package managers download, by what they begin or end with.
	packaged = regexp.MustCompile(`^[^/.-][^/]*(?::(?:amd64|arm64)|\.(?:x86_64|aarch64))$|^(?:@[\w.-]+/)?[\w.-]*linux-(?:x64|arm64)\b|^[^/.].*\.(?:rpm|deb|whl)$|^(?:many|musl)?linux[0-9_]*_(?:x86_64|aarch64)$`)
	manager  = regexp.MustCompile(`(?:^|\s)(?:yum|dnf|microdnf|zypper|apt|apt-get|apk|pip|pip3|uv|npm|npx|yarn|pnpm|conda|mamba|poetry)(?:\s|$)`)
	installs = regexp.MustCompile(`\s(?:install|add|download|i|ci|update|upgrade|create)(?:\s|$)`)
)

var percent = regexp.MustCompile(`%[0-9A-Fa-f]{2}`)

// unescaped returns the character that %2B and the like stand for in an address.
func unescaped(code string) string {
	c, _ := strconv.ParseUint(code[1:], 16, 8) // two hexadecimal digits
	return string([]byte{byte(c)})
}

// named is the one architecture that a file's name says, "" if it says none or both.
func named(name string) binarch.Architecture {
	if at := strings.Index(name, "://"); at >= 0 {
		_, name, _ = strings.Cut(name[at+len("://"):], "/")
	}
	name = percent.ReplaceAllStringFunc(name, unescaped)
	file, _, _ := strings.Cut(path.Base(name), "?")
	x86, arm := x86Word.MatchString(name), armWord.MatchString(name)
	switch {
	case x86 == arm, anyWord.MatchString(file):
		return ""
	case x86:
		return binarch.X8664
	}
	return binarch.Arm64
}

// fetches lists what a stage fetches, with the variables replaced that have a value.
func (j *judge) fetches(stage stage) []fetch {
	escape := j.build.file.escape
	variables := map[string]string{}
	var all []fetch
	for _, i := range stage.instructions {
		switch i.name {
		case "ARG":
			for _, arg := range i.arguments(escape) {
				if value, known := j.argument(arg); known {
					variables[arg.key] = replace(value, variables)
				}
			}
		case "ENV":
			for _, pair := range i.arguments(escape) {
				if pair.value != nil {
					variables[pair.key] = replace(*pair.value, variables)
				}
			}
		case "ADD":
			words := i.words(escape)
			for _, source := range words[:max(0, len(words)-1)] {
				if strings.Contains(source, "://") {
					all = append(all, fetch{line: i.line, name: replace(source, variables)})
				}
			}
		case "RUN":
			text := i.text
			if i.list != nil {
				text = strings.Join(i.list, " ")
			}
			text = strings.Join(append([]string{text}, i.documents...), "\n")
			for _, name := range fetchedBy(text, variables) {
				all = append(all, fetch{i.line, name, text})
			}
		}
	}
	return all
}

// argument is the value of a stage's ARG, where the build or the Dockerfile gives one.
func (j *judge) argument(arg argument) (value string, known bool) {
	if strings.HasPrefix(arg.key, "TARGET") || strings.HasPrefix(arg.key, "BUILD") {
		return "", false // BuildKit's own, whatever default is given
	}
	if given, is := j.build.options.Args[arg.key]; is {
		return given, true
	}
	if arg.value != nil {
		return *arg.value, true
	}
	value = j.expand("${" + arg.key + "}") // of an ARG before the first FROM
	return value, value != ""
}

// replace writes the values of variables into a text; those without a value stay.
func replace(text string, variables map[string]string) string {
	return variable.ReplaceAllStringFunc(text, func(reference string) string {
		parts := variable.FindStringSubmatch(reference)
		if value, known := variables[parts[1]+parts[3]]; known {
			return value
		}
		return reference
	})
}

// fetchedBy are the names of what the commands of a RUN fetch: addresses, and packages
// by a name with an architecture in it.
func fetchedBy(text string, variables map[string]string) []string {
	own := map[string]string{}
	maps.Copy(own, variables)
	for _, found := range assignment.FindAllStringSubmatch(text, -1) {
		own[found[1]] = found[2]
	}
	var names []string
	for _, command := range separator.Split(replace(strings.ReplaceAll(text, "\\\n", " "), own), -1) {
		installing := manager.MatchString(command) && installs.MatchString(command)
		for _, word := range strings.FieldsFunc(command, func(r rune) bool { return strings.ContainsRune(" \t\n\"'()<>`", r) }) {
			if strings.Contains(word, "://") || installing && packaged.MatchString(word) {
				names = append(names, word)
			}
		}
	}
	return names
}

// fetched judges what a stage fetches by names that say the other architecture.
func (j *judge) fetched(stage stage) {
	all := j.fetches(stage)
	var right []string
	for _, f := range all {
		if named(f.name) == j.target.Architecture {
			right = append(right, general(f.name))
		}
	}
	var said []fetch
	for _, f := range all {
		is := named(f.name)
		switch {
		case is == "" || is == j.target.Architecture:
			continue
		case slices.Contains(right, general(f.name)), f.chosen(j.target.Architecture):
			continue // the target's is fetched as well, or one of both
		case slices.ContainsFunc(said, func(s fetch) bool { return s.line == f.line && s.name == f.name }):
			continue
		}
		said = append(said, f)
		j.add(f.line, binarch.WrongArchitecture, binarch.Warning, string(is),
			fmt.Sprintf("by its name, %s, which the build fetches, is for %s only", f.name, is),
			fmt.Sprintf("fetch the file for %s; ${TARGETARCH}, after ARG TARGETARCH, is %s here, and uname -m says %s",
				j.target.Architecture, j.target.Architecture.GoName(), machine(j.target.Architecture)))
	}
}

// chosen reports whether the RUN asks for its architecture, or knows the target's, and
// chooses by it.
func (f fetch) chosen(target binarch.Architecture) bool {
	if f.runs == "" || !chooses.MatchString(f.runs) && !strings.Contains(f.runs, "||") {
		return false
	}
	word := x86Word
	if target == binarch.Arm64 {
		word = armWord
	}
	return asks.MatchString(f.runs) || word.MatchString(f.runs)
}

// general is a name without what says the architecture.
func general(name string) string {
	return armWord.ReplaceAllString(x86Word.ReplaceAllString(name, "*"), "*")
}

// machine is the kernel's name of an architecture.
func machine(a binarch.Architecture) string {
	if a == binarch.Arm64 {
		return "aarch64"
	}
	return string(a)
}
