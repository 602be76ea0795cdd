package dockerfile

import (
	"regexp"
	"strings"
)

// reference is an image's name in its parts.
type reference struct {
	registry   string // "" is Docker Hub
	repository string
	tag        string
}

var (
	repositoryName = regexp.MustCompile(`^[a-z0-9_./-]{2,255}$`)
	tagName        = regexp.MustCompile(`^[A-Za-z0-9_.-]{1,128}$`)
)

// readReference reads an image's name without a digest, and reports whether it is one.
func readReference(image string) (reference, bool) {
	r, name := reference{tag: "latest"}, image
	if at := strings.LastIndex(name, ":"); at > strings.LastIndex(name, "/") {
		name, r.tag = name[:at], name[at+1:]
	}
	if !tagName.MatchString(r.tag) {
		return reference{}, false
	}
	r.repository = name
	if first, rest, nested := strings.Cut(name, "/"); nested && (strings.ContainsAny(first, ".:") || first == "localhost") {
		r.registry, r.repository = first, rest
	}
	if r.registry == "docker.io" || r.registry == "index.docker.io" {
		r.registry = ""
	}
	return r, repositoryName.MatchString(r.repository)
}
