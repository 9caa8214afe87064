#!/usr/bin/env bash
# Usage: tests/clients/generated/go/run.sh
#
# Generates a Go client with openapi-generator from the document in PRICEBOOK_DOCUMENT, compiles it,
# and runs it against the server at PRICEBOOK_URL with PRICEBOOK_KEY. scripts/clients.sh sets all
# three.
#
# It needs Go 1.19, Java 11 and Python 3.11, or newer; they are installed if they are missing and
# the script runs as root on a system with apt-get.
#
# Options:
#   -h, --help  show this text
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=scripts/lib.sh
. "$here/../../../../scripts/lib.sh"
driver_starts "$@"

need_program go golang-go
work=$(work_folder go)
cd "$work"
# The options in the first line are those that the README recommends.
options=disallowAdditionalPropertiesIfNotPresent=false,enumClassPrefix=true,enumUnknownDefaultCase=true
openapi_generator client go "$options,packageName=client,withGoMod=false"
# These examples need an external module.
rm -rf client/test
cp "$here/main.go" .
printf 'module pricebook\n\ngo 1.19\n' >go.mod
export GOPROXY=off GOFLAGS=-mod=mod GOCACHE=$work/cache
go build -o caller .
./caller
