package binarch

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestLimits(t *testing.T) {
	many := files{}
	for i := range 20 {
		many[fmt.Sprintf("f%02d.so", i)] = x86Library
	}
	tests := []struct {
		name   string
		path   string
		limits Limits
		want   string
	}{
		{"files in a folder", many.folder(t), Limits{Files: 10}, "there are more than 10 files; the rest was not looked at"},
		{"files in a zip", file(t, "a.zip", many.zip(t)), Limits{Files: 10}, "there are more than 10 files; the rest was not looked at"},
		{"files in a tar", file(t, "a.tar", many.tar(t)), Limits{Files: 10}, "there are more than 10 files; the rest was not looked at"},
		{"native files", many.folder(t), Limits{Native: 10}, "there are too many native files; the rest was not looked at"},
		{"paths", many.folder(t), Limits{Paths: 30}, "the paths in it take more than 0 MiB; the rest was not looked at"},
		{"paths of a package", file(t, "a.zip", many.zip(t)), Limits{Paths: 30}, "the paths in it take more than 0 MiB; the rest was not looked at"},
		// What takes long enough for a timer to be heard on a busy machine.
		{"time", file(t, "a.tgz", gzipped(t, files{"zeros": strings.Repeat("\x00", 32<<20), "a.so": x86Library}.tar(t))), Limits{Time: 1},
			"looking at it took longer than 1ns; the rest was not looked at"},
		{"bytes out of a tar", file(t, "a.tgz", gzipped(t, files{"zeros": strings.Repeat("\x00", 5<<20)}.tar(t))), Limits{Expanded: 1 << 20},
			"more than 1 MiB come out of its archives; the rest was not looked at"},
		{"bytes out of a nested zip", files{"a.zip": files{"b.zip": files{"c": strings.Repeat("x", 5<<20)}.zip(t) + strings.Repeat("\x00", 5<<20)}.zip(t)}.folder(t),
			Limits{Expanded: 1 << 20}, "more than 1 MiB come out of its archives; the rest was not looked at"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			require.Equal(t, []Problem{{"", test.want}}, problems(t, test.path, test.limits))
		})
	}
}

// A package has the limits of a package, whatever an image may have.
func TestAPackageIsSmallerThanAnImage(t *testing.T) {
	content := files{"a.so": x86Library}
	image := files{
		"manifest.json": `[{"Config": "c.json", "Layers": ["l.tar"]}]`, "c.json": `{"architecture": "arm64", "os": "linux"}`, "l.tar": content.tar(t),
	}
	for name, test := range map[string]struct {
		text string
		want Limits
	}{
		"a.zip": {content.zip(t), packageLimits}, "a.tar": {content.tar(t), packageLimits}, "a.tgz": {gzipped(t, content.tar(t)), packageLimits},
		"i.tar": {image.tar(t), imageLimits}, "i.tgz": {gzipped(t, image.tar(t)), imageLimits},
	} {
		s := newScan(t.Context(), "", Options{Limits: Limits{Depth: 3}})
		defer s.end()
		path := file(t, name, test.text)
		info, err := os.Stat(path)
		require.NoError(t, err)
		require.NoError(t, s.top(path, info))
		test.want.Depth = 3 // the caller's
		require.Equal(t, test.want, s.limits, name)
		require.Equal(t, test.want, s.found.limits, name)
	}
}
