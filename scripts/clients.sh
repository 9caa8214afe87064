#!/usr/bin/env bash
# Usage: scripts/clients.sh [--long] [NAME...]
#
# Drives a started server with the clients in tests/clients, as their users do.
#
# It builds the program, makes an API key, starts the server on a free port, runs the clients that
# are named, or all of them, stops the server with SIGTERM and wants the exit status 0. The database
# is a new SQLite file; with TEST_DATABASE_URL set, the address of a PostgreSQL database from which
# others may be created, it is a new one there.
#
#   catalog     features, groups, plans and keys through the published SDK for Node.js
#   pricing     prices, features of plans and regional pricing through the same SDK
#   typescript  a client that openapi-typescript makes from the served document, with openapi-fetch
#   python      a client that openapi-python-client makes from it
#   rust        a client that progenitor makes from it
#   browser     the documentation page, and the pricing page of the README, in a headless Chromium
#
# and those that run with --long, or where they are named:
#
#   go, java    clients that openapi-generator makes from the document
#   csharp      a client that NSwag makes from it
#   pydantic    models that datamodel-code-generator makes from it
#   postman     a collection that Postman's converter makes from it
#
#   scripts/clients.sh
#   scripts/clients.sh catalog
#   scripts/postgres.sh scripts/clients.sh
#
# Options:
#   --long      the clients that are left out otherwise, too: they need Go, Java and Mono
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
    -*) fail "unknown option $argument; --help shows what there is" ;;
    *) names+=("$argument") ;;
  esac
done

cd "$(dirname "${BASH_SOURCE[0]}")/.."

# The file that drives a client.
driver_of() {
  local file
  for file in "tests/clients/node/$1.test.mjs" "tests/clients/generated/$1/run.sh" \
    "tests/clients/$1/run.sh"; do
    if [ -f "$file" ]; then
      printf '%s\n' "$file"
      return
    fi
  done
  fail "there is no client $1; --help shows what there is"
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

# Asks until the server is ready, and gives up as soon as it has ended: whoever answers then on that
# port is someone else.
node --input-type=module - "$PRICEBOOK_URL/readyz" "$server" <<'END' || fail "the server did not get ready"
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

# The document as it is served. One that did not change keeps its age, so that nothing is built anew.
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
