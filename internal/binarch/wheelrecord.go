package binarch

import (
	"bufio"
	"bytes"
	"io"
	"maps"
	"path"
	"slices"
	"strings"
)

// maxRecordBytes is how much of a RECORD is read: the largest ones list 20,000 files in 2 MiB.
const maxRecordBytes = 8 << 20

// installedWheel is what the metadata of an installed wheel says.
type installedWheel struct {
	// forLinux is true for a wheel that can be installed on Linux: its tag is "any", or one of Linux's.
	forLinux bool
	// forAny is true for a wheel whose tags are all "any": there is no other one of its release.
	forAny bool
}

// isWheelRecord is true for numpy-2.1.0.dist-info/RECORD.
func isWheelRecord(name string) bool {
	return path.Base(name) == "RECORD" && strings.HasSuffix(path.Dir(name), ".dist-info")
}

// readRecord lists the files of a wheel that may be native, by their paths in the tree. Source files are left out:
// they are most of a RECORD.
func readRecord(name string, r io.Reader) (listed []string, err error) {
	site := path.Dir(path.Dir(name))
	lines := bufio.NewScanner(io.LimitReader(r, maxRecordBytes))
	for lines.Scan() {
		file, _, _ := strings.Cut(lines.Text(), ",")
		if quoted, isQuoted := strings.CutPrefix(lines.Text(), `"`); isQuoted {
			file, _, _ = strings.Cut(quoted, `",`)
			file = strings.ReplaceAll(file, `""`, `"`)
		}
		switch path.Ext(file) {
		case ".py", ".pyc", ".pyi", ".h":
			continue
		}
		if len(file) <= maxNameBytes {
			listed = append(listed, path.Join(site, file))
		}
	}
	return listed, lines.Err()
}

// readWheel reads the platforms in a wheel's tags.
func readWheel(metadata []byte) installedWheel {
	forAny, forLinux, forOther := false, false, false
	lines := bufio.NewScanner(bytes.NewReader(metadata))
	for lines.Scan() {
		tag, found := strings.CutPrefix(lines.Text(), "Tag:")
		if !found {
			continue
		}
		switch platforms := tag[strings.LastIndex(tag, "-")+1:]; {
		case platforms == "any":
			forAny = true
		case strings.Contains(platforms, "linux"):
			forLinux = true
		default:
			forOther = true
		}
	}
	return installedWheel{forLinux: forAny || forLinux, forAny: forAny && !forLinux && !forOther}
}

// wheelOf is the dist-info folder of the wheel that a file was installed from, "" if none is known. A RECORD
// lists a wheel's files. What no RECORD lists belongs to the wheel without one that has the name of its folder, or that
// is the only wheel around.
func (t *Tree) wheelOf(name string) string {
	if wheel, listed := t.recorded[name]; listed {
		return wheel
	}
	for site := path.Dir(name); ; site = path.Dir(site) {
		for _, wheel := range t.unrecorded[site] {
			folder, _, _ := strings.Cut(strings.TrimPrefix(name, site+"/"), "/")
			if t.sites[site] == 1 || projectName(strings.TrimSuffix(folder, ".libs")) == projectOf(wheel) {
				return wheel
			}
		}
		if site == "." || site == "/" {
			return ""
		}
	}
}

// projectOf is the project's name in that of a dist-info folder.
func projectOf(wheel string) string {
	project, _, _ := strings.Cut(path.Base(wheel), "-")
	return projectName(project)
}

// projectName writes a project's or a package's name in one way.
func projectName(name string) string {
	return strings.ToLower(strings.NewReplacer("-", "_", ".", "_").Replace(name))
}

// settleWheels finds the wheels without a RECORD, and how many wheels there are in a folder.
func (t *Tree) settleWheels() {
	t.unrecorded, t.sites = map[string][]string{}, map[string]int{}
	for _, wheel := range slices.Sorted(maps.Keys(t.wheels)) {
		site := path.Dir(wheel)
		t.sites[site]++
		if !t.hasRecord[wheel] {
			t.unrecorded[site] = append(t.unrecorded[site], wheel)
		}
	}
}
