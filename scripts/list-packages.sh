#!/usr/bin/env bash
# Prints the packages that have tests by what running them takes. test/e2e, test/containers and
# test/guard, which have targets of their own, are left out.
# usage: list-packages.sh concurrent|serial|jsii own|spanning
#   concurrent starts goroutines, or shares memory between them: run with the race detector
#   serial    neither it nor its tests do: the race detector has nothing to find there, and takes minutes
#   jsii      reaches jsii-runtime-go: the race detector would only slow its Node.js process down
#   own       tests itself: Go's test cache knows everything it depends on
#   spanning  lies under test/: may start programs whose sources that cache does not see
set -euo pipefail
cd "$(dirname "$0")/.."

# Go code that runs beside other code says so by one of these.
beside='^[[:space:]]*go [a-zA-Z_(]|\.Go\(|"sync(/atomic)?"|golang\.org/x/sync|testing/synctest|net/http|os/exec'
concurrent=$(go list -f '{{.ImportPath}} {{.Dir}}' ./... | while read -r package dir; do
  if grep -qE "$beside" "$dir"/*.go; then printf '%s ' "$package"; fi
done)

# `go list -test` lists one "<package>.test" for each package that has tests, and only that
# one's Deps hold what the tests import as well.
go list -test -f '{{.ImportPath}} {{join .Deps " "}}' ./... |
  awk -v wanted="$*" -v below="$(go list -m)/test/" -v concurrent=" $concurrent" '
    $1 !~ /\.test$/ || $1 == below "e2e.test" || $1 == below "containers.test" || $1 == below "guard.test" { next }
    {
      package = substr($1, 1, length($1) - length(".test"))
      kind = index(concurrent, " " package " ") ? "concurrent" : "serial"
      if (package == below "bench") kind = "serial" # it measures what test/tuner runs with the race detector
      if (/ github\.com\/aws\/jsii-runtime-go/) kind = "jsii"
      if (kind " " (index($1, below) == 1 ? "spanning" : "own") == wanted) print package
    }'
