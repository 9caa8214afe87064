#!/usr/bin/env bash
# Usage: scripts/deny.sh
#
# Holds what Cargo.lock brings in against .deny.toml: licences, sources, and several versions of one
# crate, each of which has to have its reason there. It also finds dependencies that nothing names.
#
# It needs the Rust toolchain and Python 3.11 or newer.
#
# Options:
#   -h, --help  show this text
set -euo pipefail

# shellcheck source=scripts/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

for argument in "$@"; do
  case $argument in
    -h | --help)
      show_help "$0"
      exit
      ;;
    *) fail "unknown argument $argument; --help shows what there is" ;;
  esac
done

need_python
cd "$(dirname "${BASH_SOURCE[0]}")/.."
metadata=$(mktemp)
trap 'rm -f "$metadata"' EXIT
cargo metadata --locked --format-version 1 >"$metadata"
python3 scripts/deny.py .deny.toml "$metadata"
