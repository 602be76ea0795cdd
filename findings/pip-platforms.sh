#!/usr/bin/env bash
# `pip install --platform manylinux_2_28_aarch64` takes wheels for exactly that platform, though a system that runs them
# runs those for manylinux2014 as well: cffi's are not found. With manylinux2014_aarch64, as most guides for Lambda have it,
# numpy's are not found, which left that platform. Expected: what a base system with glibc 2.34 runs. Naming both
# platforms finds both packages.
#
# Seen with pip 26.3 on Python 3.11, numpy 2.3.4 and cffi 2.1.1, 2026-11-27.
set -euo pipefail
pip=26.3 numpy=2.3.4 cffi=2.1.1
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check "pip==$pip"
# found PACKAGE PLATFORM…: whether pip has a wheel of it for Python 3.14.
found() {
  local package=$1 platforms=()
  shift
  for platform; do platforms+=(--platform "${platform}_aarch64"); done
  if "$folder/venv/bin/pip" download --quiet --no-deps --dest "$folder/wheels" --only-binary=:all: --python-version 3.14 \
    "${platforms[@]}" "$package" >"$folder/log" 2>&1; then
    echo found
  else
    grep --quiet "No matching distribution found" "$folder/log" && echo absent
  fi
}
new=$(found "cffi==$cffi" manylinux_2_28) old=$(found "numpy==$numpy" manylinux2014)
both="$(found "cffi==$cffi" manylinux_2_28 manylinux2014) $(found "numpy==$numpy" manylinux_2_28 manylinux2014)"
echo "pip $pip: for manylinux_2_28 alone cffi $cffi is $new, for manylinux2014 alone numpy $numpy is $old, for both they are $both"
[[ $new == absent && $old == absent && $both == "found found" ]]
