package dockerfile

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/dualarch/dualarch/internal/binarch"
)

// lambdaSuffix ends the tags of AWS's own images for one architecture: -x86_64 or -arm64. The others are what
// people take them for.
var lambdaSuffix = regexp.MustCompile(`-(x86_64|arm64|amd64|aarch64)$`)

// otherImage says which image to use in the place of one that its name is for another architecture by. What a tag
// can be differs: ${TARGETARCH} is amd64 or arm64, and not every repository calls the architectures so.
func otherImage(image string, target binarch.Target) string {
	image = withoutDigest(image)
	ref, valid := readReference(image)
	if !valid {
		return "use an image for " + string(target.Architecture)
	}
	namespace, official, nested := strings.Cut(ref.repository, "/")
	if _, of := architectures[namespace]; of && nested && ref.registry == "" {
		_, version, _ := strings.Cut(image, namespace+"/"+official)
		return fmt.Sprintf("use %s, which is for both architectures", official+version)
	}
	if _, certain := imageArchitecture(image); certain {
		both := lambdaSuffix.ReplaceAllString(image, "")
		return fmt.Sprintf("use %s, which is for both architectures, or %s-%s", both, both, target.Architecture)
	}
	word := architectureWord(ref)
	if a, is := architectures[word]; is && word == a.GoName() {
		return fmt.Sprintf("use a tag that is for both architectures, or ${TARGETARCH} in the place of %s: it is %s here", word, target.Architecture.GoName())
	}
	return fmt.Sprintf("use a tag that is for both architectures, or the image for %s; ${TARGETARCH} does not fit here, which is %s and never %s",
		target.Architecture, target.Architecture.GoName(), word)
}
