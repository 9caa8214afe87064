#!/usr/bin/env bash
# Usage: scripts/clients.sh [--long] [NAME...]
#
# Runs the clients in tests/clients against a server.
#
# It builds the program, creates an API key, starts the server on a free port, runs the named
# clients or all of them, and stops the server with SIGTERM, after which the exit status must be 0.
# The database is a new SQLite file, or, if TEST_DATABASE_URL is set to a PostgreSQL database whose
# user may create others, a new database there.
#
#   catalog     features, groups, plans and keys through the published SDK for Node.js
#   pricing     prices, features of plans and regional pricing through the same SDK
#   typescript  a client that openapi-typescript generates from the served document, with openapi-fetch
#   python      a client that openapi-python-client generates from it
#   rust        a client that progenitor generates from it
#   browser     the documentation page, and the pricing page of the README, in a headless Chromium
#
# and, with --long or by name:
#
#   go, java    clients that openapi-generator generates from the document
#   csharp      a client that NSwag generates from it
#   pydantic    models that datamodel-code-generator generates from it
#   postman     a collection that Postman's converter generates from it
#
#   scripts/clients.sh
#   scripts/clients.sh catalog
#   scripts/postgres.sh scripts/clients.sh
#
# Options:
#   --long      run the second list too, which needs Go, Java and Mono
#   -h, --help  show this text
set -euo pipefail

# shellcheck source=scripts/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

names=()
long=
for argument in "$@"; do
  case $argument in
    -h | --help)
      show_help "$0"
      exit
      ;;
    --long) long=yes ;;
    -*) fail "unknown option $argument; see --help" ;;
    *) names+=("$argument") ;;
  esac
done

cd "$(dirname "${BASH_SOURCE[0]}")/.."

# The file that runs a client.
driver_of() {
  local file
  for file in "tests/clients/node/$1.test.mjs" "tests/clients/generated/$1/run.sh" \
    "tests/clients/$1/run.sh"; do
    if [ -f "$file" ]; then
      printf '%s\n' "$file"
      return
    fi
  done
  fail "there is no client $1; see --help"
}

if [ ${#names[@]} -eq 0 ]; then
  names=(catalog pricing typescript python rust browser)
  [ -z "$long" ] || names+=(go java csharp pydantic postman)
fi
drivers=()
for name in "${names[@]}"; do
  driver=$(driver_of "$name")
  drivers+=("$driver")
done

need_node
case "${drivers[*]}" in
  *.mjs*) npm_install tests/clients/node ;;
esac

start_server clients
PRICEBOOK_KEY=$key
case $PRICEBOOK_KEY in
  *[!A-Za-z0-9_-]*) fail "keys create printed more than the secret" ;;
  ck_sandbox_?*) ;;
  *) fail "keys create did not print a sandbox key" ;;
esac

export PRICEBOOK_KEY PRICEBOOK_URL="http://127.0.0.1:$port"

# Waits until the server is ready, and gives up if its process ends, since another process may then
# answer on that port.
node --input-type=module - "$PRICEBOOK_URL/readyz" "$server" <<'END' || fail "the server did not become ready"
const [url, pid] = process.argv.slice(2);
const deadline = Date.now() + 60_000;
let last = "nothing";
while (last !== 200) {
  if (Date.now() > deadline) throw new Error(`${url} answers ${last} after a minute, not 200`);
  process.kill(Number(pid), 0);
  last = await fetch(url).then((answer) => answer.status, (error) => error.message);
  if (last !== 200) await new Promise((resolve) => setTimeout(resolve, 100));
}
END

# The document as served. An unchanged file keeps its modification time, so that no client is
# rebuilt.
PRICEBOOK_DOCUMENT=$(work_folder document)/openapi.json
export PRICEBOOK_DOCUMENT
node --input-type=module - "$PRICEBOOK_URL/openapi.json" "$folder/openapi.json" <<'END'
import { writeFileSync } from "node:fs";
const [url, file] = process.argv.slice(2);
const answer = await fetch(url);
if (answer.status !== 200) throw new Error(`${url} answers ${answer.status}`);
writeFileSync(file, await answer.text());
END
cmp -s "$folder/openapi.json" "$PRICEBOOK_DOCUMENT" || cp "$folder/openapi.json" "$PRICEBOOK_DOCUMENT"

for index in "${!drivers[@]}"; do
  printf '%s\n' "-- ${names[index]}" >&2
  case ${drivers[index]} in
    *.mjs) node "${drivers[index]}" ;;
    *) "${drivers[index]}" ;;
  esac
done

end_server
if grep -qF "$PRICEBOOK_KEY" "$folder/server.log"; then
  fail "the server wrote the API key into its log"
fi
