#!/usr/bin/env bash
# `npm install --os=linux --cpu=arm64 esbuild` on an x86_64 machine (and the other way round) installs
# esbuild's package for arm64, as asked. Then esbuild's install script runs, looks for the machine's own
# binary, finds none, fetches it and puts it at bin/esbuild: node_modules holds an arm64 program that nothing
# starts and an x86_64 program that does not run on arm64. Expected: what was asked for, or an error.
#
# Seen with npm 11.19.1 and esbuild 0.28.1 on linux/x86_64, 2026-11-27.
set -euo pipefail
npm=11.19.1 esbuild=0.28.1
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

case $(uname -m) in
x86_64) machine=x64 asked=arm64 ;;
aarch64 | arm64) machine=arm64 asked=x64 ;;
*) echo "this finding is about x86_64 and arm64 machines" >&2; exit 1 ;;
esac
built_for() { # FILE: byte 18 of an ELF file is its machine
  case $(od -An -tx1 -j18 -N1 "$1" | tr -d ' ') in
  3e) echo x64 ;;
  b7) echo arm64 ;;
  *) echo another ;;
  esac
}

cd "$folder"
echo '{"name": "function", "version": "1.0.0"}' >package.json
npx --yes "npm@$npm" install --silent --no-audit --no-fund --os=linux --cpu="$asked" "esbuild@$esbuild" >npm.log 2>&1 ||
  { cat npm.log >&2; exit 1; }
seen="@esbuild/linux-$asked is for $(built_for "node_modules/@esbuild/linux-$asked/bin/esbuild")"
seen+=", bin/esbuild for $(built_for node_modules/esbuild/bin/esbuild)"
echo "npm $npm, esbuild $esbuild, --cpu=$asked on $machine: $seen"
[[ $seen == "@esbuild/linux-$asked is for $asked, bin/esbuild for $machine" ]]
