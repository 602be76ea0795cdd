#!/usr/bin/env bash
# Prints the packages that have tests, by what running them takes.
# usage: list-packages.sh pure|jsii|spanning
#   pure      neither starts jsii nor lies under test/: run with the race detector
#   jsii      reaches jsii-runtime-go, whose Node.js process the race detector only slows down
#   spanning  lies under test/: starts programs whose sources Go's test cache does not see
# test/e2e is in none of them: it needs the emulator.
set -euo pipefail
cd "$(dirname "$0")/.."

# `go list -test` lists one "<package>.test" for each package that has tests, and only that
# one's Deps hold what the tests import as well.
go list -test -f '{{.ImportPath}} {{join .Deps " "}}' ./... | awk -v wanted="$1" -v module="$(go list -m)" '
  $1 !~ /\.test$/ { next }
  {
    package = substr($1, 1, length($1) - length(".test"))
    kind = / github\.com\/aws\/jsii-runtime-go/ ? "jsii" : "pure"
    if (index(package, module "/test/") == 1) kind = "spanning"
    if (package != module "/test/e2e" && kind == wanted) print package
  }'
