#!/usr/bin/env bash
# A prebuilt addon in `prebuilds/linux-arm64/` need not be for arm64: in these two packages the file there is an x86_64
# library, though node-gyp-build chooses by the folder's name and loads it on arm64, where it fails. Expected: what the
# folder says. uiohook-napi has an x86_64 library in its folder for LoongArch, too. A check that goes by paths passes both.
#
# Seen with tree-sitter-json 0.24.8 and uiohook-napi 1.5.5, 2026-11-27.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

# machine FILE: what the ELF header says it is for.
machine() {
  local number
  number=$(od -An -tu2 -j18 -N2 "$1" | tr -d ' ')
  case $number in
    62) echo x86_64 ;;
    183) echo arm64 ;;
    *) echo "machine $number" ;;
  esac
}

said=()
for package in tree-sitter-json@0.24.8 uiohook-napi@1.5.5; do
  mkdir "$package"
  npm pack --silent --pack-destination "$package" "$package" >/dev/null
  tar --extract --gzip --directory "$package" --file "$package"/*.tgz
  said+=("$package is $(machine "$package/package/prebuilds/linux-arm64/${package%@*}.node")")
done
echo "in prebuilds/linux-arm64: ${said[0]}, ${said[1]}"
[[ ${said[*]} == "tree-sitter-json@0.24.8 is x86_64 uiohook-napi@1.5.5 is x86_64" ]]
