#!/usr/bin/env bash
# Usage: scripts/fuzz.sh [CASES]
#
# Sends a started server what Schemathesis makes of its OpenAPI document: every example, every edge
# of the schemas, random requests good and bad, and chains of calls that build on each other. Every
# answer has to be one that the document allows. Settings and what they are for: tests/fuzz.
#
# CASES is the number of random cases for each operation, 25 unless it is given. The same number makes
# the same requests every time.
#
# The database is a new SQLite file; with TEST_DATABASE_URL set, the address of a PostgreSQL database
# from which others may be created, it is a new one there.
#
#   scripts/fuzz.sh
#   scripts/fuzz.sh 1000
#   scripts/postgres.sh scripts/fuzz.sh
#
# It needs Python 3.10 or newer with venv. Schemathesis is installed below the target folder, in the
# versions of tests/fuzz/requirements.txt.
#
# Options:
#   -h, --help  show this text
set -euo pipefail

# shellcheck source=scripts/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

cases=25
for argument in "$@"; do
  case $argument in
    -h | --help)
      show_help "$0"
      exit
      ;;
    *[!0-9]* | 0* | '') fail "the number of cases is a number above zero; --help shows what there is" ;;
    *) cases=$argument ;;
  esac
done

cd "$(dirname "${BASH_SOURCE[0]}")/.."
target=$(realpath -m "${CARGO_TARGET_DIR:-target}")
tool=$target/schemathesis

if ! python3 -c 'import sys, ensurepip; sys.exit(sys.version_info < (3, 10))' 2>/dev/null; then
  may_install || fail "Python 3.10 or newer with venv is needed; install it and run this again"
  install_packages python3 python3-venv
fi
# A folder with other versions is made anew.
if ! cmp -s tests/fuzz/requirements.txt "$tool/requirements.txt"; then
  rm -rf "$tool"
  python3 -m venv "$tool"
  "$tool/bin/pip" install --quiet --disable-pip-version-check --requirement tests/fuzz/requirements.txt
  cp tests/fuzz/requirements.txt "$tool/"
fi

cargo build --quiet --locked --bin pricebook
pricebook=$target/debug/pricebook

folder=$(mktemp -d)
server=
database=
finish() {
  local status=$?
  if [ -n "$server" ]; then
    kill -KILL "$server" 2>/dev/null || true
    wait "$server" 2>/dev/null || true
  fi
  if [ -n "$database" ]; then
    psql --no-psqlrc --quiet --command="DROP DATABASE IF EXISTS $database" "$TEST_DATABASE_URL" ||
      true
  fi
  if [ "$status" -ne 0 ] && [ -s "$folder/server.log" ]; then
    printf '\nthe errors in the server'\''s log, or its last lines:\n' >&2
    grep ERROR "$folder/server.log" >&2 || tail -n 20 "$folder/server.log" >&2
  fi
  rm -rf "$folder"
  exit "$status"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

if [ -n "${TEST_DATABASE_URL:-}" ]; then
  command -v psql >/dev/null || fail "psql is needed to create a database on TEST_DATABASE_URL"
  name=pricebook_fuzz_$(od -An -N6 -tx1 /dev/urandom | tr -d ' \n')
  psql --no-psqlrc --quiet --command="CREATE DATABASE $name" "$TEST_DATABASE_URL"
  database=$name
  export DATABASE_URL="${TEST_DATABASE_URL%/*}/$database"
else
  export DATABASE_URL="sqlite://$folder/pricebook.db"
fi

key=$("$pricebook" keys create --organization shop --mode sandbox 2>"$folder/keys.log") || {
  cat "$folder/keys.log" >&2
  fail "keys create failed"
}

port=$(free_port)
LISTEN=127.0.0.1:$port "$pricebook" serve >"$folder/server.log" 2>&1 &
server=$!

# From a folder of its own, in which it may leave what it likes.
cp tests/fuzz/schemathesis.toml tests/fuzz/checks.py "$folder"
(
  cd "$folder"
  "$tool/bin/schemathesis" run "http://127.0.0.1:$port/openapi.json" --wait-for-schema 60 \
    --url "http://127.0.0.1:$port/api/v1" --header "x-api-key: $key" \
    --max-examples "$cases" --no-color
)

kill -TERM "$server"
status=0
wait "$server" || status=$?
server=
[ "$status" -eq 0 ] || fail "after SIGTERM the server ended with status $status instead of 0"
