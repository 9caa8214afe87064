#!/usr/bin/env bash
# Usage: tests/clients/generated/rust/run.sh
#
# Generates a client with progenitor from the document in PRICEBOOK_DOCUMENT, compiles it and the
# code that uses it with warnings denied, and runs it against the server at PRICEBOOK_URL with
# PRICEBOOK_KEY. scripts/clients.sh sets all three.
#
# Options:
#   -h, --help  show this text
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=scripts/lib.sh
. "$here/../../../../scripts/lib.sh"
driver_starts "$@"

CARGO_TARGET_DIR=$(work_folder rust)
export CARGO_TARGET_DIR
cd "$here"
cargo fmt --check
cargo run --quiet --locked
