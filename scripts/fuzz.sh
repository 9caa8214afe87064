#!/usr/bin/env bash
# Usage: scripts/fuzz.sh [CASES]
#        scripts/fuzz.sh --inputs [CASES]
#
# Sends a server the requests that Schemathesis generates from its OpenAPI document: every example,
# the boundary values of the schemas, random valid and invalid requests, and sequences of calls that
# build on each other. The document must allow every answer. The settings, and the reasons for them,
# are in tests/contract/fuzz.
#
# CASES is the number of random cases for each operation, by default 25. The same number produces
# the same requests every time.
#
# The database is a new SQLite file, or, if TEST_DATABASE_URL is set to a PostgreSQL database whose
# user may create others, a new database there.
#
#   scripts/fuzz.sh
#   scripts/fuzz.sh 1000
#   scripts/postgres.sh scripts/fuzz.sh
#
# It needs Python 3.11 or newer with venv. Schemathesis is installed below the target folder, in the
# versions of tests/contract/fuzz/requirements.txt.
#
# Options:
#   --inputs    instead, give each parser of bodies, paths, headers, cursors, rates and money
#               CASES random inputs, by default 1000000, different ones in every run. This needs
#               only the Rust toolchain. A failing input is printed, and its seed is kept in
#               proptest-regressions, so that later runs try it first.
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
    *[!0-9]* | 0* | '') fail "the number of cases must be above zero; see --help" ;;
    *) cases=$argument ;;
  esac
done

cd "$(dirname "${BASH_SOURCE[0]}")/.."

if [ -n "$inputs" ]; then
  export PROPTEST_CASES=${cases:-1000000}
  step "$PROPTEST_CASES inputs for each parser"
  log=$(mktemp)
  trap 'rm -f "$log"' EXIT
  cargo test --locked --lib fuzz:: | tee "$log"
  # cargo succeeds even if no test has such a name.
  grep -q '^test .*::fuzz::.* ok$' "$log" || fail "no parser was tested"
  exit
fi
cases=${cases:-25}

target=$(target_folder)
tool=$target/schemathesis

need_python
python_environment "$tool" tests/contract/fuzz/requirements.txt

start_server fuzz

# Runs in a folder of its own, where it may leave files.
cp tests/contract/fuzz/schemathesis.toml tests/contract/fuzz/checks.py "$folder"
(
  cd "$folder"
  "$tool/bin/schemathesis" run "http://127.0.0.1:$port/openapi.json" --wait-for-schema 60 \
    --url "http://127.0.0.1:$port/api/v1" --header "x-api-key: $key" \
    --max-examples "$cases" --no-color
)

end_server
