package gobuild

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// bootstrap is the name the provided runtimes start.
const bootstrap = "bootstrap"

// store is the folder with the finished binaries:
//
//	<SHA-256>/bootstrap  the binary
//	<SHA-256>.used       empty; its time is when a build last asked for the binary
//	<target>.last        the SHA-256 that the target had last
//	scratch-*            a build at work, or one that was killed
//
// Everything appears by a rename, so that processes can share the folder without
// a lock: at worst two of them build the same.
type store struct{ dir string }

// scratch makes a folder for a build, on the store's own file system.
func (s store) scratch() (string, error) {
	if err := os.MkdirAll(s.dir, 0o755); err != nil {
		return "", fmt.Errorf("no folder for the binaries: %w; set %s to one that can be written", err, CacheDirEnv)
	}
	return os.MkdirTemp(s.dir, "scratch-*")
}

// seed copies the binary the target had last to file, where there is one.
func (s store) seed(key, file string) error {
	last, err := os.ReadFile(s.lastFile(key))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	sum := string(last)
	// The go command recognises a binary by an identifier in it, not by its
	// bytes: a damaged one would pass for a good one.
	if !isSHA256(sum) || !s.intact(sum) {
		return nil
	}
	return copyFile(filepath.Join(s.dir, sum, bootstrap), file)
}

// keep moves the binary in file to its folder and remembers it as the target's
// last. A folder that already has it is left untouched.
func (s store) keep(key, file string) (Output, error) {
	sum, err := fileSHA256(file)
	if err != nil {
		return Output{}, err
	}
	out := Output{Dir: filepath.Join(s.dir, sum), SHA256: sum}
	if err := s.put(sum, file); err != nil {
		return Output{}, err
	}
	if err := s.write(sum+".used", ""); err != nil {
		return Output{}, err
	}
	return out, s.write(key+".last", sum)
}

func (s store) put(sum, file string) error {
	dir := filepath.Join(s.dir, sum)
	if s.intact(sum) {
		return nil
	}
	fresh, err := s.scratch()
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(fresh) }()
	if err := errors.Join(
		os.Chmod(fresh, 0o755),
		os.Rename(file, filepath.Join(fresh, bootstrap)),
		os.Chmod(filepath.Join(fresh, bootstrap), 0o755),
	); err != nil {
		return err
	}
	err = os.Rename(fresh, dir)
	if err == nil || s.intact(sum) { // another process was quicker
		return nil
	}
	// A damaged folder stands there. It is moved away whole, so that its place
	// is taken by new files, whose hash nobody remembers.
	old, oldErr := s.scratch()
	if oldErr != nil {
		return oldErr
	}
	defer func() { _ = os.RemoveAll(old) }()
	if err := os.Rename(dir, filepath.Join(old, sum)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := os.Rename(fresh, dir); err != nil && !s.intact(sum) {
		return err
	}
	return nil
}

// intact says whether the folder of that name holds what the name promises.
func (s store) intact(sum string) bool {
	dir := filepath.Join(s.dir, sum)
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 1 || entries[0].Name() != bootstrap {
		return false
	}
	info, err := entries[0].Info()
	if err != nil || info.Mode() != 0o755 {
		return false
	}
	is, err := fileSHA256(filepath.Join(dir, bootstrap))
	return err == nil && is == sum
}

// write replaces a small file of the store.
func (s store) write(name, text string) error {
	temp, err := os.CreateTemp(s.dir, "scratch-*")
	if err != nil {
		return err
	}
	_, err = temp.WriteString(text)
	if err = errors.Join(err, temp.Close()); err == nil {
		err = os.Rename(temp.Name(), filepath.Join(s.dir, name))
	}
	if err != nil {
		_ = os.Remove(temp.Name())
	}
	return err
}

func (s store) lastFile(key string) string { return filepath.Join(s.dir, key+".last") }

// unused is how long a binary stays that no build asks for: over a weekend.
const unused = 72 * time.Hour

// trim removes what no build asked for lately. It only tidies up: what it cannot
// remove, the next build's trim finds again.
func (s store) trim() {
	entries, _ := os.ReadDir(s.dir)
	for _, entry := range entries {
		name := entry.Name()
		base, ext := name[:len(name)-len(filepath.Ext(name))], filepath.Ext(name)
		scratch, _ := filepath.Match("scratch-*", name)
		ours := scratch || isSHA256(base) && (ext == ".used" || ext == ".last" || ext == "")
		if !ours || !s.old(name) {
			continue
		}
		if ext == "" && !scratch && !s.old(name+".used") {
			continue
		}
		_ = os.RemoveAll(filepath.Join(s.dir, name))
	}
}

// old says whether a file or folder is past its time; one that is not there is.
func (s store) old(name string) bool {
	info, err := os.Stat(filepath.Join(s.dir, name))
	return errors.Is(err, fs.ErrNotExist) || err == nil && time.Since(info.ModTime()) > unused
}

func isSHA256(text string) bool {
	raw, err := hex.DecodeString(text)
	return err == nil && len(raw) == sha256.Size
}

func fileSHA256(name string) (sum string, err error) {
	file, err := os.Open(name)
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	hash := sha256.New()
	if _, err := io.Copy(hash, file); err != nil {
		return "", err
	}
	return hex.EncodeToString(hash.Sum(nil)), nil
}

func copyFile(from, to string) (err error) {
	source, err := os.Open(from)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, source.Close()) }()
	sink, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o755)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, sink.Close()) }()
	_, err = io.Copy(sink, source)
	return err
}
