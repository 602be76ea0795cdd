#!/usr/bin/env bash
# Looks for news of AWS and the CDK: compares our tables with the newest models, and tries the newest CDK, each
# whatever the other finds. Exits with 1 if there is something to fix or explain, with 2 if a package could not be
# fetched or read.
set -uo pipefail
cd "$(dirname "$0")/.." || exit 2

status=0
look() {
  "$@" || { local code=$?; ((code <= status)) || status=$code; }
}

go build -buildvcs=false -o .build/ ./test/current || exit 2
look .build/current -pip .venv/bin/pip
look scripts/with-cdk.sh latest
exit $status
