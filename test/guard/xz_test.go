package guard

import (
	"bytes"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/mikelolasagasti/xz"
	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/test/figures"
)

// maxRatio is how much longer a check may take than decompressing by itself.
const maxRatio = 1.3

// TestXzSpeed has `dualarch check` look into a compressed tar in a package, and the library that it uses
// decompress the same.
func TestXzSpeed(t *testing.T) {
	program := filepath.Join(t.TempDir(), "dualarch")
	run(t, ".", nil, "go", "build", "-buildvcs=false", "-o", program, "../../cmd/dualarch")
	unpackedBytes, repetitions := 10<<20, 1
	if figures.Whole() {
		unpackedBytes, repetitions = 100e6, 5
	}
	root := compressedTar(t, unpackedBytes)
	archive, err := os.ReadFile(filepath.Join(root, "data.tar.xz"))
	require.NoError(t, err)
	var checks, decompressions []time.Duration
	for range repetitions {
		check := exec.CommandContext(t.Context(), program, "check", "--arch", "arm64", root)
		check.Env = append(os.Environ(), "GOMAXPROCS=2")
		started := time.Now()
		output, err := check.CombinedOutput()
		checks = append(checks, time.Since(started))
		require.NoError(t, err, "%s", output)
		require.Contains(t, string(output), "everything runs on arm64\n")
		started = time.Now()
		reader, err := xz.NewReader(bytes.NewReader(archive), 0)
		require.NoError(t, err)
		n, err := io.Copy(io.Discard, reader)
		require.NoError(t, err)
		decompressions = append(decompressions, time.Since(started))
		require.Greater(t, n, int64(unpackedBytes))
	}
	slices.Sort(checks)
	slices.Sort(decompressions)
	ratio := checks[repetitions/2].Seconds() / decompressions[repetitions/2].Seconds()
	figures.Report(t, "guard.xz_ratio", ratio, "check's time by decompression's")
	if figures.Whole() {
		require.LessOrEqual(t, ratio, maxRatio)
	}
}

// compressedTar is a folder with a tar, compressed by xz, of texts that compress to a third, as programs do.
func compressedTar(t *testing.T, unpackedBytes int) string {
	t.Helper()
	random := rand.New(rand.NewPCG(1, 2))
	words := make([]string, 5000)
	for i := range words {
		words[i] = strings.Repeat(string(rune('a'+random.IntN(26))), 1+random.IntN(3)) + string(rune('a'+random.IntN(26)))
	}
	root, source := t.TempDir(), t.TempDir()
	var text bytes.Buffer
	for text.Len() < unpackedBytes/10 {
		text.WriteString(words[random.IntN(len(words))])
		text.WriteByte(byte(random.IntN(256)))
	}
	for i := range 10 {
		random.Shuffle(text.Len()/1000, func(a, b int) {
			content := text.Bytes()
			content[a*1000], content[b*1000] = content[b*1000], content[a*1000]
		})
		require.NoError(t, os.WriteFile(filepath.Join(source, string(rune('a'+i))), text.Bytes(), 0o644))
	}
	// The window is smaller than a file, so that none is a copy of the one before.
	run(t, source, []string{"XZ_OPT=-1"}, "tar", "--create", "--xz", "--file", filepath.Join(root, "data.tar.xz"), ".")
	return root
}
