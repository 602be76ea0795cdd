package binarch

import (
	"maps"
	"testing"

	"github.com/stretchr/testify/require"
)

// The layouts in which packages of all ecosystems bring native files, and what is
// wrong with each on either architecture.
func TestLayouts(t *testing.T) {
	const wrong, system, libc = "wrong-architecture ", "wrong-operating-system ", "missing-interpreter "
	macLibrary, macProgram := machO(cpuArm, machODlib), machO(cpuArm, machOExecute)
	dll, exe := peSpec{machine: 0x8664}.build(), peSpec{machine: 0x8664, program: true}.build()
	esbuild := files{
		"node_modules/@esbuild/linux-x64/bin/esbuild*":   x86Go,
		"node_modules/@esbuild/linux-arm64/bin/esbuild*": armGo,
	}
	sharp := files{
		"node_modules/@img/sharp-linux-x64/lib/sharp-linux-x64.node":            x86Library,
		"node_modules/@img/sharp-libvips-linux-x64/lib/libvips-cpp.so.42":       x86Library,
		"node_modules/@img/sharp-linux-arm64/lib/sharp-linux-arm64.node":        armLibrary,
		"node_modules/@img/sharp-libvips-linux-arm64/lib/libvips-cpp.so.8.15.3": armLibrary,
		"node_modules/@img/sharp-linuxmusl-x64/lib/sharp-linuxmusl-x64.node":    x86Musl,
		"node_modules/@img/sharp-win32-x64/lib/libvips-42.dll":                  dll,
		"node_modules/@img/sharp-win32-x64/lib/sharp-win32-x64.node":            dll,
	}
	tests := []struct {
		name     string
		files    files
		x86, arm []string
	}{
		{"one program", files{"bootstrap*": x86Go}, nil, []string{wrong + "bootstrap"}},
		{"esbuild for both", esbuild, nil, nil},
		{"esbuild for both, after its installer", with(esbuild, files{"node_modules/esbuild/bin/esbuild*": x86Go}), nil, nil},
		{"esbuild for one", without(esbuild, "node_modules/@esbuild/linux-arm64/bin/esbuild*"), nil,
			[]string{wrong + "node_modules/@esbuild/linux-x64/bin/esbuild"}},
		{"esbuild installed on a Mac", files{"node_modules/@esbuild/darwin-arm64/bin/esbuild*": macProgram},
			[]string{system + "node_modules/@esbuild/darwin-arm64/bin/esbuild"},
			[]string{system + "node_modules/@esbuild/darwin-arm64/bin/esbuild"}},
		{"sharp for both", sharp, nil, nil},
		{"sharp without libvips for arm64", without(sharp, "node_modules/@img/sharp-libvips-linux-arm64/lib/libvips-cpp.so.8.15.3"), nil,
			[]string{wrong + "node_modules/@img/sharp-libvips-linux-x64/lib/libvips-cpp.so.42"}},
		{"sharp for musl only", files{"node_modules/@img/sharp-linuxmusl-x64/lib/sharp-linuxmusl-x64.node": x86Musl},
			[]string{libc + "node_modules/@img/sharp-linuxmusl-x64/lib/sharp-linuxmusl-x64.node"},
			[]string{wrong + "node_modules/@img/sharp-linuxmusl-x64/lib/sharp-linuxmusl-x64.node"}},
		{"prebuilds", files{
			"node_modules/bcrypt/prebuilds/linux-x64/bcrypt.glibc.node":   x86Library,
			"node_modules/bcrypt/prebuilds/linux-x64/bcrypt.musl.node":    x86Musl,
			"node_modules/bcrypt/prebuilds/linux-arm64/bcrypt.glibc.node": armLibrary,
			"node_modules/bcrypt/prebuilds/linux-arm64/bcrypt.musl.node":  armMusl,
			"node_modules/bcrypt/prebuilds/linux-ia32/bcrypt.node":        i386,
			"node_modules/bcrypt/prebuilds/darwin-arm64/bcrypt.node":      macLibrary,
			"node_modules/bcrypt/prebuilds/win32-x64/bcrypt.node":         dll,
		}, nil, nil},
		{"prebuilds that name musl only", files{
			"node_modules/l/prebuilds/linux-x64/l.node":         x86Library,
			"node_modules/l/prebuilds/linux-x64/l.musl.node":    x86Musl,
			"node_modules/l/prebuilds/linux-arm64/l.armv8.node": armLibrary,
		}, nil, nil},
		{"prebuilds without arm64", files{
			"node_modules/bcrypt/prebuilds/linux-x64/bcrypt.node":    x86Library,
			"node_modules/bcrypt/prebuilds/linux-ia32/bcrypt.node":   i386,
			"node_modules/bcrypt/prebuilds/darwin-arm64/bcrypt.node": macLibrary,
		}, nil, []string{wrong + "node_modules/bcrypt/prebuilds/linux-x64/bcrypt.node"}},
		{"an addon built here hides the prebuilds", files{
			"node_modules/a/build/Release/a.node":         x86Library,
			"node_modules/a/prebuilds/linux-arm64/a.node": armLibrary,
			"node_modules/a/prebuilds/linux-x64/a.node":   x86Library,
		}, nil, []string{wrong + "node_modules/a/build/Release/a.node"}},
		{"napi-rs in one folder", files{
			"node_modules/n/index.linux-x64-gnu.node":   x86Library,
			"node_modules/n/index.linux-arm64-gnu.node": armLibrary,
			"node_modules/n/index.darwin-arm64.node":    macLibrary,
		}, nil, nil},
		{"Prisma for both, generated on a Mac", files{
			"node_modules/.prisma/client/libquery_engine-rhel-openssl-3.0.x.so.node":        x86Library,
			"node_modules/.prisma/client/libquery_engine-linux-arm64-openssl-3.0.x.so.node": armLibrary,
			"node_modules/.prisma/client/libquery_engine-darwin-arm64.dylib.node":           macLibrary,
			"node_modules/.prisma/client/libquery_engine-debian-openssl-1.1.x.so.node":      x86Library,
		}, nil, nil},
		{"Prisma for one", files{"node_modules/.prisma/client/libquery_engine-rhel-openssl-3.0.x.so.node": x86Library}, nil,
			[]string{wrong + "node_modules/.prisma/client/libquery_engine-rhel-openssl-3.0.x.so.node"}},
		{"fsevents says that it is for macOS", files{
			"node_modules/fsevents/package.json":  `{"name": "fsevents", "os": ["darwin"]}`,
			"node_modules/fsevents/fsevents.node": universal(),
		}, nil, nil},
		{"an addon installed on a Mac", files{
			"node_modules/a/package.json":         `{"name": "a"}`,
			"node_modules/a/build/Release/a.node": macLibrary,
		}, []string{system + "node_modules/a/build/Release/a.node"}, []string{system + "node_modules/a/build/Release/a.node"}},
		{"wheel", files{
			"numpy/_core/_umath.cpython-312-x86_64-linux-gnu.so": x86Library,
			"numpy.libs/libopenblas-0cf96a72.so":                 x86Library,
			"numpy/_core/lib/libnpymath.a":                       archive(x86Object),
			"numpy-2.1.dist-info/WHEEL":                          "Tag: cp312-cp312-manylinux2014_x86_64\n",
		}, nil, []string{wrong + "numpy.libs/libopenblas-0cf96a72.so", wrong + "numpy/_core/_umath.cpython-312-x86_64-linux-gnu.so"}},
		{"wheels of both in one folder", files{
			"numpy/_core/_umath.cpython-312-x86_64-linux-gnu.so":  x86Library,
			"numpy/_core/_umath.cpython-312-aarch64-linux-gnu.so": armLibrary,
			"numpy.libs/libopenblas-0cf96a72.so":                  x86Library,
			"numpy.libs/libquadmath-96973f99.so":                  x86Library,
			"numpy.libs/libopenblas-128b20d9.so":                  armLibrary,
			"numpy-2.1.dist-info/WHEEL":                           "Tag: cp312-cp312-manylinux2014_aarch64\n",
		}, nil, nil},
		{"wheel from a Mac", files{"_cffi_backend.cpython-312-darwin.so": macLibrary, "a/.dylibs/libffi.dylib": macLibrary},
			[]string{system + "_cffi_backend.cpython-312-darwin.so", system + "a/.dylibs/libffi.dylib"},
			[]string{system + "_cffi_backend.cpython-312-darwin.so", system + "a/.dylibs/libffi.dylib"}},
		{"wheel from Windows", files{"_cffi_backend.cp312-win_amd64.pyd": dll},
			[]string{system + "_cffi_backend.cp312-win_amd64.pyd"}, []string{system + "_cffi_backend.cp312-win_amd64.pyd"}},
		{"a name that Python will not look for", files{"a.cpython-312-x86_64-linux-gnu.so": armLibrary},
			[]string{wrong + "a.cpython-312-x86_64-linux-gnu.so"}, []string{wrong + "a.cpython-312-x86_64-linux-gnu.so"}},
		{"a wheel's tag alone", files{"a-1.dist-info/WHEEL": "Tag: cp312-cp312-musllinux_1_2_aarch64\n"},
			[]string{wrong + "a-1.dist-info/WHEEL"}, nil},
		{"setuptools' launchers", files{"setuptools/cli-64.exe": exe, "setuptools/gui-arm64.exe": exe, "pip/_vendor/distlib/t64.exe": exe}, nil, nil},
		{"JNA", files{"lib/jna.jar": files{
			"com/sun/jna/linux-x86-64/libjnidispatch.so":       x86Library,
			"com/sun/jna/linux-aarch64/libjnidispatch.so":      armLibrary,
			"com/sun/jna/linux-x86/libjnidispatch.so":          i386,
			"com/sun/jna/freebsd-x86-64/libjnidispatch.so":     x86Library,
			"com/sun/jna/darwin-aarch64/libjnidispatch.jnilib": macLibrary,
			"com/sun/jna/win32-x86-64/jnidispatch.dll":         dll,
		}.zip(t)}, nil, nil},
		{"JNA for FreeBSD is none for Linux", files{"lib/jna.jar": files{
			"com/sun/jna/freebsd-x86-64/libjnidispatch.so": x86Library,
			"com/sun/jna/linux-aarch64/libjnidispatch.so":  armLibrary,
		}.zip(t)}, []string{wrong + "lib/jna.jar!/com/sun/jna/linux-aarch64/libjnidispatch.so"}, nil},
		{"snappy without arm64", files{"snappy.jar": files{
			"org/xerial/snappy/native/Linux/x86_64/libsnappyjava.so":   x86Library,
			"org/xerial/snappy/native/Mac/aarch64/libsnappyjava.dylib": macLibrary,
		}.zip(t)}, nil, []string{wrong + "snappy.jar!/org/xerial/snappy/native/Linux/x86_64/libsnappyjava.so"}},
		{"rocksdb", files{"rocksdbjni.jar": files{
			"librocksdbjni-linux64.so":            x86Library,
			"librocksdbjni-linux64-musl.so":       x86Musl,
			"librocksdbjni-linux-aarch64.so":      armLibrary,
			"librocksdbjni-linux-ppc64le.so":      x86Library,
			"librocksdbjni-osx-arm64.jnilib":      macLibrary,
			"librocksdbjni-win64.dll":             dll,
			"librocksdbjni-linux-aarch64-musl.so": armMusl,
		}.zip(t)}, nil, nil},
		{"netty", files{"app.jar": files{
			"META-INF/native/libnetty_transport_native_epoll_x86_64.so":          x86Library,
			"META-INF/native/libnetty_transport_native_epoll_aarch_64.so":        armLibrary,
			"META-INF/native/libnetty_resolver_dns_native_macos_aarch_64.jnilib": macLibrary,
			"META-INF/native/netty_tcnative_windows_x86_64.dll":                  dll,
		}.zip(t)}, nil, nil},
		{"two jars by classifier", files{
			"lib/native-linux-x86_64-1.0.jar":  files{"lib/linux-x86_64/libbrotli.so": x86Library}.zip(t),
			"lib/native-linux-aarch64-1.0.jar": files{"lib/linux-aarch64/libbrotli.so": armLibrary}.zip(t),
		}, nil, nil},
		{".NET", files{
			"App.dll": peSpec{machine: 0x14c, managed: true}.build(),
			"runtimes/linux-x64/native/libSkiaSharp.so":   x86Library,
			"runtimes/linux-x64/native/libe_sqlite3.so":   x86Library,
			"runtimes/linux-arm64/native/libe_sqlite3.so": armLibrary,
			"runtimes/win-x64/native/libSkiaSharp.dll":    dll,
			"Ready.dll": peSpec{machine: 0x8664 ^ 0x7b79, managed: true, r2r: true}.build(),
		}, nil, []string{wrong + "Ready.dll", wrong + "runtimes/linux-x64/native/libSkiaSharp.so"}},
		{"two versions are no variants", files{"lib/libssl.so.1.1": x86Library, "lib/libssl.so.3": armLibrary},
			[]string{wrong + "lib/libssl.so.3"}, []string{wrong + "lib/libssl.so.1.1"}},
		{"a link library for Windows", files{"a/foo.dll": dll}, []string{system + "a/foo.dll"}, []string{system + "a/foo.dll"}},
		{"a library beside its .so", files{"a/foo.dll": dll, "a/libfoo.so": x86Library, "a/libfoo.dylib": macLibrary}, nil, []string{wrong + "a/libfoo.so"}},
		{"what runs anywhere", files{
			"a.wasm": "\x00asm\x01\x00\x00\x00", "A.class": "\xca\xfe\xba\xbe\x00\x00\x00\x41", "a.py": "#!/usr/bin/env python3\n",
			"empty": "", "extensions/readme.txt": "text",
		}, nil, nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			folder := test.files.folder(t)
			require.Equal(t, append([]string{}, test.x86...), alarms(t, folder, Target{Architecture: X8664}), "x86_64")
			require.Equal(t, append([]string{}, test.arm...), alarms(t, folder, Target{Architecture: Arm64}), "arm64")
			// The same package as the archives that Lambda and Docker take.
			zipped, tarred := file(t, "p.zip", test.files.zip(t)), file(t, "p.tar.gz", gzipped(t, test.files.tar(t)))
			for _, archive := range []string{zipped, tarred} {
				require.Equal(t, append([]string{}, test.x86...), alarms(t, archive, Target{Architecture: X8664}), archive)
				require.Equal(t, append([]string{}, test.arm...), alarms(t, archive, Target{Architecture: Arm64}), archive)
			}
		})
	}
}

func with(f, more files) files {
	all := maps.Clone(f)
	maps.Copy(all, more)
	return all
}

func without(f files, name string) files {
	rest := maps.Clone(f)
	delete(rest, name)
	return rest
}
