#!/usr/bin/env bash
# Usage: tests/clients/generated/typescript/run.sh
#
# Makes a client with openapi-typescript from the document in PRICEBOOK_DOCUMENT, compiles its user
# with TypeScript's strict rules, and runs it against the server at PRICEBOOK_URL with PRICEBOOK_KEY.
# scripts/clients.sh sets all three.
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
# A field that has a default may be left out of a request.
node_modules/.bin/openapi-typescript "$PRICEBOOK_DOCUMENT" --output schema.ts \
  --default-non-nullable false >openapi-typescript.log 2>&1 || {
  cat openapi-typescript.log >&2
  fail "openapi-typescript made no client"
}
node_modules/.bin/tsc
node built/catalog.js
