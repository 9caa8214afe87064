#!/usr/bin/env bash
# Usage: scripts/pgbouncer.sh [--setting NAME=VALUE]...
#
# Starts a PgBouncer with default settings in front of the PostgreSQL in TEST_DATABASE_URL, on a
# free port of 127.0.0.1, and prints the address of the same database through it. It runs until
# standard input ends or this script is terminated. See scripts/postgres.sh.
#
# Options:
#   --setting NAME=VALUE  one of PgBouncer's settings, such as pool_mode=transaction
#   -h, --help            show this text
set -euo pipefail

# shellcheck source=scripts/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

settings=()
while [ $# -gt 0 ]; do
  case $1 in
    -h | --help)
      show_help "$0"
      exit
      ;;
    --setting)
      settings+=("${2:?a setting}")
      shift
      ;;
    *) fail "unknown argument $1; see --help" ;;
  esac
  shift
done
[ -n "${TEST_DATABASE_URL:-}" ] || fail "TEST_DATABASE_URL is not set"
PATH=$PATH:/usr/sbin
need_program pgbouncer pgbouncer

# postgres://USER:PASSWORD@HOST:PORT/DATABASE
rest=${TEST_DATABASE_URL#*://}
user=${rest%%:*}
password=${rest#*:}
password=${password%%@*}
place=${rest#*@}
host=${place%%:*}
database=${place#*/}
server_port=${place#*:}
server_port=${server_port%%/*}

# PgBouncer does not run as root.
as=()
if [ "$(id -u)" -eq 0 ]; then
  as=(runuser -u nobody --)
fi

folder=$(mktemp -d /tmp/pricebook-pgbouncer.XXXXXX)
pid=
stop() {
  local status=$?
  [ -z "$pid" ] || kill "$pid" 2>/dev/null || true
  rm -rf "$folder"
  exit "$status"
}
trap stop EXIT
trap 'exit 143' TERM INT HUP

for attempt in 1 2 3 4 5; do
  port=$(free_port)
  {
    printf '[databases]\n* = host=%s port=%s user=%s password=%s\n' \
      "$host" "$server_port" "$user" "$password"
    printf '[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = %s\nunix_socket_dir =\n' "$port"
    printf 'auth_type = any\nlogfile = %s/log\n' "$folder"
    [ ${#settings[@]} -eq 0 ] || printf '%s\n' "${settings[@]}"
  } >"$folder/pgbouncer.ini"
  chmod -R a+rwX "$folder"
  (cd / && exec ${as[@]+"${as[@]}"} pgbouncer --quiet "$folder/pgbouncer.ini") </dev/null >"$folder/said" 2>&1 &
  pid=$!
  for _ in {1..100}; do
    if (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then
      printf 'postgres://%s:%s@127.0.0.1:%s/%s\n' "$user" "$password" "$port" "$database"
      # Waits for the end of its input.
      while read -r _; do :; done
      exit
    fi
    kill -0 "$pid" 2>/dev/null || break
    sleep 0.05
  done
  [ "$attempt" -lt 5 ] || fail "PgBouncer did not start: $(cat "$folder/said" "$folder/log" 2>/dev/null)"
done
