#!/usr/bin/env bash
# Usage: tests/clients/generated/csharp/run.sh
#
# Generates a C# client with NSwag from the document in PRICEBOOK_DOCUMENT, compiles it, and runs it
# against the server at PRICEBOOK_URL with PRICEBOOK_KEY. scripts/clients.sh sets all three.
#
# It needs Mono, which runs NSwag for .NET Framework, and Node.js 18 or newer; both are installed if
# they are missing and the script runs as root on a system with apt-get.
#
# Options:
#   -h, --help  show this text
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=scripts/lib.sh
. "$here/../../../../scripts/lib.sh"
driver_starts "$@"

need_node
need_program mcs mono-devel
work=$(work_folder csharp)
cd "$work"
cp "$here"/{.npmrc,package.json,package-lock.json,Caller.cs} .
npm_install .
nswag=node_modules/nswag/bin/binaries/Win
# The option that the README recommends.
mono "$nswag/NSwag.exe" openapi2csclient /generateOptionalPropertiesAsNullable:true \
  /namespace:Pricebook "/input:$PRICEBOOK_DOCUMENT" /output:Client.cs >nswag.log 2>&1 || {
  cat nswag.log >&2
  fail "NSwag generated no client"
}
mcs -warn:0 -langversion:latest -out:Caller.exe -reference:System.ComponentModel.DataAnnotations \
  -reference:System.Net.Http -reference:System.Runtime.Serialization \
  -reference:"$nswag/Newtonsoft.Json.dll" Client.cs Caller.cs
MONO_PATH=$nswag mono Caller.exe
