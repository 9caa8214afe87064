#!/usr/bin/env bash
# Usage: scripts/openapi.sh [--check]
#
# Writes openapi/v1.json, the committed contract, from the program. Nothing else writes this file.
#
# Options:
#   --check     write nothing; fail and show the difference if the file is not up to date
#   -h, --help  show this text
set -euo pipefail

# shellcheck source=scripts/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

check=
for argument in "$@"; do
  case $argument in
    -h | --help)
      show_help "$0"
      exit
      ;;
    --check) check=yes ;;
    *) fail "unknown argument $argument; see --help" ;;
  esac
done

cd "$(dirname "${BASH_SOURCE[0]}")/.."
committed=openapi/v1.json
said=$(mktemp)
trap 'rm -f "$said"' EXIT

# Written to a temporary file first, so that a failure leaves the committed one intact.
cargo run --quiet --locked --bin pricebook -- openapi >"$said"
[ -s "$said" ] || fail "the program wrote no document"

if [ -z "$check" ]; then
  mkdir -p "${committed%/*}"
  cat "$said" >"$committed"
elif [ ! -f "$committed" ]; then
  fail "$committed is missing; scripts/openapi.sh writes it"
elif ! diff -u "$committed" "$said"; then
  fail "$committed is not up to date; run scripts/openapi.sh"
fi
