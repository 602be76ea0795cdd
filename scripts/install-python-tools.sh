#!/usr/bin/env bash
# Puts the emulator and cfn-lint (requirements.txt) into .venv/.
set -euo pipefail
cd "$(dirname "$0")/.."

command -v python3 >/dev/null || scripts/install-debian-packages.sh python3 python3-venv
# Debian keeps what `python3 -m venv` needs in a package of its own.
python3 -c 'import ensurepip' 2>/dev/null || scripts/install-debian-packages.sh python3-venv

python3 -m venv .venv
.venv/bin/pip install --quiet --disable-pip-version-check --requirement requirements.txt
touch .venv/.installed
