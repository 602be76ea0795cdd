#!/usr/bin/env bash
# Builds golangci-lint from the Go module proxy into .tools/bin/.
# usage: install-linter.sh VERSION
set -euo pipefail
cd "$(dirname "$0")/.."

echo "building golangci-lint $1 (once, a few minutes)"
GOBIN="$PWD/.tools/bin" GOFLAGS='' go install "github.com/golangci/golangci-lint/v2/cmd/golangci-lint@$1"
mv .tools/bin/golangci-lint ".tools/bin/golangci-lint-$1"
