#!/usr/bin/env bash
# Usage: scripts/postgres.sh [--check] [--durable] [--commands] [COMMAND [ARGUMENT...]]
#
# Runs COMMAND beside a PostgreSQL server of its own and ends with COMMAND's status.
#
# The server (13 or newer) listens on a free port of 127.0.0.1 and keeps its data in a temporary
# folder. COMMAND finds the address of its admin database in TEST_DATABASE_URL and the server's
# programs, psql for one, on PATH. When COMMAND ends, the server is stopped and its data is gone.
#
# The server takes encrypted connections too. Its certificate is for "localhost", which is no name of
# 127.0.0.1, and the file of its authority is in TEST_DATABASE_ROOT. PGSSLMODE is set so that only
# those connections are encrypted whose address asks for it.
#
# Without COMMAND the address goes to standard output, and the server runs until this script is
# interrupted (Ctrl-C) or terminated.
#
#   scripts/postgres.sh cargo test -- --skip only_sqlite::
#   scripts/postgres.sh sh -c 'psql "$TEST_DATABASE_URL"'
#
# Tests need PgBouncer too; it is found, or installed, like PostgreSQL.
#
# PostgreSQL's programs are looked for where Debian puts them (/usr/lib/postgresql/*/bin, the newest
# first) and on PATH. Where they are missing, root on a system with apt-get installs the package
# "postgresql"; anyone else is told to do so.
#
# With --commands the address goes to standard output as well, and then the server does what the lines
# of standard input say, until they end. Each is answered with a line: "done", or "failed" and why.
#
#   start     starts it, on the same port and data
#   stop      ends all connections and stops it, as an operator does
#   kill      kills its first process, without a warning; the others then end by themselves
#   pause     has all its processes stand still
#   continue  has them go on
#   replica   makes a second server that follows the first; answered with "done" and its port
#   switch    a switchover: the server that takes writes ends, the other one is promoted, and the
#             first comes back as its standby
#   fail      a failover: the server that takes writes is killed, and the other one promoted
#   revive    starts the server that was killed by "fail" as it was, as if nothing had happened
#   rejoin    makes a new standby of the other server, in place of the one that was killed by "fail"
#
# Options:
#   --check     only find or install the programs, and print their folder
#   --durable   what is committed survives a power cut; it is faster not to promise that
#   --commands  be told what to do; see above
#   -h, --help  show this text
set -euo pipefail

# shellcheck source=scripts/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

oldest=13

# Prints the major version of the programs in folder $1; fails where they are missing.
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

# Prints the folder of the newest PostgreSQL that is new enough; fails where there is none.
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

# Runs a command as the owner of the cluster: PostgreSQL refuses to run as root.
as_owner() {
  if [ -n "$owner" ]; then
    # From /, since the owner may not enter the folder where root called us.
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

# Runs pg_ctl for one of two servers, "data" (the first) or "replica": node_ctl NAME ARGUMENT...
node_ctl() {
  local name=$1
  shift
  # Its descriptors are closed, or whoever reads our output would wait for the server's end too.
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

# Starts the first server again; what is left of one that was killed may take its time to end.
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

# Sends a signal to the first process of the server and then to all that it has started; in this
# order it starts no others in between when it is to stand still.
signal_all() {
  local first
  first=$(head -n 1 "$folder/data/postmaster.pid")
  kill "-$1" "$first" || return
  # One that serves a connection may have ended since.
  # shellcheck disable=SC2046 # one argument for each process
  kill "-$1" $(ps -A -o pid= -o ppid= | awk -v first="$first" '$2 == first { print $1 }') \
    2>/dev/null || true
}

# While a caller looks at the status of a function, bash does not end it at its first failure; so the
# commands of those below are joined by &&.

# Makes server $1 from a backup of server $2, which it follows.
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

# The server that takes writes is the other one from now on.
swap() {
  local before=$primary
  primary=$standby
  standby=$before
}

# Has the standby, which does not run, follow the primary when it is started.
make_standby() {
  # The later line counts.
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
  # It runs only if it was revived.
  stop_node "$standby" immediate || true
  follow "$standby" "$primary"
}

# Does what one line of standard input says.
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

# Makes an authority, and a certificate by it of the name localhost.
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
    -*) fail "unknown option $1; --help shows what there is" ;;
    *) break ;;
  esac
  shift
done
[ -z "$commands" ] || [ $# -eq 0 ] || fail "--commands takes no COMMAND"

if ! programs=$(find_programs); then
  may_install ||
    fail "PostgreSQL $oldest or newer is needed; install the Debian package \"postgresql\" (or put initdb, pg_ctl, postgres and psql on PATH) and run this again"
  install_packages postgresql
  programs=$(find_programs) || fail "the package postgresql brought no PostgreSQL $oldest or newer"
fi
need_program openssl openssl
# Tests have it stand before the server.
[ -x /usr/sbin/pgbouncer ] || need_program pgbouncer pgbouncer
if [ -n "$check" ]; then
  printf '%s\n' "$programs"
  exit
fi

owner=
if [ "$(id -u)" -eq 0 ]; then
  command -v runuser >/dev/null || fail "PostgreSQL does not run as root, and there is no runuser to become someone else; run this as an ordinary user"
  for candidate in postgres nobody; do
    if id "$candidate" >/dev/null 2>&1; then
      owner=$candidate
      break
    fi
  done
  [ -n "$owner" ] || fail "PostgreSQL does not run as root, and there is neither a user postgres nor nobody; run this as an ordinary user"
fi

# Right under /tmp: the owner can reach it, and the path of a Unix socket may have only some hundred
# bytes.
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
# A password keeps the other users of this machine out. It is sent as it is (--auth-host=password):
# hashing it for each of the many connections of a test run would only cost time.
password=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
(umask 077 && printf '%s\n' "$password" >"$folder/password")
make_certificate >"$folder/openssl.log" 2>&1 || {
  cat "$folder/openssl.log" >&2
  fail "openssl made no certificate"
}
[ -z "$owner" ] || chown -R "$owner" "$folder"

# Text sorts by the rules of a language where that is possible, as on most servers in use: a query
# that leans on the order of bytes is then found here and not there.
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
# The data lives no longer than the tests: mostly nothing needs to survive a power cut.
[ -n "$durable" ] || cat >>"$folder/data/postgresql.conf" <<END
fsync = off
synchronous_commit = off
full_page_writes = off
END

# Another process may take the port between the look and the start.
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
