package scripts

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// benched is a small project with two commits: a test more, and one in the place of another, in the second. Its
// `make test` takes no time and says what it was told to leave out.
func benched(t *testing.T) (dir, before string) {
	t.Helper()
	dir = t.TempDir()
	git := func(args ...string) string {
		command := exec.Command("git", append([]string{"-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false"}, args...)...)
		command.Dir = dir
		output, err := command.CombinedOutput()
		require.NoError(t, err, "%s", output)
		return strings.TrimSpace(string(output))
	}
	write := func(name, content string) {
		require.NoError(t, os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o755))
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(content), 0o755))
	}
	git("init", "--quiet")
	write("Makefile", `test_lanes := test-go test-cdk test-e2e
test:
	@echo "$(test_lanes): $$GOFLAGS" >>`+filepath.Join(dir, "runs")+`
	@printf 'ok  \tgithub.com/dualarch/dualarch\t4.999s\nok  \tgithub.com/dualarch/dualarch/tuning\t5.250s\n'
node_modules/.installed .venv/.installed .venv-containers/.installed: ;
`)
	write("a_test.go", "package a\n\nfunc TestOld(t *testing.T) {}\n\nfunc TestDockerfile(t *testing.T) {}\n")
	git("add", ".")
	git("commit", "--quiet", "--message", "before")
	before = git("rev-parse", "HEAD")
	write("a_test.go", "package a\n\nfunc TestOld(t *testing.T) {}\n\nfunc TestByHand(t *testing.T) {}\n\nfunc TestNew(t *testing.T) {}\n")
	content, err := os.ReadFile(script(t, "bench-loop.sh"))
	require.NoError(t, err)
	write("scripts/bench-loop.sh", regexp.MustCompile(`(?m)^before=.*$`).ReplaceAllString(string(content), "before="+before))
	git("add", ".")
	git("commit", "--quiet", "--message", "now")
	return dir, before
}

func TestLoopIsTimedWithoutTestsThatWereAdded(t *testing.T) {
	dir, _ := benched(t)
	command := exec.Command(filepath.Join(dir, "scripts", "bench-loop.sh"))
	temporary := t.TempDir()
	command.Env = append(os.Environ(), "GOFLAGS=-buildvcs=false", "MAKEFLAGS=", "TMPDIR="+temporary)
	output, err := command.CombinedOutput()
	require.NoError(t, err, "%s", output)
	require.Regexp(t, `^loop\.test_first_before_s \d+ s
loop\.test_first_s \d+ s
loop\.package\.tuning 5\.250 s
loop\.test_before_s \d+ s
loop\.test_s \d+ s
$`, string(output))
	runs, err := os.ReadFile(filepath.Join(dir, "runs"))
	require.NoError(t, err)
	before, now := "test-go test-cdk test-e2e: -buildvcs=false\n", "test-go test-e2e: -buildvcs=false -skip=^(TestNew)$\n"
	require.Equal(t, before+now+before+now, string(runs))
	left, err := os.ReadDir(temporary)
	require.NoError(t, err)
	require.Empty(t, left)
}

// A clone of CI holds the last commit alone.
func TestLoopNeedsTheCommitBefore(t *testing.T) {
	dir, before := benched(t)
	shallow := filepath.Join(t.TempDir(), "clone")
	output, err := exec.Command("git", "clone", "--quiet", "--depth", "1", "file://"+dir, shallow).CombinedOutput()
	require.NoError(t, err, "%s", output)
	output, err = exec.Command(filepath.Join(shallow, "scripts", "bench-loop.sh")).CombinedOutput()
	var exit *exec.ExitError
	require.ErrorAs(t, err, &exit)
	require.Equal(t, 2, exit.ExitCode())
	require.Equal(t, "bench-loop: "+before+" is not in this clone: git fetch --unshallow\n", string(output))
}
