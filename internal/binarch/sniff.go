package binarch

import (
	"bytes"
	"encoding/binary"
)

// Formats that are opened rather than judged.
const (
	zipFile    Format = "zip"
	gzipFile   Format = "gzip"
	bzip2File  Format = "bzip2"
	brotliFile Format = "brotli"
	xzFile     Format = "xz"
	zstdFile   Format = "zstd"
	tarFile    Format = "tar"
)

const (
	arMagic    = "!<arch>\n"
	machOFat   = 0xcafebabe
	machOFat64 = 0xcafebabf
	tarMagicAt = 257
	tarSumAt   = 148
)

// sniff tells a format by a file's first bytes; Plain where they tell nothing.
func sniff(head []byte) Format {
	if len(head) < 4 {
		return Plain
	}
	switch binary.BigEndian.Uint32(head) {
	case machO32, machO64, 0xcefaedfe, 0xcffaedfe:
		return MachO
	case machOFat, machOFat64:
		// Java's class files begin the same way; there the next four bytes are the
		// version, 45 and up, here they are the number of architectures.
		if len(head) >= 8 && binary.BigEndian.Uint32(head[4:]) <= maxMachOArchitectures {
			return MachO
		}
		return Plain
	case 0x7f454c46:
		return ELF
	case 0x0061736d:
		return WebAssembly
	case 0x504b0304, 0x504b0506:
		return zipFile
	}
	switch {
	case head[0] == 0x1f && head[1] == 0x8b:
		return gzipFile
	case isAPE(head):
		return APE
	case bytes.HasPrefix(head, []byte("\xfd7zXZ\x00")):
		return xzFile
	case bytes.HasPrefix(head, []byte("\x28\xb5\x2f\xfd")), head[0]&0xf0 == 0x50 && string(head[1:4]) == "\x2a\x4d\x18":
		return zstdFile // or a frame in front of its frames that is skipped
	case isBzip2(head):
		return bzip2File
	case head[0] == 'M' && head[1] == 'Z':
		return PE
	case head[0] == '#' && head[1] == '!':
		return Script
	case bytes.HasPrefix(head, []byte(arMagic)):
		return Archive
	case isTar(head):
		return tarFile
	}
	return Plain
}

// isTar also asks for a checksum of octal digits, right or wrong: programs that write
// tars have the magic in their source, at that place in tar-stream's headers.js.
func isTar(head []byte) bool {
	if len(head) < tarMagicAt+5 || string(head[tarMagicAt:tarMagicAt+5]) != "ustar" {
		return false
	}
	return len(bytes.Trim(head[tarSumAt:tarSumAt+8], "01234567 \x00")) == 0
}

// isBzip2 also asks for what begins a block, or the end of an empty file.
func isBzip2(head []byte) bool {
	if len(head) < 10 || string(head[:3]) != "BZh" || head[3] < '1' || head[3] > '9' {
		return false
	}
	return string(head[4:10]) == "1AY&SY" || string(head[4:10]) == "\x17\x72\x45\x38\x50\x90"
}
