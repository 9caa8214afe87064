#!/usr/bin/env bash
# Usage: scripts/dependencies.sh
#
# Checks the crates that the program is built from. cargo-deny checks their licences and sources by
# the rules in deny.toml, and looks for known vulnerabilities if their database can be fetched;
# several versions of one crate are a warning. cargo-machete finds crates that the code does not
# use; it skips dev-dependencies.
#
# It needs the Rust toolchain and git. Both programs are built once, below the target folder, in
# about two minutes on two cores.
#
# Options:
#   -h, --help  show this text
set -euo pipefail

# shellcheck source=scripts/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
no_arguments "$@"

cd "$(dirname "${BASH_SOURCE[0]}")/.."
need_program git git
need_cargo_tool cargo-deny 0.20.2
need_cargo_tool cargo-machete 0.9.2

cargo deny --locked --workspace check --hide-inclusion-graph bans licenses sources

log=$(mktemp)
trap 'rm -f "$log"' EXIT
if timeout 120 cargo deny fetch db >"$log" 2>&1; then
  cargo deny --locked --workspace check --disable-fetch advisories
else
  printf 'known vulnerabilities are NOT checked, since their database cannot be fetched: %s\n' \
    "$(grep . "$log" | tail -n 1)" >&2
fi

cargo machete
