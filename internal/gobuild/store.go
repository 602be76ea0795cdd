package gobuild

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/dualarch/dualarch/internal/cachedir"
)

// bootstrap is the name of the program that the provided runtimes start.
const bootstrap = "bootstrap"

// store is the folder with the binaries:
//
//	<SHA-256>/bootstrap  a binary: one that is deployed, or one as the linker made it
//	<SHA-256>.used       empty; its time is when a build last asked for the binary
//	<target>.last        the SHA-256 of what the linker last made for the target
//	<target>.deployed    the same, and the SHA-256 of what is deployed of it
//	scratch-*            a build at work, or one that was killed
//
// Everything appears by a rename, so that processes can share the folder without a
// lock: at worst two build the same.
type store struct{ dir string }

// scratch makes a folder for a build, on the store's own file system.
func (s store) scratch() (string, error) {
	if err := folder.Make(s.dir); err != nil {
		return "", err
	}
	return os.MkdirTemp(s.dir, "scratch-*")
}

// seed copies the binary that the linker last made for the target to file, if it
// exists and is as the linker made it: the go command recognises a binary by its
// build ID, not by its bytes, and would accept any other with that ID.
func (s store) seed(key, file string) error {
	last, err := os.ReadFile(s.lastFile(key))
	if err != nil || !isSHA256(string(last)) {
		return nil
	}
	linked, err := os.ReadFile(filepath.Join(s.dir, string(last), bootstrap))
	if err != nil || !isAsLinked(linked) {
		return nil
	}
	return os.WriteFile(file, linked, 0o755)
}

// keepLinked records what the linker made for the target, for seed, and returns its SHA-256.
func (s store) keepLinked(key string, binary []byte) (string, error) {
	linked, err := s.put(binary)
	if err != nil {
		return "", err
	}
	return linked.SHA256, s.write(key+".last", linked.SHA256)
}

// again returns what was deployed of the binary that the linker last made for the target, if that is the one given:
// then the linked one does not have to be hashed again, and nothing is to be done but to say that both were asked for.
func (s store) again(key string, binary []byte) (Output, bool) {
	text, err := os.ReadFile(s.deployedFile(key))
	linked, deployed, found := strings.Cut(string(text), " ")
	if err != nil || !found || !isSHA256(linked) || !isSHA256(deployed) {
		return Output{}, false
	}
	if last, err := os.ReadFile(s.lastFile(key)); err != nil || string(last) != linked {
		return Output{}, false
	}
	last, err := os.ReadFile(filepath.Join(s.dir, linked, bootstrap))
	if err != nil || !bytes.Equal(last, binary) {
		return Output{}, false
	}
	for _, asked := range []struct{ name, content string }{
		{linked + ".used", ""}, {deployed + ".used", ""}, {key + ".last", linked}, {key + ".deployed", string(text)},
	} {
		if s.write(asked.name, asked.content) != nil { // its time tells trim
			return Output{}, false
		}
	}
	return Output{Dir: filepath.Join(s.dir, deployed), SHA256: deployed}, s.intact(deployed)
}

// put keeps a binary in the folder named by its hash. It does not touch a folder
// that already has it.
func (s store) put(binary []byte) (Output, error) {
	sum := hexSHA256(binary)
	dir := filepath.Join(s.dir, sum)
	out := Output{Dir: dir, SHA256: sum}
	// This comes first, so that no other process trims the folder once it was
	// found intact.
	if err := s.write(sum+".used", ""); err != nil {
		return Output{}, err
	}
	if s.intact(sum) {
		return out, nil
	}
	fresh, err := s.scratch()
	if err != nil {
		return Output{}, err
	}
	defer func() { _ = os.RemoveAll(fresh) }()
	if err := errors.Join(
		os.Chmod(fresh, 0o755),
		os.WriteFile(filepath.Join(fresh, bootstrap), binary, 0o755),
		os.Chmod(filepath.Join(fresh, bootstrap), 0o755), // whatever the umask
	); err != nil {
		return Output{}, err
	}
	// New files take the place of a damaged folder's: no hash of theirs is cached.
	return out, cachedir.Place(fresh, dir, func() bool { return s.intact(sum) })
}

// intact reports whether the content of the folder of that name has that hash.
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
	binary, err := os.ReadFile(filepath.Join(dir, bootstrap))
	return err == nil && hexSHA256(binary) == sum
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

func (s store) deployedFile(key string) string { return filepath.Join(s.dir, key+".deployed") }

// unused is how long a binary is kept that no build asks for: over a weekend.
const unused = 72 * time.Hour

// trim removes what no build has asked for lately. It ignores errors: the next
// build trims again.
func (s store) trim() {
	entries, _ := os.ReadDir(s.dir)
	for _, entry := range entries {
		name := entry.Name()
		base, ext := name[:len(name)-len(filepath.Ext(name))], filepath.Ext(name)
		scratch, _ := filepath.Match("scratch-*", name)
		ours := scratch || isSHA256(base) && (ext == ".used" || ext == ".last" || ext == ".deployed" || ext == "")
		if !ours || !s.old(name) {
			continue
		}
		if ext == "" && !scratch && !s.old(name+".used") {
			continue
		}
		_ = os.RemoveAll(filepath.Join(s.dir, name))
	}
}

// old reports whether a file or folder is past its time; a missing one is.
func (s store) old(name string) bool {
	info, err := os.Stat(filepath.Join(s.dir, name))
	return errors.Is(err, fs.ErrNotExist) || err == nil && time.Since(info.ModTime()) > unused
}

func isSHA256(text string) bool {
	raw, err := hex.DecodeString(text)
	return err == nil && len(raw) == sha256.Size
}

func hexSHA256(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}
