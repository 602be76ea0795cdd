// Package binarchtest makes what tests have judged: the smallest native programs,
// and folders of files.
package binarchtest

import (
	"bytes"
	"debug/elf"
	"encoding/binary"
	"os"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"
)

// Program is a static Linux program that is nothing but its header.
func Program(t testing.TB, machine elf.Machine) string {
	t.Helper()
	header := elf.Header64{Type: uint16(elf.ET_EXEC), Machine: uint16(machine), Version: 1, Ehsize: 64, Phentsize: 56}
	copy(header.Ident[:], elf.ELFMAG)
	header.Ident[elf.EI_CLASS], header.Ident[elf.EI_DATA], header.Ident[elf.EI_VERSION] = byte(elf.ELFCLASS64), byte(elf.ELFDATA2LSB), 1
	var b bytes.Buffer
	require.NoError(t, binary.Write(&b, binary.LittleEndian, header))
	return b.String()
}

// Folder is a new folder with files in it, all of them executable.
func Folder(t testing.TB, files map[string]string) string {
	t.Helper()
	dir, content := t.TempDir(), fstest.MapFS{}
	for name, text := range files {
		content[name] = &fstest.MapFile{Data: []byte(text), Mode: 0o755}
	}
	require.NoError(t, os.CopyFS(dir, content))
	return dir
}
