#!/usr/bin/env bash
# Runs test/containers on a Docker engine: on the one that is there (DOCKER_HOST, or Docker's default),
# else, as root on Debian, on one that is installed and started for the tests alone, with files, socket
# and bridge of its own, and ended with them. Elsewhere it says what is missing, which is a failure
# with CI=true.
set -euo pipefail
cd "$(dirname "$0")/.."

# The client that goes with the engine; the CDK CLI and the tests call the same.
export CDK_DOCKER=${CDK_DOCKER:-docker}
answers() { "$CDK_DOCKER" version --format '{{.Server.Version}}' >/dev/null 2>&1; }

missing() {
  echo "test-containers: NOT RUN: no Docker engine answers here ($*)." >&2
  echo "Install Docker 23 or newer with its plugin buildx and start it, or name an engine with DOCKER_HOST." >&2
  [[ ${CI:-} == true ]] && exit 1
  exit 0
}

install_engine() {
  if ! command -v dockerd >/dev/null || ! command -v ip >/dev/null; then
    scripts/install-debian-packages.sh docker.io iproute2
  fi
  # Debian 13 keeps client and buildx in packages of their own.
  local package
  for package in docker-cli docker-buildx; do
    if apt-cache show "$package" >/dev/null 2>&1; then scripts/install-debian-packages.sh "$package"; fi
  done
}

start_engine() {
  state=$(mktemp -d /tmp/dualarch-docker.XXXXXX) # short: a socket's path holds 108 characters
  # An engine that was killed leaves its containers' network on the bridge, whose addresses would then be there twice.
  grep -qsx dockerd /proc/[0-9]*/comm || ip link delete docker0 2>/dev/null || true
  ip link show docker0 >/dev/null 2>&1 || bridge=docker0
  trap stop_engine EXIT
  # Nothing here calls another machine, so the machine's packet filter is left alone.
  dockerd --data-root "$state/data" --exec-root "$state/run" --pidfile "$state/pid" \
    --host "unix://$state/docker.sock" --iptables=false >"$log" 2>&1 &
  engine=$!
  export DOCKER_HOST="unix://$state/docker.sock"
  local tries
  for ((tries = 0; tries < 60; tries++)); do
    answers && return
    kill -0 "$engine" 2>/dev/null || break
    sleep 0.5
  done
  tail -n 20 "$log" >&2
  missing "dockerd did not start, see above and $log"
}

# shellcheck disable=SC2329 # the trap calls it
stop_engine() {
  # dockerd ends its containers and containerd itself.
  kill "$engine" 2>/dev/null && wait "$engine" || true
  [[ -z ${bridge:-} ]] || ip link delete "$bridge" 2>/dev/null || true
  rm -rf "$state"
}

if ! answers; then
  why=$("$CDK_DOCKER" version --format '{{.Server.Version}}' 2>&1 | tail -n 1) || true
  [[ -z ${DOCKER_HOST:-} ]] || missing "DOCKER_HOST is $DOCKER_HOST: $why"
  if [[ $(id -u) != 0 ]] || ! command -v apt-get >/dev/null; then missing "$why; only root on Debian can start one from here"; fi
  install_engine
  # Debian's own client, of the engine's version: a newer one that comes first in the path may lack buildx.
  export CDK_DOCKER=/usr/bin/docker
  if ! answers; then # where systemd runs, the package has started one
    mkdir -p .build
    log=$PWD/.build/dockerd.log
    start_engine
  fi
  export DOCKER_BUILDKIT=1
fi

# On an engine with containerd's image store, the default from Docker 29, buildx makes an index of the
# image and its attestation. The CDK CLI leaves that out the same way.
export BUILDX_NO_DEFAULT_ATTESTATIONS=1

command -v curl >/dev/null || scripts/install-debian-packages.sh curl # docs/containers.md posts an event by it

echo "test-containers: $("$CDK_DOCKER" version --format 'docker {{.Client.Version}}, engine {{.Server.Version}}')"
SECONDS=0
status=0
go test -count=1 -timeout 30m ./test/containers/... || status=$?
echo "test-containers: $SECONDS s"
exit "$status"
