#!/usr/bin/env bash
# Usage: scripts/test.sh [--quick]
#
# Everything that has to hold before a change is merged, in this order, stopping at the first failure:
#
#   1. formatting, clippy and the documentation of the code with their warnings denied, typing errors,
#      shell scripts, and the rules for dependencies
#   2. the whole test suite on SQLite
#   3. the same suite on a PostgreSQL that the script starts for it
#   4. contract coverage: those runs reached every operation and every status it declares
#   5. openapi/v1.json is what the program says, the linters find nothing in it, and systemd nothing in
#      scripts/pricebook.service
#   6. the published SDK, clients made from the document, and the documentation page in a browser
#      against a started server, on SQLite and on PostgreSQL
#   7. requests that Schemathesis makes of the document, on SQLite and on PostgreSQL
#
# Tests of what one database alone is about are in modules called only_postgres and only_sqlite.
# The suite fills a small disk, for which it mounts a file system in a namespace of its own: Linux lets
# ordinary users do that, or root. What happens while things break is short in it; scripts/faults.sh
# has the same runs long.
#
# It needs the Rust toolchain, git, PostgreSQL 13 or newer with PgBouncer, Node.js 20.19 or 22.12 or newer with
# npm, Python 3.11 or newer, Chromium, OpenSSL and systemd. Where one of these but Rust is missing, root on a
# system with apt-get gets it installed; anyone else is told.
#
# Options:
#   --quick     on SQLite only, and without linters, clients and random requests: needs the Rust
#               toolchain alone
#   -h, --help  show this text
set -euo pipefail

# shellcheck source=scripts/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

quick=
for argument in "$@"; do
  case $argument in
    -h | --help)
      show_help "$0"
      exit
      ;;
    --quick) quick=yes ;;
    *) fail "unknown argument $argument; --help shows what there is" ;;
  esac
done

cd "$(dirname "${BASH_SOURCE[0]}")/.."

# What decides on the database is set below, per step; a value from outside would send the run on
# SQLite somewhere else.
unset TEST_DATABASE_URL DATABASE_URL

# Before the long builds, not after them.
if [ -z "$quick" ]; then
  step "what the later steps need"
  need_node
  need_python
  need_chromium
  need_program git git
  need_program systemd-analyze systemd
  scripts/postgres.sh --check
fi

step "formatting"
cargo fmt --all --check

step "clippy"
cargo clippy --locked --workspace --all-targets -- -D warnings

step "the documentation of the code"
RUSTDOCFLAGS="-D warnings" cargo doc --locked --workspace --no-deps --document-private-items

if [ -z "$quick" ]; then
  step "typing errors and shell scripts"
  scripts/proofread.sh

  step "dependencies"
  scripts/dependencies.sh
fi

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
# The tests note here which operations and statuses they reached.
export CONTRACT_COVERAGE_DIR=$folder/coverage
mkdir "$CONTRACT_COVERAGE_DIR"

step "the suite on SQLite"
cargo test --locked --workspace -- --skip only_postgres::

if [ -z "$quick" ]; then
  step "the suite on PostgreSQL"
  scripts/postgres.sh cargo test --locked --workspace -- --skip only_sqlite::
fi

step "contract coverage"
coverage=contract::coverage::every_operation_and_status_is_reached
cargo test --locked -- --ignored --exact "$coverage" | tee "$folder/coverage.log"
# cargo is content when no test has that name; this is not.
grep -qxF "test $coverage ... ok" "$folder/coverage.log" || fail "the test $coverage did not run"

step "openapi/v1.json"
scripts/openapi.sh --check

if [ -z "$quick" ]; then
  step "the linters"
  scripts/lint.sh

  step "the unit of systemd"
  scripts/unit.sh

  step "the clients on SQLite"
  scripts/clients.sh

  step "the clients on PostgreSQL"
  scripts/postgres.sh scripts/clients.sh

  step "random requests on SQLite"
  scripts/fuzz.sh

  step "random requests on PostgreSQL"
  scripts/postgres.sh scripts/fuzz.sh
fi

step "all passed"
