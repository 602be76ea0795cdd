#!/usr/bin/env bash
# Prints the packages that have tests by what running them takes. test/e2e, test/containers, test/guard,
# test/page and test/templates, which have targets of their own, are left out.
# usage: list-packages.sh concurrent|serial|jsii cached|started
#   concurrent starts goroutines, or shares memory between them: run with the race detector
#   serial     neither it nor its tests do: the race detector has nothing to find there, and takes minutes
#   jsii       reaches jsii-runtime-go: the race detector would only slow its Node.js process down
#   cached     depends on Go packages, and on files that its tests open: Go's test cache knows all of it
#   started    lies under test/ and starts programs, whose sources that cache does not see
set -euo pipefail
cd "$(dirname "$0")/.."

# Go code that runs beside other code says so by one of these. Programs that it starts share no memory with it, and what
# is only done once (sync.Once) need not run beside anything.
beside='^[[:space:]]*go [a-zA-Z_(]|\.Go\(|sync\.(Mutex|RWMutex|WaitGroup|Cond|Map|Pool)|atomic\.|golang\.org/x/sync/|testing/synctest|"net/http'
concurrent=$(go list -f '{{.ImportPath}} {{.Dir}}' ./... | while read -r package dir; do
  if grep -qE "$beside" "$dir"/*.go; then printf '%s ' "$package"; fi
done)

# Packages that start programs, and those of them whose tests alone do.
starts='{{range .}}{{if eq . "os/exec"}} os/exec{{end}}{{end}}'
start=$(go list -f "{{.ImportPath}}{{with .Imports}}$starts{{end}}" ./... | awk 'NF > 1 { printf "%s ", $1 }')
tests_start=$(go list -f "{{.ImportPath}}{{with .TestImports}}$starts{{end}}{{with .XTestImports}}$starts{{end}}" ./... |
  awk 'NF > 1 { printf "%s ", $1 }')

# `go list -test` lists one "<package>.test" for each package that has tests, and only that
# one's Deps hold what the tests import as well.
go list -test -f '{{.ImportPath}} {{join .Deps " "}}' ./... |
  awk -v wanted="$*" -v below="$(go list -m)/test/" -v concurrent=" $concurrent" -v start=" $start" -v tests_start=" $tests_start" '
    $1 !~ /\.test$/ || index($1, below) == 1 && substr($1, length(below) + 1) ~ /^(e2e|containers|guard|page|templates)\.test$/ { next }
    {
      package = substr($1, 1, length($1) - length(".test"))
      kind = index(concurrent, " " package " ") ? "concurrent" : "serial"
      if (package == below "bench") kind = "serial" # it measures what test/tuner runs with the race detector
      if (/ github\.com\/aws\/jsii-runtime-go/) kind = "jsii"
      reach = "cached"
      if (index($1, below) == 1) {
        if (index(tests_start, " " package " ")) reach = "started"
        for (i = 2; i <= NF; i++) if (index(start, " " $i " ")) reach = "started"
      }
      if (kind " " reach == wanted) print package
    }'
