#!/usr/bin/env bash
# github.com/andybalholm/brotli is Go's package for Brotli. A program that only decompresses with it compiles and
# links net/http with TLS and HTTP/2 as well, because the same package has a helper for HTTP handlers. Expected: that
# decompressing needs what compress/gzip needs, little more than bufio and io.
#
# Seen with andybalholm/brotli v1.3.0, go 1.26.8, linux, 2026-11-28. The toolchain is pinned by GOTOOLCHAIN.
set -euo pipefail
version=v1.3.0
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
export GOTOOLCHAIN=go1.26.8 GOFLAGS=-mod=mod GOWORK=off GOOS=linux CGO_ENABLED=0

cd "$folder"
program() { # FOLDER IMPORT READER
  mkdir "$1"
  printf 'module example.com/%s\n\ngo 1.26\n' "$1" >"$1/go.mod"
  printf 'package main\n\nimport (\n\t"io"\n\t"os"\n\n\t"%s"\n)\n\nfunc main() {\n\tr, _ := %s, 0\n\tio.Copy(os.Stdout, r)\n}\n' "$2" "$3" >"$1/main.go"
}
program brotli github.com/andybalholm/brotli 'brotli.NewReader(os.Stdin)'
program flate compress/flate 'flate.NewReader(os.Stdin)'
go -C brotli get -modcacherw "github.com/andybalholm/brotli@$version" 2>/dev/null
packages() { go -C "$1" list -deps . | wc -l | tr -d ' '; }
http() { go -C "$1" list -deps . | grep -cx net/http || true; }
seen="with compress/flate: net/http $(http flate); with brotli: net/http $(http brotli)"
echo "andybalholm/brotli $version, $(go env GOVERSION): packages of a program that decompresses: $(packages flate) with compress/flate, $(packages brotli) with brotli; $seen"
[[ $seen == "with compress/flate: net/http 0; with brotli: net/http 1" ]]
