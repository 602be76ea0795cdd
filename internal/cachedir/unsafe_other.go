//go:build !unix

package cachedir

import "io/fs"

// whyUnsafe returns "": permissions that are no Unix modes are not judged.
func whyUnsafe(fs.FileInfo, bool) string { return "" }
