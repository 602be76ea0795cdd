package synth

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/test/figures"
)

// BenchmarkSynth measures `cdk synth` with a compiled app and with Go's build cache warm.
func BenchmarkSynth(b *testing.B) {
	root, err := filepath.Abs("../..")
	require.NoError(b, err)
	seconds := map[string]float64{}
	for _, app := range []struct{ name, source, argument string }{
		{"demo", ".", ""},
		{"empty", "./test/synth/emptyapp", ""},
		{"functions", "./test/synth/functionsapp", ""},
		{"guarded", "./test/synth/functionsapp", " guard"},
	} {
		b.Run(app.name, func(b *testing.B) {
			dir := b.TempDir()
			program := filepath.Join(dir, "app")
			runProgram(b, root, "go", "build", "-buildvcs=false", "-o", program, app.source)
			synth := func() {
				runProgram(b, root, filepath.Join(root, "node_modules", ".bin", "cdk"), "synth", "--quiet", "--no-notices",
					"--app", program+app.argument, "--build", "", "--output", filepath.Join(dir, "cdk.out"))
			}
			synth()
			for b.Loop() {
				synth()
			}
			seconds[app.name] = b.Elapsed().Seconds() / float64(b.N)
		})
	}
	figures.Report(b, "synth.demo.warm", seconds["demo"], "s")
	figures.Report(b, "synth.empty.warm", seconds["empty"], "s")
	figures.Report(b, "synth.ratio", seconds["demo"]/seconds["empty"], "ratio")
	figures.Report(b, "synth.functions.warm", seconds["functions"], "s")
	figures.Report(b, "synth.guarded.warm", seconds["guarded"], "s")
}

// quiet keeps the CDK CLI from asking anybody: without an account nobody is asked which one it is.
var quiet = []string{
	"AWS_EC2_METADATA_DISABLED=true", "AWS_CONFIG_FILE=" + os.DevNull, "AWS_SHARED_CREDENTIALS_FILE=" + os.DevNull,
	"CDK_DISABLE_VERSION_CHECK=true", "CDK_DISABLE_CLI_TELEMETRY=true",
}

func runProgram(b *testing.B, dir, program string, args ...string) {
	b.Helper()
	cmd := exec.Command(program, args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), quiet...)
	output, err := cmd.CombinedOutput()
	require.NoError(b, err, "%s %q:\n%s", program, args, output)
}
