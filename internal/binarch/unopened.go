package binarch

import (
	"bytes"
	"encoding/binary"
	"io"
	"path"
	"strings"
	"unicode/utf8"
)

// unopenedFormats are archives and compressed files that nothing here opens, by the bytes
// that they begin with.
var unopenedFormats = []struct{ magic, is string }{
	{"7z\xbc\xaf\x27\x1c", "a 7z archive"},
	{"Rar!\x1a\x07", "a RAR archive"},
	{"JM\x01\x00", "a Java module (.jmod)"},
	{"\xed\xab\xee\xdb", "an RPM package"},
	{"hsqs", "a SquashFS image"},
	{"xar!\x00\x1c", "a xar archive"},
	{"MSCF\x00\x00\x00\x00", "a cabinet archive"},
	{"070701", "a cpio archive"},
	{"070702", "a cpio archive"},
	{"070707", "a cpio archive"},
	{"\xc7\x71", "a cpio archive"},
	{"LZIP\x01", "a file compressed with lzip"},
	{"\x04\x22\x4d\x18", "a file compressed with LZ4"},
	{"\x02\x21\x4c\x18", "a file compressed with LZ4"},
	{"\x89LZO\x00\x0d\x0a\x1a\x0a", "a file compressed with lzop"},
	{"\x1f\x9d", "a file compressed with compress"},
	{"\x1f\xa0", "a file compressed with compress"},
	{"\xff\x06\x00\x00sNaPpY", "a file compressed with Snappy"},
}

// unopenedFormat says what a file is that holds others and that nothing here opens, "" for all
// other files.
func unopenedFormat(p place, c *content) string {
	for _, format := range unopenedFormats {
		if bytes.HasPrefix(c.head, []byte(format.magic)) {
			return format.is
		}
	}
	switch strings.ToLower(path.Ext(p.name)) {
	case ".br":
		if !p.unpacked && !isText(c.head) {
			return "a file that is named as Brotli and cannot be decoded"
		}
	case ".lzma", ".tlz":
		// The format has no magic number: a byte of properties, then the window.
		if len(c.head) > 13 && c.head[0] < 225 && !isText(c.head) {
			return "a file compressed with LZMA"
		}
	}
	return ""
}

// archiveIn says which archive begins there, those that can be opened included.
func archiveIn(head []byte) string {
	for _, format := range unopenedFormats {
		if len(format.magic) > 2 && bytes.HasPrefix(head, []byte(format.magic)) {
			return format.is
		}
	}
	switch format := sniff(head); format {
	case gzipFile, bzip2File, xzFile, zstdFile, tarFile, zipFile:
		article := "a "
		if format == xzFile {
			article = "an "
		}
		return article + string(format) + " archive"
	}
	return ""
}

const (
	zipEnd     = "PK\x05\x06"
	zipEndSize = 22
	// maxComment is the longest that a zip has at its end.
	maxComment = 1<<16 - 1
)

// endsAsZip reports whether a zip ends where the file ends, behind whatever it begins
// with: pex, shiv, zipapp and executable jars. A comment may stand behind it.
func endsAsZip(r io.ReaderAt, size int64) bool {
	length := min(size, zipEndSize+maxComment)
	tail := make([]byte, length)
	if n, _ := r.ReadAt(tail, size-length); int64(n) < length {
		return false
	}
	for at := len(tail) - zipEndSize; at >= 0; at-- {
		at = bytes.LastIndex(tail[:at+len(zipEnd)], []byte(zipEnd))
		if at < 0 {
			return false
		}
		if comment := int(binary.LittleEndian.Uint16(tail[at+zipEndSize-2:])); at+zipEndSize+comment == len(tail) {
			return true
		}
	}
	return false
}

// payload says what a script unpacks that lies behind its lines: binary data, or text
// that a command in it decodes. "" if there is nothing.
func payload(r io.ReaderAt, size int64) (string, error) {
	const what = "an archive behind a script"
	source := io.NewSectionReader(r, 0, size)
	buffer := make([]byte, 64<<10)
	decodes, encoded := false, 0
	for {
		n, err := io.ReadFull(source, buffer)
		block := buffer[:n]
		if bytes.IndexByte(block, 0) >= 0 && (!isText(bytes.ReplaceAll(whole(block), []byte{0}, nil)) || bytes.Contains(block, []byte("ustar"))) {
			return what, nil
		}
		decodes = decodes || decoder(block)
		encoded += encodedBytes(block)
		if decodes && encoded >= minEncoded {
			return what, nil
		}
		switch err {
		case nil:
		case io.EOF, io.ErrUnexpectedEOF:
			return "", nil
		default:
			return "", err
		}
	}
}

// whole leaves out the characters that begin before a block or end behind it.
func whole(block []byte) []byte {
	for range min(len(block), utf8.UTFMax-1) {
		if utf8.RuneStart(block[0]) {
			break
		}
		block = block[1:]
	}
	return block[:max(0, len(block)-utf8.UTFMax+1)]
}

// minEncoded is how much encoded text is more than a key or an icon.
const minEncoded = 4 << 10

func decoder(text []byte) bool {
	for _, command := range []string{"base64 -d", "base64 --decode", "base64 -D", "openssl base64", "openssl enc", "uudecode", "xxd -r"} {
		if bytes.Contains(text, []byte(command)) {
			return true
		}
	}
	return false
}

// encodedBytes counts the bytes of lines that are nothing but letters, digits and what
// Base64 and uuencode have beside them.
func encodedBytes(text []byte) int {
	n := 0
	for line := range bytes.SplitSeq(text, []byte("\n")) {
		if len(line) >= 60 && bytes.IndexByte(line, ' ') < 0 {
			n += len(line)
		}
	}
	return n
}
