#!/usr/bin/env bash
# Usage: scripts/unit.sh
#
# Checks scripts/pricebook.service with systemd-analyze verify. That exits with 0 in spite of an unknown
# key, so any output is a failure.
#
# It needs systemd-analyze; where that is missing, root on a system with apt-get gets it installed.
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

# verify UNIT: looks at a unit as it is installed; the program need not be there for that.
verify() {
  sed 's,^ExecStart=/usr/local/bin/pricebook,ExecStart=/bin/true,' "$1" >"$folder/pricebook.service"
  systemd-analyze verify --man=no "$folder/pricebook.service" >"$folder/said" 2>&1 ||
    printf 'it ended with status %s\n' "$?" >>"$folder/said"
  [ ! -s "$folder/said" ]
}

verify scripts/pricebook.service || {
  cat "$folder/said" >&2
  fail "systemd finds something in scripts/pricebook.service"
}
# It must be able to find something at all.
sed 's/^LockPersonality=/LockPersonalty=/' scripts/pricebook.service >"$folder/wrong"
if verify "$folder/wrong"; then
  fail "systemd-analyze does not find an unknown key"
fi
