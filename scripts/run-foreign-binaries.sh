#!/usr/bin/env bash
# Makes this machine run Lambda binaries of the architecture it does not have: the arm64
# sibling on an x86_64 host and the other way round, by qemu-user-static and binfmt_misc.
# Does nothing where they run already.
set -euo pipefail
cd "$(dirname "$0")/.."

case "$(uname -m)" in
x86_64) goarch=arm64 qemu=qemu-aarch64 ;;
aarch64 | arm64) goarch=amd64 qemu=qemu-x86_64 ;;
*)
  echo "run-foreign-binaries: $(uname -m) is neither of Lambda's architectures" >&2
  exit 1
  ;;
esac

probe=.build/foreign-probe
if [[ ! -x $probe ]]; then
  mkdir -p .build
  source=$(mktemp -d)
  trap 'rm -rf "$source"' EXIT
  printf 'package main\n\nimport "runtime"\n\nfunc main() { print(runtime.GOARCH) }\n' >"$source/main.go"
  CGO_ENABLED=0 GOFLAGS='' GOOS=linux GOARCH=$goarch go build -o "$probe" "$source/main.go"
fi
runs() { [[ $("$probe" 2>&1) == "$goarch" ]]; }

runs && exit 0
scripts/install-debian-packages.sh qemu-user-static || {
  echo "install qemu-user-static with its binfmt_misc registration to run $goarch binaries here" >&2
  exit 1
}
runs && exit 0

# In containers and small VMs nothing mounts binfmt_misc or registers what the package brought.
registry=/proc/sys/fs/binfmt_misc
[[ -e $registry/register ]] || mount -t binfmt_misc binfmt_misc "$registry"
# The package's line has the F flag: the kernel keeps the interpreter open, so that it is
# found from chroots and containers too.
[[ -e $registry/$qemu ]] || cat "/usr/lib/binfmt.d/$qemu.conf" >"$registry/register"

runs || { echo "qemu-user-static is installed, but $goarch binaries do not run on this machine" >&2; exit 1; }
