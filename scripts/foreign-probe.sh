#!/usr/bin/env bash
# Checks whether this machine runs Linux binaries of the other architecture: exits with 0 if it does, 1 if it
# does not, 2 if its own is neither of Lambda's. It needs no compiler: the binary is an ELF header, a program
# header, and three instructions that exit with 42.
# usage: foreign-probe.sh
set -euo pipefail
cd "$(dirname "$0")/.."

case "$(uname -m)" in
x86_64) # mov x0, 42; mov x8, 93; svc 0
  machine='\xb7\x00' code='\x40\x05\x80\xd2\xa8\x0b\x80\xd2\x01\x00\x00\xd4' ;;
aarch64 | arm64) # mov edi, 42; mov eax, 60; syscall
  machine='\x3e\x00' code='\xbf\x2a\x00\x00\x00\xb8\x3c\x00\x00\x00\x0f\x05' ;;
*) exit 2 ;;
esac

mkdir -p .build
probe=$(mktemp .build/foreign-probe.XXXXXX)
trap 'rm -f "$probe"' EXIT
zero='\x00\x00\x00\x00\x00\x00'
{
  printf '\x7fELF\x02\x01\x01\x00%b\x00\x00' "$zero"                    # 64 bits, little-endian
  printf '\x02\x00%b\x01\x00\x00\x00' "$machine"                        # executable
  printf '\x78\x00\x40\x00\x00\x00\x00\x00\x40\x00%b' "$zero"           # entry, program headers
  printf '\x00\x00%b\x00\x00\x00\x00\x40\x00\x38\x00\x01\x00' "$zero"   # no sections, sizes
  printf '\x40\x00\x00\x00\x00\x00'
  printf '\x01\x00\x00\x00\x05\x00\x00\x00\x00\x00%b' "$zero"           # loaded readable and executable
  printf '\x00\x00\x40\x00\x00\x00\x00\x00\x00\x00\x40\x00\x00\x00\x00\x00'
  printf '\x84\x00%b\x84\x00%b\x00\x00\x01\x00\x00\x00\x00\x00' "$zero" "$zero"
  printf '%b' "$code"
} >"$probe"
chmod +x "$probe"
status=0
"$probe" 2>/dev/null || status=$?
((status == 42))
