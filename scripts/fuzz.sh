#!/usr/bin/env bash
# Runs every fuzz target of the module for a while, one after the other.
# usage: fuzz.sh DURATION
set -uo pipefail
cd "$(dirname "$0")/.." || exit 1
status=0
while IFS=: read -r file target; do
  target=${target#func }
  echo "fuzz: ${target%%(*} in $(dirname "$file")"
  # Without a limit, minimising an interesting input uses the time up.
  go test -run '^$' -fuzz "^${target%%(*}\$" -fuzztime "$1" -fuzzminimizetime 1x "./$(dirname "$file")" || status=1
done < <(git grep --untracked -oE '^func Fuzz[A-Za-z0-9_]+\(' -- '*_test.go')
exit $status
