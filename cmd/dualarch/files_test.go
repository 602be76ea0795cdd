package main

import (
	"io"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
)

// Two flags do not write the same file, whatever they call it.
func TestFilesOfTheSameName(t *testing.T) {
	inFolder(t, map[string]string{"folder/there": "old", "folder/deep/file": "", "elsewhere": ""})
	here, err := os.Getwd()
	require.NoError(t, err)
	for name, target := range map[string]string{"link": "folder/there", "hanging": "folder/new", "linked": "folder", "again": "link", "deep": "folder/deep"} {
		require.NoError(t, os.Symlink(target, name))
	}
	for _, names := range [][2]string{
		{"out", "out"}, {"out", "./out"}, {"out", "folder/../out"}, {"out", filepath.Join(here, "out")}, {"link", "folder/there"},
		{"again", "link"}, {"hanging", "folder/new"}, {"linked/new", "folder/new"}, {"linked/new", "hanging"},
		{"deep/../new", "folder/new"},
	} {
		const same = " writes the same file; give another"
		status, _, stderr := dualarch(t, "survey", "--json", names[0], "--csv", names[1])
		require.Equal(t, exitUsage, status, names)
		require.Equal(t, "dualarch: --csv "+names[1]+": --json"+same+"\n", stderr)
		status, _, stderr = dualarch(t, "tune", "--out", names[0], "--report", "elsewhere", "--markdown", names[1])
		require.Equal(t, exitUsage, status, names)
		require.Equal(t, "dualarch: --markdown "+names[1]+": --out"+same+"\n", stderr)
	}
	require.NoError(t, checkFiles(fileFlag{"out", "out"}, fileFlag{"report", "folder/out"}, fileFlag{"markdown", ""}))
	require.NoError(t, checkFiles(fileFlag{"out", os.DevNull}, fileFlag{"report", os.DevNull}), "nothing is lost")
	for _, name := range []string{"-", "/dev/stdout"} {
		require.EqualError(t, checkFiles(fileFlag{"out", name}, fileFlag{"report", "-"}, fileFlag{"markdown", ""}),
			"--out, --report and --markdown: more than one is -, the standard output; give files")
	}
}

// A file is replaced, the one behind a link too; what is no file is written.
func TestWhatIsWritten(t *testing.T) {
	inFolder(t, map[string]string{"folder/there": "old", "verdict.json": goldenOutput(t, "prime")})
	for name, target := range map[string]string{"link": "folder/there", "hanging": "folder/new", "nothing": os.DevNull} {
		require.NoError(t, os.Symlink(target, name))
	}
	require.NoError(t, syscall.Mkfifo("pipe", 0o600))
	for _, name := range []string{"link", "hanging", "nothing", "pipe"} {
		require.NoError(t, checkFiles(fileFlag{"out", name}))
		before, err := os.Lstat(name)
		require.NoError(t, err)
		read := make(chan string, 1)
		go func() {
			var text []byte
			if name == "pipe" {
				text, _ = os.ReadFile("pipe") // its end is the writer's
			}
			read <- string(text)
		}()
		require.NoError(t, writeTo(name, io.Discard, []byte("new")))
		after, err := os.Lstat(name)
		require.NoError(t, err)
		require.Equal(t, before.Mode(), after.Mode(), name)
		if text := <-read; name == "pipe" {
			require.Equal(t, "new", text)
		}
	}
	for _, name := range []string{"folder/there", "folder/new"} {
		text, err := os.ReadFile(name)
		require.NoError(t, err)
		require.Equal(t, "new", string(text))
	}
	device, err := os.Stat("nothing")
	require.NoError(t, err)
	require.NotZero(t, device.Mode()&os.ModeCharDevice)
	for _, folder := range []string{".", "folder"} {
		left, err := filepath.Glob(filepath.Join(folder, ".dualarch-*"))
		require.NoError(t, err)
		require.Empty(t, left)
	}

	status, stdout, stderr := dualarch(t, "report", "verdict.json", "-o", "/dev/stdout")
	require.Zero(t, status, stderr)
	require.Contains(t, stdout, "<!DOCTYPE html>")
	require.Empty(t, stderr)
}
