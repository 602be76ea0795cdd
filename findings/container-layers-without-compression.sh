#!/usr/bin/env bash
# go-containerregistry makes layers of an uncompressed tar file, with an option for the compression. compression.None is one of
# its values, and is taken without an error: the layer is compressed by gzip all the same, and says so in its media type.
# Expected: a layer as it was given, and the media type of one.
#
# Seen with github.com/google/go-containerregistry v0.22.1, Go 1.26, 2026-11-28.
set -euo pipefail
version=v0.22.1
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

cd "$folder"
export GOFLAGS=-mod=mod GOWORK=off
cat >main.go <<'GO'
package main

import (
	"bytes"
	"fmt"
	"io"

	"github.com/google/go-containerregistry/pkg/compression"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
)

func main() {
	opener := func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(make([]byte, 10240))), nil }
	layer, err := tarball.LayerFromOpener(opener, tarball.WithCompression(compression.None))
	if err != nil {
		panic(err)
	}
	written, err := layer.Compressed()
	if err != nil {
		panic(err)
	}
	content, err := io.ReadAll(written)
	if err != nil {
		panic(err)
	}
	kind, err := layer.MediaType()
	if err != nil {
		panic(err)
	}
	fmt.Printf("without compression a layer is gzip: %v; %s\n", bytes.HasPrefix(content, []byte{0x1f, 0x8b}), kind)
}
GO
{ go mod init example.com/layer && go get "github.com/google/go-containerregistry@$version"; } >/dev/null 2>&1
seen=$(go run .)
echo "go-containerregistry $version: $seen"
[[ $seen == "without compression a layer is gzip: true; application/vnd.docker.image.rootfs.diff.tar.gzip" ]]
