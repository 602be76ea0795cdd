package binarch

import (
	"bufio"
	"bytes"
	"path"
	"slices"
	"strings"
)

// maxMetadataBytes bounds the small text files that are read whole.
const maxMetadataBytes = 256 << 10

// isWheelMetadata is true for numpy-2.1.0.dist-info/WHEEL, in a wheel or in the
// folder it was installed to.
func isWheelMetadata(name string) bool {
	return path.Base(name) == "WHEEL" && strings.HasSuffix(path.Dir(name), ".dist-info")
}

// readWheelTags reads the platforms out of a wheel's "Tag: cp312-cp312-PLATFORM"
// lines. ok is false where one of them is "any", or there is none.
func readWheelTags(metadata []byte) (f File, ok bool) {
	f = File{Format: Wheel, Role: Library}
	lines := bufio.NewScanner(bytes.NewReader(metadata))
	for lines.Scan() {
		tag, found := strings.CutPrefix(lines.Text(), "Tag:")
		if !found {
			continue
		}
		parts := strings.Split(strings.TrimSpace(tag), "-")
		for platform := range strings.SplitSeq(parts[len(parts)-1], ".") {
			if platform == "any" {
				return File{}, false
			}
			f.addPlatform(platform)
		}
	}
	return f, len(f.Architectures) > 0
}

var wheelArchitectures = []struct {
	suffix string
	is     []Architecture
}{
	{"universal2", []Architecture{X8664, Arm64}},
	{"x86_64", []Architecture{X8664}}, {"amd64", []Architecture{X8664}},
	{"aarch64", []Architecture{Arm64}}, {"arm64", []Architecture{Arm64}},
	{"i686", []Architecture{"i386"}}, {"win32", []Architecture{"i386"}},
	{"armv7l", []Architecture{"arm"}}, {"armv6l", []Architecture{"arm"}},
	{"ppc64le", []Architecture{"ppc64le"}}, {"s390x", []Architecture{"s390x"}}, {"riscv64", []Architecture{"riscv64"}},
}

// addPlatform adds one platform tag. A wheel with tags of several systems counts
// for Linux where one of them is Linux.
func (f *File) addPlatform(platform string) {
	var system OS
	switch {
	case strings.HasPrefix(platform, "manylinux"), strings.HasPrefix(platform, "linux"):
		system = Linux
	case strings.HasPrefix(platform, "musllinux"):
		system = Linux
	case strings.HasPrefix(platform, "macosx"):
		system = MacOS
	case strings.HasPrefix(platform, "win"):
		system = Windows
	default:
		return
	}
	if f.OS == Linux && system != Linux {
		return
	}
	if system == Linux && f.OS != Linux {
		f.Architectures = nil
	}
	f.Musl = strings.HasPrefix(platform, "musllinux") && (f.Musl || len(f.Architectures) == 0)
	f.OS = system
	for _, known := range wheelArchitectures {
		if strings.HasSuffix(platform, known.suffix) {
			for _, a := range known.is {
				if !slices.Contains(f.Architectures, a) {
					f.Architectures = append(f.Architectures, a)
				}
			}
			return
		}
	}
}
