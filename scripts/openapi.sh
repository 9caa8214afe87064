#!/usr/bin/env bash
# Usage: scripts/openapi.sh [--check]
#
# Writes openapi/v1.json, the committed contract, from the program itself. Nothing else writes it.
#
# Options:
#   --check     write nothing; show the difference and fail where the file is not what the program says
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
    *) fail "unknown argument $argument; --help shows what there is" ;;
  esac
done

cd "$(dirname "${BASH_SOURCE[0]}")/.."
committed=openapi/v1.json
said=$(mktemp)
trap 'rm -f "$said"' EXIT

# Into a file of its own first: a program that fails half way leaves the committed one alone.
cargo run --quiet --locked --bin pricebook -- openapi >"$said"
[ -s "$said" ] || fail "the program wrote no document"

if [ -z "$check" ]; then
  mkdir -p "${committed%/*}"
  cat "$said" >"$committed"
elif [ ! -f "$committed" ]; then
  fail "$committed is missing; scripts/openapi.sh writes it"
elif ! diff -u "$committed" "$said"; then
  fail "$committed is not what the program says; run scripts/openapi.sh"
fi
