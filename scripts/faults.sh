#!/usr/bin/env bash
# Usage: scripts/faults.sh [OPTION...]
#
# The long runs of the tests in tests/faults: whatever breaks while clients write, nothing that was
# acknowledged is lost, nothing is half done, and sending a call again tells whether it was made. Each
# run ends with a line of what it counted. The same runs are short in the test suite. Together they
# take about an hour.
#
#   kills     the server is killed and started again, 200 times on SQLite and 50 times on PostgreSQL
#   away      PostgreSQL is stopped, killed, restarted, stood still, cut off and full, 10 times each
#   switches  one of two PostgreSQL servers takes the other's place, again and again
#   replicas  servers on one PostgreSQL are killed and started again under random walks
#   disk      the disk that a SQLite file is on is full, again and again
#   overload  ten times the clients that keep a server busy, for a minute
#   soak      mixed load for a quarter of an hour: memory, files and threads stay as they are
#
# It needs the Rust toolchain, PostgreSQL 13 or newer (see scripts/postgres.sh), and a Linux on which
# ordinary users or root may mount a file system in a namespace of their own. The overload takes two
# cores: one for the clients, one for what they call.
#
# Options:
#   --only RUN    this one alone, as it is called above
#   --sqlite      on SQLite alone
#   --postgres    on PostgreSQL alone
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
    *) fail "unknown argument $1; --help shows what there is" ;;
  esac
  shift
done

# Prints the runs that there are on a database.
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
        # What a server can carry is that of the program as it is used, on a core that it has, with its
        # database, to itself.
        tests+=(--release)
        "${tests[@]}" --no-run
        around=(taskset --cpu-list 0 ${around[@]+"${around[@]}"} taskset --cpu-list 1)
      fi
      ${around[@]+"${around[@]}"} "${tests[@]}" "faults::$one::" -- \
        --nocapture --test-threads=1 | tee "$folder/log"
      # cargo is content when no test has that name; this is not.
      grep -q '^test result: ok. [1-9]' "$folder/log" || fail "$one on $database did not run"
      ran=yes
    fi
  done
done
[ -n "$ran" ] || fail "there is no run $run on $databases; --help shows what there is"
step "all survived"
