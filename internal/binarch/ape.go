package binarch

import (
	"bytes"
	"errors"
	"io"
)

// maxAPEScript is how much of an Actually Portable Executable is searched: the script at its beginning takes 3 to 5 KiB.
const maxAPEScript = 16 << 10

// isAPE recognises an Actually Portable Executable: a file for many systems that is a shell script to Linux, and,
// beginning with MZ, a program to Windows.
func isAPE(head []byte) bool {
	for _, magic := range []string{"MZqFpD='", "jartsr='", "APEDBG='"} {
		if bytes.HasPrefix(head, []byte(magic)) {
			return true
		}
	}
	return false
}

// readAPE tells which architectures the program has code for. They stand in its script, which has an ELF header for
// each. No architecture in the File means any: a script without headers is left to the shell.
func readAPE(r io.ReaderAt) (File, error) {
	script := make([]byte, maxAPEScript)
	n, err := r.ReadAt(script, 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return File{}, err
	}
	script = script[:n]
	x86 := bytes.Contains(script, []byte(`\177ELF`))
	arm := bytes.Contains(script, []byte("aarch64"))
	if !x86 || arm {
		return File{}, nil
	}
	return File{Format: APE, OS: Linux, Architectures: []Architecture{X8664}, Role: Program}, nil
}
