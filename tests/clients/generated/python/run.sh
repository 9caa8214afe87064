#!/usr/bin/env bash
# Usage: tests/clients/generated/python/run.sh
#
# Generates a client with openapi-python-client from the document in PRICEBOOK_DOCUMENT, checks it
# and the code that uses it with mypy's strict rules, and runs it against the server at
# PRICEBOOK_URL with PRICEBOOK_KEY. scripts/clients.sh sets all three.
#
# Options:
#   -h, --help  show this text
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=scripts/lib.sh
. "$here/../../../../scripts/lib.sh"
driver_starts "$@"

need_python
work=$(work_folder python)
cd "$work"
python_environment venv "$here/requirements.txt"
# The generator formats its code with ruff, which must be on the path.
export PATH=$work/venv/bin:$PATH
cp "$here"/{catalog.py,config.yaml} .
openapi-python-client generate --path "$PRICEBOOK_DOCUMENT" --config config.yaml \
  --output-path client --overwrite --fail-on-warning >generate.log 2>&1 || {
  cat generate.log >&2
  fail "openapi-python-client generated no client"
}
MYPYPATH=client mypy --strict --no-error-summary client/pricebook_client catalog.py
PYTHONPATH=client python catalog.py
