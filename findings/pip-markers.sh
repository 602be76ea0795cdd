#!/usr/bin/env bash
# `pip install --platform manylinux2014_aarch64 --python-version 3.10 --only-binary=:all: --target DIR` is how
# packages for another Lambda are installed. It chooses wheels for that Python, but reads the conditions of
# their dependencies with the Python that runs pip: anyio needs exceptiongroup on Pythons before 3.11, and pip on a
# newer one leaves it out, without a word. Expected: the dependencies of 3.10.
#
# Seen with pip 26.3 on Python 3.11 and anyio 4.12.1, 2026-11-27.
set -euo pipefail
pip=26.3 anyio=4.12.1
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "this finding needs Python 3.11 or newer" >&2; exit 1; }
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check "pip==$pip"
"$folder/venv/bin/pip" install --quiet --target "$folder/package" --platform manylinux2014_aarch64 --python-version 3.10 \
  --only-binary=:all: "anyio==$anyio"
needed=$(grep -c '^Requires-Dist: exceptiongroup.*python_version < "3.11"' "$folder/package/anyio-$anyio.dist-info/METADATA")
found=absent
[[ -d $folder/package/exceptiongroup ]] && found=installed
echo "pip $pip, --python-version 3.10: exceptiongroup, which anyio $anyio needs there, is $found"
[[ $needed == 1 && $found == absent ]]
