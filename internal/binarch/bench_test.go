package binarch

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// BenchmarkScanFolder scans an asset of Lambda's largest size, 250 MB unzipped in
// 5,000 files of which 100 are native, from the page cache. B/op, all that a scan
// allocates, bounds its memory.
func BenchmarkScanFolder(b *testing.B) {
	root, bytes := largestAsset(b)
	benchmarkScan(b, root, bytes)
}

// BenchmarkScanZip scans the same asset as a zip.
func BenchmarkScanZip(b *testing.B) {
	_, bytes := largestAsset(b)
	benchmarkScan(b, file(b, "asset.zip", assetFiles().zip(b)), bytes)
}

func benchmarkScan(b *testing.B, path string, bytes int64) {
	b.SetBytes(bytes)
	b.ReportAllocs()
	started := time.Now()
	for b.Loop() {
		inventory, err := Scan(b.Context(), path, Options{})
		require.NoError(b, err)
		require.Len(b, inventory.Trees[0].Files, 100)
		require.Len(b, inventory.Check(Target{Architecture: Arm64}), 100)
	}
	scanned := float64(bytes) * float64(b.N) / (1 << 20)
	b.ReportMetric(scanned/time.Since(started).Seconds(), "guard.scan_mb_per_s")
	b.ReportMetric(float64(len(assetFiles())), "guard.files")
}

// BenchmarkFileCommand has file(1) look at the same asset.
func BenchmarkFileCommand(b *testing.B) {
	root, bytes := largestAsset(b)
	var names strings.Builder
	assetFiles().each(func(name string, _ os.FileMode, _ string) { names.WriteString(filepath.Join(root, name) + "\x00") })
	b.SetBytes(bytes)
	started := time.Now()
	for b.Loop() {
		command := exec.Command("xargs", "-0", "file")
		command.Stdin = strings.NewReader(names.String())
		require.NoError(b, command.Run(), "it needs file(1) and xargs")
	}
	b.ReportMetric(float64(bytes)*float64(b.N)/(1<<20)/time.Since(started).Seconds(), "guard.file_mb_per_s")
}

var asset files

func assetFiles() files {
	if asset != nil {
		return asset
	}
	asset = files{}
	text := make([]byte, 30<<10)
	for i := range text {
		text[i] = byte('a' + i*i%23)
	}
	code := make([]byte, 1<<20)
	for i := range code {
		code[i] = byte(i * i >> 7)
	}
	for i := range 4900 {
		asset[fmt.Sprintf("python/package%02d/module%03d.py", i%70, i)] = string(text)
	}
	for i := range 100 {
		asset[fmt.Sprintf("python/package%02d/native%03d.so", i%70, i)] = x86Library + string(code)
	}
	return asset
}

func largestAsset(b *testing.B) (root string, bytes int64) {
	root = assetFiles().folder(b)
	require.NoError(b, filepath.WalkDir(root, func(_ string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		bytes += info.Size()
		return err
	}))
	return root, bytes
}
