#!/usr/bin/env bash
# Prints the packages that have tests by what running them takes. test/e2e, test/containers and
# test/guard, which have targets of their own, are left out.
# usage: list-packages.sh pure|jsii own|spanning
#   pure      does not reach jsii-runtime-go: run with the race detector
#   jsii      reaches it: the race detector would only slow its Node.js process down
#   own       tests itself: Go's test cache knows everything it depends on
#   spanning  lies under test/: may start programs whose sources that cache does not see
set -euo pipefail
cd "$(dirname "$0")/.."

# `go list -test` lists one "<package>.test" for each package that has tests, and only that
# one's Deps hold what the tests import as well.
go list -test -f '{{.ImportPath}} {{join .Deps " "}}' ./... |
  awk -v wanted="$*" -v below="$(go list -m)/test/" '
    $1 !~ /\.test$/ || $1 == below "e2e.test" || $1 == below "containers.test" || $1 == below "guard.test" { next }
    {
      kind = (/ github\.com\/aws\/jsii-runtime-go/ ? "jsii" : "pure") " " (index($1, below) == 1 ? "spanning" : "own")
      if (kind == wanted) print substr($1, 1, length($1) - length(".test"))
    }'
