package binarch

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// problems scans path and returns what could not be read.
func problems(t *testing.T, path string, limits Limits) []Problem {
	t.Helper()
	inventory, err := Scan(t.Context(), path, Options{Limits: limits})
	require.NoError(t, err)
	return inventory.Problems
}

func TestDamagedFilesAreReported(t *testing.T) {
	whole := files{"a": strings.Repeat("some text ", 1000), "b.so": x86Library}.zip(t)
	tarred := files{"a": strings.Repeat("some text ", 1000)}.tar(t)
	damaged := []byte(whole)
	copy(damaged[35:60], bytes.Repeat([]byte{0xff}, 25))
	tests := []struct {
		name  string
		files files
		want  []Problem
	}{
		{"ELF cut off", files{"a.so": x86Library[:50]}, []Problem{{"a.so", "ELF header: the file ends inside it"}}},
		{"zip cut off", files{"a.zip": whole[:len(whole)-10]}, []Problem{{"a.zip", "zip: not a valid zip file"}}},
		{"zip damaged", files{"a.zip": string(damaged)}, []Problem{{"a.zip!/a", "flate: corrupt input before offset 9"}}},
		{"tar cut off", files{"a.tar": tarred[:2000]}, []Problem{{"a.tar!/a", "unexpected EOF"}, {"a.tar", "tar: unexpected EOF"}}},
		{"gzip cut off", files{"a.gz": gzipped(t, strings.Repeat("x", 9000))[:20]}, []Problem{{"a.gz", "gzip: unexpected EOF"}}},
		{"gzip's header", files{"a.gz": "\x1f\x8bnonsense"}, []Problem{{"a.gz", "gzip: invalid header"}}},
		{"out of the archive", files{"a.zip": files{"../../etc/cron.d/x.so": x86Library}.zip(t)},
			[]Problem{{"a.zip!/etc/cron.d/x.so", "its name leaves the archive; nothing unpacks it there"}}},
		{"a name that no system takes", files{"a.tar": files{strings.Repeat("long/", 1000) + "x.so": x86Library}.tar(t), "b.zip": files{strings.Repeat("long/", 1000) + "x.so": x86Library}.zip(t)},
			[]Problem{
				{"a.tar!/" + strings.Repeat("long/", 12) + "…", "its name has more than 4096 bytes; nothing unpacks it"},
				{"b.zip!/" + strings.Repeat("long/", 12) + "…", "its name has more than 4096 bytes; nothing unpacks it"},
			}},
		{"out of the tar", files{"a.tar": files{"../x": "text"}.tar(t)},
			[]Problem{{"a.tar!/x", "its name leaves the archive; nothing unpacks it there"}}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			require.ElementsMatch(t, test.want, problems(t, test.files.folder(t), Limits{}))
		})
	}
}

// What is known in spite of damage is still judged.
func TestDamagedELFIsJudgedByItsHeader(t *testing.T) {
	folder := files{"a.so": x86Library[:len(x86Library)-30]}.folder(t)
	require.Equal(t, []string{"wrong-architecture a.so", "unreadable a.so"}, alarms(t, folder, Target{Architecture: Arm64}))
}

func TestArchivesAreOpenedToADepth(t *testing.T) {
	content := files{"a.so": x86Library}
	for range 8 {
		content = files{"n.zip": content.zip(t)}
	}
	require.Equal(t, []Problem{{"n.zip!/n.zip!/n.zip!/n.zip!/n.zip!/n.zip", "archives are opened 5 deep, and this one lies deeper"}},
		problems(t, content.folder(t), Limits{}))
}

// A tiny zip whose one entry claims, and has, a lot of zeros costs one page.
func TestZipBombIsNotUnpacked(t *testing.T) {
	var compressed bytes.Buffer
	w, err := flate.NewWriter(&compressed, flate.BestCompression)
	require.NoError(t, err)
	_, err = io.CopyN(w, zeros{}, 64<<20)
	require.NoError(t, err)
	require.NoError(t, w.Close())
	var b bytes.Buffer
	archive := zip.NewWriter(&b)
	for i := range 100 {
		entry, err := archive.CreateRaw(&zip.FileHeader{
			Name: fmt.Sprintf("bomb%d", i), Method: zip.Deflate, UncompressedSize64: 64 << 20, CompressedSize64: uint64(compressed.Len()),
		})
		require.NoError(t, err)
		_, err = entry.Write(compressed.Bytes())
		require.NoError(t, err)
	}
	require.NoError(t, archive.Close())
	s := newScan(t.Context(), "", Options{})
	c, err := diskContent(bytes.NewReader(b.Bytes()), int64(b.Len()), make([]byte, headSize))
	require.NoError(t, err)
	require.NoError(t, s.topFile(place{name: "bomb.zip"}, c))
	require.Empty(t, s.found.inventory.Problems)
	require.Equal(t, int64(100), s.progress.Files.Load())
	require.Less(t, s.expanded.Load(), int64(1<<20), "bytes unpacked of 6 GiB")
}

type zeros struct{}

func (zeros) Read(b []byte) (int, error) {
	clear(b)
	return len(b), nil
}

func TestZipDirectoryIsBounded(t *testing.T) {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	comment := strings.Repeat("c", 60_000)
	for i := range maxDirectoryBytes/len(comment) + 1 {
		_, err := w.CreateHeader(&zip.FileHeader{Name: fmt.Sprint(i), Comment: comment})
		require.NoError(t, err)
	}
	require.NoError(t, w.Close())
	require.Equal(t, []Problem{{"", "zip: its directory is larger than 16 MiB"}}, problems(t, file(t, "a.zip", b.String()), Limits{}))
}

func TestEncryptedEntriesAreReported(t *testing.T) {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	_, err := w.CreateRaw(&zip.FileHeader{Name: "a.so", Flags: 1})
	require.NoError(t, err)
	require.NoError(t, w.Close())
	require.Equal(t, []Problem{{"a.so", "zip: the entry is encrypted"}}, problems(t, file(t, "a.zip", b.String()), Limits{}))
}

// A pex is a script with a zip behind it.
func TestZipBehindAScript(t *testing.T) {
	var b bytes.Buffer
	b.WriteString("#!/usr/bin/env python3\n")
	w := zip.NewWriter(&b)
	w.SetOffset(int64(b.Len()))
	entry, err := w.Create("a.so")
	require.NoError(t, err)
	_, err = entry.Write([]byte(x86Library))
	require.NoError(t, err)
	require.NoError(t, w.Close())
	folder := files{"app.pex*": b.String()}.folder(t)
	require.Equal(t, []string{"wrong-architecture app.pex!/a.so"}, alarms(t, folder, Target{Architecture: Arm64}))
}

// However a package is cut off, it is judged by what is left, and the rest is said.
func TestCutOffAnywhere(t *testing.T) {
	tree := files{
		"bootstrap*": armGo, "lib/a.so": x86Library, "a.a": archive(x86Object), "b.dylib": universal(),
		"c.dll": peSpec{machine: 0x8664, managed: true}.build(), "d-1.dist-info/WHEEL": "Tag: cp312-cp312-win_amd64\n",
	}
	image := files{
		"manifest.json": `[{"Config": "c.json", "RepoTags": ["a:b"], "Layers": ["l.tar"]}]`,
		"c.json":        `{"architecture": "arm64", "os": "linux"}`,
		"l.tar":         tree.tar(t),
	}
	for name, whole := range map[string]string{
		"ELF": x86Library, "Mach-O": universal(), "PE": tree["c.dll"], "ar": tree["a.a"],
		"zip": tree.zip(t), "tar": tree.tar(t), "tar.gz": gzipped(t, tree.tar(t)), "image": image.tar(t),
	} {
		t.Run(name, func(t *testing.T) {
			step := max(1, len(whole)/200)
			for length := 0; length < len(whole); length += step {
				s := newScan(t.Context(), "cut", Options{})
				c, err := diskContent(strings.NewReader(whole[:length]), int64(length), make([]byte, headSize))
				require.NoError(t, err)
				require.NoError(t, s.topFile(place{name: "cut"}, c), "%d of %d bytes", length, len(whole))
				for _, f := range s.found.finish().Report([]Target{{Architecture: X8664}}).Findings {
					require.NotEmpty(t, f.Reason)
				}
			}
		})
	}
}

// A broken tree gives a long report, not an endless one.
func TestProblemsAreCapped(t *testing.T) {
	broken := files{}
	for i := range maxProblems + 5 {
		broken[fmt.Sprintf("%d.so", i)] = "\x7fELF"
	}
	report, err := Check(t.Context(), broken.folder(t), []Target{{Architecture: Arm64}}, Options{})
	require.NoError(t, err)
	require.Len(t, report.Findings, maxProblems+1)
	require.Equal(t, "more files than listed could not be read", report.Findings[maxProblems].String())
}
