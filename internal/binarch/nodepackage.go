package binarch

import (
	"encoding/json"
	"path"
	"slices"
	"strings"
)

// isNodePackage is true for the package.json of an installed npm package.
func isNodePackage(name string) bool {
	if path.Base(name) != "package.json" {
		return false
	}
	above := path.Dir(path.Dir(name))
	return path.Base(above) == "node_modules" ||
		strings.HasPrefix(path.Base(above), "@") && path.Base(path.Dir(above)) == "node_modules"
}

// excludesLinux reads a package.json's "os" list: fsevents says ["darwin"], which
// npm takes as "this is nothing for Linux", and so do its dependents.
func excludesLinux(metadata []byte) bool {
	var manifest struct {
		OS json.RawMessage `json:"os"`
	}
	if json.Unmarshal(metadata, &manifest) != nil {
		return false
	}
	var systems []string
	if json.Unmarshal(manifest.OS, &systems) != nil {
		var one string
		if json.Unmarshal(manifest.OS, &one) != nil {
			return false
		}
		systems = []string{one}
	}
	if slices.Contains(systems, "!linux") {
		return true
	}
	named := slices.ContainsFunc(systems, func(s string) bool { return !strings.HasPrefix(s, "!") && s != "any" })
	return named && !slices.Contains(systems, "linux")
}
