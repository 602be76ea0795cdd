#!/usr/bin/env bash
# Puts the CDK CLI and the Node.js it runs on (package.json) into node_modules/.
set -euo pipefail
cd "$(dirname "$0")/.."

wanted=$(sed -n 's/^ *"node": "\([0-9]*\)".*/\1/p' package.json)
is_wanted() { [[ $(node_modules/.bin/node --version 2>/dev/null) == "v$wanted."* ]]; }

echo "installing the CDK CLI and Node.js $wanted into node_modules/ (npm ci)"
npm ci --no-audit --no-fund
if ! is_wanted; then
  # The node package fetches its binary in an install script, which npm can be set to skip.
  (cd node_modules/node && node installArchSpecificPackage)
  npm rebuild --ignore-scripts # links node_modules/.bin/node, which npm could not do before
fi
is_wanted || { echo "install-node: node_modules/.bin/node is not Node.js $wanted" >&2; exit 1; }
touch node_modules/.installed
