#!/usr/bin/env bash
# go/format.Source formats a declaration's doc comment (a list gets its indentation, a heading its blank line) if the
# source is a whole file, and leaves the same comment as it is if the source is a fragment without `package`. The code
# itself is formatted alike. Expected: what the documentation says of fragments, that only space around them differs.
#
# Seen with go 1.26.8, 2026-11-28. The toolchain is pinned by GOTOOLCHAIN.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
export GOTOOLCHAIN=go1.26.8 GOFLAGS='' GOWORK=off

cd "$folder"
printf 'module example.com/format\n\ngo 1.26\n' >go.mod
cat >main.go <<'GO'
package main

import (
	"fmt"
	"go/format"
	"strings"
)

const fragment = "// F does:\n//  - one thing\n//  - another\nfunc F()  { }\n"

func formatted(source string) string {
	out, err := format.Source([]byte(source))
	if err != nil {
		panic(err)
	}
	return strings.TrimPrefix(string(out), "package p\n\n")
}

func main() {
	for _, source := range []string{"package p\n\n" + fragment, fragment} {
		out := formatted(source)
		fmt.Printf("code %t, list %t\n", strings.Contains(out, "func F() {}"), strings.Contains(out, "//   - one thing"))
	}
}
GO
seen=$(go run . | tr '\n' ';')
echo "$(go env GOVERSION), formatted in a file; in a fragment: $seen"
[[ $seen == "code true, list true;code true, list false;" ]]
