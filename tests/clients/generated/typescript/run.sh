#!/usr/bin/env bash
# Usage: tests/clients/generated/typescript/run.sh
#
# Generates a client with openapi-typescript from the document in PRICEBOOK_DOCUMENT, compiles the
# code that uses it with TypeScript's strict rules, and runs it against the server at PRICEBOOK_URL
# with PRICEBOOK_KEY. scripts/clients.sh sets all three.
#
# Options:
#   -h, --help  show this text
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=scripts/lib.sh
. "$here/../../../../scripts/lib.sh"
driver_starts "$@"

need_node
work=$(work_folder typescript)
cd "$work"
cp "$here"/{.npmrc,package.json,package-lock.json,tsconfig.json,catalog.ts} .
npm_install .
rm -rf schema.ts built
# A request may omit fields that have a default.
node_modules/.bin/openapi-typescript "$PRICEBOOK_DOCUMENT" --output schema.ts \
  --default-non-nullable false >openapi-typescript.log 2>&1 || {
  cat openapi-typescript.log >&2
  fail "openapi-typescript generated no client"
}
node_modules/.bin/tsc
node built/catalog.js
