package binarch

import (
	"debug/elf"
	"testing"

	"github.com/stretchr/testify/require"
)

// What a linker asks of glibc and libstdc++ beside GLIBC_2.x, on each base system: to the letter.
func TestLibraryVersions(t *testing.T) {
	library := func(needs ...string) files {
		return files{"a.so": string(elfSpec{machine: elf.EM_AARCH64, needed: []string{"libstdc++.so.6", "libc.so.6"}, needs: needs}.build())}
	}
	with := func(all files, name string, defs ...string) files {
		return files{"a.so": all["a.so"], name: string(elfSpec{machine: elf.EM_AARCH64, defs: defs}.build())}
	}
	al2, al2023 := Target{Architecture: Arm64, Runtime: "provided.al2"}, Target{Architecture: Arm64, Runtime: "provided.al2023"}
	const cxxRemedy = "; link it with -static-libstdc++, or build it on Amazon Linux 2023 or older"
	const between = ": the libstdc++ of Amazon Linux 2023 has GLIBCXX_3.4.29 in older releases and GLIBCXX_3.4.33 in newer ones, and which one Lambda runs is not known" + cxxRemedy
	for name, test := range map[string]struct {
		files  files
		target Target
		want   []string
	}{
		"packed relocations": {library("GLIBC_2.17", "GLIBC_ABI_DT_RELR"), al2023, []string{
			"error a.so: built for arm64 Linux, deployed to arm64 provided.al2023: it needs GLIBC_ABI_DT_RELR of glibc 2.36, and Amazon Linux 2023 has 2.34; link it without -z pack-relative-relocs, or build it on Amazon Linux 2023 or older"}},
		"a newer one": {library("GLIBC_ABI_GNU2_TLS"), al2023, []string{
			"error a.so: built for arm64 Linux, deployed to arm64 provided.al2023: it needs GLIBC_ABI_GNU2_TLS, which is newer than glibc 2.36, and Amazon Linux 2023 has 2.34; build it on Amazon Linux 2023 or older"}},
		"what GCC 7 has": {library("GLIBCXX_3.4.24", "CXXABI_1.3.11", "CXXABI_TM_1", "GLIBCXX_LDBL_3.4"), al2, []string{}},
		"what GCC 8 has": {library("GLIBCXX_3.4.25"), al2, []string{
			"error a.so: built for arm64 Linux, deployed to arm64 provided.al2: it needs GLIBCXX_3.4.25, and the libstdc++ of Amazon Linux 2 has GLIBCXX_3.4.24; link it with -static-libstdc++, or build it on Amazon Linux 2 or older"}},
		"what GCC 11 has":    {library("GLIBCXX_3.4.29", "CXXABI_1.3.13"), al2023, []string{}},
		"what GCC 12 has":    {library("GLIBCXX_3.4.30"), al2023, []string{"warning a.so: built for arm64 Linux, deployed to arm64 provided.al2023: it needs GLIBCXX_3.4.30" + between}},
		"its ABI alone":      {library("GLIBCXX_3.4", "CXXABI_1.3.14"), al2023, []string{"warning a.so: built for arm64 Linux, deployed to arm64 provided.al2023: it needs CXXABI_1.3.14" + between}},
		"what GCC 15 has":    {library("GLIBCXX_3.4.34"), al2023, []string{"error a.so: built for arm64 Linux, deployed to arm64 provided.al2023: it needs GLIBCXX_3.4.34, and the libstdc++ of Amazon Linux 2023 has GLIBCXX_3.4.33" + cxxRemedy}},
		"brought along":      {with(library("GLIBCXX_3.4.34", "CXXABI_1.3.15"), "lib/libstdc++-1a2b.so.6.0.34", "GLIBCXX_3.4.34", "CXXABI_1.3.16"), al2023, []string{}},
		"one that is older":  {with(library("GLIBCXX_3.4.34"), "lib/libstdc++.so.6", "GLIBCXX_3.4.30", "CXXABI_1.3.13"), al2023, []string{"error a.so: built for arm64 Linux, deployed to arm64 provided.al2023: it needs GLIBCXX_3.4.34, and the libstdc++ of Amazon Linux 2023 has GLIBCXX_3.4.33" + cxxRemedy}},
		"of a managed image": {library("GLIBCXX_3.4.99"), Target{Architecture: Arm64, Runtime: "custom"}, []string{}},
	} {
		t.Run(name, func(t *testing.T) {
			inventory, err := Scan(t.Context(), test.files.folder(t), Options{})
			require.NoError(t, err)
			got := []string{}
			for _, f := range inventory.Check(test.target) {
				got = append(got, string(f.Severity)+" "+f.String())
			}
			require.Equal(t, test.want, got)
		})
	}
}

// An image's own libraries count, with what they have been given of newer ones.
func TestLibraryVersionsInImages(t *testing.T) {
	image := func(libc, libstdcxx []string, needs ...string) string {
		tree := files{
			"opt/a.so":             string(elfSpec{needs: needs}.build()),
			"lib64/libc.so.6":      string(elfSpec{defs: libc}.build()),
			"lib64/libstdc++.so.6": string(elfSpec{defs: libstdcxx}.build()),
		}
		return file(t, "image.tar", files{"manifest.json": `[{"Config": "c.json", "Layers": ["l.tar"]}]`, "c.json": `{"architecture": "amd64", "os": "linux"}`, "l.tar": tree.tar(t)}.tar(t))
	}
	target := Target{Architecture: X8664}
	require.Equal(t, []string{"glibc-too-new opt/a.so"}, alarms(t, image([]string{"GLIBC_2.35"}, nil, "GLIBC_ABI_DT_RELR"), target))
	require.Empty(t, alarms(t, image([]string{"GLIBC_2.36"}, nil, "GLIBC_ABI_DT_RELR"), target))
	require.Empty(t, alarms(t, image([]string{"GLIBC_2.34", "GLIBC_ABI_DT_RELR"}, nil, "GLIBC_ABI_DT_RELR"), target))
	require.Equal(t, []string{"libstdcxx-too-new opt/a.so"}, alarms(t, image(nil, []string{"GLIBCXX_3.4.29"}, "GLIBCXX_3.4.30"), target))
	require.Empty(t, alarms(t, image(nil, []string{"GLIBCXX_3.4.30"}, "GLIBCXX_3.4.30"), target))
}
