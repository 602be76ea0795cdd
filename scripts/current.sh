#!/usr/bin/env bash
# Looks for what is news at AWS and in the CDK: compares our tables with the newest models, and tries the newest
# CDK, each whatever the other finds. Ends with 1 where there is something to mend or to explain, with 2 where a
# package could not be had or read.
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
