package binarch

import (
	"debug/elf"
	"testing"

	"github.com/stretchr/testify/require"
)

// One finding of each kind, to the letter: severity, then the sentence.
func TestFindingsInFull(t *testing.T) {
	newGlibc := string(elfSpec{needed: []string{"libc.so.6"}, needs: []string{"GLIBC_2.28"}}.build())
	newestGlibc := string(elfSpec{machine: elf.EM_AARCH64, needed: []string{"libc.so.6"}, needs: []string{"GLIBC_2.38"}}.build())
	glibc99 := string(elfSpec{needed: []string{"libc.so.6"}, needs: []string{"GLIBC_2.99"}}.build())
	muslProgram := string(elfSpec{interp: "/lib/ld-musl-x86_64.so.1", needed: []string{"libc.musl-x86_64.so.1"}}.build())
	rust := string(elfSpec{pie: true, comment: "rustc version 1.80.0\x00"}.build())
	arm, x86 := Target{Architecture: Arm64}, Target{Architecture: X8664}
	tests := []struct {
		name   string
		files  files
		target Target
		want   []string
	}{
		{"Go", files{"bootstrap*": x86Go}, Target{Architecture: Arm64, Runtime: "provided.al2023"}, []string{
			"error bootstrap: built for x86_64 Linux, deployed to arm64 provided.al2023: it cannot be executed there; build it with CGO_ENABLED=0 GOOS=linux GOARCH=arm64"}},
		{"Go, the other way", files{"bootstrap*": armGo}, x86, []string{
			"error bootstrap: built for arm64 Linux, deployed to x86_64: it cannot be executed there; build it with CGO_ENABLED=0 GOOS=linux GOARCH=amd64"}},
		{"Rust", files{"bootstrap*": rust}, arm, []string{
			`error bootstrap: built for x86_64 Linux, deployed to arm64: it cannot be executed there; build it with --target aarch64-unknown-linux-gnu and RUSTFLAGS="-C target-cpu=neoverse-n1"`}},
		{"C", files{"lib/libfoo.so": x86Library}, arm, []string{
			"error lib/libfoo.so: built for x86_64 Linux, deployed to arm64: it cannot be loaded there; compile it with aarch64-linux-gnu-gcc, clang --target=aarch64-linux-gnu or, from Rust, --target aarch64-unknown-linux-gnu"}},
		{"pip", files{"a.cpython-312-x86_64-linux-gnu.so": x86Library}, Target{Architecture: Arm64, Runtime: "python3.12"}, []string{
			"error a.cpython-312-x86_64-linux-gnu.so: built for x86_64 Linux, deployed to arm64 python3.12: it cannot be loaded there; install its package with pip 20.3 or newer: pip install --platform manylinux_2_28_aarch64 --platform manylinux2014_aarch64 --python-version 3.12 --only-binary=:all: --upgrade --target DIR PACKAGE"}},
		{"pip, by the name", files{"a.cpython-312-x86_64-linux-gnu.so": armLibrary}, arm, []string{
			"error a.cpython-312-x86_64-linux-gnu.so: built for arm64 Linux, deployed to arm64: Python looks for it under a name with the target's architecture; install its package with pip 20.3 or newer: pip install --platform manylinux_2_28_aarch64 --platform manylinux2014_aarch64 --python-version 3.12 --only-binary=:all: --upgrade --target DIR PACKAGE"}},
		{"pip, by the tag", files{"a-1.dist-info/WHEEL": "Tag: cp312-cp312-manylinux2014_x86_64\n"}, arm, []string{
			"warning a-1.dist-info/WHEEL: built for x86_64 Linux (by its wheel tag), deployed to arm64: its wheel is for another platform; install a 1 with pip 20.3 or newer: pip install --platform manylinux_2_28_aarch64 --platform manylinux2014_aarch64 --only-binary=:all: --upgrade --target DIR a==1"}},
		{"npm", files{"node_modules/a/a.node": armLibrary}, x86, []string{
			"error node_modules/a/a.node: built for arm64 Linux, deployed to x86_64: it cannot be loaded there; install its package with npm install --cpu x64 --os linux --libc glibc, or build it on x86_64"}},
		{"npm, installed on a Mac", files{"node_modules/@a/b-darwin-arm64/b.node": machO(cpuArm, machODlib)}, arm, []string{
			"error node_modules/@a/b-darwin-arm64/b.node: built for arm64 macOS, deployed to arm64: Linux cannot load it, and its package for Linux is missing; install its package with npm install --cpu arm64 --os linux --libc glibc, or build it on arm64"}},
		{"Java", files{"a.jar": files{"linux/amd64/liba.so": x86Library}.zip(t)}, arm, []string{
			"error a.jar!/linux/amd64/liba.so: built for x86_64 Linux, deployed to arm64: it cannot be loaded there; use a release or a classifier of the dependency that has libraries for linux-aarch64"}},
		{".NET", files{"A.dll": peSpec{machine: 0x8664 ^ 0x7b79, managed: true, r2r: true}.build()}, arm, []string{
			"error A.dll: built for x86_64 Linux (.NET assembly), deployed to arm64: it cannot be loaded there; publish with dotnet publish --runtime linux-arm64"}},
		{".NET, the program that Lambda does not start", files{"Orders*": muslProgram, "Orders.runtimeconfig.json": "{}"}, Target{Architecture: Arm64, Runtime: "dotnet8"}, []string{
			"info Orders: built for x86_64 Linux (musl), deployed to arm64 dotnet8: Lambda starts Orders.dll in its place"}},
		{".NET, published on Windows", files{"Orders.exe": peSpec{machine: 0x8664, program: true}.build(), "Orders.runtimeconfig.json": "{}"}, arm, []string{
			"info Orders.exe: built for x86_64 Windows, deployed to arm64: Lambda starts Orders.dll in its place"}},
		{".NET, the program that Lambda starts", files{"bootstrap*": muslProgram, "bootstrap.runtimeconfig.json": "{}"}, arm, []string{
			"error bootstrap: built for x86_64 Linux (musl), deployed to arm64: it cannot be executed there; publish with dotnet publish --runtime linux-arm64"}},
		{".NET, a program on a runtime of one's own", files{"Orders*": muslProgram, "Orders.runtimeconfig.json": "{}"}, Target{Architecture: Arm64, Runtime: "provided.al2023"}, []string{
			"error Orders: built for x86_64 Linux (musl), deployed to arm64 provided.al2023: it cannot be executed there; publish with dotnet publish --runtime linux-arm64"}},
		{"Ruby", files{"vendor/gems/a/a.so": x86Library}, arm, []string{
			"error vendor/gems/a/a.so: built for x86_64 Linux, deployed to arm64: it cannot be loaded there; run bundle lock --add-platform aarch64-linux and install the gems again"}},
		{"layer", files{"lib/liba.so": x86Library}, Target{Architecture: Arm64, Layer: true}, []string{
			"error lib/liba.so: built for x86_64 Linux, deployed to arm64: it cannot be loaded there; use the layer's arm64 edition, of which most vendors publish one ARN an architecture, or compile it with aarch64-linux-gnu-gcc, clang --target=aarch64-linux-gnu or, from Rust, --target aarch64-unknown-linux-gnu"}},
		{"another architecture", files{"liba.so": i386}, x86, []string{
			"error liba.so: built for i386 Linux, deployed to x86_64: it cannot be loaded there; compile it with x86_64-linux-gnu-gcc, clang --target=x86_64-linux-gnu or, from Rust, --target x86_64-unknown-linux-gnu"}},
		{"macOS", files{"bootstrap*": machO(cpuArm, machOExecute)}, arm, []string{
			"error bootstrap: built for arm64 macOS, deployed to arm64: Linux cannot execute it; compile it with aarch64-linux-gnu-gcc, clang --target=aarch64-linux-gnu or, from Rust, --target aarch64-unknown-linux-gnu"}},
		{"macOS, universal", files{"a.so": universal()}, arm, []string{
			"error a.so: built for x86_64 and arm64 macOS, deployed to arm64: Linux cannot load it; compile it with aarch64-linux-gnu-gcc, clang --target=aarch64-linux-gnu or, from Rust, --target aarch64-unknown-linux-gnu"}},
		{"Windows", files{"main.exe": peSpec{machine: 0x8664, program: true}.build()}, x86, []string{
			"error main.exe: built for x86_64 Windows, deployed to x86_64: Linux cannot execute it; compile it with x86_64-linux-gnu-gcc, clang --target=x86_64-linux-gnu or, from Rust, --target x86_64-unknown-linux-gnu"}},
		{"Windows, a library", files{"a/a.dll": peSpec{machine: 0x8664}.build()}, x86, []string{
			"warning a/a.dll: built for x86_64 Windows, deployed to x86_64: Linux cannot load it, and there is no .so file of that name; compile it with x86_64-linux-gnu-gcc, clang --target=x86_64-linux-gnu or, from Rust, --target x86_64-unknown-linux-gnu"}},
		{"Windows, never looked for", files{"a/a.exe": peSpec{machine: 0x8664, program: true}.build()}, x86, []string{
			"info a/a.exe: built for x86_64 Windows, deployed to x86_64: Linux does not look for .exe files"}},
		{"Windows, by its own name", files{"win32/a.dll": peSpec{machine: 0x8664}.build()}, x86, []string{
			"info win32/a.dll: built for x86_64 Windows, deployed to x86_64: its name says that it is for another system"}},
		{"macOS, by its package", files{"node_modules/a/package.json": `{"os": ["darwin"]}`, "node_modules/a/a.node": universal()}, arm, []string{
			"info node_modules/a/a.node: built for x86_64 and arm64 macOS, deployed to arm64: its package says that it is not for Linux"}},
		{"static library", files{"a.a": archive(x86Object)}, arm, []string{
			"info a.a: built for x86_64 Linux (static library), deployed to arm64: it is only there to be linked, nothing runs it"}},
		{"glibc on Amazon Linux 2", files{"a.so": newGlibc}, Target{Architecture: X8664, Runtime: "provided.al2"}, []string{
			"error a.so: built for x86_64 Linux, deployed to x86_64 provided.al2: it needs glibc 2.28, and Amazon Linux 2 has 2.26; build it on Amazon Linux 2 or older, or deploy it to a runtime on Amazon Linux 2023 (glibc 2.34)"}},
		{"glibc on Amazon Linux 2023", files{"a.abi3.so": newestGlibc}, Target{Architecture: Arm64, Runtime: "python3.13"}, []string{
			"error a.abi3.so: built for arm64 Linux, deployed to arm64 python3.13: it needs glibc 2.38, and Amazon Linux 2023 has 2.34; install its package with pip 20.3 or newer: pip install --platform manylinux_2_28_aarch64 --platform manylinux2014_aarch64 --python-version 3.13 --only-binary=:all: --upgrade --target DIR PACKAGE (its wheels need glibc 2.28 at most)"}},
		{"glibc that is there", files{"a.so": newGlibc}, Target{Architecture: X8664, Runtime: "provided.al2023"}, nil},
		{"musl program", files{"tool*": muslProgram}, Target{Architecture: X8664, Runtime: "provided.al2"}, []string{
			"error tool: built for x86_64 Linux (musl), deployed to x86_64 provided.al2: its loader ld-musl-x86_64.so.1 is not part of Amazon Linux 2; link it statically, or build it for x86_64-linux-gnu instead of musl"}},
		{"musl library", files{"node_modules/a/a.node": armMusl}, arm, []string{
			"error node_modules/a/a.node: built for arm64 Linux (musl), deployed to arm64: it is linked to musl, and Amazon Linux 2023 has glibc only; install its package with npm install --cpu arm64 --os linux --libc glibc"}},
		{"a C library of its own", files{"tool*": string(elfSpec{interp: "/opt/lib/ld.so", needs: []string{"GLIBC_2.39"}}.build())}, x86, nil},
		{"a loader in a layer", files{"tool*": string(elfSpec{interp: "/opt/lib/ld.so"}.build())}, x86, nil},
		{"bootstrap, not executable", files{"bootstrap": armGo}, arm, []string{
			"error bootstrap: built for arm64 Linux, deployed to arm64: Lambda starts it, and it is not executable; chmod 755 it before it is packed"}},
		{"bootstrap of a managed runtime", files{"bootstrap": "text"}, Target{Architecture: Arm64, Runtime: "python3.12"}, nil},
		{"bootstrap without #!", files{"bootstrap*": "echo"}, Target{Architecture: Arm64, Runtime: "provided.al2023"}, []string{
			"error bootstrap: deployed to arm64 provided.al2023: it is neither a program nor a script that begins with #!; begin it with a line like #!/bin/sh"}},
		{"bootstrap from Windows", files{"bootstrap*": "#!/bin/sh\r\necho\r\n"}, arm, []string{
			"error bootstrap: deployed to arm64: its first line ends with a carriage return, which becomes part of the interpreter's name; save it with Unix line ends"}},
		{"bootstrap with nothing behind #!", files{"bootstrap*": "#! \n"}, arm, []string{
			"error bootstrap: deployed to arm64: its first line names no interpreter; begin it with a line like #!/bin/sh"}},
		{"bootstrap in Python", files{"bootstrap*": "#!/usr/bin/env python3\n"}, Target{Architecture: Arm64, Runtime: "provided.al2023"}, []string{
			"error bootstrap: deployed to arm64 provided.al2023: its interpreter python3 is not part of provided.al2023; write it for /bin/sh, compile it, or bring the interpreter in a layer"}},
		{"bootstrap with an interpreter of its own", files{"bootstrap*": "#!/opt/bin/python3\n"}, Target{Architecture: Arm64, Runtime: "provided.al2023"}, nil},
		{"bootstrap in bash", files{"bootstrap*": "#!/bin/bash\n"}, Target{Architecture: Arm64, Runtime: "provided.al2023"}, nil},
		{"extension, not executable", files{"extensions/agent": armGo}, Target{Architecture: Arm64, Runtime: "python3.12", Layer: true}, []string{
			"error extensions/agent: built for arm64 Linux, deployed to arm64 python3.12: Lambda starts it, and it is not executable; chmod 755 it before it is packed"}},
		{"extension of the wrong architecture", files{"extensions/agent*": x86Go}, Target{Architecture: Arm64, Runtime: "python3.12", Layer: true}, []string{
			"error extensions/agent: built for x86_64 Linux, deployed to arm64 python3.12: it cannot be executed there; build it with CGO_ENABLED=0 GOOS=linux GOARCH=arm64"}},
		{"extension in Python on Node.js", files{"extensions/agent*": "#!/usr/bin/env -S LANG=C python3 -u\n"}, Target{Architecture: Arm64, Runtime: "nodejs22.x", Layer: true}, []string{
			"error extensions/agent: deployed to arm64 nodejs22.x: its interpreter python3 is not part of nodejs22.x; write it for /bin/sh, compile it, or bring the interpreter in a layer"}},
		{"extension in Python on Python", files{"extensions/agent*": "#!/usr/bin/env -S LANG=C python3 -u\n"}, Target{Architecture: Arm64, Runtime: "python3.13", Layer: true}, nil},
		{"what an extension brings along", files{"extensions/agent*": armGo, "extensions/lib/config.txt": "text"}, Target{Architecture: Arm64, Layer: true}, nil},
		{"customer-managed runtime", files{
			"a.abi3.so": glibc99, "b.so": x86Musl, "tool*": muslProgram, "go*": x86Go, "extensions/agent*": "#!/usr/bin/env php\n", "bootstrap": "echo",
		}, Target{Architecture: X8664, Runtime: "custom", Layer: true}, nil},
		{"wrong architecture on a customer-managed runtime", files{"go*": x86Go}, Target{Architecture: Arm64, Runtime: "custom"}, []string{
			"error go: built for x86_64 Linux, deployed to arm64 custom: it cannot be executed there; build it with CGO_ENABLED=0 GOOS=linux GOARCH=arm64"}},
		{"a folder of that name in a function", files{"extensions/agent": "text"}, arm, nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			report, err := Check(t.Context(), test.files.folder(t), []Target{test.target}, Options{})
			require.NoError(t, err)
			got := []string{}
			for _, f := range report.Findings {
				got = append(got, string(f.Severity)+" "+f.String())
			}
			require.Equal(t, append([]string{}, test.want...), got)
		})
	}
}

func TestBaseOf(t *testing.T) {
	for runtime, glibc := range map[string]string{
		"provided.al2": "2.26", "provided.al2023": "2.34", "python3.11": "2.26", "python3.12": "2.34", "python3.15": "2.34",
		"nodejs18.x": "2.26", "nodejs24.x": "2.34", "nodejs26.x": "2.34", "nodejs": "2.17", "go1.x": "2.17", "dotnetcore1.0": "2.17",
		"java8.al2": "2.26", "java11": "2.26", "java17": "2.26", "java25": "2.34", "java8.al2023": "2.34", "java11.al2023": "2.34", "java17.al2023": "2.34",
		"": "2.34", "nodejs99.x": "2.34",
	} {
		require.Equal(t, glibc, baseOf(runtime).glibc.String(), runtime)
	}
}

func TestParseArchitecture(t *testing.T) {
	_, err := ParseArchitecture("amd64")
	require.EqualError(t, err, `architecture "amd64": want x86_64 or arm64`)
}

func TestVariantOf(t *testing.T) {
	tests := []struct {
		name, file, unit string
	}{
		{"bin/winter", "bin/winter", "bin/winter"},
		{"lib/linux/amd64/libzstd-jni-1.5.5-4.so", "lib/*/zstd-jni-1.5.5-4", "lib/*/zstd-jni-1.5.5-4"},
		{"a/libfoo.so.1.1", "a/foo.1.1", "a/foo.1.1"},
		{"x.cpython-311-x86_64-linux-gnu.so", "x.cp311-*", "x.cp311-*"},
		{"x.cp311-win_amd64.pyd", "x.cp311-*", "x.cp311-*"},
		{"a-manylinux_2_17_aarch64.manylinux2014_aarch64.whl!/a/b.so", "a-*.whl!/a/b", "a-*.whl!/a/b"},
		{"node_modules/@swc/core-linux-x64-gnu/swc.linux-x64-gnu.node", "node_modules/@swc/core-*/swc.*.node", "node_modules/@swc/core-*/"},
		{"a/prebuilds/linux-arm64/node.napi.armv8.node", "a/prebuilds/*/node.napi.*.node", "a/prebuilds/*/"},
		{"numpy.libs/libgfortran-91cc3cb1.so.3.0.0", "numpy.libs/gfortran-91cc3cb1.3.0.0", "numpy.libs/"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			v := variantOf(test.name)
			require.Equal(t, test.file, v.file)
			require.Equal(t, test.unit, v.unit)
		})
	}
}
