#!/usr/bin/env bash
# Usage: scripts/test.sh [--quick]
#
# Runs everything that must pass before a change is merged, in this order, up to the first failure:
#
#   1. formatting, clippy and the documentation of the code without warnings, misspellings,
#      shell scripts, and the rules for dependencies
#   2. the whole test suite on SQLite
#   3. the same suite on a PostgreSQL that the script starts for it
#   4. contract coverage: these runs reached every operation with every status that it declares
#   5. openapi/v1.json is up to date, the linters find nothing in it, and systemd finds nothing in
#      scripts/pricebook.service
#   6. the published SDK, clients generated from the document, and the documentation page in a browser
#      against a started server, on SQLite and on PostgreSQL
#   7. requests that Schemathesis generates from the document, on SQLite and on PostgreSQL
#
# Tests that apply to only one database are in modules called only_postgres and only_sqlite. The
# suite fills a small disk, for which it mounts a file system in a separate namespace; Linux must
# let ordinary users or root do that. Its runs under faults are short; scripts/faults.sh runs them
# at full length.
#
# It needs the Rust toolchain, git, PostgreSQL 13 or newer with PgBouncer, Node.js 20.19 or 22.12 or
# newer with npm, Python 3.11 or newer, Chromium, OpenSSL and systemd. If one of these other than
# Rust is missing, it is installed when the script runs as root on a system with apt-get; otherwise
# a message names it.
#
# Options:
#   --quick     only on SQLite, without linters, clients and random requests: needs only the Rust
#               toolchain
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
    *) fail "unknown argument $argument; see --help" ;;
  esac
done

cd "$(dirname "${BASH_SOURCE[0]}")/.."

# Each step sets its own database; a variable from outside would redirect the run on SQLite.
unset TEST_DATABASE_URL DATABASE_URL

# Checked here, so that a missing program fails before the long builds.
if [ -z "$quick" ]; then
  step "requirements of the later steps"
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
  step "misspellings and shell scripts"
  scripts/proofread.sh

  step "dependencies"
  scripts/dependencies.sh
fi

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
# The tests note in this folder which operations and statuses they reached.
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
# cargo succeeds even if no test has that name.
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
