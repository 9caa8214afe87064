#!/usr/bin/env bash
# Usage: source scripts/lib.sh
#
# Shared functions of the scripts in this folder. The file is meant to be sourced; run by itself it
# only shows this text.

# Announces the next step, so that the last announcement names the step that failed.
step() {
  printf '\n==> %s\n' "$*" >&2
}

# Ends the script with a message.
fail() {
  printf '%s: %s\n' "${0##*/}" "$*" >&2
  exit 1
}

# Prints the comment at the head of a script, which is also its help text.
show_help() {
  sed -n -e 1d -e '/^#/!q' -e 's/^# \{0,1\}//p' "$1"
}

# no_arguments "$@": accepts no arguments but --help, which shows the help.
no_arguments() {
  local argument
  for argument in "$@"; do
    case $argument in
      -h | --help)
        show_help "$0"
        exit
        ;;
      *) fail "unknown argument $argument; see --help" ;;
    esac
  done
}

# Prints a free port of 127.0.0.1, below the usual range of ports for outgoing connections, one of
# which could take it before the caller listens on it.
free_port() {
  local port try
  for try in {1..100}; do
    port=$((20000 + (RANDOM + try) % 12000))
    if ! (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then
      printf '%s\n' "$port"
      return
    fi
  done
  fail "found no free port on 127.0.0.1"
}

# Whether missing programs can be installed here.
may_install() {
  [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null
}

install_packages() {
  printf 'installing: %s\n' "$*" >&2
  {
    apt-get update -q &&
      DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "$@"
  } >&2 || fail "apt-get could not install $*"
}

# need_program PROGRAM PACKAGE: ensures that a program is installed, if need be from a Debian
# package.
need_program() {
  if ! command -v "$1" >/dev/null; then
    may_install || fail "$1 is needed; install it and run this again"
    install_packages "$2"
  fi
}

# Ensures that Node.js 18 or newer and npm are installed.
need_node() {
  if ! command -v node >/dev/null || ! command -v npm >/dev/null; then
    may_install || fail "Node.js 18 or newer and npm are needed; install them and run this again"
    install_packages nodejs npm
  fi
  node -e 'process.exit(Number(process.versions.node.split(".")[0]) >= 18 ? 0 : 1)' ||
    fail "Node.js 18 or newer is needed, but this is $(node --version)"
}

# Ensures that Python 3.11 or newer with venv is installed.
need_python() {
  if ! python3 -c 'import ensurepip, venv' 2>/dev/null; then
    may_install || fail "Python 3.11 or newer with venv is needed; install it and run this again"
    install_packages python3 python3-venv
  fi
  python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
    fail "Python 3.11 or newer is needed, but this is $(python3 --version)"
}

# Ensures that Chromium is installed, and sets CHROMIUM to it unless that is set already.
need_chromium() {
  if [ -z "${CHROMIUM:-}" ]; then
    if ! command -v chromium >/dev/null; then
      may_install ||
        fail "Chromium is needed; install it, or name it in CHROMIUM, and run this again"
      install_packages chromium
    fi
    CHROMIUM=$(command -v chromium)
  fi
  export CHROMIUM
}

# python_environment FOLDER REQUIREMENTS: creates a virtual environment in FOLDER with exactly the
# packages that the file REQUIREMENTS pins. An environment from the same file is kept.
python_environment() {
  if ! cmp -s "$2" "$1/requirements.txt"; then
    rm -rf "$1"
    python3 -m venv "$1"
    "$1/bin/pip" install --quiet --disable-pip-version-check --no-deps --requirement "$2"
    "$1/bin/pip" check --quiet
    cp "$2" "$1/requirements.txt"
  fi
}

# Prints the folder of the Python environment with openapi-generator.
openapi_generator_environment() {
  local tool
  tool=$(work_folder openapi-generator)/venv
  python_environment "$tool" \
    "$(dirname "${BASH_SOURCE[0]}")/../tests/clients/generated/openapi-generator.txt" >&2
  printf '%s\n' "$tool"
}

# Prints the path of openapi-generator's jar.
openapi_generator_jar() {
  local tool
  tool=$(openapi_generator_environment)
  "$tool/bin/python" -c 'import importlib.resources as r; print(r.files("openapi_generator_cli") / "openapi-generator.jar")'
}

# openapi_generator FOLDER GENERATOR OPTIONS: generates a client from the document in
# PRICEBOOK_DOCUMENT with openapi-generator and these additional properties. FOLDER is replaced.
openapi_generator() {
  local tool
  need_python
  need_program java default-jre-headless
  tool=$(openapi_generator_environment)
  rm -rf "$1"
  "$tool/bin/openapi-generator-cli" generate --generator-name "$2" --input-spec "$PRICEBOOK_DOCUMENT" \
    --output "$1" --additional-properties "$3" >"$1.log" 2>&1 || {
    tail -n 20 "$1.log" >&2
    fail "openapi-generator made no client"
  }
}

# npm_install FOLDER: installs the packages in the lock file in FOLDER, without running their
# install scripts.
npm_install() {
  npm ci --prefix "$1" --no-audit --no-fund --ignore-scripts --prefer-offline --silent
}

# Prints the target folder of the project.
target_folder() {
  local root
  root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
  (cd "$root" && realpath -m "${CARGO_TARGET_DIR:-target}")
}

# work_folder NAME: prints the folder below target in which the test client NAME is built.
work_folder() {
  local folder
  folder=$(target_folder)/clients/$1
  mkdir -p "$folder"
  printf '%s\n' "$folder"
}

# need_cargo_tool NAME VERSION: ensures that this version of the crate NAME is installed, and adds
# its program to PATH. It is built once, in a folder below target, with little optimization, since
# it only runs for seconds.
need_cargo_tool() {
  local target folder
  target=$(target_folder)
  folder=$target/tools/$1-$2
  if [ ! -x "$folder/bin/$1" ]; then
    printf 'building %s %s\n' "$1" "$2" >&2
    CARGO_PROFILE_RELEASE_OPT_LEVEL=1 CARGO_PROFILE_RELEASE_LTO=off \
      CARGO_PROFILE_RELEASE_CODEGEN_UNITS=16 CARGO_TARGET_DIR=$target/tools/build \
      cargo install --quiet --locked --root "$folder" "$1@$2" || fail "cargo could not install $1 $2"
  fi
  PATH=$folder/bin:$PATH
}

# The first step of each test client's driver: shows the help if asked to, and checks that a server
# is given.
driver_starts() {
  local name
  no_arguments "$@"
  for name in PRICEBOOK_URL PRICEBOOK_KEY PRICEBOOK_DOCUMENT; do
    [ -n "${!name:-}" ] || fail "$name is not set; scripts/clients.sh sets it"
  done
}

# start_server NAME: builds the program and starts it on a new database: a SQLite file, or a
# database on TEST_DATABASE_URL, if that is set, with NAME in its name. Sets pricebook (the
# program), folder (a temporary folder, with server.log), port, key (of a sandbox) and server (the
# process id). The end of the script removes all of them.
start_server() {
  cargo build --quiet --locked --bin pricebook
  pricebook=$(target_folder)/debug/pricebook
  prepare_server "$1"
  # Only the secret goes to standard output.
  # shellcheck disable=SC2034 # the script that called this uses it
  key=$("$pricebook" keys create --organization shop --mode sandbox 2>"$folder/keys.log") || {
    cat "$folder/keys.log" >&2
    fail "keys create failed"
  }
  port=$(free_port)
  # Clients that try hundreds of wrong keys should get the usual refusal.
  PRICEBOOK_LISTEN=127.0.0.1:$port PRICEBOOK_WRONG_KEY_LIMIT=off "$pricebook" serve >"$folder/server.log" 2>&1 &
  server=$!
}

# prepare_server NAME: creates an empty database (see new_database) and folder, a temporary folder. The end
# of the script removes both, and stops the server whose process id is in server.
prepare_server() {
  folder=$(mktemp -d)
  server=
  database=
  trap stop_server EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM
  new_database "$1"
}

# new_database NAME: creates an empty database, with NAME in its name on PostgreSQL, and exports its
# address as DATABASE_URL. Sets database.
new_database() {
  if [ -z "${TEST_DATABASE_URL:-}" ]; then
    export DATABASE_URL="sqlite://$folder/pricebook.db"
    return
  fi
  command -v psql >/dev/null || fail "psql is needed to create a database on TEST_DATABASE_URL"
  local name
  name=pricebook_$1_$(od -An -N6 -tx1 /dev/urandom | tr -d ' \n')
  psql --no-psqlrc --quiet --command="CREATE DATABASE $name" "$TEST_DATABASE_URL"
  database=$name
  export DATABASE_URL="${TEST_DATABASE_URL%/*}/$database"
}

# Stops the server with SIGTERM, and fails unless it exits with 0.
end_server() {
  local status=0
  kill -TERM "$server"
  wait "$server" || status=$?
  server=
  [ "$status" -eq 0 ] || fail "after SIGTERM the server ended with status $status instead of 0"
}

# Removes everything that start_server created, and shows the log if the script failed.
stop_server() {
  local status=$?
  if [ -n "$server" ]; then
    kill -KILL "$server" 2>/dev/null || true
    wait "$server" 2>/dev/null || true
  fi
  if [ -n "$database" ]; then
    psql --no-psqlrc --quiet --command="DROP DATABASE IF EXISTS $database" "$TEST_DATABASE_URL" ||
      true
  fi
  if [ "$status" -ne 0 ] && [ -s "$folder/server.log" ]; then
    printf '\nthe errors in the server'\''s log, and its last lines:\n' >&2
    grep ERROR "$folder/server.log" >&2 || true
    tail -n 50 "$folder/server.log" >&2
  fi
  rm -rf "$folder"
  exit "$status"
}

if [ "${BASH_SOURCE[0]}" = "$0" ]; then
  show_help "$0"
fi
