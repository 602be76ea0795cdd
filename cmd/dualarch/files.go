package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// fileFlag is a flag that names a file to write; "" is none.
type fileFlag struct{ flag, name string }

// checkFiles refuses files that could not be written when all is done, and two flags with the same file, of which the
// second would be all that is left.
func checkFiles(flags ...fileFlag) error {
	var problems []error
	var all []string
	stdout := 0
	given := map[string]string{} // flags, by the files that they write
	for _, f := range flags {
		all = append(all, "--"+f.flag)
		switch {
		case f.name == "":
			continue
		case isStdout(f.name):
			stdout++
			continue
		}
		if err := writable(f.name); err != nil {
			problems = append(problems, fmt.Errorf("--%s: %w", f.flag, err))
			continue
		}
		file := resolved(f.name)
		if other, twice := given[file]; twice && file != os.DevNull {
			problems = append(problems, fmt.Errorf("--%s %s: --%s writes the same file; give another", f.flag, f.name, other))
		}
		given[file] = f.flag
	}
	if stdout > 1 {
		last := len(all) - 1
		problems = append(problems, fmt.Errorf("%s and %s: more than one is -, the standard output; give files", strings.Join(all[:last], ", "), all[last]))
	}
	return errors.Join(problems...)
}

// isStdout reports whether a name means the standard output. It is written as it was opened: by a name that the system
// has for it, a file would be written from its beginning.
func isStdout(name string) bool {
	return slices.Contains([]string{"-", "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"}, name)
}

// writeTo writes to a file, whole or not at all, or to the standard output.
func writeTo(name string, stdout io.Writer, content []byte) error {
	if isStdout(name) {
		_, err := stdout.Write(content)
		return err
	}
	return writeFile(name, content)
}

// writable refuses a file that could not be written.
func writable(name string) error {
	switch info, err := os.Stat(name); {
	case err == nil && info.IsDir():
		return fmt.Errorf("%s is a folder; give a file", name)
	case err == nil && info.Mode()&fs.ModeCharDevice != 0:
		file, err := os.OpenFile(name, os.O_WRONLY, 0)
		if err != nil {
			return err
		}
		return file.Close()
	case err == nil && !info.Mode().IsRegular(): // who reads a pipe must not see it end
		return nil
	}
	file, err := temporary(resolved(name))
	if err != nil {
		return err
	}
	return errors.Join(file.Close(), os.Remove(file.Name()))
}

// writeFile replaces a file when all of it is written, the one that a link leads to. What is no file, such as a device
// or a pipe, is written and stays what it is.
func writeFile(name string, content []byte) error {
	if info, err := os.Stat(name); err == nil && !info.Mode().IsRegular() && !info.IsDir() {
		file, err := os.OpenFile(name, os.O_WRONLY, 0)
		if err != nil {
			return err
		}
		_, err = file.Write(content)
		return errors.Join(err, file.Close())
	}
	name = resolved(name)
	file, err := temporary(name)
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(file.Name()) }() // gone if it was renamed
	_, err = file.Write(content)
	if err := errors.Join(err, file.Chmod(0o644), file.Close()); err != nil {
		return err
	}
	return os.Rename(file.Name(), name)
}

// temporary makes a file beside one, which it may replace.
func temporary(name string) (*os.File, error) {
	return os.CreateTemp(filepath.Dir(name), ".dualarch-*")
}

// mostLinks is how many links Linux follows in a path.
const mostLinks = 40

// resolved returns the path of the file that writing to a name writes, whether or not it is there: links are followed.
// It returns the name as it is if its folder cannot be found.
func resolved(name string) string {
	path := name
	for range mostLinks {
		folder, base := filepath.Split(path) // as it is: behind a link to a folder, .. is not where it seems
		folder, err := filepath.EvalSymlinks(cmp.Or(folder, "."))
		if err != nil {
			return name
		}
		if folder, err = filepath.Abs(folder); err != nil {
			return name
		}
		path = filepath.Join(folder, base)
		target, err := os.Readlink(path)
		if err != nil { // it is no link
			return path
		}
		if !filepath.IsAbs(target) {
			target = folder + string(filepath.Separator) + target
		}
		path = target
	}
	return name
}
