#!/usr/bin/env bash
# Usage: scripts/faults.sh [OPTION...]
#
# The long runs of the tests in tests/faults: whatever breaks while clients write, nothing that was
# acknowledged is lost, nothing is half done, and sending a call again tells whether it was made. Each
# run ends with a line of what it counted. The same runs are short in the test suite. Together they
# take about half an hour.
#
#   kills     the server is killed and started again, 200 times on SQLite and 50 times on PostgreSQL
#   away      PostgreSQL is stopped, killed, restarted, stood still, cut off and full, 10 times each
#   replicas  servers on one PostgreSQL are killed and started again under random walks
#   disk      the disk that a SQLite file is on is full, again and again
#
# It needs the Rust toolchain and PostgreSQL 13 or newer; see scripts/postgres.sh.
#
# Options:
#   --only RUN    this run alone, as it is called above
#   --sqlite      on SQLite alone
#   --postgres    on PostgreSQL alone
#   -h, --help    show this text
set -euo pipefail

# shellcheck source=scripts/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

runs=
databases='SQLite PostgreSQL'
while [ $# -gt 0 ]; do
  case $1 in
    -h | --help)
      show_help "$0"
      exit
      ;;
    --only)
      case ${2:-} in
        kills | away | replicas | disk) runs=$2:: ;;
        *) fail "--only takes one of kills, away, replicas and disk" ;;
      esac
      shift
      ;;
    --sqlite) databases=SQLite ;;
    --postgres) databases=PostgreSQL ;;
    *) fail "unknown argument $1; --help shows what there is" ;;
  esac
  shift
done

cd "$(dirname "${BASH_SOURCE[0]}")/.."
unset TEST_DATABASE_URL DATABASE_URL
export FAULTS=long

run_on() {
  local beside=()
  [ "$1" = SQLite ] || beside=(scripts/postgres.sh)
  step "the runs on $1"
  # One after the other: each is to have the machine for itself.
  ${beside[@]+"${beside[@]}"} cargo test --locked --test api "faults::$runs" -- --nocapture --test-threads=1
}

for database in $databases; do
  run_on "$database"
done
step "all survived"
