package binarch

import (
	"fmt"
	"path"
	"regexp"
	"strings"
)

// manylinux are the platforms of wheels that a base system runs, the newest first: what a wheel needs at most, and
// what pip has to be to know it. Many packages have left manylinux2014 for manylinux_2_28; pip takes exactly the
// platforms that it is given.
var manylinux = []struct {
	platform string
	glibc    Version
	pip      string
}{
	{"manylinux_2_28", Version{2, 28}, "20.3"},
	{"manylinux2014", Version{2, 17}, "19.3"},
}

// distInfo is the name and version in the name of a dist-info folder, as long as a shell takes them for words.
var distInfo = regexp.MustCompile(`^([A-Za-z0-9][A-Za-z0-9._]*)-([0-9][A-Za-z0-9._+]*)\.dist-info$`)

var (
	pythonRuntime = regexp.MustCompile(`^python(3\.\d+)$`)
	moduleVersion = regexp.MustCompile(`\.(?:cpython-|cp)3(\d+)[-t]`)
)

// wheelOrigin is the dist-info folder that a file or a wheel's own metadata belongs to, "" if there is none.
func (t *Tree) wheelOrigin(f File) string {
	if f.Format == Wheel {
		return path.Dir(f.Path)
	}
	if o := t.originOf(f.Path); strings.HasSuffix(o.name, ".dist-info") {
		return o.name
	}
	return ""
}

// pip says how to install the package that brought a file for the target, with wheels that need least at most.
// An image's glibc counts if the file is in one.
func (j *judge) pip(f File, least Version) string {
	wheel := j.tree.wheelOrigin(f)
	name, requirement := "its package", "PACKAGE"
	if found := distInfo.FindStringSubmatch(path.Base(wheel)); found != nil {
		name, requirement = found[1]+" "+found[2], found[1]+"=="+found[2]
	}
	if j.tree.wheels[wheel].forAny {
		return fmt.Sprintf("pip has nothing else, because the wheel of %s says that it is for any platform: use another release, build the file for %s Linux, or accept it if nothing runs it",
			name, j.target.Architecture)
	}
	has := j.base.glibc
	if j.tree.Image != nil {
		has = j.imageGlibc
	}
	if least != (Version{}) {
		has = least
	}
	var options, needed string
	for i, m := range manylinux {
		if last := i == len(manylinux)-1; last || !m.glibc.newerThan(has) {
			options += fmt.Sprintf(" --platform %s_%s", m.platform, namesOf(j.target.Architecture).gnu)
			if needed == "" {
				needed = m.pip
			}
		}
	}
	if version := j.pythonVersion(f); version != "" {
		options += " --python-version " + version
	}
	return fmt.Sprintf("install %s with pip %s or newer: pip install%s --only-binary=:all: --upgrade --target DIR %s", name, needed, options, requirement)
}

// pythonVersion is that of the runtime, else of the extension module's name, "" if neither tells.
func (j *judge) pythonVersion(f File) string {
	if found := pythonRuntime.FindStringSubmatch(j.target.Runtime); found != nil {
		return found[1]
	}
	if found := moduleVersion.FindStringSubmatch(path.Base(f.Path)); found != nil {
		return "3." + found[1]
	}
	return ""
}

// newestManylinux is what the wheels that pip is told to take need at most.
func (j *judge) newestManylinux() Version {
	for _, m := range manylinux {
		if !m.glibc.newerThan(j.base.glibc) {
			return m.glibc
		}
	}
	return manylinux[len(manylinux)-1].glibc
}
