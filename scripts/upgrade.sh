#!/usr/bin/env bash
# Usage: scripts/upgrade.sh [SECONDS]
#
# Replaces two servers of the version before by this one, one after the other, on one PostgreSQL and
# under load, as a load balancer sees it: who cannot connect goes to the other one. No call may fail,
# nothing that was acknowledged may be lost, and each server shows what the other wrote within a
# second, whatever their versions are. scripts/upgrade.py does the calling and the checking.
#
# The version before is the newest commit whose schema lacks the last step; it is built in the target
# folder, once. Every stage takes SECONDS, 5 unless it is given.
#
# With TEST_DATABASE_URL set, the address of a PostgreSQL database from which others may be created,
# it makes a new one there; else it starts a PostgreSQL of its own.
#
# It needs the Rust toolchain, git with the history, PostgreSQL and Python 3.11 or newer.
#
# Options:
#   -h, --help  show this text
set -euo pipefail

# shellcheck source=scripts/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

seconds=5
for argument in "$@"; do
  case $argument in
    -h | --help)
      show_help "$0"
      exit
      ;;
    *[!0-9]* | 0* | '') fail "the number of seconds is a number above zero; --help shows what there is" ;;
    *) seconds=$argument ;;
  esac
done

cd "$(dirname "${BASH_SOURCE[0]}")/.."
if [ -z "${TEST_DATABASE_URL:-}" ]; then
  exec scripts/postgres.sh scripts/upgrade.sh "$@"
fi
need_program git git
need_python

steps_of() {
  git ls-tree --name-only "$1" migrations/src/ | sed -n '/\/m[0-9]/p' | sort
}

# Prints the newest commit that has all steps of the schema but the last.
version_before() {
  local commit steps
  steps=$(steps_of HEAD | head -n -1)
  for commit in $(git rev-list HEAD); do
    if [ "$(steps_of "$commit")" = "$steps" ]; then
      printf '%s\n' "$commit"
      return
    fi
  done
  fail "the history has no version whose schema has one step fewer"
}

before=$(version_before)
target=$(realpath -m "${CARGO_TARGET_DIR:-target}")
old=$target/upgrade/$before

if [ ! -x "$old/pricebook" ]; then
  step "building the version before, $before"
  folder=$(mktemp -d)
  trap 'rm -rf "$folder"' EXIT
  git archive "$before" | tar -x -C "$folder"
  # What both versions use is built once.
  (cd "$folder" && CARGO_TARGET_DIR=$target cargo build --quiet --locked --bin pricebook)
  mkdir -p "$old"
  mv "$target/debug/pricebook" "$old/pricebook"
fi

step "building this version"
cargo build --quiet --locked --bin pricebook

step "replacing one by the other"
scripts/upgrade.py "$old/pricebook" "$target/debug/pricebook" "$seconds"
