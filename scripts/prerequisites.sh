#!/usr/bin/env bash
# Says in one line what is missing on this machine for the targets, before anything is downloaded. What
# root on Debian can install is not missing there: the scripts that need it do so.
# usage: prerequisites.sh TARGET...
set -euo pipefail
cd "$(dirname "$0")/.."

missing=()
has() { command -v "$1" >/dev/null; }
# at_least VERSION WANTED compares numbers with dots.
at_least() {
  local -a have want
  local i
  IFS=. read -ra have <<<"$1"
  IFS=. read -ra want <<<"$2"
  for i in 0 1 2; do
    have[i]=${have[i]:-0} want[i]=${want[i]:-0}
    have[i]=${have[i]%%[!0-9]*} # a pre-release's name
    ((${have[i]:-0} == want[i])) || { ((${have[i]:-0} > want[i])); return; }
  done
}
can_install() { [[ $EUID == 0 ]] && has apt-get; }

check_go() {
  local wanted version toolchain goroot goenv file
  wanted=$(sed -n 's/^go \([0-9.]*\).*/\1/p' go.mod)
  has go || { missing+=("Go $wanted or newer (there is no go in PATH)"); return; }
  # As local, and away from go.mod: else it might begin to download a newer Go.
  { read -r version; read -r goroot; read -r goenv; } < <(cd / && GOTOOLCHAIN=local go env GOVERSION GOROOT GOENV 2>/dev/null) || true
  version=$(number "${version:-}")
  toolchain=${GOTOOLCHAIN:-}
  for file in "${goenv:-off}" "${goroot:-}/go.env"; do # "go env -w" writes the one, the other has Go's defaults
    [[ -n $toolchain || ! -r $file ]] || toolchain=$(sed -n 's/^GOTOOLCHAIN=//p' "$file")
  done
  # Since 1.21 Go runs as the version that GOTOOLCHAIN names and, with auto and path, switches to the one
  # that go.mod asks for.
  if at_least "$version" 1.21; then
    case $toolchain in
    auto | path | *+auto | *+path) return ;;
    go*)
      version=$(number "$toolchain")
      toolchain=", by GOTOOLCHAIN=$toolchain"
      ;;
    *) toolchain=", and GOTOOLCHAIN=${toolchain:-local} keeps it from switching to a newer one" ;;
    esac
  else
    toolchain=''
  fi
  at_least "$version" "$wanted" || missing+=("Go $wanted or newer (go is ${version:-of no known version}$toolchain)")
}

# number is the number in a Go version: 1.26.1 in "go1.26.1", 1.27 in "devel go1.27-8c2a".
number() { [[ ! $1 =~ go([0-9]+(\.[0-9]+)*) ]] || echo "${BASH_REMATCH[1]}"; }

check_node() {
  local version program
  for program in node npm; do
    has "$program" || { missing+=("Node.js 18 or newer with npm (there is no $program in PATH)"); return; }
  done
  version=$(node --version 2>/dev/null) || true
  at_least "${version#v}" 18 || missing+=("Node.js 18 or newer with npm (node is ${version:-of no known version})")
}

check_python() {
  local version status=0
  has python3 || { missing+=("Python 3.11 or newer (there is no python3 in PATH)"); return; }
  version=$(python3 -c '
import sys
print("%d.%d.%d" % sys.version_info[:3])
if sys.version_info >= (3, 11):
    import ensurepip, venv
' 2>/dev/null) || status=$?
  if ! at_least "$version" 3.11; then
    missing+=("Python 3.11 or newer (python3 is ${version:-of no known version})")
  elif ((status)) && ! can_install; then
    missing+=("Python's module venv (Debian's python3-venv)")
  fi
}

# check COMMAND PACKAGES
check() { has "$1" || can_install || missing+=("$1 (Debian's $2)"); }

check_compilers() {
  case "$(uname -m)" in
  aarch64 | arm64) check x86_64-linux-gnu-gcc "gcc-x86-64-linux-gnu and libc6-dev-amd64-cross" ;;
  *) check aarch64-linux-gnu-gcc "gcc-aarch64-linux-gnu and libc6-dev-arm64-cross" ;;
  esac
  check file file
  check mvn maven
}

check_foreign() {
  local status=0
  can_install || scripts/foreign-probe.sh || status=$?
  case $status in
  0) ;;
  2) missing+=("a machine of one of Lambda's architectures (this one is $(uname -m))") ;;
  *) missing+=("a way to run the other architecture's binaries (Debian's qemu-user-static)") ;;
  esac
}

needs() {
  case $1 in
  demo | test-e2e | test-containers) echo go node python foreign ;;
  test | tools) echo go node python cc compilers foreign ;;
  bench-loop) echo go node python cc compilers foreign git ;;
  test-unit | test-go) echo go node cc ;;
  test-guard | bench) echo go node python cc compilers ;;
  synth | test-constructs | test-page | picture) echo go node ;;
  golden) echo go node git ;;
  fuzz) echo go git ;;
  linter) echo go ;;
  check) echo go node python git ;;
  *) echo go node python ;;
  esac
}

wanted=" $(for target in "$@"; do needs "$target"; done | tr '\n' ' ')"
for need in go node python cc compilers foreign git; do
  [[ $wanted == *" $need "* ]] || continue
  case $need in
  go) check_go ;;
  node) check_node ;;
  python) check_python ;;
  cc) check "${CC:-cc}" "gcc and libc6-dev" ;;
  compilers) check_compilers ;;
  foreign) check_foreign ;;
  git) check git git ;;
  esac
done
((${#missing[@]})) || exit 0
printf -v line '%s; ' "${missing[@]}"
echo "make $*: missing: ${line%; }. CONTRIBUTING.md says what is needed." >&2
exit 1
