package synth

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

// module is a temporary Go module with a CDK app and twenty functions.
type module struct{ dir, program string }

// What npm has of GoFunction, and that file's SHA-512.
const (
	goalphaVersion = "2.258.0-alpha.0"
	goalphaSum     = "c33232016e7b0163deec73975a4d9e3f2069488fb1fe42b383893ccc5c16d7db266d3857709c8ab3f56a81166f7c28022791bd96bd968f5fcb61269e0fb2da71"
)

// newModule makes a module whose go.mod is ours, and builds the app in it. more are further commands in its folder.
func newModule(b *testing.B, root, app string, more ...[]string) module {
	b.Helper()
	m := module{dir: b.TempDir(), program: filepath.Join(b.TempDir(), app)}
	copyTo := func(from, to, number string) {
		text, err := os.ReadFile(from)
		require.NoError(b, err)
		to = filepath.Join(m.dir, to)
		require.NoError(b, os.MkdirAll(filepath.Dir(to), 0o755))
		require.NoError(b, os.WriteFile(to, []byte(strings.NewReplacer("NUMBER", number, "VERSION", goalphaVersion).Replace(string(text))), 0o644))
	}
	copyTo(filepath.Join("testdata", app+".go.txt"), "main.go", "")
	for i := range 20 {
		copyTo(filepath.Join("testdata", "function.go.txt"), fmt.Sprintf("functions/f%d/main.go", i), fmt.Sprint(i))
	}
	for _, file := range []string{"go.mod", "go.sum"} {
		copyTo(filepath.Join(root, file), file, "")
	}
	commands := append([][]string{{"go", "mod", "edit", "-module=example.com/" + app}}, more...)
	for _, command := range append(commands, []string{"go", "mod", "tidy"}, []string{"go", "build", "-buildvcs=false", "-o", m.program, "."}) {
		runProgram(b, m.dir, command[0], command[1:]...)
	}
	return m
}

// synth returns how long `cdk synth` takes, in seconds, with the caches given in the environment.
func (m module) synth(b *testing.B, root, argument string, environment ...string) float64 {
	b.Helper()
	out := b.TempDir()
	cdk := exec.Command(filepath.Join(root, "node_modules", ".bin", "cdk"), "synth", "--quiet", "--no-notices",
		"--app", strings.TrimSpace(m.program+" "+argument), "--build", "", "--output", out)
	cdk.Dir = m.dir
	cdk.Env = append(append(os.Environ(), quiet...), environment...)
	begin := time.Now()
	text, err := cdk.CombinedOutput()
	require.NoError(b, err, "%s", text)
	seconds := time.Since(begin).Seconds()
	processor := cdk.ProcessState.UserTime() + cdk.ProcessState.SystemTime() // tells more on a busy machine
	b.Logf("%s %s: %.1f s, %.1f s of processor time", filepath.Base(m.program), argument, seconds, processor.Seconds())
	return seconds
}

// mean returns how long `cdk synth` takes on average.
func (m module) mean(b *testing.B, root, argument string, environment ...string) float64 {
	b.Helper()
	sum := 0.0
	for b.Loop() {
		sum += m.synth(b, root, argument, environment...)
	}
	return sum / float64(b.N)
}

// BenchmarkTwenty measures `cdk synth` of twenty Go functions for both architectures beside that of the same forty
// binaries by GoFunction, with the same flags: with warm caches, and with none of Go's or ours. The CDK's validation of
// templates starts an engine that takes longer than everything else in a warm synthesis: it is measured apart.
func BenchmarkTwenty(b *testing.B) {
	root, err := filepath.Abs("../..")
	require.NoError(b, err)
	ours := newModule(b, root, "twenty", []string{"go", "mod", "edit", "-require=github.com/dualarch/dualarch@v0.0.0", "-replace=github.com/dualarch/dualarch=" + root})
	peers := newModule(b, root, "peer", []string{"npm", "pack", "--silent", "@aws-cdk/aws-lambda-go-alpha@" + goalphaVersion},
		[]string{"mv", "aws-cdk-aws-lambda-go-alpha-" + goalphaVersion + ".tgz", "goalpha.tgz"})
	tuner := filepath.Join(b.TempDir(), "tuner.zip")
	runProgram(b, root, "go", "run", "-buildvcs=false", "./cmd/dualarch", "tuner-binary", "-o", tuner)

	empty := func() []string { return []string{"GOCACHE=" + b.TempDir(), "DUALARCH_CACHE_DIR=" + b.TempDir()} }
	caches, peersCaches := empty(), empty()
	seconds := map[string]float64{}
	seconds["cold"] = ours.synth(b, root, "tuner", caches...)
	seconds["peer.cold"] = peers.synth(b, root, "", peersCaches...)
	seconds["tuner_binary.cold"] = ours.synth(b, root, "tuner", append(empty(), "DUALARCH_TUNER_BINARY="+tuner)...)
	for kind, validation := range map[string]string{"warm": "true", "unvalidated": "false"} {
		with := func(caches []string) []string { return append(slices.Clone(caches), "CDK_VALIDATION="+validation) }
		b.Run(kind, func(b *testing.B) { seconds[kind] = ours.mean(b, root, "", with(caches)...) })
		b.Run("peer."+kind, func(b *testing.B) { seconds["peer."+kind] = peers.mean(b, root, "", with(peersCaches)...) })
	}
	for _, name := range []string{"warm", "peer.warm", "unvalidated", "peer.unvalidated", "cold", "peer.cold", "tuner_binary.cold"} {
		figures.Report(b, "synth.twenty."+name, seconds[name], "s")
	}
	figures.Report(b, "synth.twenty.warm_ratio", seconds["warm"]/seconds["peer.warm"], "ratio")
	figures.Report(b, "synth.twenty.unvalidated_ratio", seconds["unvalidated"]/seconds["peer.unvalidated"], "ratio")
	figures.Report(b, "synth.twenty.cold_ratio", seconds["cold"]/seconds["peer.cold"], "ratio")
	figures.Report(b, "synth.twenty.cold_ratio.tuner_binary", seconds["tuner_binary.cold"]/seconds["peer.cold"], "ratio")
}

// BenchmarkThirty measures `cdk synth` of thirty functions with one tuner beside that of thirty plain functions, with
// warm caches.
func BenchmarkThirty(b *testing.B) {
	root, err := filepath.Abs("../..")
	require.NoError(b, err)
	m := module{dir: root, program: filepath.Join(b.TempDir(), "thirty")}
	runProgram(b, root, "go", "build", "-buildvcs=false", "-o", m.program, "./test/synth/thirtyapp")
	seconds := map[string]float64{}
	for _, kind := range []string{"plain", "dual"} {
		m.synth(b, root, kind)
		b.Run(kind, func(b *testing.B) { seconds[kind] = m.mean(b, root, kind) })
	}
	figures.Report(b, "synth.thirty", seconds["dual"], "s")
	figures.Report(b, "synth.thirty.plain", seconds["plain"], "s")
	figures.Report(b, "synth.thirty.ratio", seconds["dual"]/seconds["plain"], "ratio")
}
