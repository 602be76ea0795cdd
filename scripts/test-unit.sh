#!/usr/bin/env bash
# Unit and snapshot tests: everything that needs no emulator.
set -uo pipefail
cd "$(dirname "$0")/.." || exit 1
status=0

run() {
  local kind=$1 packages
  shift
  packages=$(scripts/list-packages.sh "$kind") || { status=1; return; }
  # shellcheck disable=SC2086 # one word a package
  [[ -z $packages ]] || go test "$@" $packages || status=1
}

command -v "${CC:-cc}" >/dev/null || scripts/install-debian-packages.sh gcc libc6-dev || status=1
CGO_ENABLED=1 run pure -race
run jsii
run spanning -count=1
exit $status
