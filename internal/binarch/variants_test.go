package binarch

import (
	"debug/elf"
	"slices"
	"testing"

	"github.com/google/go-containerregistry/pkg/compression"
	"github.com/stretchr/testify/require"
)

const (
	wrongArch   = "wrong-architecture "
	wrongSystem = "wrong-operating-system "
	wrongLibc   = "missing-interpreter "
	wrongGlibc  = "glibc-too-new "
)

// More files that tests put into packages.
var (
	mac, macX86   = machO(cpuArm, machODlib), machO(cpuX86, machODlib)
	macTool       = machO(cpuArm, machOExecute)
	winX86, winIA = peSpec{machine: 0x8664}.build(), peSpec{machine: 0x14c}.build()
	winTool       = peSpec{machine: 0x8664, program: true}.build()
	arm32         = string(elfSpec{machine: elf.EM_ARM, narrow: true, needed: []string{"libc.so.6"}}.build())
	riscv32       = string(elfSpec{machine: elf.EM_RISCV, narrow: true, needed: []string{"libc.so.6"}}.build())
	androidArm    = string(elfSpec{machine: elf.EM_AARCH64, needed: []string{"libc.so", "libm.so", "libdl.so"}}.build())
	x86NewGlibc   = string(elfSpec{needed: []string{"libc.so.6"}, needs: []string{"GLIBC_2.38"}}.build())
	armNewGlibc   = string(elfSpec{machine: elf.EM_AARCH64, needed: []string{"libc.so.6"}, needs: []string{"GLIBC_2.38"}}.build())
)

// layoutTest is a package with what is wrong with it on either architecture: "rule path", and a "?" before what is a
// warning.
type layoutTest struct {
	name     string
	files    files
	x86, arm []string
}

func (l layoutTest) check(t *testing.T) {
	t.Helper()
	folder := l.files.packed(t).folder(t)
	require.Equal(t, append([]string{}, l.x86...), graded(t, folder, Target{Architecture: X8664}), "x86_64")
	require.Equal(t, append([]string{}, l.arm...), graded(t, folder, Target{Architecture: Arm64}), "arm64")
}

// graded are a package's findings like alarms, with a "?" before warnings.
func graded(t testing.TB, path string, target Target) []string {
	t.Helper()
	report, err := Check(t.Context(), path, []Target{target}, Options{})
	require.NoError(t, err)
	list := []string{}
	for _, f := range report.Findings {
		switch f.Severity {
		case Error:
			list = append(list, string(f.Rule)+" "+f.Path)
		case Warning:
			list = append(list, "?"+string(f.Rule)+" "+f.Path)
		}
	}
	return list
}

// variantLayouts are packages that bring a file for each platform, as real ones do.
func variantLayouts(t testing.TB) []layoutTest {
	bun := func(base string) files {
		return files{
			base + "bun-linux-aarch64/bin/bun*": armProgram, base + "bun-linux-x64/bin/bun*": x86Program,
			base + "bun-linux-x64-baseline/bin/bun*": x86Program, base + "bun-darwin-aarch64/bin/bun*": macTool,
		}
	}
	wheel := func(name, tag string, content files) files {
		record := name + ".dist-info/RECORD,,\n"
		for file := range content {
			record += file + ",sha256=abc,123\n"
		}
		return with(content, files{name + ".dist-info/WHEEL": "Wheel-Version: 1.0\nTag: " + tag + "\n", name + ".dist-info/RECORD": record})
	}
	debugpy := files{
		"debugpy/_vendored/x.cp39-win_amd64.pyd": winX86, "debugpy/attach.dylib": mac, "debugpy/inject.exe": winTool,
		"clr/dlls/amd64/ClrLoader.dll": peSpec{machine: 0x8664, managed: true}.build(), "clr/dlls/x86/ClrLoader.dll": peSpec{machine: 0x14c, managed: true, only32Bit: true}.build(),
		"dlls/amd64/X.dll": winX86,
	}
	return []layoutTest{
		{name: "bare-fs", files: files{
			"node_modules/bare-fs/prebuilds/linux-x64/a.node": x86Library, "node_modules/bare-fs/prebuilds/linux-arm64/a.node": armLibrary,
			"node_modules/bare-fs/prebuilds/ios-arm64/a.bare": iosLibrary, "node_modules/bare-fs/prebuilds/ios-x64-simulator/a.bare": iosSimulatorLibrary,
			"node_modules/bare-fs/prebuilds/android-arm64/a.bare": androidArm,
		}},
		{name: "bare-fs without a package around it", files: files{
			"prebuilds/linux-x64/a.node": x86Library, "prebuilds/linux-arm64/a.node": armLibrary,
			"prebuilds/ios-arm64/a.bare": iosLibrary, "prebuilds/ios-x64-simulator/a.bare": iosSimulatorLibrary,
		}},
		{name: "what a package has for other systems alone", files: files{
			"node_modules/a/lib/a.node": armLibrary, "node_modules/a/lib/win/extra.dll": winX86, "node_modules/a/zork/helper*": macTool, "node_modules/a/zork/helper.dylib": mac,
		}, x86: []string{wrongArch + "node_modules/a/lib/a.node", wrongSystem + "node_modules/a/zork/helper"}, arm: []string{"?" + wrongSystem + "node_modules/a/zork/helper"}},
		{name: "Android is no Linux", files: files{
			"node_modules/a/prebuilds/linux-x64/a.bare": x86Library, "node_modules/a/prebuilds/android-arm64/a.bare": androidArm,
		}, arm: []string{wrongArch + "node_modules/a/prebuilds/linux-x64/a.bare"}},
		{name: "aws-crt", files: files{
			"aws-crt.jar!/linux/x86_64/glibc/liba.so": x86Library, "aws-crt.jar!/linux/armv8/glibc/liba.so": armLibrary,
			"aws-crt.jar!/linux/x86_32/glibc/liba.so": i386, "aws-crt.jar!/linux/armv6/glibc/liba.so": arm32,
			"aws-crt.jar!/linux/x86_64/musl/liba.so": x86Musl, "aws-crt.jar!/linux/armv8/musl/liba.so": armMusl,
			"aws-crt.jar!/osx/armv8/cruntime/liba.dylib": mac, "aws-crt.jar!/windows/x86_32/cruntime/a.dll": winIA,
		}},
		{name: "aws-crt, unpacked", files: files{
			"linux/x86_64/glibc/liba.so": x86Library, "linux/armv8/glibc/liba.so": armLibrary, "linux/x86_32/glibc/liba.so": i386,
		}},
		{name: "aws-crt without arm64", files: files{
			"lib/aws-crt.jar!/linux/x86_64/glibc/liba.so": x86Library, "lib/aws-crt.jar!/linux/x86_32/glibc/liba.so": i386,
			"lib/aws-crt.jar!/linux/x86_64/musl/liba.so": x86Musl, "lib/aws-crt.jar!/osx/armv8/cruntime/liba.dylib": mac,
		}, arm: []string{wrongArch + "lib/aws-crt.jar!/linux/x86_64/glibc/liba.so"}},
		{name: "zeromq", files: files{
			"node_modules/zeromq/build/linux/x64/node/glibc-115/a.node": x86Library, "node_modules/zeromq/build/linux/arm64/node/glibc-115/a.node": armLibrary,
			"node_modules/zeromq/build/linux/x64/node/glibc-127-Release/a.node": x86NewGlibc, "node_modules/zeromq/build/linux/arm64/node/127-Release/a.node": armNewGlibc,
			"node_modules/zeromq/build/linux/x64/node/musl-115/a.node": x86Musl, "node_modules/zeromq/build/linux/arm64/node/musl-115/a.node": armMusl,
			"node_modules/zeromq/build/darwin/arm64/node/libc-115/a.node": mac, "node_modules/zeromq/build/win32/ia32/node/72/a.node": winIA,
		}},
		{name: "zeromq without a package around it", files: files{
			"build/linux/x64/node/glibc-115/a.node": x86Library, "build/linux/arm64/node/glibc-115/a.node": armLibrary,
			"build/linux/arm64/node/127-Release/a.node": armNewGlibc, "build/darwin/arm64/node/libc-115/a.node": mac,
			"build/win32/ia32/node/72/a.node": winIA,
		}},
		{name: "addons of which one interface decides", files: files{
			"node_modules/a/prebuilds/linux-x64/a.abi115.node": x86NewGlibc, "node_modules/a/prebuilds/linux-x64/a.abi127.node": x86Library,
			"node_modules/a/prebuilds/linux-arm64/a.abi127.node": armLibrary,
		}},
		{name: "zeromq of which no version can be loaded", files: files{
			"node_modules/zeromq/build/linux/x64/node/glibc-115/a.node": x86NewGlibc, "node_modules/zeromq/build/linux/x64/node/musl-115/a.node": x86Musl,
			"node_modules/zeromq/build/linux/arm64/node/glibc-115/a.node": armLibrary,
		}, x86: []string{wrongGlibc + "node_modules/zeromq/build/linux/x64/node/glibc-115/a.node"}},
		{name: "pulp", files: wheel("pulp-3.3.1", "py3-none-any", files{
			"pulp/cbc/linux/i64/cbc*": x86Program, "pulp/cbc/linux/i32/cbc*": i386, "pulp/cbc/linux/arm64/cbc*": armProgram,
			"pulp/cbc/osx/i64/cbc*": machO(cpuX86, machOExecute), "pulp/cbc/win/i64/cbc.exe": winTool,
		})},
		{name: "pulp without a wheel around it", files: files{
			"cbc/linux/i64/cbc*": x86Program, "cbc/linux/i32/cbc*": i386, "cbc/linux/arm64/cbc*": armProgram,
		}},
		{name: "pulp without arm64", files: wheel("pulp-2.0", "py3-none-any", files{
			"pulp/cbc/linux/i64/cbc*": x86Program, "pulp/cbc/linux/i32/cbc*": i386, "pulp/cbc/osx/i64/cbc*": macTool,
		}), arm: []string{wrongArch + "pulp/cbc/linux/i64/cbc"}},
		{name: "lmdbjava", files: files{
			"lmdb.jar!/org/lmdb/x86_64-linux-gnu.so": x86Library, "lmdb.jar!/org/lmdb/aarch64-linux-gnu.so": armLibrary,
			"lmdb.jar!/org/lmdb/aarch64-macos-none.so": mac, "lmdb.jar!/org/lmdb/x86_64-macos-none.so": macX86,
			"lmdb.jar!/org/lmdb/x86_64-windows-gnu.dll": winX86,
		}},
		{name: "lmdbjava, unpacked", files: files{
			"x86_64-linux-gnu.so": x86Library, "aarch64-linux-gnu.so": armLibrary, "aarch64-macos-none.so": mac,
		}},
		{name: "jSerialComm", files: files{
			"Linux/x86_64/liba.so": x86Library, "Linux/armv8_64/liba.so": armLibrary, "Linux/armv8_32/liba.so": arm32,
			"linux_riscv32/liba.so": riscv32, "Android/arm64-v8a/liba.so": androidArm, "Windows/x86/a.dll": winIA,
		}},
		{name: "jssc", files: files{
			"jssc.jar!/natives/linux_64/libjssc.so": x86Library, "jssc.jar!/natives/linux_arm64/libjssc.so": armLibrary,
			"jssc.jar!/natives/linux_32/libjssc.so": i386, "jssc.jar!/natives/linux_riscv32/libjssc.so": riscv32,
			"jssc.jar!/natives/osx_64/libjssc.dylib": macX86, "jssc.jar!/natives/windows_64/jssc.dll": winX86,
		}},
		{name: "bun", files: bun("node_modules/@oven/")},
		{name: "bun without arm64", files: without(bun("node_modules/@oven/"), "node_modules/@oven/bun-linux-aarch64/bin/bun*"),
			arm: []string{wrongArch + "node_modules/@oven/bun-linux-x64/bin/bun"}},
		{name: "nd4j", files: files{
			"lib/nd4j-native-1.0-linux-x86_64.jar!/org/nd4j/linux-x86_64/libnd4jcpu.so":               x86Library,
			"lib/nd4j-native-1.0-linux-x86_64-avx2.jar!/org/nd4j/linux-x86_64-avx2/libnd4jcpu.so":     x86Library,
			"lib/nd4j-native-1.0-linux-x86_64-avx512.jar!/org/nd4j/linux-x86_64-avx512/libnd4jcpu.so": x86Library,
			"lib/nd4j-native-1.0-linux-arm64.jar!/org/nd4j/linux-arm64/libnd4jcpu.so":                 armLibrary,
		}},
		{name: "debugpy", files: wheel("debugpy-1.8.22", "py2-none-any", debugpy)},
		{name: "debugpy, as a wheel", files: files{"debugpy-1.8.22-py2.py3-none-any.whl": wheel("debugpy-1.8.22", "py3-none-any", debugpy).zip(t)}},
		{name: "debugpy, its RECORD lost", files: with(debugpy, files{"debugpy-1.8.22.dist-info/WHEEL": "Tag: py3-none-any\n"})},
		{name: "debugpy and another wheel, their RECORDs lost", files: with(files{"debugpy/x.cp39-win_amd64.pyd": winX86},
			files{"debugpy-1.8.22.dist-info/WHEEL": "Tag: py3-none-any\n", "Six-1.dist-info/WHEEL": "Tag: py3-none-any\n"})},
		{name: "a wheel from Windows beside it", files: with(wheel("clr_loader-0.3.1", "py3-none-any", files{"clr/a.dll": winX86}),
			wheel("cffi-1.0", "cp39-cp39-win_amd64", files{"_cffi.cp39-win_amd64.pyd": winX86})),
			x86: []string{wrongSystem + "_cffi.cp39-win_amd64.pyd"}, arm: []string{wrongSystem + "_cffi.cp39-win_amd64.pyd"}},
		{name: "a program for Linux in a wheel for any platform", files: wheel("a-1", "py3-none-any", files{"a/tool*": x86Program, "a/tool.exe": winTool}),
			arm: []string{wrongArch + "a/tool"}},
		{name: "cosmo-file", files: files{"cosmo_file/data/file.com*": apeBoth, "cosmo_file/data/pledge*": apeMagic}},
	}
}

func TestVariantsByTheirHeaders(t *testing.T) {
	for _, l := range variantLayouts(t) {
		t.Run(l.name, l.check)
	}
}

// Files that look like variants of each other and are none, or may be none, are found.
func TestWhatOnlyLooksLikeAVariant(t *testing.T) {
	for _, l := range []layoutTest{
		{name: "two libraries", files: files{"lib/liba.so": x86Library, "lib/libb.so": armLibrary},
			x86: []string{wrongArch + "lib/libb.so"}, arm: []string{wrongArch + "lib/liba.so"}},
		{name: "two libraries with numbers", files: files{"lib/liba1.so": x86Library, "lib/liba2.so": armLibrary},
			x86: []string{wrongArch + "lib/liba2.so"}, arm: []string{wrongArch + "lib/liba1.so"}},
		{name: "two versions", files: files{"lib/libavcodec-58.so": x86Library, "lib/libavcodec-60.so": armLibrary},
			x86: []string{wrongArch + "lib/libavcodec-60.so"}, arm: []string{wrongArch + "lib/libavcodec-58.so"}},
		{name: "two programs", files: files{"bin/convert*": x86Program, "bin/identify*": armProgram},
			x86: []string{wrongArch + "bin/identify"}, arm: []string{wrongArch + "bin/convert"}},
		{name: "names that share a part", files: files{"lib/libfoo-core.so": x86Library, "lib/libfoo-http.so": armLibrary},
			x86: []string{"?" + wrongArch + "lib/libfoo-http.so"}, arm: []string{"?" + wrongArch + "lib/libfoo-core.so"}},
		{name: "a library of many", files: files{
			"lib/libboost_chrono.so": x86Library, "lib/libboost_system.so": x86Library, "lib/libboost_thread.so": armLibrary,
		}, x86: []string{wrongArch + "lib/libboost_thread.so"}, arm: []string{wrongArch + "lib/libboost_chrono.so", wrongArch + "lib/libboost_system.so"}},
		{name: "plugins of which one has a twin", files: files{
			"plugins/x64/a.so": x86Library, "plugins/x64/b.so": x86Library, "plugins/x64/c.so": x86Library, "plugins/arm64/a.so": armLibrary,
		}, arm: []string{wrongArch + "plugins/x64/b.so", wrongArch + "plugins/x64/c.so"}},
		{name: "plugins in a package of which one has a twin", files: files{
			"node_modules/p/plugins/x64/a.node": x86Library, "node_modules/p/plugins/x64/b.node": x86Library, "node_modules/p/plugins/arm64/a.node": armLibrary,
		}, arm: []string{wrongArch + "node_modules/p/plugins/x64/b.node"}},
		{name: "plugins whose folders are no platforms", files: files{
			"plugins/foo/index.so": x86Library, "plugins/bar/index.so": x86Library, "plugins/baz/index.so": armLibrary,
		}, x86: []string{"?" + wrongArch + "plugins/baz/index.so"},
			arm: []string{"?" + wrongArch + "plugins/bar/index.so", "?" + wrongArch + "plugins/foo/index.so"}},
		{name: "two packages of npm", files: files{
			"node_modules/foo/build/Release/binding.node": x86Library, "node_modules/bar/build/Release/binding.node": armLibrary,
		}, x86: []string{wrongArch + "node_modules/bar/build/Release/binding.node"}, arm: []string{wrongArch + "node_modules/foo/build/Release/binding.node"}},
		{name: "two packages of npm in each other", files: files{
			"node_modules/foo/lib/binding.node": x86Library, "node_modules/foo/node_modules/bar/lib/binding.node": armLibrary,
		}, x86: []string{wrongArch + "node_modules/foo/node_modules/bar/lib/binding.node"}, arm: []string{wrongArch + "node_modules/foo/lib/binding.node"}},
		{name: "two jars", files: files{
			"lib/foo.jar!/native/libnative.so": x86Library, "lib/bar.jar!/native/libnative.so": armLibrary,
		}, x86: []string{wrongArch + "lib/bar.jar!/native/libnative.so"}, arm: []string{wrongArch + "lib/foo.jar!/native/libnative.so"}},
		{name: "two jars in a jar", files: files{
			"app.jar!/BOOT-INF/lib/foo.jar!/libnative.so": x86Library, "app.jar!/BOOT-INF/lib/bar.jar!/libnative.so": armLibrary,
		}, x86: []string{wrongArch + "app.jar!/BOOT-INF/lib/bar.jar!/libnative.so"}, arm: []string{wrongArch + "app.jar!/BOOT-INF/lib/foo.jar!/libnative.so"}},
		{name: "a variant in a jar in a jar", files: files{
			"app.jar!/BOOT-INF/lib/foo.jar!/zork/libnative.so": x86Library, "app.jar!/BOOT-INF/lib/foo.jar!/blarg/libnative.so": armLibrary,
		}},
		{name: "zips in a zip, by platform", files: files{
			"all.zip!/x64.zip!/liba.so": x86Library, "all.zip!/arm64.zip!/liba.so": armLibrary, "all.zip!/arm64.zip!/libb.so": armLibrary,
		}, x86: []string{wrongArch + "all.zip!/arm64.zip!/libb.so"}},
		{name: "zips in a zip", files: files{
			"all.zip!/zork.zip!/liba.so": x86Library, "all.zip!/blarg.zip!/liba.so": armLibrary,
		}, x86: []string{"?" + wrongArch + "all.zip!/blarg.zip!/liba.so"}, arm: []string{"?" + wrongArch + "all.zip!/zork.zip!/liba.so"}},
		{name: "modules of two Python packages", files: files{"foo/_native.abi3.so": x86Library, "bar/_native.abi3.so": armLibrary},
			x86: []string{wrongArch + "bar/_native.abi3.so"}, arm: []string{wrongArch + "foo/_native.abi3.so"}},
		{name: "modules of two Python packages without tags", files: files{
			"python/foo/__init__.py": "", "python/foo/native.so": x86Library, "python/bar/__init__.py": "", "python/bar/native.so": armLibrary,
		}, x86: []string{"?" + wrongArch + "python/bar/native.so"}, arm: []string{"?" + wrongArch + "python/foo/native.so"}},
		{name: "modules of two wheels", files: files{
			"foo-1.dist-info/WHEEL": "Tag: cp312-cp312-manylinux2014_x86_64\n", "foo-1.dist-info/RECORD": "foo/native.so,,\n", "foo/native.so": x86Library,
			"bar-1.dist-info/WHEEL": "Tag: cp312-cp312-manylinux2014_aarch64\n", "bar-1.dist-info/RECORD": "bar/native.so,,\n", "bar/native.so": armLibrary,
		}, x86: []string{wrongArch + "bar/native.so"}, arm: []string{wrongArch + "foo/native.so"}},
		{name: "musl and glibc are no architectures", files: files{
			"node_modules/a/prebuilds/linux-x64/a.glibc.node": x86Library, "node_modules/a/prebuilds/linux-arm64/a.musl.node": armMusl,
		}, arm: []string{wrongLibc + "node_modules/a/prebuilds/linux-arm64/a.musl.node"}},
		{name: "32 bits of Arm are not 64", files: files{"a/arm/liba.so": arm32, "a/x64/liba.so": x86Library},
			arm: []string{wrongArch + "a/x64/liba.so"}},
		{name: "extensions, of which Lambda starts each", files: files{"extensions/agent-x64*": x86Go, "extensions/agent-arm64*": armGo}},
		{name: "a bootstrap, which Lambda starts", files: files{"bootstrap*": x86Go, "bootstrap-arm64*": armGo},
			x86: nil, arm: []string{wrongArch + "bootstrap"}},
		{name: "two functions", files: files{"a/bootstrap/main*": x86Go, "b/deep/bootstrap/main*": armGo},
			x86: []string{"?" + wrongArch + "b/deep/bootstrap/main"}, arm: []string{"?" + wrongArch + "a/bootstrap/main"}},
		{name: "a file of the default and one of a platform", files: files{"lib/liba.so": x86Library, "lib/arm64/liba.so": armLibrary},
			x86: []string{"?" + wrongArch + "lib/arm64/liba.so"}, arm: []string{"?" + wrongArch + "lib/liba.so"}},
	} {
		t.Run(l.name, l.check)
	}
	extensions := files{"extensions/agent-x64*": x86Go, "extensions/agent-arm64*": armGo}.folder(t)
	require.Equal(t, []string{wrongArch + "extensions/agent-x64"}, graded(t, extensions, Target{Architecture: Arm64, Layer: true}))
}

// What a higher layer of an image removes takes no file's place; what another layer has does.
func TestVariantsInLayers(t *testing.T) {
	both := []files{{"opt/x64/liba.so": x86Library}, {"opt/arm64/liba.so": armLibrary}}
	removed := append(slices.Clone(both), files{"opt/.wh.arm64": ""})
	arm := Target{Architecture: Arm64}
	require.Empty(t, graded(t, saved(t, built(t, "arm64", compression.GZip, both...)), arm))
	require.Equal(t, []string{wrongArch + "opt/x64/liba.so"}, graded(t, saved(t, built(t, "arm64", compression.GZip, removed...)), arm))
}

// The one finding lists what there is, and a guess says what it rests on.
func TestFindingsOfVariantsInFull(t *testing.T) {
	inventory, err := Scan(t.Context(), files{
		"node_modules/a/prebuilds/linux-x64/a.node": x86Library, "node_modules/a/prebuilds/linux-ia32/a.node": i386,
		"node_modules/a/prebuilds/darwin-arm64/a.node": mac, "lib/libfoo-core.so": x86Library, "lib/libfoo-http.so": armLibrary,
		"plugins/bar/index.so": x86Library, "plugins/foo/index.so": x86Library, "plugins/baz/index.so": armLibrary,
	}.folder(t), Options{})
	require.NoError(t, err)
	var got []string
	for _, f := range inventory.Check(Target{Architecture: Arm64}) {
		f.Remedy = ""
		got = append(got, string(f.Severity)+" "+f.String())
	}
	require.Equal(t, []string{
		"warning lib/libfoo-core.so: built for x86_64 Linux, deployed to arm64: it cannot be loaded there; that lib/libfoo-http.so, built for arm64 Linux, takes its place is a guess by their names",
		"error node_modules/a/prebuilds/linux-x64/a.node: built for x86_64 Linux, deployed to arm64: it cannot be loaded there, and there is none for arm64 Linux among its variants: arm64 macOS, i386 Linux and x86_64 Linux",
		"warning plugins/bar/index.so: built for x86_64 Linux, deployed to arm64: it cannot be loaded there; that plugins/baz/index.so, built for arm64 Linux, takes its place is a guess by their names",
		"warning plugins/foo/index.so: built for x86_64 Linux, deployed to arm64: it cannot be loaded there; that plugins/baz/index.so, built for arm64 Linux, takes its place is a guess by their names",
	}, got)
	variants := inventory.Check(Target{Architecture: Arm64})[1]
	require.Equal(t, []string{"arm64 macOS", "i386 Linux", "x86_64 Linux"}, variants.Variants)
	require.Equal(t, "node_modules/a", variants.Origin)
}
