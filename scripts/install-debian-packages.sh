#!/usr/bin/env bash
# Installs Debian packages where that is possible without asking, else says what to install.
# usage: install-debian-packages.sh PACKAGE...
set -euo pipefail

if [[ $(id -u) != 0 ]] || ! command -v apt-get >/dev/null; then
  echo "missing on this machine, and only root on Debian can install it from here: $*" >&2
  exit 1
fi
exec {lock}>/tmp/dualarch-install-debian-packages
flock "$lock" # apt-get does not wait for another one, which may be another lane of `make test`
export DEBIAN_FRONTEND=noninteractive
echo "installing $* (apt-get)"
apt-get update -qq
apt-get install -y -qq --no-install-recommends "$@" >/dev/null
