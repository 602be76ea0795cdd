package guard

import (
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
)

// StagePrefix is how the folder of a stage begins, in the folder of its app or stage.
const StagePrefix = "assembly-"

// hashAtEnd is an asset's hash behind a prefix that a synthesizer was given for tags.
var hashAtEnd = regexp.MustCompile(`[0-9a-f]{64}$`)

// AssetHash returns the hash in an object's key or an image's tag, as CDK makes them. Of
// a key that is not CDK's it is a hash that no asset has.
func AssetHash(name string) string {
	if name == "" {
		return ""
	}
	hash, _, _ := strings.Cut(path.Base(name), ".")
	if found := hashAtEnd.FindString(hash); found != "" {
		return found
	}
	return hash
}

// StagedAsset is where CDK has put the asset with that hash, for the templates of an
// output folder: asset.HASH, with a suffix for files. "" where there is none.
func StagedAsset(hash, folder string) string {
	if hash == "" || strings.ContainsAny(hash, `/\`) {
		return ""
	}
	for {
		asset := filepath.Join(folder, "asset."+hash)
		if _, err := os.Stat(asset); err == nil {
			return asset
		}
		names, err := filepath.Glob(EscapeGlob(asset) + ".*")
		if err != nil {
			panic(err) // a pattern that is wrong, and it is escaped
		}
		if len(names) > 0 {
			return names[0]
		}
		// The assets of all stages lie in the app's folder.
		if absolute, err := filepath.Abs(folder); err != nil || !strings.HasPrefix(filepath.Base(absolute), StagePrefix) {
			return ""
		}
		folder = filepath.Join(folder, "..")
	}
}

// EscapeGlob escapes a name for filepath.Glob.
func EscapeGlob(name string) string {
	return strings.NewReplacer(`\`, `\\`, `*`, `\*`, `?`, `\?`, `[`, `\[`).Replace(name)
}
