package guard

import (
	"archive/zip"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/binarch"
)

// published is a package that brings files for several platforms.
type published struct {
	name, version string
	// at is how the paths of its native files begin.
	at string
	// lacks are files, one for each thing that an architecture has no variant of.
	lacks map[binarch.Architecture][]string
}

// lacksArm64 is a package with one thing that it does not bring for arm64.
func lacksArm64(p published, file string) published {
	p.lacks = map[binarch.Architecture][]string{binarch.Arm64: {p.at + file}}
	return p
}

func prebuilds(name, version string) published {
	return published{name: name, version: version, at: "node_modules/" + name + "/"}
}

func platformPackages(name, version, at string) published {
	return published{name: name, version: version, at: "node_modules/" + at}
}

// Packages of npm that bring all platforms in one package. Two of them have a file for x86_64 where that for arm64
// should be.
var npmPrebuilds = []published{
	prebuilds("@datadog/native-metrics", "4.0.0"),
	prebuilds("@serialport/bindings-cpp", "13.0.1"),
	prebuilds("argon2", "0.45.1"),
	prebuilds("bare-fs", "4.8.4"),
	prebuilds("bare-os", "3.9.3"),
	prebuilds("bcrypt", "6.0.0"),
	prebuilds("classic-level", "3.0.0"),
	prebuilds("fs-native-extensions", "1.5.1"),
	prebuilds("microtime", "3.1.1"),
	prebuilds("node-hid", "3.4.0"),
	prebuilds("quickbit-native", "2.4.9"),
	prebuilds("sodium-native", "5.1.0"),
	prebuilds("tree-sitter-python", "0.25.0"),
	prebuilds("udx-native", "1.21.3"),
	prebuilds("zeromq", "6.8.0"),
	prebuilds("node-notifier", "10.0.1"),
	{name: "tar-fs", version: "3.1.3", at: "node_modules/bare-url/"},
	lacksArm64(prebuilds("bufferutil", "4.1.0"), "prebuilds/linux-x64/bufferutil.node"),
	lacksArm64(prebuilds("clipboardy", "5.3.2"), "fallbacks/linux/xsel"),
	lacksArm64(prebuilds("tree-sitter-json", "0.24.8"), "prebuilds/linux-arm64/tree-sitter-json.node"),
	lacksArm64(prebuilds("uiohook-napi", "1.5.5"), "prebuilds/linux-arm64/uiohook-napi.node"),
	lacksArm64(prebuilds("utf-8-validate", "6.0.6"), "prebuilds/linux-x64/utf-8-validate.node"),
}

// Packages of npm of which each has a package a platform.
var npmPlatformPackages = []published{
	platformPackages("@node-rs/argon2", "2.2.1", "@node-rs/argon2-"),
	platformPackages("@parcel/watcher", "2.6.0", "@parcel/watcher-"),
	platformPackages("koffi", "3.3.4", "@koromix/koffi-"),
	platformPackages("lightningcss", "1.33.0", "lightningcss-"),
	platformPackages("lmdb", "3.5.6", "@lmdb/lmdb-"),
	platformPackages("msgpackr-extract", "3.0.7", "@msgpackr-extract/"),
	platformPackages("rollup", "4.68.5", "@rollup/rollup-"),
	platformPackages("snappy", "7.4.3", "@napi-rs/snappy-"),
	platformPackages("unrs-resolver", "1.13.0", "@unrs/"),
	platformPackages("usb", "3.1.0", "@node-usb/"),
}

// Packages that are compared on each architecture and system.
var (
	namedWheels   = []published{{name: "numpy", version: "2.2.6"}, {name: "pydantic-core", version: "2.50.5"}}
	oldWheels     = []published{{name: "cryptography", version: "50.0.2"}, {name: "setuptools", version: "84.2.1"}}
	addonPackages = []published{{name: "esbuild", version: "0.28.2"}, {name: "sharp", version: "0.35.5"}, {name: "@swc/core", version: "1.16.22"}}
)

// Wheels for one architecture, of less than 1 MB but for a few.
var smallWheels = []published{
	{name: "bcrypt", version: "5.0.0"},
	{name: "bitarray", version: "3.12.3"},
	{name: "cffi", version: "2.1.1"},
	{name: "charset-normalizer", version: "3.5.2"},
	{name: "frozenlist", version: "1.8.0"},
	{name: "greenlet", version: "3.5.6"},
	{name: "kiwisolver", version: "1.5.1"},
	{name: "lz4", version: "4.4.5"},
	{name: "markupsafe", version: "3.0.4"},
	{name: "msgpack", version: "1.2.4"},
	{name: "multidict", version: "7.2.1"},
	{name: "orjson", version: "3.13.0"},
	{name: "psutil", version: "7.2.2"},
	{name: "pyyaml", version: "6.0.3"},
	{name: "regex", version: "2026.11.15"},
	{name: "rpds-py", version: "2026.9.1"},
	{name: "simplejson", version: "4.3.0"},
	{name: "tornado", version: "6.6.1"},
	{name: "ujson", version: "6.1.0"},
	{name: "wrapt", version: "2.5.2"},
	{name: "zstandard", version: "0.25.0"},
	{name: "cosmo-file", version: "5.46.6"},
}

// Wheels for any platform.
var anyWheels = []published{
	{name: "clr-loader", version: "0.3.1", at: "clr_loader/"},
	lacksArm64(published{name: "debugpy", version: "1.8.22", at: "debugpy/"}, "_vendored/pydevd/pydevd_attach_to_process/attach_linux_amd64.so"),
	{name: "pulp", version: "3.3.1", at: "pulp/"},
}

func jar(group, name, version string, classifiers ...string) published {
	return published{name: group + ":" + name + ":" + strings.Join(classifiers, ","), version: version, at: "lib/" + name + "-"}
}

// Jars with libraries for several platforms, or one jar a platform.
var jars = []published{
	jar("at.yawk.lz4", "lz4-java", "1.14.0"),
	jar("com.fazecast", "jSerialComm", "2.11.0"),
	jar("com.github.jnr", "jffi", "1.4.3", "native"),
	jar("com.github.luben", "zstd-jni", "1.5.7-22"),
	jar("io.github.java-native", "jssc", "2.9.6"),
	jar("io.netty", "netty-transport-native-epoll", "4.2.18.Final", "linux-x86_64", "linux-aarch_64"),
	jar("net.java.dev.jna", "jna", "5.19.1"),
	jar("org.bytedeco", "javacpp", "1.5.10", "linux-x86_64", "linux-arm64"),
	jar("org.fusesource.jansi", "jansi", "2.4.3"),
	jar("org.lmdbjava", "lmdbjava", "0.9.1"),
	jar("org.xerial.snappy", "snappy-java", "1.1.10.12"),
	jar("software.amazon.awssdk.crt", "aws-crt", "0.38.5"),
}

// names are what a package manager installs: "zeromq@6.8.0".
func names(packages []published, between string) []string {
	all := make([]string, len(packages))
	for i, p := range packages {
		all[i] = p.name + between + p.version
	}
	return all
}

// maven copies jars into a folder lib, by one run of Maven.
func maven(t *testing.T, packages []published) string {
	t.Helper()
	var dependencies strings.Builder
	for _, p := range packages {
		coordinates := strings.Split(p.name, ":")
		for classifier := range strings.SplitSeq(coordinates[2], ",") {
			fmt.Fprintf(&dependencies, "<dependency><groupId>%s</groupId><artifactId>%s</artifactId><version>%s</version><classifier>%s</classifier></dependency>\n",
				coordinates[0], coordinates[1], p.version, classifier)
		}
	}
	root := t.TempDir()
	project := sources(t, map[string]string{"pom.xml": `<project xmlns="http://maven.apache.org/POM/4.0.0">
<modelVersion>4.0.0</modelVersion><groupId>corpus</groupId><artifactId>corpus</artifactId><version>1</version>
<dependencies>
` + dependencies.String() + `</dependencies>
</project>
`})
	run(t, project, nil, "mvn", "--batch-mode", "--quiet", "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies",
		"-DexcludeTransitive=true", "-DoutputDirectory="+filepath.Join(root, "lib"))
	return root
}

// pairPublished pairs the native files of packages with both architectures: what a package has a variant of is right,
// and what it lacks is found. Then it takes the files for one architecture out of all packages, each of which has to
// be found.
func (c *tally) pairPublished(t *testing.T, root string, packages []published) {
	t.Helper()
	lacking := func(architecture binarch.Architecture) []string {
		var all []string
		for _, p := range packages {
			all = append(all, p.lacks[architecture]...)
		}
		return all
	}
	c.count(packages...)
	c.pairAll(t, root, []string{"", "nodejs22.x"}, func(name string, _ truth, target binarch.Target) bool {
		return !slices.Contains(lacking(target.Architecture), name)
	})
	for _, architecture := range []binarch.Architecture{binarch.X8664, binarch.Arm64} {
		c.pairRobbed(t, root, packages, architecture)
	}
}

func (c *tally) pairRobbed(t *testing.T, root string, packages []published, architecture binarch.Architecture) {
	t.Helper()
	robbed := rob(t, root, architecture)
	inventory, err := binarch.Scan(t.Context(), robbed, binarch.Options{})
	require.NoError(t, err)
	natives := nativeFiles(t, robbed)
	var found []string
	for _, f := range inventory.Check(binarch.Target{Architecture: architecture}) {
		if f.Severity == binarch.Error {
			found = append(found, f.Path)
		}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, p := range packages {
		ofPackage := func(name string) bool { return strings.HasPrefix(name, p.at) }
		if !slices.ContainsFunc(slices.Collect(maps.Keys(natives)), func(name string) bool { return ofPackage(name) && natives[name].elf }) {
			continue // nothing in it is for Linux any more
		}
		c.wrong++
		if !slices.ContainsFunc(found, ofPackage) {
			t.Errorf("%s without its files for %s was not found", p.name, architecture)
			continue
		}
		c.found++
	}
}

// rob copies the native files and the metadata of packages, less what is for an architecture.
func rob(t *testing.T, root string, architecture binarch.Architecture) string {
	t.Helper()
	into := t.TempDir()
	require.NoError(t, filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		name, _ := filepath.Rel(root, path)
		target := filepath.Join(into, name)
		f, native := read(path)
		metadata := d.Name() == "package.json" || d.Name() == "WHEEL" || d.Name() == "RECORD"
		archive := filepath.Ext(path) == ".jar"
		if native && f.machine == architecture || !native && !metadata && !archive {
			return nil
		}
		if err := os.MkdirAll(filepath.Dir(target), 0o755); err != nil {
			return err
		}
		if archive {
			return robJar(path, target, architecture)
		}
		return os.Link(path, target)
	}))
	return into
}

func robJar(path, target string, architecture binarch.Architecture) (err error) {
	from, err := zip.OpenReader(path)
	if err != nil {
		return err
	}
	defer from.Close() //nolint:errcheck // it was only read
	out, err := os.Create(target)
	if err != nil {
		return err
	}
	into := zip.NewWriter(out)
	for _, entry := range from.File {
		f, native, err := readEntry(entry)
		if err != nil {
			return err
		}
		if native && f.machine == architecture {
			continue
		}
		if err := into.Copy(entry); err != nil {
			return err
		}
	}
	if err := into.Close(); err != nil {
		return err
	}
	return out.Close()
}
