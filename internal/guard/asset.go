package guard

import (
	"path/filepath"
	"strings"
)

// StagePrefix is how the folder of a stage begins, in the folder of its app or stage.
const StagePrefix = "assembly-"

// StagedAsset is where CDK has put the asset with that hash, for the templates of an
// output folder: asset.HASH, with a suffix for files. "" where there is none.
func StagedAsset(hash, folder string) string {
	if hash == "" || strings.ContainsAny(hash, `/\`) {
		return ""
	}
	for {
		names, err := filepath.Glob(filepath.Join(EscapeGlob(folder), "asset."+EscapeGlob(hash)+"*"))
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

// EscapeGlob makes filepath.Glob take a name as it is.
func EscapeGlob(name string) string {
	return strings.NewReplacer(`\`, `\\`, `*`, `\*`, `?`, `\?`, `[`, `\[`).Replace(name)
}
