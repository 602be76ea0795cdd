package binarch

import (
	"fmt"
	"path"
	"strings"
)

// Ecosystem is where a file comes from and, so, who can bring the right one.
type Ecosystem string

// The ecosystems with a remedy of their own. Native is everything else that a
// compiler wrote.
const (
	Go     Ecosystem = "go"
	Rust   Ecosystem = "rust"
	Pip    Ecosystem = "pip"
	Npm    Ecosystem = "npm"
	Java   Ecosystem = "java"
	NuGet  Ecosystem = "dotnet"
	Ruby   Ecosystem = "ruby"
	Layer  Ecosystem = "layer"
	Image  Ecosystem = "image"
	Native Ecosystem = "native"
)

// ecosystem goes by the package that brought the file, by the file itself, then by its path.
func (j *judge) ecosystem(f File) Ecosystem {
	name, t := strings.ToLower(f.Path), j.target
	has := func(parts ...string) bool {
		for _, part := range parts {
			if strings.Contains("/"+name, part) {
				return true
			}
		}
		return false
	}
	base := path.Base(name)
	switch {
	case j.tree.wheelOrigin(f) != "":
		return Pip
	case has("/node_modules/", "/prebuilds/") || strings.HasSuffix(base, ".node"):
		return Npm
	case has(".jar!/", ".war!/", "/meta-inf/native/") || strings.HasSuffix(base, ".jnilib"):
		return Java
	case f.Format == Dotnet || has("/runtimes/"):
		return NuGet
	case f.Format == Wheel || has("/site-packages/", "/dist-packages/", ".libs/", "/.dylibs/", ".whl!/") ||
		strings.Contains(base, ".cpython-") || strings.HasSuffix(base, ".pyd") || strings.HasSuffix(base, ".abi3.so"),
		strings.HasPrefix(name, "python/"):
		return Pip
	case has("/gems/"):
		return Ruby
	case f.Go:
		return Go
	case f.Rust:
		return Rust
	case j.tree.jar, strings.HasPrefix(t.Runtime, "java") && f.Role == Library:
		return Java
	case strings.HasPrefix(t.Runtime, "python") && f.Role == Library:
		return Pip
	case t.Layer:
		return Layer
	}
	return Native
}

// names of an architecture in the ecosystems' own terms.
type names struct{ lambda, gnu, node, rid string }

func namesOf(a Architecture) names {
	if a == Arm64 {
		return names{"arm64", "aarch64", "arm64", "linux-arm64"}
	}
	return names{"x86_64", "x86_64", "x64", "linux-x64"}
}

// remedy is what brings the right file for the target.
func (j *judge) remedy(e Ecosystem, f File) string {
	if e == Pip {
		return j.pip(f, Version{})
	}
	return remedy(e, j.target)
}

// remedy is the same for every file of an ecosystem but pip's, which names the package.
func remedy(e Ecosystem, t Target) string {
	n := namesOf(t.Architecture)
	switch e {
	case Go:
		return fmt.Sprintf("build it with CGO_ENABLED=0 GOOS=linux GOARCH=%s", t.Architecture.GoName())
	case Rust:
		tuned := ""
		if t.Architecture == Arm64 {
			tuned = ` and RUSTFLAGS="-C target-cpu=neoverse-n1"`
		}
		return fmt.Sprintf("build it with --target %s-unknown-linux-gnu%s", n.gnu, tuned)
	case Npm:
		return fmt.Sprintf("install its package with npm install --cpu %s --os linux --libc glibc, or build it on %s", n.node, n.lambda)
	case Java:
		return fmt.Sprintf("use a release or a classifier of the dependency that has libraries for linux-%s", n.gnu)
	case NuGet:
		return fmt.Sprintf("publish with dotnet publish --runtime %s", n.rid)
	case Ruby:
		return fmt.Sprintf("run bundle lock --add-platform %s-linux and install the gems again", n.gnu)
	case Layer:
		return fmt.Sprintf("use the layer's %s edition, of which most vendors publish one ARN an architecture, or %s", n.lambda, remedy(Native, t))
	case Image:
		return fmt.Sprintf("build the image with docker build --platform linux/%s", t.Architecture.GoName())
	}
	return fmt.Sprintf("compile it with %s-linux-gnu-gcc, clang --target=%s-linux-gnu or, from Rust, --target %s-unknown-linux-gnu", n.gnu, n.gnu, n.gnu)
}

// glibcRemedy lowers what a file needs, or raises what the runtime has.
func (j *judge) glibcRemedy(e Ecosystem, f File) string {
	var lower string
	has := j.base
	switch e {
	case Go:
		lower = "build it with CGO_ENABLED=0"
	case Pip:
		lower = j.pip(f, Version{}) + fmt.Sprintf(" (its wheels need glibc %s at most)", j.newestManylinux())
	default:
		lower = "build it on " + has.name + " or older"
	}
	newest := baseOf("")
	if has == newest {
		return lower
	}
	return fmt.Sprintf("%s, or deploy it to a runtime on %s (glibc %s)", lower, newest.name, newest.glibc)
}

// libstdcxxRemedy does without a newer libstdc++.
func (j *judge) libstdcxxRemedy(e Ecosystem, f File) string {
	has := j.base
	switch e {
	case Pip:
		return j.pip(f, Version{2, 17}) + " (its wheels need GLIBCXX_3.4.19 at most)"
	case Npm:
		return "build it on " + has.name + ", or use a release that was"
	}
	return "link it with -static-libstdc++, or build it on " + has.name + " or older"
}

// muslRemedy replaces musl by glibc.
func (j *judge) muslRemedy(e Ecosystem, f File) string {
	n := namesOf(j.target.Architecture)
	switch e {
	case Go:
		return "build it with CGO_ENABLED=0"
	case Pip:
		return j.pip(f, Version{})
	case Npm:
		return fmt.Sprintf("install its package with npm install --cpu %s --os linux --libc glibc", n.node)
	}
	return fmt.Sprintf("link it statically, or build it for %s-linux-gnu instead of musl", n.gnu)
}
