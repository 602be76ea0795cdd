package binarch

import (
	"bytes"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// FuzzScan scans any bytes as a package and judges what comes out. The limits are
// low, so that an input that gets around them shows as a slow one.
func FuzzScan(f *testing.F) {
	tree := files{
		"bootstrap*": armGo, "lib/a.so": x86Library, "a.a": archive(x86Object), "b.dylib": universal(),
		"c.dll": peSpec{machine: 0x8664, managed: true}.build(), "d-1.dist-info/WHEEL": "Tag: cp312-cp312-win_amd64\n",
		"node_modules/a/package.json": `{"os": ["darwin"]}`, "extensions/e*": "#!/usr/bin/env node\n",
	}
	nested := files{"a.zip": tree.zip(f), "b.tar": tree.tar(f), "c.tgz": gzipped(f, tree.tar(f))}
	image := files{
		"manifest.json": `[{"Config": "c.json", "RepoTags": ["a:b"], "Layers": ["l.tar"]}]`,
		"c.json":        `{"architecture": "arm64", "os": "linux"}`,
		"l.tar":         files{"a.so": x86Library, "b/.wh..wh..opq": "", ".wh.c": ""}.tar(f),
	}
	for _, seed := range []string{
		x86Program, i386, x86Musl, universal(), machO(cpuArm, machOExecute), peSpec{machine: 0xaa64}.build(), archive(x86Object),
		tree.zip(f), tree.tar(f), gzipped(f, tree.tar(f)), nested.zip(f), nested.tar(f), image.tar(f), "#!/bin/sh\r\n", "\x00asm", "",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		limits := Limits{Files: 1000, Expanded: 4 << 20, Depth: 3, Native: 100}
		s := newScan(t.Context(), "fuzzed", Options{Limits: limits})
		c, err := diskContent(bytes.NewReader(b), int64(len(b)), make([]byte, headSize))
		require.NoError(t, err)
		// What ends a scan early is a limit; everything else is a problem in it.
		if err := s.topFile(place{name: "fuzzed", mode: 0o755}, c); err != nil {
			var limit *limitError
			require.ErrorAs(t, err, &limit)
		}
		require.LessOrEqual(t, s.expanded.Load(), limits.Expanded+1<<20)
		require.LessOrEqual(t, s.progress.Files.Load(), limits.Files)
		inventory := s.found.finish()
		for _, target := range []Target{{Architecture: X8664, Layer: true}, {Architecture: Arm64, Runtime: "provided.al2"}} {
			for _, finding := range inventory.Check(target) {
				require.NotEmpty(t, finding.Reason)
				require.NotEmpty(t, finding.DeployedTo)
			}
		}
	})
}

func FuzzReadELF(f *testing.F) {
	for _, spec := range []elfSpec{
		{}, {narrow: true}, {big: true}, {interp: "/lib/ld.so", note: goNote}, {defs: []string{"GLIBC_2.36"}},
		{needed: []string{"libc.so.6"}, needs: []string{"GLIBC_2.34"}, weak: []string{"GLIBC_2.38"}}, {pie: true, comment: "rustc version 1"},
	} {
		f.Add(spec.build())
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		file, err := readELF(bytes.NewReader(b))
		if err == nil && len(file.Architectures) > 0 {
			require.NotEmpty(t, file.BuiltFor())
		}
	})
}

func FuzzReadPE(f *testing.F) {
	f.Add([]byte(peSpec{machine: 0x8664, program: true}.build()))
	f.Add([]byte(peSpec{machine: 0x14c, managed: true, only32Bit: true}.build()))
	f.Add([]byte(peSpec{machine: 0xd11d, managed: true, r2r: true}.build()))
	f.Fuzz(func(t *testing.T, b []byte) {
		file, ok, err := readPE(bytes.NewReader(b))
		if ok && err == nil {
			require.Len(t, file.Architectures, 1)
		}
	})
}

func FuzzReadArchive(f *testing.F) {
	f.Add([]byte(archive(x86Object)))
	f.Add([]byte(archive("2.0\n") + archive(machO(cpuArm, machOObject))[len(arMagic):]))
	f.Fuzz(func(t *testing.T, b []byte) {
		file, ok, err := readArchive(bytes.NewReader(b), int64(len(b)))
		if ok && err == nil {
			require.Equal(t, Archive, file.Format)
		}
	})
}

// FuzzVariantOf: naming another platform in a path must not move a file to another
// group.
func FuzzVariantOf(f *testing.F) {
	f.Add("com/sun/jna/linux-x86-64/libjnidispatch.so")
	f.Add("node_modules/@img/sharp-linuxmusl-arm64/lib/sharp.node")
	f.Add("a/prebuilds/win32-x64+arm64/a.node")
	f.Add("numpy.libs/../x64//")
	f.Fuzz(func(t *testing.T, name string) {
		v := variantOf(name + "/linux-x64/a.so")
		require.Equal(t, v.file, variantOf(name+"/darwin-arm64/a.dylib").file)
		require.True(t, strings.HasSuffix(v.file, "a"))
	})
}
