#!/usr/bin/env bash
# Compiles every package that uses the CDK with another version of it, and runs the constructs' unit tests, the demo app's
# snapshots and the app of a module that imports this one. go.mod stays as it is: the go command gets one of its
# own, in .build/cdk/. Ends with 1 where something fails, with 2 where that version cannot be had.
# usage: with-cdk.sh VERSION    such as v2.276.0, or latest, for which it prints what to raise
set -uo pipefail
cd "$(dirname "$0")/.." || exit 1

awscdk=github.com/aws/aws-cdk-go/awscdk/v2
pin=test/consumer/newest-cdk

give_up() {
  printf 'with-cdk: %s\n' "$@" >&2
  exit 2
}

# What an app has that takes that version and only what it needs; with latest, one that takes everything of
# the CDK as new as it is.
modules() {
  if [[ $1 == latest ]]; then
    printf '%s@latest\n' "$awscdk" github.com/aws/constructs-go/constructs/v10 github.com/aws/jsii-runtime-go
  else
    echo "$awscdk@$1"
  fi
}

# use makes a go.mod with that CDK, unless an earlier run did, and has the go command take it, also where the
# tests start it. A version's name leads to one content, that of latest does not.
use() {
  local dir=$PWD/.build/cdk/$1 flags made_of
  flags=$(go env GOFLAGS) || exit 2
  made_of=$(cat go.mod go.sum "$0" | cksum)
  export GOFLAGS="$flags '-modfile=$dir/go.mod'"
  if [[ $1 == latest || $(cat "$dir/made-of" 2>/dev/null) != "$made_of" ]]; then
    rm -rf "$dir" && mkdir -p "$dir" && cp go.mod go.sum "$dir/" || exit 2
    # shellcheck disable=SC2046 # one word a module
    go get $(modules "$1") ||
      give_up "$awscdk $1 cannot be had: see the go command's words above" \
        "what was never downloaded needs a module proxy (go help goproxy)"
    echo "$made_of" >"$dir/made-of"
  fi
  version=$(go list -m -f '{{.Version}}' "$awscdk") || exit 2
}

failed=()
step() {
  echo "with-cdk: awscdk/v2 $version: $1"
  "${@:2}" || failed+=("$1")
}

wanted=${1:-}
[[ $wanted != [0-9]* ]] || wanted=v$wanted
[[ $# == 1 && $wanted =~ ^(latest|v[0-9]+\.[0-9]+\.[0-9]+)$ ]] ||
  give_up "\"$*\" was given; give one version, such as $(cat "$pin"), or latest"
use "$wanted"
SECONDS=0
# `go list -test` names a package's tests "<package>.test" and what is compiled for them "<package> [<package>.test]".
mapfile -t users < <(go list -test -f '{{.ImportPath}} {{join .Deps " "}}' ./... | grep -F " $awscdk " |
  sed -E 's/ .*//; s/(_test)?(\.test)?$//' | sort -u)
((${#users[@]})) || give_up "no package that uses $awscdk was found"
step "compiling ${#users[@]} packages" go vet "${users[@]}"
if ((${#failed[@]} == 0)); then
  step "unit tests of the constructs" go test -timeout 30m ./constructs/...
  step "snapshots of the demo app" go test -timeout 30m -count=1 -run '^TestDemo$' ./test/snapshots
  step "app that imports the constructs" go test -timeout 30m -count=1 -run '^TestModuleThatImportsTheConstructs$' ./test/consumer
fi
if ((${#failed[@]})); then
  printf 'with-cdk: awscdk/v2 %s: FAILED: %s\n' "$version" "${failed[@]}"
  echo "with-cdk: CONTRIBUTING.md says under \"A newer CDK\" what to do; pinned is $(cat "$pin"), in $pin"
  exit 1
fi
echo "with-cdk: awscdk/v2 $version: all of it passes ($SECONDS s)"
if [[ $wanted == latest && $version != "$(cat "$pin")" ]]; then
  echo "with-cdk: raise $pin from $(cat "$pin") to $version"
fi
