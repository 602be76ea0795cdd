#!/usr/bin/env bash
# Puts pinned Python tools into a virtual environment of this folder: what REQUIREMENTS lists and nothing else, each file
# with one of its hashes there.
# usage: install-python-tools.sh VENV REQUIREMENTS
set -euo pipefail
cd "$(dirname "$0")/.."

# Debian keeps what `python3 -m venv` needs in a package of its own.
python3 -c 'import ensurepip' 2>/dev/null || scripts/install-debian-packages.sh python3-venv

echo "installing what $2 lists into $1/ (pip install)"
python3 -m venv "$1"
# Python compiles what is imported when it is imported; most of it never is.
"$1/bin/pip" install --quiet --disable-pip-version-check --no-compile --no-deps --require-hashes --requirement "$2"
"$1/bin/pip" check # the list is complete
touch "$1/.installed"
