package binarch

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/zstd"
	"github.com/stretchr/testify/require"
)

// testdata is a file that a command line tool has made of x86Library, or of a tar with it
// as lib/a.so.
func testdata(t testing.TB, name string) string {
	t.Helper()
	content, err := os.ReadFile(filepath.Join("testdata", name))
	require.NoError(t, err)
	return string(content)
}

func brotlied(t testing.TB, content string) string {
	t.Helper()
	var b bytes.Buffer
	w := brotli.NewWriter(&b)
	_, err := w.Write([]byte(content))
	require.NoError(t, err)
	require.NoError(t, w.Close())
	return b.String()
}

func zstandard(t testing.TB, content string) string {
	t.Helper()
	w, err := zstd.NewWriter(nil)
	require.NoError(t, err)
	return string(w.EncodeAll([]byte(content), nil))
}

// Every compressed file is opened, alone and around a tar, on its own, in a folder and in
// a zip.
func TestCompressedFilesAreOpened(t *testing.T) {
	tarred := files{"lib/a.so": x86Library}.tar(t)
	compressed := files{
		"a.so.gz": gzipped(t, x86Library), "a.tgz": gzipped(t, tarred),
		"a.so.br": brotlied(t, x86Library), "a.tar.BR": brotlied(t, tarred),
		"a.so.zst": zstandard(t, x86Library), "a.tar.zst": zstandard(t, tarred),
		"a.skippable": "\x5a\x2a\x4d\x18\x04\x00\x00\x00skip" + zstandard(t, x86Library),
		"a.so.xz":     testdata(t, "library.xz"), "a.tar.xz": testdata(t, "library.tar.xz"), "filtered": testdata(t, "library-x86.xz"),
		"a.so.bz2": testdata(t, "library.bz2"), "a.tbz": testdata(t, "library.tar.bz2"),
		"twice.br": brotlied(t, gzipped(t, x86Library)),
	}
	compressed.each(func(name string, _ os.FileMode, content string) {
		t.Run(name, func(t *testing.T) {
			one := files{"bin/" + name: content}
			inside, alone := "", "wrong-architecture "+name
			if strings.Contains(name, ".t") {
				inside, alone = "!/lib/a.so", "wrong-architecture lib/a.so"
			}
			want := []string{"wrong-architecture bin/" + name + inside}
			require.Equal(t, want, alarms(t, one.folder(t), Target{Architecture: Arm64}))
			require.Equal(t, want, alarms(t, file(t, "p.zip", one.zip(t)), Target{Architecture: Arm64}))
			require.Equal(t, []string{alone}, alarms(t, file(t, name, content), Target{Architecture: Arm64}))
			require.Empty(t, alarms(t, one.folder(t), Target{Architecture: X8664}))
		})
	})
}

// Image layers come in every compression, too.
func TestLayersOfEveryCompression(t *testing.T) {
	tarred := files{"lib/a.so": x86Library}.tar(t)
	layers := files{"gz": gzipped(t, tarred), "zst": zstandard(t, tarred), "xz": testdata(t, "library.tar.xz"), "bz2": testdata(t, "library.tar.bz2")}
	for name, layer := range layers {
		image := files{"manifest.json": `[{"Config": "c.json", "Layers": ["l.tar"]}]`, "c.json": `{"architecture": "arm64", "os": "linux"}`, "l.tar": layer}.tar(t)
		require.Equal(t, []string{"wrong-architecture lib/a.so"}, alarms(t, file(t, "image.tar", image), Target{Architecture: Arm64}), name)
	}
}

// Compressed files that are damaged, or that need more memory than a scan gives them.
func TestCompressedFilesHaveBounds(t *testing.T) {
	const window = "\x28\xb5\x2f\xfd\x00\x88\x29\x00\x00hello" // a frame that asks for 128 MiB
	tests := map[string]struct {
		content string
		limits  Limits
		want    []Problem
	}{
		"a.xz":     {testdata(t, "library.xz")[:60], Limits{}, []Problem{{"a.xz", "xz: data is truncated or corrupt"}}},
		"w.xz":     {testdata(t, "library-window.xz"), Limits{}, []Problem{{"w.xz", "xz: LZMA2 dictionary size exceeds max"}}},
		"w.zst":    {window, Limits{}, []Problem{{"w.zst", "zstd: window size exceeded"}}},
		"a.zst":    {zstandard(t, x86Library)[:30], Limits{}, []Problem{{"a.zst", "zstd: unexpected EOF"}}},
		"slow.xz":  {testdata(t, "library.xz"), Limits{Slow: 100}, []Problem{{"", "more than 0 MiB come out of its xz and bzip2 files; the rest was not looked at"}}},
		"deep.zst": {zstandard(t, zstandard(t, zstandard(t, x86Library))), Limits{Depth: 2}, []Problem{{"deep.zst", "archives are opened 2 deep, and this one lies deeper"}}},
	}
	for name, test := range tests {
		require.Equal(t, test.want, problems(t, files{name: test.content}.folder(t), test.limits), name)
	}
}

// A file that grows a thousandfold is a bomb, whatever the sum of all bytes.
func TestCompressionBombsAreNotUnpacked(t *testing.T) {
	var b bytes.Buffer
	w, err := zstd.NewWriter(&b)
	require.NoError(t, err)
	tarred := tar.NewWriter(w)
	const size = 400 << 20
	require.NoError(t, tarred.WriteHeader(&tar.Header{Name: "a", Mode: 0o644, Size: size}))
	for range size >> 20 {
		_, err := tarred.Write(make([]byte, 1<<20))
		require.NoError(t, err)
	}
	require.NoError(t, tarred.Close())
	require.NoError(t, w.Close())
	got := problems(t, files{"a.tar.zst": b.String()}.folder(t), Limits{})
	require.Equal(t, []Problem{{"a.tar.zst", "tar: it grows to more than 1000 times its size; the rest was not looked at"}}, got)
}

// A name alone makes no Brotli file.
func TestBrotliIsVerified(t *testing.T) {
	inventory, err := Scan(t.Context(), files{"locale.br": "demat\n", "b.br": "\xff\xfe\x00\x01\x80\x81", "empty.br": "", "c.br": x86Library}.folder(t), Options{})
	require.NoError(t, err)
	require.Empty(t, inventory.Problems)
	require.Equal(t, []Problem{{"b.br", "a file that is named as Brotli and cannot be decoded, which is not opened"}}, inventory.Unopened)
	require.Len(t, inventory.Trees[0].Files, 1)
}

// What nothing here opens is listed, so that nobody takes it for read.
func TestWhatIsNotOpenedIsListed(t *testing.T) {
	tail := strings.Repeat("\xf5\x01payload\x00", 1000)
	scripts := files{
		"makeself.run": "#!/bin/sh\ntail -n +3 \"$0\" | tar xz\n" + gzipped(t, x86Library),
		"shar.sh":      "#!/bin/sh\nbase64 -d <<E | tar x\n" + strings.Repeat(strings.Repeat("QUJD", 19)+"\n", 100) + "E\n",
		"tar.sh":       "#!/bin/sh\n" + files{"a": "text"}.tar(t),
	}
	programs := files{
		"installer": x86Library + tail + pyInstallerCookie + strings.Repeat("\x00", 80),
		"overlay":   x86Library + tail,
		"7zip":      x86Library + "7z\xbc\xaf\x27\x1c",
		"app.image": x86Library[:8] + "AI\x02" + x86Library[11:] + "hsqs" + tail,
	}
	archives := files{
		"a.7z": "7z\xbc\xaf\x27\x1c" + tail, "a.rar": "Rar!\x1a\x07\x01\x00", "a.jmod": "JM\x01\x00PK\x03\x04", "a.rpm": "\xed\xab\xee\xdb\x03\x00",
		"a.lzma": testdata(t, "library.lzma"), "a.lz4": testdata(t, "library.lz4"), "a.squashfs": "hsqs" + tail, "a.cpio": "070701" + tail, "a.lz": "LZIP\x01",
	}
	want := map[string]string{
		"makeself.run": "an archive behind a script", "shar.sh": "an archive behind a script", "tar.sh": "an archive behind a script",
		"installer": "PyInstaller's archive behind a program", "overlay": "data behind a program", "7zip": "a 7z archive behind a program",
		"app.image": "the file system of an AppImage",
		"a.7z":      "a 7z archive", "a.rar": "a RAR archive", "a.jmod": "a Java module (.jmod)", "a.rpm": "an RPM package",
		"a.lzma": "a file compressed with LZMA", "a.lz4": "a file compressed with LZ4", "a.squashfs": "a SquashFS image",
		"a.cpio": "a cpio archive", "a.lz": "a file compressed with lzip",
	}
	for _, all := range []files{scripts, programs, archives} {
		for name, content := range all {
			for _, path := range []string{files{"in/" + name: content}.folder(t), file(t, "p.zip", files{"in/" + name: content}.zip(t))} {
				report, err := Check(t.Context(), path, []Target{{Architecture: X8664}}, Options{})
				require.NoError(t, err)
				require.Equal(t, []Finding{{Rule: NotChecked, Severity: Info, Path: "in/" + name, Reason: want[name] + ", which is not opened"}}, report.Findings, name)
				require.True(t, report.Findings[0].Unread())
			}
		}
	}
}

// Nothing is said of what has nothing behind it, or text.
func TestWhatIsReadIsNotListed(t *testing.T) {
	plain := files{
		"a.so": x86Library, "signed.so": x86Library + "~Module signature appended~\n", "go*": armGo,
		"cli.js": "#!/usr/bin/env node\n" + strings.Repeat("const s = \"\x00 é\"; // "+strings.Repeat("minified", 30)+"\n", 5000),
		"key.sh": "#!/bin/sh\necho LS0tLS1CRUdJTg== | base64 -d\n", "b.lzma": "notes on lzma, as a text of more than 13 bytes\n",
	}
	inventory, err := Scan(t.Context(), plain.folder(t), Options{})
	require.NoError(t, err)
	require.Empty(t, inventory.Unopened)
	require.Empty(t, inventory.Problems)
}

// A zip behind a script or a program is opened, with a comment at its end or without.
func TestZipBehindSomething(t *testing.T) {
	for beginning, path := range map[string]string{"#!/usr/bin/env python3\n": "app.pyz", x86Library: "program"} {
		for _, comment := range []string{"", "made by zipapp", strings.Repeat("long ", 4000)} {
			var b bytes.Buffer
			b.WriteString(beginning)
			w := zip.NewWriter(&b)
			w.SetOffset(int64(b.Len()))
			entry, err := w.Create("lib/b.so")
			require.NoError(t, err)
			_, err = fmt.Fprint(entry, armLibrary)
			require.NoError(t, err)
			require.NoError(t, w.SetComment(comment))
			require.NoError(t, w.Close())
			require.Equal(t, []string{"wrong-architecture " + path + "!/lib/b.so"},
				alarms(t, files{path: b.String()}.folder(t), Target{Architecture: X8664}), "%q", comment)
		}
	}
}

// A Debian package is opened.
func TestDebianPackages(t *testing.T) {
	var b strings.Builder
	b.WriteString(arMagic)
	for _, member := range []struct{ name, data string }{{"debian-binary", "2.0\n"}, {"control.tar.xz", testdata(t, "library.tar.xz")}, {"data.tar.zst/", zstandard(t, files{"opt/b.so": x86Library}.tar(t))}} {
		fmt.Fprintf(&b, "%-16s%-12d%-6d%-6d%-8o%-10d`\n%s", member.name, 0, 0, 0, 0o644, len(member.data), member.data)
		if len(member.data)%2 == 1 {
			b.WriteByte('\n')
		}
	}
	require.Equal(t, []string{"wrong-architecture a.deb!/control.tar.xz!/lib/a.so", "wrong-architecture a.deb!/data.tar.zst!/opt/b.so"},
		alarms(t, files{"a.deb": b.String()}.folder(t), Target{Architecture: Arm64}))
}

// An entry that is packed by a method of its own is reported, and the rest is read.
func TestUnknownMethodsAreReported(t *testing.T) {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	raw, err := w.CreateRaw(&zip.FileHeader{Name: "a.so", Method: 14, CompressedSize64: 4, UncompressedSize64: 100})
	require.NoError(t, err)
	_, err = raw.Write([]byte("LZMA"))
	require.NoError(t, err)
	entry, err := w.Create("b.so")
	require.NoError(t, err)
	_, err = entry.Write([]byte(x86Library))
	require.NoError(t, err)
	require.NoError(t, w.Close())
	path := file(t, "a.zip", b.String())
	require.Equal(t, []Problem{{"a.so", "zip: unsupported compression algorithm"}}, problems(t, path, Limits{}))
	require.Equal(t, []string{"wrong-architecture b.so", "unreadable a.so"}, alarms(t, path, Target{Architecture: Arm64}))
}
