package binarch

import (
	"fmt"
	"path"
	"slices"
	"strings"
)

// candidate is a file with its variant's keys.
type candidate struct {
	File
	variant
}

// judge judges one tree for one target.
type judge struct {
	target Target
	tree   *Tree
	base   base
	// imageGlibc is the version that an image brings, zero where that is not known.
	imageGlibc Version
	imageABI   []string
	// cxx is the newest libstdc++ that the package or the image brings.
	cxx Cxx
	// programs are the base names of the programs in platform packages that run there.
	programs map[string]bool
	// units and twins are the candidates by their variant's keys.
	units, twins map[string][]candidate
	order        []string
	// relatives is made when it is first asked for.
	relatives *kin
}

func (t *Tree) check(target Target) []Finding {
	j := &judge{
		target: target, tree: t, base: baseOf(target.Runtime),
		programs: map[string]bool{}, units: map[string][]candidate{}, twins: map[string][]candidate{},
	}
	var findings []Finding
	var tags []File
	for _, f := range t.Files {
		switch {
		case f.Format == Wheel:
			tags = append(tags, f)
		case len(f.Architectures) > 0:
			j.add(f)
		}
		findings = append(findings, j.startable(f)...)
	}
	if t.Image != nil {
		j.imageGlibc, j.imageABI = j.glibcOfImage()
	}
	j.cxx = j.cxxInTree()
	findings = append(findings, j.variants()...)
	return append(findings, j.wheelTags(tags)...)
}

func (j *judge) add(f File) {
	c := candidate{f, variantOf(f.Path)}
	if j.starts(f) { // Lambda starts it, whatever stands beside it
		c.unit, c.platformPackage = f.Path, false
	}
	if j.units[c.unit] == nil {
		j.order = append(j.order, c.unit)
	}
	j.units[c.unit] = append(j.units[c.unit], c)
	j.twins[c.twin] = append(j.twins[c.twin], c)
	if c.platformPackage && j.platformFits(c.File) {
		j.programs[path.Base(c.Path)] = true
	}
}

// kin is the index of what belongs together. Most packages are right, and do without it.
func (j *judge) kin() *kin {
	if j.relatives == nil {
		j.relatives = j.newKin()
	}
	return j.relatives
}

// fits reports whether a file can take the place of others. One in a folder that is named after another system with
// ELF files does not, though its header may say Linux: those systems' files often say nothing else.
func (j *judge) fits(c candidate) bool { return j.platformFits(c.File) && !c.unix }

// platformFits is architecture and system; the C library is asked for later.
func (j *judge) platformFits(f File) bool {
	if f.OS != Linux && f.OS != "" {
		return false
	}
	if !f.hasCodeFor(j.target.Architecture) {
		return j.runs32Bit(f)
	}
	// Python imports an extension module by a name that has the architecture in it.
	named, ok := pythonArchitecture(f.Path)
	return !ok || named == j.target.Architecture
}

// runs32Bit is true for an image that brings what i386 programs need.
func (j *judge) runs32Bit(f File) bool {
	return j.tree.Image != nil && j.target.Architecture == X8664 && f.hasCodeFor("i386") && j.tree.loaders["ld-linux.so.2"]
}

// pythonArchitecture reads x.cpython-311-x86_64-linux-gnu.so.
func pythonArchitecture(name string) (Architecture, bool) {
	base := path.Base(name)
	switch {
	case !strings.Contains(base, ".cpython-"):
		return "", false
	case strings.HasSuffix(base, "-x86_64-linux-gnu.so"):
		return X8664, true
	case strings.HasSuffix(base, "-aarch64-linux-gnu.so"):
		return Arm64, true
	}
	return "", false
}

// hasStandIn is true for an npm package's program that its platform package for the
// target has too: esbuild's installer puts the building machine's binary in the
// place of the script that would choose one, and esbuild itself goes on choosing.
func (j *judge) hasStandIn(c candidate) bool {
	return c.Role == Program && !c.platformPackage && strings.Contains("/"+c.Path, "/node_modules/") && j.programs[path.Base(c.Path)]
}

// wrongPlatform reports a file that is for another architecture or system.
func (j *judge) wrongPlatform(c candidate) Finding {
	f := Finding{
		Rule: WrongArchitecture, Severity: Error, Path: c.Path, BuiltFor: c.BuiltFor(), DeployedTo: j.target.String(),
		Ecosystem: j.ecosystem(c.File),
	}
	app := j.tree.dotnetApp(c.File)
	if app != "" {
		f.Ecosystem = NuGet
	}
	f.Remedy = j.remedy(f.Ecosystem, c.File)
	switch {
	case app != "" && j.startsDLL(app):
		f.Severity, f.Remedy = Info, ""
		f.Reason = fmt.Sprintf("Lambda starts %s.dll in its place", path.Base(app))
		if c.OS != Linux {
			f.Rule = WrongSystem
		}
	case c.Role == LinkInput:
		f.Severity, f.Remedy = Info, ""
		f.Reason = "it is only there to be linked, nothing runs it"
		if c.OS != Linux {
			f.Rule = WrongSystem
		}
	case c.Format == Dotnet && c.OS == "" && j.inWheelForLinux(c):
		f.Severity, f.Reason, f.Remedy = Info, doesWithout, ""
	case c.OS != Linux && c.OS != "":
		f.Rule = WrongSystem
		f.Severity, f.Reason = j.foreignSystem(c)
		if f.Severity == Info {
			f.Remedy = ""
		}
	case c.hasCodeFor(j.target.Architecture):
		f.Reason = "Python looks for it under a name with the target's architecture"
	case c.Role == Program:
		f.Reason = "it cannot be executed there"
	default:
		f.Reason = "it cannot be loaded there"
	}
	return f
}

// startsDLL is true where a managed runtime starts a .NET app, which takes the app's
// DLL: the program beside it is for the machine that published it. So does, most likely,
// a runtime of which nothing is known.
func (j *judge) startsDLL(app string) bool {
	unknown := j.target.Runtime == "" || !j.base.known()
	managed := strings.HasPrefix(j.target.Runtime, "dotnet") || unknown && app != "bootstrap"
	return managed && j.tree.Image == nil
}

// foreignSystem decides how bad a file for macOS or Windows is that no file for
// Linux stands beside. Packages are full of such files that Linux never looks at.
func (j *judge) foreignSystem(c candidate) (Severity, string) {
	name := strings.ToLower(c.Path)
	suffix := path.Ext(name)
	switch {
	case j.saysNotForLinux(c.Path):
		return Info, "its package says that it is not for Linux"
	case j.inWheelForLinux(c):
		return Info, doesWithout
	case c.platformPackage:
		return Error, "Linux cannot load it, and its package for Linux is missing"
	case suffix == ".pyd", suffix == ".node":
		return Error, "Linux cannot load it"
	case suffix == ".exe" && strings.Contains(name, "/"):
		return Info, "Linux does not look for .exe files"
	case c.foreignFolder, c.foreign && (suffix == ".dll" || suffix == ".dylib" || suffix == ".jnilib"):
		return Info, "its name says that it is for another system"
	case suffix == ".dll", suffix == ".dylib", suffix == ".jnilib":
		return Warning, "Linux cannot load it, and there is no .so file of that name"
	case c.Role == Program:
		return Error, "Linux cannot execute it"
	}
	return Error, "Linux cannot load it"
}

// doesWithout is why a file for Windows or macOS in a wheel for Linux is no mistake.
const doesWithout = "its wheel is for Linux, too, and does without it there"

func (j *judge) inWheelForLinux(c candidate) bool {
	return j.tree.wheels[j.tree.wheelOf(c.Path)].forLinux
}

func (j *judge) saysNotForLinux(name string) bool {
	for i := range name {
		if name[i] == '/' && j.tree.notForLinux[name[:i+1]] {
			return true
		}
	}
	return false
}

// wheelTags reports wheels by their tags alone where no file beside them tells more.
func (j *judge) wheelTags(tags []File) []Finding {
	var findings []Finding
	for _, tag := range tags {
		if j.platformFits(tag) {
			continue
		}
		root := strings.TrimSuffix(path.Dir(path.Dir(tag.Path)), ".")
		if slices.ContainsFunc(j.tree.Files, func(f File) bool {
			return f.Format != Wheel && len(f.Architectures) > 0 && (root == "" || strings.HasPrefix(f.Path, root+"/"))
		}) {
			continue
		}
		f := j.wrongPlatform(candidate{File: tag})
		f.Origin = path.Dir(tag.Path)
		f.Severity, f.Reason = Warning, "its wheel is for another platform"
		findings = append(findings, f)
	}
	return findings
}
