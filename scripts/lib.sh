#!/usr/bin/env bash
# Usage: source scripts/lib.sh
#
# What the scripts of this folder share. It is sourced, never run; run by itself it only shows
# this text.

# Says what comes next, so that the last such line names the step that failed.
step() {
  printf '\n==> %s\n' "$*" >&2
}

# Ends the script with one clear sentence.
fail() {
  printf '%s: %s\n' "${0##*/}" "$*" >&2
  exit 1
}

# Prints the comment at the head of a script: the help is written in one place, where the next
# reader of the script looks first.
show_help() {
  sed -n -e 1d -e '/^#/!q' -e 's/^# \{0,1\}//p' "$1"
}

# Prints a port of 127.0.0.1 on which nothing listens. It stays below the range from which systems
# take the ports of outgoing connections, so that none of those grabs it before its user listens.
free_port() {
  local port try
  for try in {1..100}; do
    port=$((20000 + (RANDOM + try) % 12000))
    if ! (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then
      printf '%s\n' "$port"
      return
    fi
  done
  fail "found no free port on 127.0.0.1"
}

# Whether missing programs can be installed here.
may_install() {
  [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null
}

install_packages() {
  printf 'installing: %s\n' "$*" >&2
  {
    apt-get update -q &&
      DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "$@"
  } >&2 || fail "apt-get could not install $*"
}

# Makes sure of Node.js 18 or newer and of npm.
need_node() {
  if ! command -v node >/dev/null || ! command -v npm >/dev/null; then
    may_install || fail "Node.js 18 or newer and npm are needed; install them and run this again"
    install_packages nodejs npm
  fi
  node -e 'process.exit(Number(process.versions.node.split(".")[0]) >= 18 ? 0 : 1)' ||
    fail "Node.js 18 or newer is needed, but this is $(node --version)"
}

if [ "${BASH_SOURCE[0]}" = "$0" ]; then
  show_help "$0"
fi
