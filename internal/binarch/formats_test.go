package binarch

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
)

func TestReadMachO(t *testing.T) {
	tests := []struct {
		name, file string
		want       File
	}{
		{"program", machO(cpuArm, machOExecute), File{Architectures: []Architecture{Arm64}, Role: Program}},
		{"library", machO(cpuX86, machODlib), File{Architectures: []Architecture{X8664}, Role: Library}},
		{"object", machO(cpuX86, machOObject), File{Architectures: []Architecture{X8664}, Role: LinkInput}},
		{"universal", universal(), File{Architectures: []Architecture{X8664, Arm64}, Role: Library}},
		{"universal with 64-bit offsets", universal64(), File{Architectures: []Architecture{Arm64}, Role: Library}},
		{"macOS, by its oldest version", machOFor(cpuX86, loadVersionMinMacOS, 16, 0, 0), File{Architectures: []Architecture{X8664}, Role: Library}},
		{"iOS, by its oldest version", machOFor(cpuArm, loadVersionMinIOS, 16, 0, 0), File{OS: "iOS", Architectures: []Architecture{Arm64}, Role: Library}},
		{"iOS", iosLibrary, File{OS: "iOS", Architectures: []Architecture{Arm64}, Role: Library}},
		{"iOS simulator", iosSimulatorLibrary, File{OS: "iOS simulator", Architectures: []Architecture{X8664}, Role: Library}},
		{"a system of the future", machOFor(cpuArm, loadBuildVersion, 24, 99, 0, 0, 0), File{OS: "Apple platform 99", Architectures: []Architecture{Arm64}, Role: Library}},
		{"a load command cut off", machOFor(cpuArm, 0x19, 4000, 0), File{Architectures: []Architecture{Arm64}, Role: Library}},
		{"unknown CPU", machO(99, machODlib), File{Architectures: []Architecture{"Mach-O CPU 99"}, Role: Library}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			test.want.Format = MachO
			if test.want.OS == "" {
				test.want.OS = MacOS
			}
			got, err := readMachO(strings.NewReader(test.file))
			require.NoError(t, err)
			require.Empty(t, cmp.Diff(test.want, got))
		})
	}
	_, err := readMachO(strings.NewReader("\xca\xfe\xba\xbe\x00\x00\x00\x20"))
	require.EqualError(t, err, "Mach-O header: the file ends inside it")
	_, err = readMachO(strings.NewReader("\xca\xfe\xba\xbe\x00\x00\x00\x00"))
	require.EqualError(t, err, "Mach-O header: 0 architectures, at most 32 are read")
}

func TestReadPE(t *testing.T) {
	tests := []struct {
		name string
		spec peSpec
		ok   bool
		want File
	}{
		{"program", peSpec{machine: 0x8664, program: true}, true,
			File{Format: PE, OS: Windows, Architectures: []Architecture{X8664}, Role: Program}},
		{"library", peSpec{machine: 0xaa64}, true,
			File{Format: PE, OS: Windows, Architectures: []Architecture{Arm64}, Role: Library}},
		{".NET assembly runs anywhere", peSpec{machine: 0x14c, managed: true}, false, File{}},
		{"ReadyToRun for Linux", peSpec{machine: 0x8664 ^ 0x7b79, managed: true, r2r: true}, true,
			File{Format: Dotnet, OS: Linux, Architectures: []Architecture{X8664}, Role: Library}},
		{"ReadyToRun for Linux on arm64", peSpec{machine: 0xaa64 ^ 0x7b79, managed: true, r2r: true}, true,
			File{Format: Dotnet, OS: Linux, Architectures: []Architecture{Arm64}, Role: Library}},
		{".NET assembly for one CPU", peSpec{machine: 0x8664, managed: true}, true,
			File{Format: Dotnet, Architectures: []Architecture{X8664}, Role: Library}},
		{".NET assembly for 32 bits", peSpec{machine: 0x14c, managed: true, only32Bit: true}, true,
			File{Format: Dotnet, Architectures: []Architecture{"i386"}, Role: Library}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, ok, err := readPE(strings.NewReader(test.spec.build()))
			require.NoError(t, err)
			require.Equal(t, test.ok, ok)
			require.Empty(t, cmp.Diff(test.want, got))
		})
	}
	_, ok, err := readPE(strings.NewReader("MZ is how this text begins"))
	require.NoError(t, err)
	require.False(t, ok)
	file := peSpec{machine: 0x8664}.build()
	_, _, err = readPE(strings.NewReader(file[:80]))
	require.EqualError(t, err, "PE header: the file ends inside it")
}

func TestReadArchive(t *testing.T) {
	file := archive(x86Object)
	got, ok, err := readArchive(strings.NewReader(file), int64(len(file)))
	require.NoError(t, err)
	require.True(t, ok)
	require.Empty(t, cmp.Diff(File{Format: Archive, OS: Linux, Architectures: []Architecture{X8664}, Role: LinkInput}, got))

	debian := archive("2.0\n")
	_, ok, err = readArchive(strings.NewReader(debian), int64(len(debian)))
	require.NoError(t, err)
	require.False(t, ok)

	_, _, err = readArchive(strings.NewReader(file[:30]), 30)
	require.EqualError(t, err, "ar archive: the file ends inside a member's header")
	damaged := strings.Replace(file, "`\n", "??", 1)
	_, _, err = readArchive(strings.NewReader(damaged), int64(len(damaged)))
	require.EqualError(t, err, "ar archive: a member's header is damaged")
}

func TestSniff(t *testing.T) {
	tests := []struct {
		name, head string
		want       Format
	}{
		{"Java class", "\xca\xfe\xba\xbe\x00\x00\x00\x41", Plain},
		{"WebAssembly", "\x00asm\x01\x00\x00\x00", WebAssembly},
		{"empty zip", "PK\x05\x06" + strings.Repeat("\x00", 18), zipFile},
		{"tar", strings.Repeat("a", 148) + "012345\x00 0" + strings.Repeat("a", 100) + "ustar\x00", tarFile},
		{"a program that writes tars", strings.Repeat("a", 257) + "ustar\x00", Plain},
		{"script", "#!/bin/sh\n", Script},
		{"text", "text", Plain},
		{"nothing", "", Plain},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) { require.Equal(t, test.want, sniff([]byte(test.head))) })
	}
}

func TestReadWheelTags(t *testing.T) {
	tests := []struct {
		name, tags string
		ok         bool
		want       File
	}{
		{"pure", "Tag: py3-none-any", false, File{}},
		{"manylinux", "Tag: cp312-cp312-manylinux_2_17_x86_64\nTag: cp312-cp312-manylinux2014_x86_64", true,
			File{OS: Linux, Architectures: []Architecture{X8664}}},
		{"compressed tags", "Tag: cp312-abi3-manylinux_2_17_aarch64.manylinux2014_aarch64", true,
			File{OS: Linux, Architectures: []Architecture{Arm64}}},
		{"musl", "Tag: cp312-cp312-musllinux_1_2_aarch64", true, File{OS: Linux, Architectures: []Architecture{Arm64}, Musl: true}},
		{"musl and glibc", "Tag: py3-none-manylinux2014_x86_64.musllinux_1_1_x86_64", true,
			File{OS: Linux, Architectures: []Architecture{X8664}}},
		{"universal macOS", "Tag: cp312-cp312-macosx_10_9_universal2", true, File{OS: MacOS, Architectures: []Architecture{X8664, Arm64}}},
		{"Windows", "Tag: cp312-cp312-win_amd64", true, File{OS: Windows, Architectures: []Architecture{X8664}}},
		{"no tag", "Wheel-Version: 1.0", false, File{}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, ok := readWheelTags([]byte("Wheel-Version: 1.0\n" + test.tags + "\n"))
			require.Equal(t, test.ok, ok)
			if ok {
				test.want.Format, test.want.Role = Wheel, Library
				require.Empty(t, cmp.Diff(test.want, got))
			}
		})
	}
}

func TestExcludesLinux(t *testing.T) {
	for manifest, want := range map[string]bool{
		`{"os": ["darwin"]}`:          true,
		`{"os": "darwin"}`:            true,
		`{"os": ["!linux"]}`:          true,
		`{"os": ["!win32"]}`:          false,
		`{"os": ["darwin", "linux"]}`: false,
		`{"os": ["any"]}`:             false,
		`{"os": []}`:                  false,
		`{}`:                          false,
		`{"os": 7}`:                   false,
		`no JSON`:                     false,
	} {
		require.Equal(t, want, excludesLinux([]byte(manifest)), manifest)
	}
	require.True(t, isNodePackage("node_modules/fsevents/package.json"))
	require.True(t, isNodePackage("layer/node_modules/@img/sharp/package.json"))
	require.False(t, isNodePackage("node_modules/a/lib/package.json"))
	require.False(t, isNodePackage("package.json"))
}
