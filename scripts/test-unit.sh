#!/usr/bin/env bash
# Unit and snapshot tests: everything that needs no emulator.
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

# The race detector needs a C compiler.
command -v "${CC:-cc}" >/dev/null || scripts/install-debian-packages.sh gcc libc6-dev || status=1
export CGO_ENABLED=1
run concurrent own -race
run serial own
run concurrent spanning -race -count=1
run serial spanning -count=1
# The race detector is too slow for a fault at every call, so its run of the campaign is a thinned one, as is that of budgets, and
# for the largest runs.
go test -count=1 -timeout 30m -run '^Test(Campaign|BudgetsAreNeverPassed|TheLargestAcceptedInputs|TheEndOfTheHistory)$' ./test/tuner || status=1
run jsii own
run jsii spanning -count=1
exit $status
