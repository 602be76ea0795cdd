package gobuild

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// workspaceRemedy returns what to do about modules that the go command misses, because only a workspace
// leads to them; "" if that is not why the build failed. said is the go command's output, root the folder
// of the module that was built, and environment the caller's.
func workspaceRemedy(root, said string, environment []string) string {
	file := workspaceFile(root, environment)
	if file == "" {
		return ""
	}
	var names, replacements []string
	for path, target := range workspaceModules(file, root) {
		if mentions(said, path) {
			names = append(names, path)
			replacements = append(replacements, fmt.Sprintf("\tgo mod edit -replace %s=%s\n", path, target))
		}
	}
	if names == nil {
		return ""
	}
	slices.Sort(names)
	slices.Sort(replacements)
	verb := "is"
	if len(names) > 1 {
		verb = "are"
	}
	return fmt.Sprintf("\n(%s %s found by the workspace %s alone, and builds for Lambda do not use workspaces, so that none changes a binary. "+
		"Replace what go.mod cannot find:\n\tcd %s\n%s\tgo mod tidy)",
		strings.Join(names, ", "), verb, file, root, strings.Join(replacements, ""))
}

// workspaceFile returns the go.work that the go command would use in a folder, "" if there is none.
func workspaceFile(dir string, environment []string) string {
	given := ""
	for _, entry := range environment { // the last one counts
		if value, found := strings.CutPrefix(entry, "GOWORK="); found {
			given = value
		}
	}
	switch given {
	case "", "auto":
	case "off":
		return ""
	default:
		return given
	}
	return nearest(dir, "go.work")
}

// workspaceModules returns the modules that a go.work uses or replaces, with what a replace in root's
// go.mod says for each. It leaves out root's own and what it cannot read.
func workspaceModules(file, root string) map[string]string {
	found := map[string]string{}
	text, err := os.ReadFile(file)
	if err != nil {
		return found
	}
	for _, words := range directives(string(text)) {
		switch arrow := slices.Index(words, "=>"); {
		case words[0] == "replace" && arrow > 0 && arrow+1 < len(words):
			target := words[arrow+1:]
			if len(target) == 2 {
				found[words[1]] = target[0] + "@" + target[1]
			} else {
				found[words[1]] = relative(root, filepath.Dir(file), target[0])
			}
		case words[0] == "use" && len(words) == 2:
			dir := words[1]
			if !filepath.IsAbs(dir) {
				dir = filepath.Join(filepath.Dir(file), filepath.FromSlash(dir))
			}
			if path := ModulePath(dir); path != "" && dir != root {
				found[path] = relative(root, filepath.Dir(file), words[1])
			}
		}
	}
	return found
}

// directives returns the directives of a go.work or go.mod as words, each of a block with the block's verb.
func directives(text string) [][]string {
	var all [][]string
	block := ""
	for line := range strings.Lines(text) {
		line, _, _ = strings.Cut(line, "//")
		words := strings.Fields(line)
		for i, word := range words {
			words[i] = strings.Trim(word, "\"`")
		}
		switch {
		case len(words) == 0:
		case block != "" && words[0] == ")":
			block = ""
		case block != "":
			all = append(all, append([]string{block}, words...))
		case len(words) > 1 && words[1] == "(":
			block = words[0]
		default:
			all = append(all, words)
		}
	}
	return all
}

// relative returns path, which is relative to base, as a replace in root's go.mod writes a folder.
func relative(root, base, path string) string {
	path = filepath.FromSlash(path)
	if filepath.IsAbs(path) {
		return path
	}
	to, err := filepath.Rel(root, filepath.Join(base, path))
	if err != nil {
		return filepath.Join(base, path)
	}
	if to = filepath.ToSlash(to); !strings.HasPrefix(to, "../") {
		to = "./" + to
	}
	return to
}

// mentions reports whether the go command says of a module or a package of it that it is missing. The name
// of a package behind a # is the compiler's, which has found it.
func mentions(said, module string) bool {
	return regexp.MustCompile(`(?m)^(?:[^#].*[\s"(])?` + regexp.QuoteMeta(module) + `(?:[/@:;,)"\s]|$)`).MatchString(said)
}
