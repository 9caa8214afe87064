#!/usr/bin/env bash
# Usage: tests/clients/generated/pydantic/run.sh
#
# Generates models with datamodel-code-generator from the document in PRICEBOOK_DOCUMENT, and uses
# them for calls to the server at PRICEBOOK_URL with PRICEBOOK_KEY. scripts/clients.sh sets all
# three.
#
# Options:
#   -h, --help  show this text
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=scripts/lib.sh
. "$here/../../../../scripts/lib.sh"
driver_starts "$@"

need_python
work=$(work_folder pydantic)
cd "$work"
python_environment venv "$here/requirements.txt"
cp "$here/catalog.py" .
# The options in the first line are those that the README recommends.
venv/bin/datamodel-codegen --strict-nullable --enum-field-as-literal all \
  --input-file-type openapi --input "$PRICEBOOK_DOCUMENT" --formatters builtin \
  --output-model-type pydantic_v2.BaseModel --output models.py >generate.log 2>&1 || {
  cat generate.log >&2
  fail "datamodel-code-generator generated no models"
}
venv/bin/python catalog.py
