package main

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/binarchtest"
)

// tarred is a tar of files: a name and a content each.
func tarred(t *testing.T, files ...string) string {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for i := 0; i < len(files); i += 2 {
		require.NoError(t, w.WriteHeader(&tar.Header{Name: files[i], Mode: 0o755, Size: int64(len(files[i+1])), Typeflag: tar.TypeReg}))
		_, err := w.Write([]byte(files[i+1]))
		require.NoError(t, err)
	}
	require.NoError(t, w.Close())
	return b.String()
}

// Every kind of path, for both architectures and for each.
func TestKindsOfPaths(t *testing.T) {
	zipped := func(name string) string {
		var b bytes.Buffer
		w := zip.NewWriter(&b)
		entry, err := w.Create(name)
		require.NoError(t, err)
		_, err = entry.Write([]byte(binarchtest.Program(t, arm)))
		require.NoError(t, err)
		require.NoError(t, w.Close())
		return b.String()
	}
	inFolder(t, map[string]string{
		"folder/tool": binarchtest.Program(t, arm), "function.zip": zipped("tool"), "app.jar": zipped("linux/aarch64/libtool.so"),
		"tool-1-cp313-cp313-manylinux2014_aarch64.whl": zipped("tool/_tool.abi3.so"), "package.tar": tarred(t, "tool", binarchtest.Program(t, arm)),
		"image.tar": tarred(t, "manifest.json", `[{"Config": "c.json", "RepoTags": ["app:1"], "Layers": ["l.tar"]}]`,
			"c.json", `{"architecture": "arm64", "os": "linux"}`, "l.tar", tarred(t, "tool", binarchtest.Program(t, arm))),
		"cdk.out/cdk.out": "{}", "cdk.out/asset.aaa/bootstrap": binarchtest.Program(t, arm),
		"cdk.out/App.template.json": `{"Resources": {"Fn": {"Type": "AWS::Lambda::Function", "Properties": {"Runtime": "provided.al2023", "Architectures": ["arm64"], "Code": {"S3Key": "aaa.zip"}}}}}`,
	})
	for _, path := range []string{
		"folder", "function.zip", "app.jar", "tool-1-cp313-cp313-manylinux2014_aarch64.whl", "package.tar", "image.tar", "cdk.out", "cdk.out/App.template.json",
	} {
		status, stdout, stderr := dualarch(t, "check", "--arch", "arm64", path)
		require.Zero(t, status, "%s: %s", path, stdout)
		require.Empty(t, stderr)
		status, _, _ = dualarch(t, "check", "--arch", "x86_64", path)
		require.Equal(t, exitFound, status, path)
		status, _, _ = dualarch(t, "check", path)
		if strings.HasPrefix(path, "cdk.out") { // an app says itself what it is deployed to
			require.Zero(t, status, path)
		} else {
			require.Equal(t, exitFound, status, path)
		}
	}
}
