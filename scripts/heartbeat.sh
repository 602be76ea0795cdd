#!/usr/bin/env bash
# Runs a command and, while it runs, says on standard error every few seconds for how long it has been
# running and what it compiles, links or tests, so that silence is never mistaken for a hang. The command
# takes this script's place: process id, signals, exit status and terminal are its own.
# usage: heartbeat.sh WHAT COMMAND [ARGUMENT...]
set -euo pipefail

# busy prints what the processes below $$ are at, as far as /proc tells.
busy() {
  local -A parent=()
  local -a pids=() at=() words
  local file line pid up word what doing
  for file in /proc/[0-9]*/stat; do
    { IFS= read -r line <"$file"; } 2>/dev/null || continue
    pid=${file//[!0-9]/}
    read -r _ up _ <<<"${line##*) }" # what follows the program's name, which may hold anything
    parent[$pid]=$up
    pids+=("$pid")
  done
  for pid in "${pids[@]}"; do
    up=$pid
    while [[ ${up:-0} -gt 1 && $up != "$$" ]]; do up=${parent[$up]:-0}; done
    [[ $up == "$$" ]] || continue
    { mapfile -d '' -t words <"/proc/$pid/cmdline"; } 2>/dev/null || continue
    what=''
    case ${words[0]:-} in
    */tool/*/compile | */tool/*/link)
      for ((word = 1; word < ${#words[@]} - 1; word++)); do
        case ${words[0]##*/}${words[word]} in
        compile-p) what="compiling ${words[word + 1]}" ;;
        link-o) what=${words[word + 1]##*/} what="linking ${what/#a.out/a program}" ;;
        esac
      done
      ;;
    /*/go-build*/*.test)
      what=$(readlink "/proc/$pid/cwd") || continue
      what="testing ${what/#"$PWD"/.}"
      ;;
    esac
    [[ -z $what || " ${at[*]} " == *" $what "* ]] || at+=("$what")
  done
  for doing in compiling linking testing; do
    line=''
    for what in "${at[@]}"; do
      [[ $what != "$doing "* ]] || line+=", ${what#"$doing "}"
    done
    [[ -z $line ]] || printf ', %s %s' "$doing" "${line#, }"
  done
}

# beat reads from a pipe that only the command, and what it starts, has open.
beat() {
  trap '' INT # until the command has ended too, which may take a while to clean up
  local status next=$((SECONDS + every)) begin=$SECONDS start=''
  [[ ! -t 2 ]] || start=$'\r\e[K' # the command may be in the middle of a line that it rewrites
  while true; do
    status=0
    read -r -t 1 || status=$?
    if ((status <= 128)) || ! kill -0 $$ 2>/dev/null; then return; fi
    ((SECONDS >= next)) || continue
    next=$((SECONDS + every))
    printf '%s  … %s: %d s%s\n' "$start" "$what" $((SECONDS - begin)) "$(busy)" >&2 || return
  done
}

what=$1
shift
every=${HEARTBEAT_SECONDS:-5}
((BASH_VERSINFO[0] * 100 + BASH_VERSINFO[1] >= 404)) || exec "$@" # macOS's own is from 2007
exec {alive}> >(beat)
: "$alive" # it stays open in the command's place
exec "$@"
