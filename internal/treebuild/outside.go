package treebuild

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/dualarch/dualarch/internal/links"
)

// Files that are searched for paths when a command has failed. Nobody waits long for a hint.
const (
	maxSearchedFiles = 5000
	maxSearchedBytes = 512 << 10
	maxToldExits     = 3
)

// exit is a file of the folder that leads out of it, to where the command does not get.
type exit struct {
	file string // below the folder, with slashes
	what string // "", or what to is to the file: "its workspace "
	to   string // absolute
}

// outside returns what to do about files of the folder that lead out of it, "" if there are none. The command
// runs in a copy of the folder, so whatever it looks for around the folder is missing.
func (s Spec) outside() string {
	dir, err := filepath.Abs(s.Dir)
	if err != nil {
		return ""
	}
	exits := slices.Concat(s.arguments(dir), s.workspaces(dir), s.paths(dir))
	if len(exits) == 0 {
		return ""
	}
	holds := dir
	var told []string
	for i, e := range exits {
		for !links.Within(holds, e.to) {
			holds = filepath.Dir(holds)
		}
		if to, err := filepath.Rel(filepath.Join(dir, path.Dir(e.file)), e.to); err == nil && i < maxToldExits {
			told = append(told, fmt.Sprintf("%s to %s%s", e.file, e.what, filepath.ToSlash(to)))
		}
	}
	if more := len(exits) - maxToldExits; more > 0 {
		told = append(told, fmt.Sprintf("and %d more", more))
	}
	below, err := filepath.Rel(holds, dir)
	if err != nil {
		return ""
	}
	return fmt.Sprintf("\n(the command runs in a copy of %s, and this leads out of it: %s. Give the folder that holds all of it, %q, as dir, and let the command and Output start from there, with %s in it)",
		s.Dir, strings.Join(told, ", "), s.spelled(holds), filepath.ToSlash(below))
}

// spelled writes a folder as Dir is written: absolute, or relative to the working directory.
func (s Spec) spelled(dir string) string {
	if here, err := filepath.Abs("."); err == nil && !filepath.IsAbs(s.Dir) {
		if relative, err := filepath.Rel(here, dir); err == nil {
			return relative
		}
	}
	return dir
}

// upwards is a path that begins in the folder above, as manifests and sources write it.
var upwards = regexp.MustCompile(`(?m)(?:^|[\s"'=:(@>])(\.\.(?:[/\\][\w.@+~/\\-]*)?)`)

// arguments returns the paths out of the folder that the command is given.
func (s Spec) arguments(dir string) []exit {
	var found []exit
	for _, argument := range s.argv()[1:] {
		for _, match := range upwards.FindAllStringSubmatch(argument, -1) {
			if to := filepath.Join(dir, filepath.FromSlash(match[1])); !links.Within(dir, to) && exists(to) {
				found = append(found, exit{"an argument", "", to})
			}
		}
	}
	return found
}

func exists(name string) bool {
	_, err := os.Stat(name)
	return err == nil
}

// paths returns the files with a path out of the folder to something that is there.
func (s Spec) paths(dir string) []exit {
	var found []exit
	searched := 0
	// A folder that cannot be read has no hint.
	_ = walk(dir, s.Exclude, func(rel string, info fs.FileInfo) error {
		if !info.Mode().IsRegular() || info.Size() > maxSearchedBytes || isProse(rel) {
			return nil
		}
		if searched++; searched > maxSearchedFiles {
			return fs.SkipAll
		}
		text, err := os.ReadFile(filepath.Join(dir, rel))
		if err != nil || bytes.IndexByte(text, 0) >= 0 {
			return nil
		}
		for _, match := range upwards.FindAllSubmatch(text, -1) {
			to := filepath.Join(dir, path.Dir(rel), filepath.FromSlash(strings.ReplaceAll(string(match[1]), `\`, "/")))
			if exists(to) && !links.Within(dir, to) && !slices.ContainsFunc(found, func(e exit) bool { return e.to == to }) {
				found = append(found, exit{rel, "", to})
			}
		}
		return nil
	})
	slices.SortStableFunc(found, func(a, b exit) int { return strings.Count(a.file, "/") - strings.Count(b.file, "/") })
	return found
}

// isProse reports whether a file is for readers: what it links to is not needed.
func isProse(rel string) bool {
	return slices.Contains([]string{".md", ".rst", ".adoc"}, strings.ToLower(path.Ext(rel)))
}

// A root is a file that tools look for in the folders above one of their projects.
type root struct {
	project []string // patterns of the project's file
	file    []string // patterns of the file above
	what    string
	// holds reports whether the project belongs to it: project and file are what stands in them, rel is the
	// project's folder below the root's.
	holds func(project, file []byte, rel string) bool
}

var (
	inherits       = regexp.MustCompile(`workspace\s*=\s*true`)
	cargoWorkspace = regexp.MustCompile(`(?m)^\s*\[workspace[\].]`)
	uvWorkspace    = regexp.MustCompile(`(?m)^\s*\[tool\.uv\.workspace\]`)
	mavenParent    = regexp.MustCompile(`<parent>(?s:.*?)</parent>`)
)

var roots = []root{
	{[]string{"Cargo.toml"}, []string{"Cargo.toml"}, "its workspace ", func(project, file []byte, _ string) bool {
		return inherits.Match(project) && !cargoWorkspace.Match(project) && cargoWorkspace.Match(file)
	}},
	{[]string{"pyproject.toml"}, []string{"pyproject.toml"}, "its workspace ", func(project, file []byte, _ string) bool {
		return !uvWorkspace.Match(project) && uvWorkspace.Match(file)
	}},
	{[]string{"package.json"}, []string{"package.json"}, "its workspace ", func(_, file []byte, rel string) bool {
		return isNodeWorkspace(file, rel)
	}},
	{[]string{"package.json"}, []string{"pnpm-workspace.yaml"}, "its workspace ", always},
	{[]string{"go.mod"}, []string{"go.work"}, "its workspace ", func(_, file []byte, rel string) bool {
		return bytes.Contains(file, []byte(rel))
	}},
	{[]string{"pom.xml"}, []string{"pom.xml"}, "its parent ", func(project, _ []byte, rel string) bool {
		parent := mavenParent.Find(project) // by default it is in the folder above
		return parent != nil && !bytes.Contains(parent, []byte("<relativePath")) && !strings.Contains(rel, "/")
	}},
	{[]string{"build.gradle", "build.gradle.kts"}, []string{"settings.gradle", "settings.gradle.kts"}, "its settings ", always},
	{[]string{"*.csproj", "*.fsproj"}, []string{"Directory.Build.props", "Directory.Packages.props"}, "its settings ", always},
}

func always(_, _ []byte, _ string) bool { return true }

// lookedFor are files that a program looks for in its working directory and in the folders above.
var lookedFor = map[string][]string{
	"go": {"go.mod"}, "cargo": {"Cargo.toml"}, "npm": {"package.json"}, "npx": {"package.json"}, "pnpm": {"package.json"}, "yarn": {"package.json"},
	"uv": {"pyproject.toml"}, "poetry": {"pyproject.toml"}, "bundle": {"Gemfile"}, "gradle": {"settings.gradle", "settings.gradle.kts"},
}

// workspaces returns the files above the folder that its projects, or the command, look for there.
func (s Spec) workspaces(dir string) []exit {
	var found []exit
	for _, r := range roots {
		for _, project := range matches(dir, r.project) {
			if len(matches(dir, r.file)) > 0 && !slices.Equal(r.project, r.file) {
				continue // its root is in the folder
			}
			text, err := os.ReadFile(project)
			if err != nil {
				continue
			}
			if file := above(dir, r.file, func(file []byte, rel string) bool { return r.holds(text, file, rel) }); file != "" {
				found = append(found, exit{filepath.Base(project), r.what, file})
			}
		}
	}
	wanted := lookedFor[path.Base(s.Command[0])]
	if len(wanted) == 0 || len(matches(dir, wanted)) > 0 || len(matches(dir, []string{"build.gradle", "build.gradle.kts"})) > 0 {
		return found
	}
	if file := above(dir, wanted, func([]byte, string) bool { return true }); file != "" {
		found = append(found, exit{path.Base(s.Command[0]), "", file})
	}
	return found
}

func matches(dir string, patterns []string) []string {
	var found []string
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil
	}
	for _, entry := range entries {
		for _, pattern := range patterns {
			if matched, _ := path.Match(pattern, entry.Name()); matched && entry.Type().IsRegular() {
				found = append(found, filepath.Join(dir, entry.Name()))
			}
		}
	}
	return found
}

// above returns the nearest file in the folders above one that is right, "" if none is. It does not leave the
// repository.
func above(dir string, patterns []string, right func(text []byte, rel string) bool) string {
	for at := dir; ; {
		if _, err := os.Stat(filepath.Join(at, ".git")); err == nil {
			return ""
		}
		up := filepath.Dir(at)
		if up == at {
			return ""
		}
		at = up
		rel, err := filepath.Rel(at, dir)
		if err != nil {
			return ""
		}
		for _, file := range matches(at, patterns) {
			if text, err := os.ReadFile(file); err == nil && right(text, filepath.ToSlash(rel)) {
				return file
			}
		}
	}
}

// isNodeWorkspace reports whether a package.json has a folder below its own as a workspace.
func isNodeWorkspace(file []byte, rel string) bool {
	var manifest struct{ Workspaces json.RawMessage }
	if json.Unmarshal(file, &manifest) != nil || manifest.Workspaces == nil {
		return false
	}
	var patterns []string
	if json.Unmarshal(manifest.Workspaces, &patterns) != nil {
		var nested struct{ Packages []string } // as Yarn writes it
		if json.Unmarshal(manifest.Workspaces, &nested) != nil {
			return false
		}
		patterns = nested.Packages
	}
	return slices.ContainsFunc(patterns, func(pattern string) bool {
		pattern = path.Clean(pattern)
		if folder, deep := strings.CutSuffix(pattern, "/**"); deep && strings.HasPrefix(rel, folder+"/") {
			return true
		}
		matched, err := path.Match(pattern, rel)
		return err == nil && matched
	})
}
