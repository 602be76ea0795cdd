#!/usr/bin/env bash
# Checks the source without running it. Continues after a failure, so that one run shows all.
# usage: check.sh GOLANGCI_LINT
set -uo pipefail
cd "$(dirname "$0")/.." || exit 1
linter=$1
failed=()

step() {
  local name=$1
  shift
  echo "check: $name"
  "$@" || failed+=("$name")
}

formatted() {
  local unformatted
  unformatted=$(git ls-files -z --cached --others --exclude-standard -- '*.go' |
    while IFS= read -r -d '' file; do [[ -e $file ]] && printf '%s\0' "$file"; done |
    xargs -0 --no-run-if-empty gofmt -l) || return 1
  [[ -z $unformatted ]] || { printf 'not gofmt-clean:\n%s\n' "$unformatted"; return 1; }
}


step "gofmt" formatted
step "go vet" go vet ./...
step "golangci-lint" "$linter" run ./...
step "go mod tidy" go mod tidy -diff
step "shell scripts" .venv/bin/shellcheck scripts/*.sh findings/*.sh .ci/run

if ((${#failed[@]})); then
  printf 'check: FAILED: %s\n' "${failed[@]}"
  exit 1
fi
echo "check: all clean"
