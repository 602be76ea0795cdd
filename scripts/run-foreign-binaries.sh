#!/usr/bin/env bash
# Makes this machine run Lambda binaries of the other architecture (arm64 on an x86_64 host,
# and the other way round), with qemu-user-static and binfmt_misc. Does nothing if they run already.
set -euo pipefail
cd "$(dirname "$0")/.."

case "$(uname -m)" in
x86_64) qemu="qemu-aarch64" ;;
*) qemu="qemu-x86_64" ;;
esac

runs() { scripts/foreign-probe.sh; }

runs && exit 0
scripts/install-debian-packages.sh qemu-user-static
runs && exit 0

# In containers and small VMs nothing mounts binfmt_misc or registers the package's emulators.
registry=/proc/sys/fs/binfmt_misc
[[ -e $registry/register ]] || mount -t binfmt_misc binfmt_misc "$registry"
# The package's line has the F flag: the kernel keeps the interpreter open, so that it is
# found from chroots and containers too.
[[ -e $registry/$qemu ]] || cat "/usr/lib/binfmt.d/$qemu.conf" >"$registry/register"

runs || { echo "qemu-user-static is installed, but the other architecture's binaries do not run on this machine" >&2; exit 1; }
