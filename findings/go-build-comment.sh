#!/usr/bin/env bash
# With -trimpath and -buildvcs=false, `go build` is reproducible: the same source gives the same bytes. But a
# comment behind the last line of code, or `go 1.26.0` for `go 1.26` in go.mod, gives other bytes, although
# every instruction is the same: what differs is the build ID, a hash of the inputs, and with -ldflags=-buildid=
# the binaries are equal. A Lambda function whose asset is the binary is deployed again for it, with a new version.
# Expected: that the binary changes when the program does.
#
# Seen with go 1.26.8, linux/amd64, 2026-11-27. The toolchain is pinned by GOTOOLCHAIN.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
export GOTOOLCHAIN=go1.26.8 GOFLAGS='' GOWORK=off CGO_ENABLED=0

cd "$folder"
build() { # NAME GO COMMENT FLAG...
  printf 'module example.com/hello\n\ngo %s\n' "$2" >go.mod
  printf 'package main\n\nfunc main() { println("hello") }\n%s' "$3" >main.go
  go build -trimpath -buildvcs=false "${@:4}" -o "$1" .
}
alike() { if cmp -s "$1" "$2"; then echo same; else echo differs; fi; }
build plain 1.26 ''
build again 1.26 ''
build comment 1.26 '// a comment'
build patch 1.26.0 ''
build plain-without 1.26 '' -ldflags=-buildid=
build comment-without 1.26 '// a comment' -ldflags=-buildid=
build patch-without 1.26.0 '' -ldflags=-buildid=
seen="built again: $(alike plain again); with a comment: $(alike plain comment); go 1.26.0: $(alike plain patch)"
seen+="; without build ID: $(alike plain-without comment-without), $(alike plain-without patch-without)"
echo "$(go env GOVERSION): $seen"
[[ $seen == "built again: same; with a comment: differs; go 1.26.0: differs; without build ID: same, same" ]]
