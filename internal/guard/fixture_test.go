package guard

import (
	"bytes"
	"debug/elf"
	"encoding/binary"
	"os"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"
)

// program is a static program that is nothing but its header.
func program(t *testing.T, machine elf.Machine) string {
	t.Helper()
	header := elf.Header64{Type: uint16(elf.ET_EXEC), Machine: uint16(machine), Version: 1, Ehsize: 64, Phentsize: 56}
	copy(header.Ident[:], elf.ELFMAG)
	header.Ident[elf.EI_CLASS], header.Ident[elf.EI_DATA], header.Ident[elf.EI_VERSION] = byte(elf.ELFCLASS64), byte(elf.ELFDATA2LSB), 1
	var b bytes.Buffer
	require.NoError(t, binary.Write(&b, binary.LittleEndian, header))
	return b.String()
}

// folder has files in it, all of them executable.
func folder(t *testing.T, files map[string]string) string {
	t.Helper()
	dir, content := t.TempDir(), fstest.MapFS{}
	for name, text := range files {
		content[name] = &fstest.MapFile{Data: []byte(text), Mode: 0o755}
	}
	require.NoError(t, os.CopyFS(dir, content))
	return dir
}
