#!/usr/bin/env bash
# Usage: scripts/lint.sh [DOCUMENT]
#
# Checks the OpenAPI document, by default openapi/v1.json, against the rules of Spectral
# (spectral:oas) and Redocly (recommended). Any finding is a failure, even a hint. The linters are
# those of tests/contract/lint, where their rules are too, with the reason why one is off.
#
# It needs Node.js 20.19, or 22.12 or newer, with npm.
#
# Options:
#   -h, --help  show this text
set -euo pipefail

# shellcheck source=scripts/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

cd "$(dirname "${BASH_SOURCE[0]}")/.."
document=openapi/v1.json
for argument in "$@"; do
  case $argument in
    -h | --help)
      show_help "$0"
      exit
      ;;
    -*) fail "unknown option $argument; see --help" ;;
    *) document=$argument ;;
  esac
done
[ -f "$document" ] || fail "there is no $document"

need_node
node -e '
  const [major, minor] = process.versions.node.split(".").map(Number);
  process.exit((major === 20 && minor >= 19) || (major === 22 && minor >= 12) || major > 22 ? 0 : 1);
' || fail "the linters need Node.js 20.19, or 22.12 or newer, but this is $(node --version)"
npm_install tests/contract/lint
bin=tests/contract/lint/node_modules/.bin

"$bin/spectral" lint --ruleset tests/contract/lint/spectral.yaml --fail-severity hint "$document"

# Redocly exits with 0 despite warnings, so its findings are counted here.
export REDOCLY_TELEMETRY=off REDOCLY_SUPPRESS_UPDATE_NOTICE=true
found=$(mktemp)
trap 'rm -f "$found"' EXIT
"$bin/redocly" lint --config tests/contract/lint/redocly.yaml --format json "$document" >"$found" 2>/dev/null ||
  true
# shellcheck disable=SC2016 # the dollars are JavaScript's
node -e '
  const { totals, problems } = JSON.parse(require("node:fs").readFileSync(process.argv[1], "utf8"));
  for (const { severity, ruleId, message, location } of problems)
    console.error(`${severity} ${ruleId}: ${message} ${location?.[0]?.pointer ?? ""}`);
  const count = totals.errors + totals.warnings + totals.ignored;
  console.log(`Redocly: ${count} findings.`);
  process.exit(count === 0 ? 0 : 1);
' "$found" || fail "Redocly found something in $document"
