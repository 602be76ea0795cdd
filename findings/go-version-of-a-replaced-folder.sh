#!/usr/bin/env bash
# A module that go.mod replaces by a folder has no version: `go list -m` has none for the replacement. The binary's build
# information has one, "(devel)", so a program that takes any version for one of a module proxy looks for what nobody has.
# Expected: that both say the same.
#
# Seen with Go 1.26, golang.org/x/mod v0.30.0, 2026-11-28.
set -euo pipefail
version=v0.30.0
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

cd "$folder"
export GOFLAGS=-mod=mod GOWORK=off
cat >main.go <<'GO'
package main

import (
	"fmt"
	"runtime/debug"

	"golang.org/x/mod/semver"
)

func main() {
	_ = semver.Major("v1")
	info, _ := debug.ReadBuildInfo()
	fmt.Printf("%q", info.Deps[0].Replace.Version)
}
GO
{ go mod init example.com/app && go mod download "golang.org/x/mod@$version"; } >/dev/null 2>&1
cp -r "$(go env GOMODCACHE)/golang.org/x/mod@$version" mod
chmod -R u+w mod
go mod edit "-require=golang.org/x/mod@$version" -replace=golang.org/x/mod=./mod
go mod tidy >/dev/null 2>&1
listed=$(go list -m -f '{{printf "%q" .Replace.Version}}' golang.org/x/mod)
seen="go list: $listed; build information: $(go run .)"
echo "a module replaced by a folder, $(go env GOVERSION | cut -d. -f1,2): $seen"
[[ $seen == 'go list: ""; build information: "(devel)"' ]]
