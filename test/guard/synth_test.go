package guard

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// The real CDK CLI refuses an app whose arm64 sibling has an x86_64 library in its layer, and takes it
// once the library is compiled with what the message names.
func TestSynthesisStopsAndPassesAfterTheRemedy(t *testing.T) {
	root, err := filepath.Abs("../..")
	require.NoError(t, err)
	dir := sources(t, map[string]string{
		"greet.c":             "int greet(void) { return 1; }\n",
		"code/bootstrap":      "#!/bin/sh\n",
		"layer/x86_64/README": "greets\n",
		"layer/arm64/README":  "greets\n",
	})
	require.NoError(t, os.Chmod(filepath.Join(dir, "code", "bootstrap"), 0o755))
	app := filepath.Join(t.TempDir(), "app")
	run(t, root, nil, "go", "build", "-buildvcs=false", "-o", app, "./test/guard/layeredapp")
	compile := func(gcc, folder string) {
		run(t, dir, nil, gcc, "-shared", "-fPIC", "-nostdlib", "-o", filepath.Join("layer", folder, "libgreet.so"), "greet.c")
	}
	synth := func() (string, error) {
		cdk := exec.Command(filepath.Join(root, "node_modules", ".bin", "cdk"), "synth", "--quiet", "--app", app, "--no-notices", "--no-color", "--ci")
		cdk.Dir = dir
		cdk.Env = append(os.Environ(),
			"PATH="+filepath.Join(root, "node_modules", ".bin")+string(os.PathListSeparator)+os.Getenv("PATH"),
			"AWS_EC2_METADATA_DISABLED=true", "AWS_CONFIG_FILE="+os.DevNull, "AWS_SHARED_CREDENTIALS_FILE="+os.DevNull,
			"CDK_DISABLE_VERSION_CHECK=true", "CDK_DISABLE_CLI_TELEMETRY=true")
		output, err := cdk.CombinedOutput()
		return string(output), err
	}

	compile("x86_64-linux-gnu-gcc", "x86_64")
	compile("x86_64-linux-gnu-gcc", "arm64")
	output, err := synth()
	require.Error(t, err, output)
	const finding = `ERROR The guard found 1 error for arm64 provided.al2023: Shop/Greeting/Arm64: libgreet.so: built for x86_64 Linux: it cannot be loaded there. What to do: use the layer's arm64 edition, of which most vendors publish one ARN an architecture, or compile it with aarch64-linux-gnu-gcc, clang --target=aarch64-linux-gnu or, from Rust, --target aarch64-unknown-linux-gnu (Construct Annotations)
   Shop/Greet/Arm64
`
	require.Contains(t, output, finding)
	require.Equal(t, 1, strings.Count(output, "The guard found"), output)

	remedy := regexp.MustCompile(`compile it with (\S+-gcc),`).FindStringSubmatch(output)
	require.NotNil(t, remedy, output)
	compile(remedy[1], "arm64")
	output, err = synth()
	require.NoError(t, err, output)
	require.NotContains(t, output, "The guard found")
	require.Contains(t, output, "INFO Readiness for arm64: it cannot move there yet: Shop/Greeting/X86: libgreet.so: ")

	content, err := os.ReadFile(filepath.Join(dir, "cdk.out", "dualarch-readiness.json"))
	require.NoError(t, err)
	var readiness struct{ Summary map[string]int }
	require.NoError(t, json.Unmarshal(content, &readiness))
	require.Equal(t, map[string]int{"functions": 3, "onArm64": 1, "dualArch": 1, "ready": 0, "rebuild": 0, "blocked": 1, "unknown": 0, "unchecked": 0, "errors": 0}, readiness.Summary)
}
