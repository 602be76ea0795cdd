#!/usr/bin/env bash
# Times `make test` of the last commit beside that of 86f3110, in clones of their own, one after the other and
# twice each: first nothing but the caches of Go, npm and pip is there, then nothing has changed. What needs an
# installation is installed before. Tests that were added since are left out: their time is no part of a comparison.
# Prints one line a figure, and how long each package of the first run took that took 5 s or more; other lanes run
# beside it. Nothing else may run on the machine.
set -euo pipefail
cd "$(dirname "$0")/.."

before=86f311082a53dcb0501d18a6a8952fe83ef05b5d
# Tests that have taken the place of another one, or a part of it, which 86f3110 has under another name.
successors='TestBilledDurationIsTheWholeBill|TestByHand|TestConcurrencyOfLargeAnswers|TestReplacement|TestSnippetsCompile'

git cat-file -e "$before" 2>/dev/null || {
  echo "bench-loop: $before is not in this clone: git fetch --unshallow" >&2
  exit 2
}
folder=$(mktemp -d "${TMPDIR:-/tmp}/dualarch-loop.XXXXXX")
trap 'chmod -R u+w "$folder"; rm -rf "$folder"' EXIT

tests() { git grep -hoE '^func Test\w*\(t \*testing\.T\)' "$1" -- '*_test.go' | sed 's/^func //; s/(.*//' | sort -u; }
added=$(comm -13 <(tests "$before") <(tests HEAD) | grep -vxE "$successors" | paste -sd '|')
no_skip=$(go env GOFLAGS)
skip="$no_skip -skip=^($added)\$"

# clone NAME COMMIT
clone() {
  git clone --quiet --no-checkout . "$folder/$1"
  git -C "$folder/$1" checkout --quiet --detach "$2"
  local installed=(node_modules .venv .venv-containers)
  if grep -q "^\.venv-templates/" "$folder/$1/Makefile"; then installed+=(.venv-templates); fi
  make -C "$folder/$1" --no-print-directory "${installed[@]/%//.installed}" >"$folder/$1.log" 2>&1
}

# timed NAME FIGURE FLAGS ARGUMENT...
timed() {
  local begin end log=$folder/$1.$2.log
  begin=$(date +%s)
  GOFLAGS=$3 make -C "$folder/$1" --no-print-directory test "${@:4}" >"$log" 2>&1 || {
    tail -n 50 "$log" >&2
    echo "bench-loop: make test of $1 failed" >&2
    exit 1
  }
  end=$(date +%s)
  echo "$2 $((end - begin)) s"
}

clone now HEAD
clone before "$before"
# The lanes that 86f3110 has; the others hold only tests that were added since.
lanes=$(sed -n 's/^test_lanes := //p' Makefile | sed -E 's/ test-(page|cdk|templates)\>//g')
timed before loop.test_first_before_s "$no_skip"
timed now loop.test_first_s "$skip" test_lanes="$lanes"
sed -nE 's|^ok\s+github\.com/dualarch/dualarch/?(\S*)\s+([0-9.]+)s.*|\2 \1|p' "$folder/now.loop.test_first_s.log" | sort -rn |
  awk '$1 >= 5 { printf "loop.package.%s %s s\n", $2 == "" ? "." : $2, $1 }'
timed before loop.test_before_s "$no_skip"
timed now loop.test_s "$skip" test_lanes="$lanes"
