#!/usr/bin/env bash
# Usage: scripts/unit.sh
#
# Checks scripts/pricebook.service with systemd-analyze verify, which exits with 0 despite unknown
# keys, so any output is a failure.
#
# It needs systemd-analyze, which is installed if it is missing and the script runs as root on a
# system with apt-get.
#
# Options:
#   -h, --help  show this text
set -euo pipefail

# shellcheck source=scripts/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

no_arguments "$@"

cd "$(dirname "${BASH_SOURCE[0]}")/.."
need_program systemd-analyze systemd

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

# verify UNIT: checks a unit as if it were installed, without needing the program.
verify() {
  sed 's,^ExecStart=/usr/local/bin/pricebook,ExecStart=/bin/true,' "$1" >"$folder/pricebook.service"
  systemd-analyze verify --man=no "$folder/pricebook.service" >"$folder/said" 2>&1 ||
    printf 'it exited with status %s\n' "$?" >>"$folder/said"
  [ ! -s "$folder/said" ]
}

verify scripts/pricebook.service || {
  cat "$folder/said" >&2
  fail "systemd-analyze found problems in scripts/pricebook.service"
}
# Checks that an unknown key would be found.
sed 's/^LockPersonality=/LockPersonalty=/' scripts/pricebook.service >"$folder/wrong"
if verify "$folder/wrong"; then
  fail "systemd-analyze does not find an unknown key"
fi
