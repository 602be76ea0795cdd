#!/usr/bin/env bash
# Runs test/page in headless Chromium, which it installs as root on Debian. Elsewhere it says what is missing,
# which is a failure with CI=true.
# usage: test-page.sh [FLAG OF GO TEST...]
set -euo pipefail
cd "$(dirname "$0")/.."

if ! command -v chromium >/dev/null && [[ $(id -u) == 0 ]] && command -v apt-get >/dev/null; then
  scripts/install-debian-packages.sh chromium
fi
if ! command -v chromium >/dev/null; then
  echo "test-page: NOT RUN: there is no chromium in PATH: install Debian's package chromium, or Chromium under that name." >&2
  [[ ${CI:-} == true ]] && exit 1
  exit 0
fi
exec go test -count=1 -timeout 30m ./test/page "$@"
