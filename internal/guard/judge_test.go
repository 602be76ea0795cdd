package guard

import (
	"debug/elf"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/binarch"
	"github.com/dualarch/dualarch/internal/binarchtest"
	"github.com/dualarch/dualarch/internal/dockerfile"
	"github.com/dualarch/dualarch/internal/lambdaruntime"
)

const nativeRemedy = "compile it with aarch64-linux-gnu-gcc, clang --target=aarch64-linux-gnu or, from Rust, --target aarch64-unknown-linux-gnu"

// One of each kind of thing that a function is deployed from, on the wrong
// architecture; the texts of files alone are binarch's.
func TestVerdictInFull(t *testing.T) {
	wrong := binarchtest.Program(t, elf.EM_X86_64)
	notExecutable := binarchtest.Folder(t, map[string]string{"extensions/agent": binarchtest.Program(t, elf.EM_AARCH64)})
	require.NoError(t, os.Chmod(filepath.Join(notExecutable, "extensions", "agent"), 0o644))
	for _, test := range []struct {
		name     string
		runtime  string
		packages []Package
		errors   string
		warnings string
		unknown  []string
	}{
		{"code", "provided.al2023", []Package{{Name: Code, Path: binarchtest.Folder(t, map[string]string{"bootstrap": wrong})}},
			"The guard found 1 error for arm64 provided.al2023: code: bootstrap: built for x86_64 Linux: it cannot be executed there. What to do: " + nativeRemedy, "", nil},
		{"two layers", "nodejs24.x", []Package{
			{Name: "Shop/One", Layer: true, Path: binarchtest.Folder(t, map[string]string{"node_modules/a/a": wrong})},
			{Name: "Shop/Two", Layer: true, Path: binarchtest.Folder(t, map[string]string{"node_modules/b/b": wrong})},
		}, "The guard found 2 errors for arm64 nodejs24.x: (1) Shop/One: node_modules/a/a: built for x86_64 Linux: it cannot be executed there; (2) Shop/Two: node_modules/b/b: built for x86_64 Linux: it cannot be executed there. What to do: install its package with npm install --cpu arm64 --os linux --libc glibc, or build it on arm64", "", nil},
		{"extension", "python3.13", []Package{{Name: "Shop/Agent", Layer: true, Path: notExecutable}},
			"The guard found 1 error for arm64 python3.13: Shop/Agent: extensions/agent: built for arm64 Linux: Lambda starts it, and it is not executable. What to do: chmod 755 it before it is packed", "", nil},
		{"layer by ARN", "python3.13", []Package{{Name: "arn:aws:lambda:eu-west-1:017000801446:layer:AWSLambdaPowertoolsPythonV3-python313-x86_64:27", Layer: true,
			ARN: "arn:aws:lambda:eu-west-1:017000801446:layer:AWSLambdaPowertoolsPythonV3-python313-x86_64:27"}},
			"The guard found 1 error for arm64 python3.13: arn:aws:lambda:eu-west-1:017000801446:layer:AWSLambdaPowertoolsPythonV3-python313-x86_64:27: built for x86_64: it is the x86_64 edition of Powertools for AWS Lambda (Python). What to do: use arn:aws:lambda:eu-west-1:017000801446:layer:AWSLambdaPowertoolsPythonV3-python313-arm64:27", "", nil},
		{"runtime", "java8", []Package{{Name: Code}},
			"The guard found 1 error for arm64 java8: Lambda never ran java8 on arm64 (Lambda's runtimes as of 2026-11-27). What to do: use " + lambdaruntime.Replace("java8", time.Now()).String(), "", nil},
		{"customer-managed runtime", "custom", []Package{{Name: Code, Path: binarchtest.Folder(t, map[string]string{"tool": wrong})}},
			"The guard found 1 error for arm64 custom: code: tool: built for x86_64 Linux: it cannot be executed there. What to do: " + nativeRemedy, "",
			[]string{"base system: a customer-managed runtime is its publisher's image, so its glibc and its architectures are not known"}},
		{"Dockerfile", "", []Package{{Name: Code, Image: &dockerfile.Options{}, Path: binarchtest.Folder(t, map[string]string{
			"Dockerfile": "FROM --platform=linux/amd64 public.ecr.aws/lambda/provided:al2023\nCOPY tool /\n", "tool": wrong,
		})}},
			"The guard found 1 error for arm64: code: Dockerfile:1: built for x86_64 Linux: FROM --platform=linux/amd64 pins the image to x86_64. What to do: remove --platform from that line: docker build --platform linux/arm64 decides then",
			"The guard found 1 warning for arm64: code: tool: built for x86_64 Linux: it cannot be executed there if the Dockerfile copies it into the image. What to do: " + nativeRemedy,
			[]string{"code: what its Dockerfile downloads and compiles is only known when the image is built for arm64"}},
		{"what cannot be read", "python3.13", []Package{
			{Name: Code, Path: "nowhere"}, {Name: "arn:aws:lambda:eu-west-1:123456789012:layer:ours:1", Layer: true, ARN: "arn:aws:lambda:eu-west-1:123456789012:layer:ours:1"},
			{Name: "Shop/Tools", Layer: true, Opaque: InBucket},
		}, "", "", []string{
			"code: it could not be read: stat nowhere: no such file or directory",
			"arn:aws:lambda:eu-west-1:123456789012:layer:ours:1: nothing tells which architecture the layer is for",
			"Shop/Tools: it lies in a bucket, which is not read",
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			f := Function{Name: "Shop/Orders", Target: binarch.Target{Architecture: binarch.X8664, Runtime: test.runtime}, Packages: test.packages}
			v := new(Judge).Check(t.Context(), f, binarch.Arm64)
			require.Equal(t, test.errors, v.Text(binarch.Error, "dualarch check cdk.out"))
			require.Equal(t, test.warnings, v.Text(binarch.Warning, "dualarch check cdk.out"))
			require.Equal(t, test.unknown, v.Unknown)
		})
	}
}

// What was read elsewhere is judged like files on disk, its entry point included.
func TestInventoriesAreJudgedLikeFiles(t *testing.T) {
	code := binarchtest.Folder(t, map[string]string{"tool": binarchtest.Program(t, elf.EM_X86_64)})
	layer := binarchtest.Folder(t, map[string]string{"nodejs/node_modules/a/a": binarchtest.Program(t, elf.EM_X86_64)})
	onDisk := Function{Target: binarch.Target{Architecture: binarch.X8664, Runtime: "nodejs24.x"}, Handler: "index.handler",
		Packages: []Package{{Name: Code, Path: code}, {Name: "Layer", Layer: true, Path: layer}}}
	read := onDisk
	read.Packages = []Package{{Name: Code, Inventory: scanned(t, code)}, {Name: "Layer", Layer: true, Inventory: scanned(t, layer)}}
	want := new(Judge).Check(t.Context(), onDisk, binarch.Arm64)
	require.Len(t, want.Findings, 3)
	require.Equal(t, want, new(Judge).Check(t.Context(), read, binarch.Arm64))
}

func scanned(t *testing.T, path string) *binarch.Inventory {
	t.Helper()
	inventory, err := binarch.Scan(t.Context(), path, binarch.Options{})
	require.NoError(t, err)
	return inventory
}

// A layer whose files could not be read is still known by its name.
func TestALayerThatCannotBeReadIsKnownByItsName(t *testing.T) {
	const arn = "arn:aws:lambda:eu-west-1:123456789012:layer:ours-x86_64:1"
	f := Function{Target: binarch.Target{Architecture: binarch.X8664, Runtime: "python3.13"},
		Packages: []Package{{Name: arn, Layer: true, ARN: arn, Opaque: "it could not be read: denied"}}}
	v := new(Judge).Check(t.Context(), f, binarch.Arm64)
	require.Equal(t, []string{arn + ": it could not be read: denied"}, v.Unknown)
	require.Len(t, v.Of(binarch.Warning), 1)
	require.Contains(t, v.Of(binarch.Warning)[0].String(), "by its name")
}

func TestLongListsAreBounded(t *testing.T) {
	files := map[string]string{}
	for i := range maxLines + 20 {
		files[fmt.Sprintf("%02d", i)] = binarchtest.Program(t, elf.EM_X86_64)
	}
	f := Function{Packages: []Package{{Name: Code, Path: binarchtest.Folder(t, files)}}}
	text := new(Judge).Check(t.Context(), f, binarch.Arm64).Text(binarch.Error, "dualarch check cdk.out")
	require.Equal(t, "The guard found 23 errors for arm64: (1) code: 00: built for x86_64 Linux: it cannot be executed there; "+
		"(2) code: 01: built for x86_64 Linux: it cannot be executed there; (3) code: 02: built for x86_64 Linux: it cannot be executed there; "+
		"and 20 more, which dualarch check cdk.out lists. What to do: "+nativeRemedy, text)
}

// An asset is scanned once, by its hash, for whatever it is asked.
func TestAnAssetIsScannedOnce(t *testing.T) {
	dir := binarchtest.Folder(t, map[string]string{"bootstrap": binarchtest.Program(t, elf.EM_X86_64)})
	j, f := new(Judge), Function{Packages: []Package{{Name: Code, Path: dir, Hash: "abc"}}}
	require.Len(t, j.Check(t.Context(), f, binarch.Arm64).Findings, 1)
	require.NoError(t, os.RemoveAll(dir))
	require.Len(t, j.Check(t.Context(), f, binarch.Arm64).Findings, 1)
	require.Empty(t, j.Check(t.Context(), f, binarch.X8664).Findings)
	f.Packages[0].Hash = "def"
	require.Equal(t, []string{"code: it could not be read: stat " + dir + ": no such file or directory"}, j.Check(t.Context(), f, binarch.Arm64).Unknown)
}

// The same files are read once for a command that asks for a path twice; another way to build them is
// another question.
func TestAPathIsScannedOnce(t *testing.T) {
	dir := binarchtest.Folder(t, map[string]string{"Dockerfile": "FROM scratch\n"})
	var scans Scans
	scan := func(p Package) (Files, uint64) {
		progress := new(binarch.Progress)
		files, err := scans.Scan(t.Context(), p, binarch.Options{Progress: progress})
		require.NoError(t, err)
		return files, uint64(progress.Files.Load())
	}
	first, read := scan(Package{Path: dir})
	require.NotZero(t, read)
	again, read := scan(Package{Name: Code, Path: dir})
	require.Same(t, first, again)
	require.Zero(t, read)
	built, read := scan(Package{Path: dir, Image: &dockerfile.Options{File: "Dockerfile"}})
	require.NotSame(t, first, built)
	require.NotZero(t, read)
	again, read = scan(Package{Path: dir, Image: &dockerfile.Options{File: "Dockerfile"}})
	require.Same(t, built, again)
	require.Zero(t, read)
}

// A hash that somebody chose, "v1", can be another asset's in the next app.
func TestOneHashOfTwoAssets(t *testing.T) {
	j := new(Judge)
	for machine, found := range map[elf.Machine]int{elf.EM_X86_64: 1, elf.EM_AARCH64: 0} {
		f := Function{Packages: []Package{{Name: Code, Path: binarchtest.Folder(t, map[string]string{"bootstrap": binarchtest.Program(t, machine)}), Hash: "v1"}}}
		require.Len(t, j.Check(t.Context(), f, binarch.Arm64).Findings, found)
	}
}
