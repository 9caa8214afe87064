#!/usr/bin/env bash
# Usage: tests/clients/generated/postman/run.sh
#
# Converts the document in PRICEBOOK_DOCUMENT into a Postman collection with Postman's converter,
# and sends its requests to the server at PRICEBOOK_URL with PRICEBOOK_KEY. scripts/clients.sh sets
# all three.
#
# Options:
#   -h, --help  show this text
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=scripts/lib.sh
. "$here/../../../../scripts/lib.sh"
driver_starts "$@"

need_node
work=$(work_folder postman)
cd "$work"
cp "$here"/{.npmrc,package.json,package-lock.json,collection.mjs} .
npm_install .
node collection.mjs
