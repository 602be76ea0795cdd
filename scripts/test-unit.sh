#!/usr/bin/env bash
# Unit and snapshot tests: everything that needs no emulator.
# usage: test-unit.sh go|constructs    what reaches jsii is constructs, all other packages are go
set -uo pipefail
cd "$(dirname "$0")/.." || exit 1
status=0

# run KIND REACH FLAG... tests the packages that list-packages.sh gives for KIND REACH.
run() {
  local packages
  packages=$(scripts/list-packages.sh "$1" "$2") || { status=1; return; }
  # shellcheck disable=SC2086 # one word a package
  [[ -z $packages ]] || go test -timeout 30m "${@:3}" $packages || status=1
}

case ${1:-} in
go)
  # The race detector needs a C compiler.
  command -v "${CC:-cc}" >/dev/null || scripts/install-debian-packages.sh gcc libc6-dev || status=1
  export CGO_ENABLED=1
  run concurrent cached -race
  run concurrent started -race -count=1
  run serial cached
  run serial started -count=1
  # What is thinned or left out with the race detector.
  files=$(grep -lE '^//go:build !race|\bthinned\b' internal/tuner/*/*_test.go test/tuner/*_test.go)
  # shellcheck disable=SC2086 # one word a file
  whole=$(sed -n 's/^func \(Test[A-Za-z0-9_]*\)(.*/\1/p' $files | paste -sd '|')
  # shellcheck disable=SC2046,SC2086 # one word a package
  go test -timeout 30m -run "^($whole)\$" $(dirname $files | sort -u | sed 's|^|./|') || status=1
  ;;
constructs)
  run jsii cached
  run jsii started -count=1
  ;;
*)
  echo "test-unit: \"$*\" was given; give go or constructs" >&2
  exit 2
  ;;
esac
exit $status
