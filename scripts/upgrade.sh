#!/usr/bin/env bash
# Usage: scripts/upgrade.sh [SECONDS]
#
# Replaces two servers of the last release by this version, one after the other, on one database and under
# load, as a load balancer sees it: a call that one server does not take goes to the other. No call may
# fail, no acknowledged write may be lost, and each server shows within a second what the other one wrote,
# whatever their versions are. scripts/upgrade.py makes the calls and checks the answers.
#
# The last release is the newest commit whose schema ends with the step that is named below; it is built
# below the target folder once. Each stage takes SECONDS, 5 unless it is given.
#
# The database is a new SQLite file; with TEST_DATABASE_URL set, the address of a PostgreSQL database
# from which others may be created, it is a new one there.
#
#   scripts/upgrade.sh
#   scripts/postgres.sh scripts/upgrade.sh
#
# It needs the Rust toolchain, git with the history, and Python 3.11 or newer.
#
# Options:
#   -h, --help  show this text
set -euo pipefail

# shellcheck source=scripts/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

# The last step of the schema of the last release, 0.1.0; each release changes it to its own.
released=m0004_plan_revisions

seconds=5
for argument in "$@"; do
  case $argument in
    -h | --help)
      show_help "$0"
      exit
      ;;
    *[!0-9]* | 0* | '') fail "the number of seconds must be above zero; see --help" ;;
    *) seconds=$argument ;;
  esac
done

cd "$(dirname "${BASH_SOURCE[0]}")/.."
need_program git git
need_python

# Prints the newest commit whose schema ends with the step of the last release.
last_release() {
  local commit
  for commit in $(git rev-list HEAD); do
    if [ "$(last_step "$commit")" = "migrations/src/$released.rs" ]; then
      printf '%s\n' "$commit"
      return
    fi
  done
  fail "the history has no version whose schema ends with $released; is it whole?"
}

# Prints the file of the last step of a commit's schema.
last_step() {
  git ls-tree --name-only "$1" migrations/src/ | sed -n '/\/m[0-9]/p' | sort | tail -n 1
}

target=$(target_folder)
release=$(last_release)
old=$target/upgrade/$release
prepare_server upgrade

if [ ! -x "$old/pricebook" ]; then
  step "building the last release, $release"
  mkdir "$folder/source"
  git archive "$release" | tar -x -C "$folder/source"
  # Crates that both versions use are built once.
  (cd "$folder/source" && CARGO_TARGET_DIR=$target cargo build --quiet --locked --bin pricebook)
  mkdir -p "$old"
  mv "$target/debug/pricebook" "$old/pricebook"
fi

step "building this version"
cargo build --quiet --locked --bin pricebook

step "replacing one by the other"
scripts/upgrade.py "$old/pricebook" "$target/debug/pricebook" "$seconds" "$(free_port)" "$(free_port)"
