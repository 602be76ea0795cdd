package binarch

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// What to do is what can be done about that file: in the terms of what brought it, for the runtime that it is for.
func TestRemediesFitWhatTheyAreGiven(t *testing.T) {
	rust := string(elfSpec{pie: true, comment: "rustc version 1.80.0\x00"}.build())
	numpy := func(folder, tag string) files {
		return files{
			folder + "numpy/_core/a.cpython-314-x86_64-linux-gnu.so": x86Library,
			folder + "numpy-2.3.4.dist-info/WHEEL":                   "Tag: " + tag + "\n",
			folder + "numpy-2.3.4.dist-info/RECORD":                  "numpy/_core/a.cpython-314-x86_64-linux-gnu.so,,\nnumpy-2.3.4.dist-info/WHEEL,,\n",
		}
	}
	const manylinux = "cp314-cp314-manylinux_2_28_x86_64"
	const both = "pip install --platform manylinux_2_28_aarch64 --platform manylinux2014_aarch64"
	const rest = " --only-binary=:all: --upgrade --target DIR "
	for name, test := range map[string]struct {
		files   files
		runtime string
		want    string
	}{
		"a wheel on Amazon Linux 2023": {numpy("", manylinux), "python3.14", "install numpy 2.3.4 with pip 20.3 or newer: " + both + " --python-version 3.14" + rest + "numpy==2.3.4"},
		"a wheel in a layer":           {numpy("python/", manylinux), "python3.14", "install numpy 2.3.4 with pip 20.3 or newer: " + both + " --python-version 3.14" + rest + "numpy==2.3.4"},
		"on Amazon Linux 2": {numpy("", manylinux), "python3.11",
			"install numpy 2.3.4 with pip 19.3 or newer: pip install --platform manylinux2014_aarch64 --python-version 3.11" + rest + "numpy==2.3.4"},
		"of an unknown runtime": {numpy("", manylinux), "", "install numpy 2.3.4 with pip 20.3 or newer: " + both + " --python-version 3.14" + rest + "numpy==2.3.4"},
		"on a customer-managed runtime": {numpy("", manylinux), "custom",
			"install numpy 2.3.4 with pip 19.3 or newer: pip install --platform manylinux2014_aarch64 --python-version 3.14" + rest + "numpy==2.3.4"},
		"a wheel for any platform": {numpy("", "py3-none-any"), "python3.14",
			"pip has nothing else, because the wheel of numpy 2.3.4 says that it is for any platform: use another release, build the file for arm64 Linux, or accept it if nothing runs it"},
		"a stable ABI": {files{"a/b.abi3.so": x86Library, "a_b-1.0+local.dist-info/WHEEL": "Tag: cp39-abi3-linux_x86_64\n"}, "",
			"install a_b 1.0+local with pip 20.3 or newer: " + both + rest + "a_b==1.0+local"},
		"a program in Rust": {files{"bin/ruff": rust, "ruff-0.14.6.dist-info/WHEEL": "Tag: py3-none-manylinux_2_17_x86_64\n"}, "python3.13",
			"install ruff 0.14.6 with pip 20.3 or newer: " + both + " --python-version 3.13" + rest + "ruff==0.14.6"},
		"two packages and no RECORD, in the folder of one": {files{"a/a.abi3.so": x86Library, "a-1.dist-info/WHEEL": "Tag: " + manylinux + "\n", "b-1.dist-info/WHEEL": "Tag: py3-none-any\n"}, "python3.13",
			"install a 1 with pip 20.3 or newer: " + both + " --python-version 3.13" + rest + "a==1"},
		"two packages and no RECORD": {files{"c/c.abi3.so": x86Library, "a-1.dist-info/WHEEL": "Tag: " + manylinux + "\n", "b-1.dist-info/WHEEL": "Tag: py3-none-any\n"}, "python3.13",
			"install its package with pip 20.3 or newer: " + both + " --python-version 3.13" + rest + "PACKAGE"},
		"a name that a shell would run": {files{"a/a.abi3.so": x86Library, "a;reboot-1.dist-info/WHEEL": "Tag: " + manylinux + "\n"}, "python3.13",
			"install its package with pip 20.3 or newer: " + both + " --python-version 3.13" + rest + "PACKAGE"},
		"in a jar": {files{"lib/a.jar": files{"META-INF/MANIFEST.MF": "", "linux/amd64/liba.so": x86Library}.zip(t)}, "java21",
			"use a release or a classifier of the dependency that has libraries for linux-aarch64"},
		"in an unpacked jar": {files{"META-INF/MANIFEST.MF": "", "natives/liba.so": x86Library}, "", "use a release or a classifier of the dependency that has libraries for linux-aarch64"},
		"in Java":            {files{"lib/liba.so": x86Library}, "java21", "use a release or a classifier of the dependency that has libraries for linux-aarch64"},
		"a program in Java":  {files{"bin/tool*": x86Go}, "java21", "build it with CGO_ENABLED=0 GOOS=linux GOARCH=arm64"},
	} {
		t.Run(name, func(t *testing.T) {
			report, err := Check(t.Context(), test.files.folder(t), []Target{{Architecture: Arm64, Runtime: test.runtime}}, Options{})
			require.NoError(t, err)
			require.Equal(t, []string{test.want}, remedies(report))
		})
	}
}

// A jar can be the code itself, whatever it is called then.
func TestAJarAsCode(t *testing.T) {
	jar := files{"META-INF/MANIFEST.MF": "Manifest-Version: 1.0\n", "com/sun/jna/linux-x86-64/libjnidispatch.so": x86Library}.zip(t)
	for _, name := range []string{"app.jar", "asset.0123.zip"} {
		report, err := Check(t.Context(), file(t, name, jar), []Target{{Architecture: Arm64}}, Options{})
		require.NoError(t, err)
		require.Equal(t, []string{"use a release or a classifier of the dependency that has libraries for linux-aarch64"}, remedies(report))
		require.Equal(t, Java, report.Findings[0].Ecosystem)
	}
}

// What is needed to lower the glibc of a wheel on either base system.
func TestGlibcRemediesOfWheels(t *testing.T) {
	for runtime, want := range map[string]string{
		"python3.14": "install a 1 with pip 20.3 or newer: pip install --platform manylinux_2_28_aarch64 --platform manylinux2014_aarch64 --python-version 3.14 --only-binary=:all: --upgrade --target DIR a==1 (its wheels need glibc 2.28 at most)",
		"python3.11": "install a 1 with pip 19.3 or newer: pip install --platform manylinux2014_aarch64 --python-version 3.11 --only-binary=:all: --upgrade --target DIR a==1 (its wheels need glibc 2.17 at most), or deploy it to a runtime on Amazon Linux 2023 (glibc 2.34)",
	} {
		folder := files{"a/a.abi3.so": armNewGlibc, "a-1.dist-info/WHEEL": "Tag: cp39-abi3-linux_aarch64\n"}.folder(t)
		report, err := Check(t.Context(), folder, []Target{{Architecture: Arm64, Runtime: runtime}}, Options{})
		require.NoError(t, err)
		require.Equal(t, []string{want}, remedies(report))
	}
}

func remedies(r Report) []string {
	var all []string
	for _, f := range r.Findings {
		if f.Severity == Error && !strings.HasSuffix(f.Path, "/WHEEL") {
			all = append(all, f.Remedy)
		}
	}
	return all
}
