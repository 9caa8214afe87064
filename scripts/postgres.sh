#!/usr/bin/env bash
# Usage: scripts/postgres.sh [--check] [--durable] [--commands] [COMMAND [ARGUMENT...]]
#
# Starts a PostgreSQL server, runs COMMAND with it, and exits with COMMAND's status.
#
# The server (13 or newer) listens on a free port of 127.0.0.1 and keeps its data in a temporary
# folder. For COMMAND, TEST_DATABASE_URL is the address of its admin database, and PATH includes the
# server's programs, such as psql. When COMMAND ends, the server is stopped and its data is deleted.
#
# The server also accepts encrypted connections. Its certificate is for "localhost", not for
# 127.0.0.1, and TEST_DATABASE_ROOT is the file with its root certificate. PGSSLMODE is set so that
# connections are encrypted only if their address asks for it.
#
# Without COMMAND the script prints the address, and the server runs until the script is interrupted
# (Ctrl-C) or terminated.
#
#   scripts/postgres.sh cargo test -- --skip only_sqlite::
#   scripts/postgres.sh sh -c 'psql "$TEST_DATABASE_URL"'
#
# Tests also need PgBouncer; it is found, or installed, like PostgreSQL.
#
# PostgreSQL's programs are searched for in Debian's folders (/usr/lib/postgresql/*/bin, the newest
# first) and on PATH. If they are missing, the package "postgresql" is installed when the script
# runs as root on a system with apt-get; otherwise a message asks for it.
#
# With --commands the script also prints the address, and then carries out the commands on standard
# input until it ends. It answers each with a line: "done", or "failed" and the reason.
#
#   start     starts the server, on the same port and data
#   stop      ends all connections and stops the server
#   kill      kills the server's main process without warning; the others then end by themselves
#   pause     suspends all processes of the server
#   continue  resumes them
#   replica   creates a second server that follows the first; answered with "done" and its port
#   switch    a switchover: the primary is stopped, the other server is promoted, and the
#             first one comes back as its standby
#   fail      a failover: the primary is killed, and the other server is promoted
#   revive    restarts the server that "fail" killed, in its old state
#   rejoin    replaces the server that "fail" killed with a new standby of the other one
#
# Options:
#   --check     only find or install the programs, and print their folder
#   --durable   make commits survive a power failure, which is slower
#   --commands  take commands from standard input; see above
#   -h, --help  show this text
set -euo pipefail

# shellcheck source=scripts/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

oldest=13

# Prints the major version of the programs in folder $1; fails if there are none.
major_version() {
  local program version
  for program in initdb pg_ctl postgres psql; do
    [ -x "$1/$program" ] || return 1
  done
  version=$("$1/postgres" --version 2>/dev/null) || return 1
  # "postgres (PostgreSQL) 15.4 (Debian …)", or "16beta1"
  version=${version#*) }
  version=${version%%[!0-9]*}
  [ -n "$version" ] && printf '%s\n' "$version"
}

# Prints the folder of the newest supported PostgreSQL; fails if there is none.
find_programs() {
  local folder version best='' best_version=$((oldest - 1)) on_path
  on_path=$(command -v postgres || true)
  for folder in /usr/lib/postgresql/*/bin ${on_path:+"$(dirname "$(readlink -f "$on_path")")"}; do
    if version=$(major_version "$folder") && [ "$version" -gt "$best_version" ]; then
      best=$folder
      best_version=$version
    fi
  done
  [ -n "$best" ] && printf '%s\n' "$best"
}

# Runs a command as the owner of the cluster, since PostgreSQL refuses to run as root.
as_owner() {
  if [ -n "$owner" ]; then
    # From /, since the owner may have no access to the current folder.
    (cd / && exec runuser -u "$owner" -- "$@")
  else
    "$@"
  fi
}

init_cluster() {
  as_owner "$programs/initdb" --pgdata="$folder/data" --username=postgres \
    --pwfile="$folder/password" --auth-local=trust --auth-host=password \
    --encoding=UTF8 --locale=C --no-sync "$@" >"$folder/initdb.log" 2>&1
}

# node_ctl NAME ARGUMENT...: runs pg_ctl for one of two servers, "data" (the first) or "replica".
node_ctl() {
  local name=$1
  shift
  # Closes inherited descriptors; otherwise a reader of our output would wait for the end of the
  # server too.
  as_owner "$programs/pg_ctl" --pgdata="$folder/$name" --log="$folder/$name.log" --silent \
    --wait --timeout=60 "$@" </dev/null >"$folder/said" 2>&1
}

node_port() {
  if [ "$1" = data ]; then printf '%s\n' "$port"; else printf '%s\n' "$replica_port"; fi
}

start_node() {
  node_ctl "$1" --options="-p $(node_port "$1")" start
}

# stop_node NAME MODE
stop_node() {
  node_ctl "$1" --mode="$2" stop
}

# Starts the first server again, retrying while processes of a killed one still end.
start_again() {
  local try
  for try in {1..100}; do
    if start_node data; then
      running=yes
      return
    fi
    sleep 0.1
  done
  return 1
}

# Sends a signal to the server's main process and then to its children; in this order a suspended
# server starts no new children in between.
signal_all() {
  local first
  first=$(head -n 1 "$folder/data/postmaster.pid")
  kill "-$1" "$first" || return
  # A child may have ended since.
  # shellcheck disable=SC2046 # one argument for each process
  kill "-$1" $(ps -A -o pid= -o ppid= | awk -v first="$first" '$2 == first { print $1 }') \
    2>/dev/null || true
}

# While a caller checks the status of a function, bash ignores failures inside it, so the commands
# of the functions below are joined by &&.

# Creates server $1 from a backup of server $2, which it follows.
follow() {
  rm -rf "${folder:?}/$1" &&
    PGPASSWORD=$password as_owner "$programs/pg_basebackup" --pgdata="$folder/$1" --host=127.0.0.1 \
      --port="$(node_port "$2")" --username=postgres --checkpoint=fast --write-recovery-conf \
      </dev/null >"$folder/said" 2>&1 &&
    start_node "$1"
}

make_replica() {
  replica_port=$(free_port) && follow replica data && answer=" $replica_port"
}

# From now on the other server is the primary.
swap() {
  local before=$primary
  primary=$standby
  standby=$before
}

# Configures the standby, which is stopped, to follow the primary.
make_standby() {
  # The last setting in the file takes effect.
  as_owner sh -c "cat >>'$folder/$standby/postgresql.auto.conf'" <<END &&
primary_conninfo = 'host=127.0.0.1 port=$(node_port "$primary") user=postgres password=$password'
END
    as_owner touch "$folder/$standby/standby.signal"
}

switch_over() {
  stop_node "$primary" fast &&
    node_ctl "$standby" promote &&
    swap &&
    make_standby &&
    start_node "$standby"
}

fail_over() {
  stop_node "$primary" immediate &&
    node_ctl "$standby" promote &&
    swap
}

rejoin() {
  # The server runs only if it was revived.
  stop_node "$standby" immediate || true
  follow "$standby" "$primary"
}

# Carries out one line of standard input.
obey() {
  answer=
  case $1 in
    replica) make_replica ;;
    switch) switch_over ;;
    fail) fail_over ;;
    revive) start_node "$standby" ;;
    rejoin) rejoin ;;
    start) start_again ;;
    stop) stop_node data fast && running= ;;
    kill) kill -KILL "$(head -n 1 "$folder/data/postmaster.pid")" && running= ;;
    pause) signal_all STOP && paused=yes ;;
    continue) signal_all CONT && paused= ;;
    *) printf 'there is no such command\n' >"$folder/said" && return 1 ;;
  esac
}

# Creates a root certificate, and a certificate signed by it for the name localhost.
make_certificate() {
  local key=(-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes)
  printf 'subjectAltName=DNS:localhost\n' >"$folder/names"
  openssl req -x509 "${key[@]}" -days 2 -subj '/CN=authority of the tests' \
    -keyout "$folder/root.key" -out "$folder/root.pem" &&
    openssl req "${key[@]}" -subj '/CN=localhost' \
      -keyout "$folder/server.key" -out "$folder/server.csr" &&
    openssl x509 -req -in "$folder/server.csr" -days 2 -extfile "$folder/names" \
      -CA "$folder/root.pem" -CAkey "$folder/root.key" -CAcreateserial -out "$folder/server.pem" &&
    chmod 600 "$folder/server.key"
}

stop() {
  local status=$?
  # A second Ctrl-C must not leave the server behind.
  trap '' INT TERM HUP
  [ -z "$paused" ] || signal_all CONT || true
  if [ -n "$running" ]; then
    stop_node data immediate || true
  fi
  [ -z "$replica_port" ] || stop_node replica immediate || true
  rm -rf "$folder"
  exit "$status"
}

check=
durable=
commands=
while [ $# -gt 0 ]; do
  case $1 in
    -h | --help)
      show_help "$0"
      exit
      ;;
    --check) check=yes ;;
    --durable) durable=yes ;;
    --commands) commands=yes ;;
    --)
      shift
      break
      ;;
    -*) fail "unknown option $1; see --help" ;;
    *) break ;;
  esac
  shift
done
[ -z "$commands" ] || [ $# -eq 0 ] || fail "--commands takes no COMMAND"

if ! programs=$(find_programs); then
  may_install ||
    fail "PostgreSQL $oldest or newer is needed; install the Debian package \"postgresql\" (or put initdb, pg_ctl, postgres and psql on PATH) and run this again"
  install_packages postgresql
  programs=$(find_programs) || fail "the package postgresql has no PostgreSQL $oldest or newer"
fi
need_program openssl openssl
# Tests put it in front of the server.
[ -x /usr/sbin/pgbouncer ] || need_program pgbouncer pgbouncer
if [ -n "$check" ]; then
  printf '%s\n' "$programs"
  exit
fi

owner=
if [ "$(id -u)" -eq 0 ]; then
  command -v runuser >/dev/null || fail "PostgreSQL does not run as root, and runuser is missing; run this as an ordinary user"
  for candidate in postgres nobody; do
    if id "$candidate" >/dev/null 2>&1; then
      owner=$candidate
      break
    fi
  done
  [ -n "$owner" ] || fail "PostgreSQL does not run as root, and there is neither a user postgres nor nobody; run this as an ordinary user"
fi

# Directly below /tmp: the owner has access there, and the path of a Unix socket is limited to about
# a hundred bytes.
running=
paused=
primary=data
standby=replica
replica_port=
folder=$(mktemp -d /tmp/pricebook-postgres.XXXXXX)
trap stop EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
trap 'exit 129' HUP
# A password keeps out other users of this machine. It is sent unhashed (--auth-host=password):
# hashing it for each of the many connections of a test run would only cost time.
password=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
(umask 077 && printf '%s\n' "$password" >"$folder/password")
make_certificate >"$folder/openssl.log" 2>&1 || {
  cat "$folder/openssl.log" >&2
  fail "openssl created no certificate"
}
[ -z "$owner" ] || chown -R "$owner" "$folder"

# Text is sorted by the rules of a language if possible, as on most servers in use, which reveals
# queries that rely on the order of bytes.
if ! init_cluster --locale-provider=icu --icu-locale=en-US; then
  rm -rf "$folder/data"
  if ! init_cluster; then
    cat "$folder/initdb.log" >&2
    fail "initdb failed"
  fi
fi

cat >>"$folder/data/postgresql.conf" <<END
listen_addresses = '127.0.0.1'
unix_socket_directories = '$folder'
max_connections = 200
ssl = on
ssl_cert_file = '$folder/server.pem'
ssl_key_file = '$folder/server.key'
autovacuum_naptime = 1h
END
# The data is temporary, so by default it need not survive a power failure.
[ -n "$durable" ] || cat >>"$folder/data/postgresql.conf" <<END
fsync = off
synchronous_commit = off
full_page_writes = off
END

# Another process may take the port before the server does.
for attempt in 1 2 3 4 5; do
  port=$(free_port)
  if start_node data; then
    running=yes
    break
  fi
  [ "$attempt" -lt 5 ] || {
    cat "$folder/said" "$folder/data.log" >&2 || true
    fail "PostgreSQL did not start"
  }
done

export TEST_DATABASE_URL="postgres://postgres:$password@127.0.0.1:$port/postgres"
export TEST_DATABASE_ROOT=$folder/root.pem
export PGSSLMODE=disable
export PATH="$programs:$PATH"
psql --no-psqlrc --quiet --tuples-only --command='SELECT 1' "$TEST_DATABASE_URL" >/dev/null ||
  fail "PostgreSQL started but does not answer"

if [ $# -gt 0 ]; then
  "$@"
elif [ -n "$commands" ]; then
  need_program ps procps
  printf '%s\n' "$TEST_DATABASE_URL"
  while read -r line; do
    if obey "$line"; then
      printf 'done%s\n' "$answer"
    else
      printf 'failed: %s; %s\n' "$line" "$(tail -q -n 3 "$folder/said" "$folder"/{data,replica}.log 2>/dev/null | tr '\n' ' ')"
    fi
  done
else
  printf '%s\n' "$TEST_DATABASE_URL"
  # In the background, so that a signal ends the wait at once.
  sleep infinity &
  waiter=$!
  trap 'kill "$waiter" 2>/dev/null; exit 130' INT
  trap 'kill "$waiter" 2>/dev/null; exit 143' TERM
  trap 'kill "$waiter" 2>/dev/null; exit 129' HUP
  wait "$waiter"
fi
