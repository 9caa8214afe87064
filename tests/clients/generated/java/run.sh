#!/usr/bin/env bash
# Usage: tests/clients/generated/java/run.sh
#
# Generates a Java client with openapi-generator from the document in PRICEBOOK_DOCUMENT, compiles
# it, and runs it against the server at PRICEBOOK_URL with PRICEBOOK_KEY. scripts/clients.sh sets
# all three.
#
# The client uses Java's own HTTP client. Jackson comes from the generator's jar, and the
# annotations from Debian.
#
# It needs a Java 17 compiler and Python 3.11, or newer; they are installed if they are missing and
# the script runs as root on a system with apt-get.
#
# Options:
#   -h, --help  show this text
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=scripts/lib.sh
. "$here/../../../../scripts/lib.sh"
driver_starts "$@"

need_program javac default-jdk-headless
annotations=/usr/share/java/jakarta-annotation-api.jar
if [ ! -e "$annotations" ]; then
  may_install || fail "$annotations is needed; install libjakarta-annotation-api-java and run this again"
  install_packages libjakarta-annotation-api-java
fi
work=$(work_folder java)
cd "$work"
# The options in the first line are those that the README recommends. Without openApiNullable=false
# the client needs a library that is neither in Debian nor in the generator's jar.
options=containerDefaultToNull=true,disallowAdditionalPropertiesIfNotPresent=false,enumUnknownDefaultCase=true
openapi_generator client java "$options,openApiNullable=false,library=native,useJakartaEe=true"
find client/src/main -name '*.java' >sources
jar=$(openapi_generator_jar)
rm -rf classes
javac -nowarn -d classes -classpath "$jar:$annotations" @sources "$here/Caller.java" 2>javac.log || {
  cat javac.log >&2
  fail "the client does not compile"
}
java -classpath "classes:$jar:$annotations" Caller
