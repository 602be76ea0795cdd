#!/usr/bin/env bash
# Makes sure that the tools for the guard's tests are installed: C compilers for both of Lambda's
# architectures, Maven for jars, and file(1), which its speed is compared with.
set -euo pipefail
cd "$(dirname "$0")/.."

packages=()
add() { command -v "$1" >/dev/null || packages+=("${@:2}"); }
case "$(uname -m)" in
aarch64 | arm64) add aarch64-linux-gnu-gcc gcc libc6-dev && add x86_64-linux-gnu-gcc gcc-x86-64-linux-gnu libc6-dev-amd64-cross ;;
*) add x86_64-linux-gnu-gcc gcc libc6-dev && add aarch64-linux-gnu-gcc gcc-aarch64-linux-gnu libc6-dev-arm64-cross ;;
esac
add file file
add mvn maven
((${#packages[@]} == 0)) || scripts/install-debian-packages.sh "${packages[@]}"
