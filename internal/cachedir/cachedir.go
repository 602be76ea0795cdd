// Package cachedir finds, guards and fills the folders that keep what was built, for the next synthesis to deploy.
//
// Whoever can write to such a folder decides what is deployed: what is in it is compared with hashes, but these are in
// the folder, too. So a folder is refused if anybody but its user can write to it, or exchange it for another.
package cachedir

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// Kind is one of the folders.
type Kind struct {
	Name     string // below dualarch in the user's cache folder (os.UserCacheDir)
	Variable string // of the environment, which names another folder
	Below    string // of the folder that Variable names: the kind's own place there. Default: that folder itself
	Holds    string // for messages: "the binaries"
}

// Path returns the folder, which need not exist.
func (k Kind) Path() (string, error) {
	dir := os.Getenv(k.Variable)
	if dir == "" {
		cache, err := os.UserCacheDir()
		if err != nil {
			return "", fmt.Errorf("no folder for %s: %w; set %s", k.Holds, err, k.Variable)
		}
		return filepath.Abs(filepath.Join(cache, "dualarch", k.Name))
	}
	return filepath.Abs(filepath.Join(dir, k.Below))
}

// Make creates the folder if it does not exist, and refuses one that others can write to.
func (k Kind) Make(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("no folder for %s: %w; set %s to a writable one", k.Holds, err, k.Variable)
	}
	why, err := Unsafe(dir)
	if err != nil {
		return err
	}
	if why != "" {
		return fmt.Errorf("no folder for %s: %s, and what others put there would be deployed; set %s to a folder that only you can write to, or take the permission away",
			k.Holds, why, k.Variable)
	}
	return nil
}

// Unsafe returns what lets anybody but the user write to a folder or exchange it for another: a sentence that begins
// with a path. It returns "" if nothing does.
func Unsafe(dir string) (why string, err error) {
	target, err := filepath.EvalSymlinks(dir)
	if err != nil {
		return "", err
	}
	for at := target; ; at = filepath.Dir(at) {
		info, err := os.Lstat(at)
		if err != nil {
			return "", err
		}
		if why := whyUnsafe(info, at == target); why != "" {
			return at + " " + why, nil
		}
		if at == filepath.Dir(at) {
			return "", nil
		}
	}
}

// Place moves a finished folder to its place in a cache folder, by a rename, so that it appears whole and processes can
// share the cache without a lock. A folder that is there stays if it is intact: another process was faster. Otherwise it
// is moved away whole first.
func Place(made, dir string, intact func() bool) error {
	if os.Rename(made, dir) == nil || intact() {
		return nil
	}
	aside, err := os.MkdirTemp(filepath.Dir(dir), "scratch-*")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(aside) }()
	if err := os.Rename(dir, filepath.Join(aside, "replaced")); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := os.Rename(made, dir); err != nil && !intact() {
		return err
	}
	return nil
}
