#!/usr/bin/env bash
# Puts cfn-guard and AWS Control Tower's rules for it (test/templates/package.json) into a folder.
# usage: install-cfn-guard.sh FOLDER
set -euo pipefail
cd "$(dirname "$0")/.."

echo "installing cfn-guard into $1/ (npm ci)"
mkdir -p "$1"
cp test/templates/package.json test/templates/package-lock.json "$1/"
# Its peer dependency, the CDK, is for a plugin that is not used.
npm ci --prefix "$1" --legacy-peer-deps --ignore-scripts --no-audit --no-fund
