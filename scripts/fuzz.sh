#!/usr/bin/env bash
# Usage: scripts/fuzz.sh [CASES]
#        scripts/fuzz.sh --inputs [CASES]
#
# Sends a started server what Schemathesis makes of its OpenAPI document: every example, every edge
# of the schemas, random requests good and bad, and chains of calls that build on each other. Every
# answer has to be one that the document allows. The settings, and the reasons for them, are in
# tests/contract/fuzz.
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
# It needs Python 3.11 or newer with venv. Schemathesis is installed below the target folder, in the
# versions of tests/contract/fuzz/requirements.txt.
#
# Options:
#   --inputs    instead of that, give each parser of bodies, paths, headers, cursors, rates and money
#               CASES random inputs, 1000000 unless it is given, different ones in every run. This needs
#               only the Rust toolchain. An input that fails is printed, and its seed is kept in
#               proptest-regressions: later runs try it first.
#   -h, --help  show this text
set -euo pipefail

# shellcheck source=scripts/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

inputs=
cases=
for argument in "$@"; do
  case $argument in
    -h | --help)
      show_help "$0"
      exit
      ;;
    --inputs) inputs=yes ;;
    *[!0-9]* | 0* | '') fail "the number of cases is a number above zero; --help shows what there is" ;;
    *) cases=$argument ;;
  esac
done

cd "$(dirname "${BASH_SOURCE[0]}")/.."

if [ -n "$inputs" ]; then
  export PROPTEST_CASES=${cases:-1000000}
  step "$PROPTEST_CASES inputs for each reader"
  log=$(mktemp)
  trap 'rm -f "$log"' EXIT
  cargo test --locked --lib fuzz:: | tee "$log"
  # cargo is content when no test has such a name; this is not.
  grep -q '^test .*::fuzz::.* ok$' "$log" || fail "no reader was given anything"
  exit
fi
cases=${cases:-25}

target=$(realpath -m "${CARGO_TARGET_DIR:-target}")
tool=$target/schemathesis

need_python
python_environment "$tool" tests/contract/fuzz/requirements.txt

start_server fuzz

# From a folder of its own, in which it may leave what it likes.
cp tests/contract/fuzz/schemathesis.toml tests/contract/fuzz/checks.py "$folder"
(
  cd "$folder"
  "$tool/bin/schemathesis" run "http://127.0.0.1:$port/openapi.json" --wait-for-schema 60 \
    --url "http://127.0.0.1:$port/api/v1" --header "x-api-key: $key" \
    --max-examples "$cases" --no-color
)

end_server
