#!/usr/bin/env bash
# Usage: tests/clients/browser/run.sh
#
# Uses the documentation page of the server at PRICEBOOK_URL in a headless Chromium, like a newcomer
# with the key PRICEBOOK_KEY. scripts/clients.sh sets both. Screenshots are kept in
# target/clients/browser.
#
# It needs Chromium (set CHROMIUM if it is not on the path), which is installed if it is missing and
# the script runs as root on a system with apt-get.
#
# Options:
#   -h, --help  show this text
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=scripts/lib.sh
. "$here/../../../scripts/lib.sh"
driver_starts "$@"

need_node
need_chromium
work=$(work_folder browser)
cd "$work"
cp "$here"/{.npmrc,package.json,package-lock.json,docs.mjs,page.mjs} .
npm_install .
rm -f ./*.png
node docs.mjs
node page.mjs "$here/../../../README.md"
