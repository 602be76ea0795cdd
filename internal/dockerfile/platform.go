package dockerfile

import (
	"regexp"
	"strings"

	"github.com/dualarch/dualarch/internal/binarch"
)

func platformOf(a binarch.Architecture) string { return "linux/" + a.GoName() }

// architectures by the names that platforms, namespaces and tags have for them.
var architectures = map[string]binarch.Architecture{
	"amd64": binarch.X8664, "x86_64": binarch.X8664, "x86-64": binarch.X8664,
	"arm64": binarch.Arm64, "aarch64": binarch.Arm64, "arm64v8": binarch.Arm64,
	"386": "i386", "i386": "i386", "arm": "arm", "arm32v5": "arm", "arm32v6": "arm", "arm32v7": "arm",
	"ppc64le": "ppc64le", "s390x": "s390x", "riscv64": "riscv64", "mips64le": "mips64le",
}

// readPlatform reads linux/amd64, linux/arm64/v8, amd64. What a platform leaves open
// is "".
func readPlatform(platform string) (a binarch.Architecture, system binarch.OS) {
	systems := map[string]binarch.OS{"linux": binarch.Linux, "windows": binarch.Windows, "darwin": binarch.MacOS}
	first, rest, found := strings.Cut(strings.ToLower(platform), "/")
	if !found {
		return architectures[first], systems[first]
	}
	second, _, _ := strings.Cut(rest, "/")
	return architectures[second], systems[first]
}

// architectureTag is the word by which tags and repositories of one architecture end
// or begin: 3.13-x86_64, latest-arm64, amd64-latest.
var architectureTag = regexp.MustCompile(`^(amd64|arm64v8|arm64)[-_.]|(?:^|[-_.])(x86[-_]64|amd64|arm64v8|arm64|aarch64)$`)

// imageArchitecture tells which architecture an image is for by its name alone, ""
// for any or where the name does not say. It is certain for Docker's official images
// (amd64/python, arm64v8/node) and for AWS's own, whose tags end in -x86_64 or
// -arm64 (public.ecr.aws/lambda and public.ecr.aws/sam; ECR Public Gallery, read on
// 2026-11-25), and a convention elsewhere.
func imageArchitecture(image string) (is binarch.Architecture, certain bool) {
	ref, valid := readReference(withoutDigest(image))
	if !valid {
		return "", false
	}
	namespace, _, nested := strings.Cut(ref.repository, "/")
	if a, ok := architectures[namespace]; ok && nested && ref.registry == "" {
		return a, true
	}
	official := ref.registry == "public.ecr.aws" && (namespace == "lambda" || namespace == "sam")
	if word := architectureWord(ref); word != "" {
		return architectures[word], official
	}
	return "", false
}

// withoutDigest returns an image's name with its tag alone. A digest behind the tag decides what is pulled, but the tag is
// what its author says of it.
func withoutDigest(image string) string {
	tagged, _, _ := strings.Cut(image, "@")
	return tagged
}

// architectureWord is the word in an image's tag or repository that names its architecture, "" if none does.
func architectureWord(ref reference) string {
	words := []string{ref.tag, ref.repository[strings.LastIndex(ref.repository, "/")+1:]}
	for _, word := range words {
		if found := architectureTag.FindStringSubmatch(word); found != nil {
			return found[1] + found[2]
		}
	}
	return ""
}
