package guard

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/test/figures"
)

// The largest asset that Lambda takes, unzipped, as it might look.
const (
	assetBytes = 250 << 20
	natives    = 100
	texts      = 4900
)

// TestSpeed has `dualarch check`, on two processors, and find with file(1) look at the same asset.
func TestSpeed(t *testing.T) {
	program := filepath.Join(t.TempDir(), "dualarch")
	run(t, ".", nil, "go", "build", "-buildvcs=false", "-o", program, "../../cmd/dualarch")
	root := largestAsset(t)
	var scans, files []time.Duration
	leastWork := time.Hour
	var memory int64
	repetitions := 1
	if figures.Whole() {
		repetitions = 9
	}
	for range repetitions {
		scan := exec.CommandContext(t.Context(), program, "check", "--arch", "x86_64", root)
		scan.Env = append(os.Environ(), "GOMAXPROCS=2", "GOGC=100")
		var output strings.Builder
		scan.Stdout, scan.Stderr = &output, &output
		started := time.Now()
		require.NoError(t, scan.Start())
		peak := make(chan int64)
		go func() { peak <- peakMemory(scan.Process.Pid) }()
		err := scan.Wait()
		scans = append(scans, time.Since(started))
		memory = max(memory, <-peak)
		require.NoError(t, err, "%s", output.String())
		require.Contains(t, output.String(), fmt.Sprintf("%d files, 250.0 MiB, %d native\n", natives+texts, natives))
		leastWork = min(leastWork, scan.ProcessState.UserTime()+scan.ProcessState.SystemTime())
		files = append(files, fileCommand(t, root))
	}
	figures.Report(t, "guard.scan_mb_per_s", perSecond(scans), "MB/s")
	figures.Report(t, "guard.file_mb_per_s", perSecond(files), "MB/s")
	figures.Report(t, "guard.scan_memory", float64(memory)/1e6, "MB")
	require.Less(t, leastWork, 2*time.Second, "of processor time: the machine may be busy with other tests")
	require.Positive(t, memory)
	require.Less(t, memory, int64(100e6))
}

// peakMemory returns the most memory that a process has had when it ends, in bytes. The kernel's account of an ended
// process begins with the memory of the one that started it, here of all tests.
func peakMemory(pid int) int64 {
	peak := int64(0)
	for {
		status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
		_, after, found := strings.Cut(string(status), "VmHWM:")
		if err != nil || !found {
			return peak
		}
		var kilobytes int64
		_, _ = fmt.Sscan(after, &kilobytes)
		peak = max(peak, kilobytes<<10)
		time.Sleep(time.Millisecond)
	}
}

// perSecond returns the median run's speed.
func perSecond(runs []time.Duration) float64 {
	slices.Sort(runs)
	return assetBytes / 1e6 / runs[len(runs)/2].Seconds()
}

// fileCommand returns how long find … | xargs file takes.
func fileCommand(t *testing.T, root string) time.Duration {
	t.Helper()
	find := exec.CommandContext(t.Context(), "find", root, "-type", "f", "-print0")
	file := exec.CommandContext(t.Context(), "xargs", "-0", "file")
	var err error
	file.Stdin, err = find.StdoutPipe()
	require.NoError(t, err)
	started := time.Now()
	require.NoError(t, find.Start())
	output, err := file.Output()
	took := time.Since(started)
	require.NoError(t, err)
	require.NoError(t, find.Wait())
	require.Equal(t, natives, strings.Count(string(output), "ELF 64-bit"))
	return took
}

// largestAsset writes programs of the Go compiler and text files, and reads them once, so that what is
// measured comes from the page cache.
func largestAsset(t *testing.T) string {
	t.Helper()
	native, err := os.ReadFile(filepath.Join(goProgram(t, "linux", "amd64"), "bootstrap"))
	require.NoError(t, err)
	root := t.TempDir()
	write := func(name string, content []byte) {
		path := filepath.Join(root, name)
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
		require.NoError(t, os.WriteFile(path, content, 0o644))
	}
	left := assetBytes
	for i := range natives {
		write(fmt.Sprintf("python/package%02d/native%03d", i%70, i), native)
		left -= len(native)
	}
	line := []byte("def function(argument):\n    return argument + 1\n\n")
	text := []byte(strings.Repeat(string(line), left/texts/len(line)+2))
	for i := range texts {
		size := left / (texts - i)
		write(fmt.Sprintf("python/package%02d/module%04d.py", i%70, i), text[:size])
		left -= size
	}
	fileCommand(t, root)
	return root
}
