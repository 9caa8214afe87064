#!/usr/bin/env bash
# Usage: scripts/faults.sh [OPTION...]
#
# Runs the tests in tests/faults at full length, which takes about an hour: whatever breaks while
# clients write, no acknowledged write is lost, none is half done, and sending a call again tells
# whether it was carried out. Each run ends with a line of counts. The test suite runs the same
# tests briefly.
#
#   kills     the server is killed and restarted, 200 times on SQLite and 50 times on PostgreSQL
#   away      PostgreSQL is stopped, killed, restarted, paused, cut off and full, 10 times each
#   switches  one of two PostgreSQL servers repeatedly replaces the other
#   replicas  servers on one PostgreSQL are killed and restarted during random walks
#   disk      the disk of a SQLite file repeatedly fills up
#   overload  ten times the clients that saturate a server, for a minute
#   soak      mixed load for a quarter of an hour: memory, files and threads stay constant
#
# It needs the Rust toolchain, PostgreSQL 13 or newer (see scripts/postgres.sh), and a Linux that
# lets ordinary users or root mount a file system in a separate namespace. The overload run needs
# two cores: one for the clients and one for the server with its database.
#
# Options:
#   --only RUN    only this run, by its name above
#   --sqlite      only on SQLite
#   --postgres    only on PostgreSQL
#   -h, --help    show this text
set -euo pipefail

# shellcheck source=scripts/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

run=
databases='SQLite PostgreSQL'
while [ $# -gt 0 ]; do
  case $1 in
    -h | --help)
      show_help "$0"
      exit
      ;;
    --only)
      run=${2:-}
      shift
      ;;
    --sqlite) databases=SQLite ;;
    --postgres) databases=PostgreSQL ;;
    *) fail "unknown argument $1; see --help" ;;
  esac
  shift
done

# Prints the runs for a database.
runs_on() {
  case $1 in
    SQLite) echo kills disk overload soak ;;
    PostgreSQL) echo kills away switches replicas overload soak ;;
  esac
}

cd "$(dirname "${BASH_SOURCE[0]}")/.."
unset TEST_DATABASE_URL DATABASE_URL
export FAULTS=long

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

ran=
for database in $databases; do
  beside=()
  [ "$database" = SQLite ] || beside=(scripts/postgres.sh)
  for one in $(runs_on "$database"); do
    if [ -z "$run" ] || [ "$run" = "$one" ]; then
      step "$one on $database"
      tests=(cargo test --locked --test api)
      around=(${beside[@]+"${beside[@]}"})
      if [ "$one" = overload ]; then
        # The measured capacity should be that of the program as it is used, on a core that only it
        # and its database use.
        tests+=(--release)
        "${tests[@]}" --no-run
        around=(taskset --cpu-list 0 ${around[@]+"${around[@]}"} taskset --cpu-list 1)
      fi
      ${around[@]+"${around[@]}"} "${tests[@]}" "faults::$one::" -- \
        --nocapture --test-threads=1 | tee "$folder/log"
      # cargo succeeds even if no test has that name.
      grep -q '^test result: ok. [1-9]' "$folder/log" || fail "$one on $database did not run"
      ran=yes
    fi
  done
done
[ -n "$ran" ] || fail "there is no run $run on $databases; see --help"
step "all passed"
