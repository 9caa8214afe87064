#!/usr/bin/env bash
# Usage: scripts/image.sh
#
# Builds the image of the Dockerfile and tests it, without a container engine or an image registry.
#
# Buildah builds and runs with chroot isolation, in temporary storage. The script creates the base
# images that the Dockerfile names: mmdebstrap creates Debian of the named release from the sources
# of apt, and the builder is the same with this system's Rust toolchain and crates mounted. Then, in
# a separate network, it checks that
#
#   1. the program in the image has the version of Cargo.toml
#   2. the health check of the image fails without a server, and succeeds with one
#   3. the server runs as the user of the image, and listens on port 8080 of every address
#   4. writes are stored in the volume, where a second container finds them
#   5. the stop signal of the image stops the server with status 0
#
# It needs root on Debian, and a Rust toolchain in a separate folder, as installed by rustup.
# Buildah, mmdebstrap, iproute2 and curl are installed if they are missing. While it runs it needs 4
# GB below /var/tmp, or TMPDIR.
#
# Options:
#   -h, --help  show this text
set -euo pipefail

# shellcheck source=scripts/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

no_arguments "$@"

cd "$(dirname "${BASH_SOURCE[0]}")/.."

may_install || fail "this needs root on Debian"
need_program buildah buildah
need_program mmdebstrap mmdebstrap
need_program ip iproute2
need_program curl curl
toolchain=$(rustc --print sysroot)
[ "$toolchain" != /usr ] || fail "the Rust toolchain must be in a separate folder, not in /usr"

folder=$(mktemp -d "${TMPDIR:-/var/tmp}/pricebook-image.XXXXXX")
data=$folder/data
mkdir "$data" "$folder/tmp"
# This includes what Buildah leaves when it is interrupted.
export TMPDIR=$folder/tmp
running=
clean_up() {
  local status=$? pid=
  if [ -n "$running" ]; then
    # Buildah exits when the program ends, but the program may not have started yet.
    for _ in {1..300}; do
      if pid=$(program) || ! kill -0 "$running"; then
        break
      fi
      sleep 0.1
    done
    [ -z "$pid" ] || kill -KILL "$pid"
    wait "$running" || true
  fi
  if [ "$status" -ne 0 ] && [ -s "$folder/server.log" ]; then
    printf '\nthe log of the server:\n' >&2
    tail -n 50 "$folder/server.log" >&2
  fi
  rm -rf --one-file-system "$folder"
  exit "$status"
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# Runs Buildah with its own storage.
buildah=(buildah --storage-driver vfs --root "$folder/storage" --runroot "$folder/run")
store() {
  "${buildah[@]}" "$@"
}

# Prints Debian's sources of apt for another release, one "deb ADDRESS SUITE COMPONENT" in each
# line.
sources() {
  # shellcheck disable=SC2016 # apt-get fills these in
  apt-get indextargets --format 'deb $(REPO_URI) $(RELEASE) $(COMPONENT)' 'Created-By: Packages' \
    'Origin: Debian' "Architecture: $(dpkg --print-architecture)" |
    sed "s/ $(. /etc/os-release && printf '%s' "$VERSION_CODENAME")/ $1/"
}

# debian_image RELEASE NAME: creates an image of Debian.
debian_image() {
  local container root
  sources "$1" >"$folder/sources.list"
  [ -s "$folder/sources.list" ] || fail "apt has no sources of Debian"
  container=$(store from scratch)
  root=$(store mount "$container")
  # The container runtime creates device files.
  mmdebstrap --quiet --variant=minbase --skip=output/dev "$1" "$root" - <"$folder/sources.list"
  store commit --quiet --rm "$container" "$2" >"$folder/said"
}

# builder_image DEBIAN NAME: creates the builder's image from one of Debian.
builder_image() {
  local container
  container=$(store from --pull-never "$1")
  store config --env CARGO_HOME=/usr/local/cargo --env CARGO_NET_OFFLINE=true \
    --env PATH=/usr/local/rust/bin:/usr/sbin:/usr/bin:/sbin:/bin "$container"
  store commit --quiet --rm "$container" "$2" >"$folder/said"
}

# The base images of the Dockerfile: the one for building and the one for running.
builder=$(sed -n 's/^FROM \(rust:[^ ]*\) AS build$/\1/p' Dockerfile)
debian=$(sed -n 's/^FROM \(debian:[^ ]*-slim\)$/\1/p' Dockerfile)
if [ -z "$builder" ] || [ -z "$debian" ]; then
  fail "this script does not create the base images of the Dockerfile"
fi
release=${debian#debian:}

step "the image $debian"
apt-get update -qq >&2
debian_image "${release%-slim}" "docker.io/library/$debian"

step "the image $builder, with $(rustc --version)"
builder_image "docker.io/library/$debian" "docker.io/library/$builder"
cargo fetch --quiet --locked

step "the image of the Dockerfile"
store build --isolation chroot --pull-never --format docker --tag pricebook \
  --volume "$toolchain:/usr/local/rust:ro" \
  --volume "${CARGO_HOME:-$HOME/.cargo}/registry:/usr/local/cargo/registry:ro" . >"$folder/build.log" 2>&1 || {
  tail -n 40 "$folder/build.log" >&2
  fail "the image was not built"
}

# image_says FORMAT: prints a property of the image, formatted by a template of Buildah.
image_says() {
  store inspect --type image --format "$1" pricebook
}

entrypoint=$(image_says '{{range .OCIv1.Config.Entrypoint}}{{.}} {{end}}')
arguments=$(image_says '{{range .OCIv1.Config.Cmd}}{{.}} {{end}}')
check=$(image_says '{{range .Docker.Config.Healthcheck.Test}}{{.}} {{end}}')
user=$(image_says '{{.OCIv1.Config.User}}')
signal=$(image_says '{{.OCIv1.Config.StopSignal}}')
# shellcheck disable=SC2016 # a variable of the template
volume=$(image_says '{{range $path, $_ := .OCIv1.Config.Volumes}}{{$path}}{{end}}')
[ "${check%% *}" = CMD ] || fail "the health check is not a command: $check"
read -r -a command <<<"$entrypoint $arguments"
read -r -a health <<<"${check#CMD }"

# A network with only a loopback interface, which ends with this script.
coproc network { exec unshare --net bash -c 'ip link set lo up && echo up && exec cat'; }
read -r _ <&"${network[0]}" || fail "the network could not be created"
# shellcheck disable=SC2154 # coproc sets network_PID
namespace=/proc/$network_PID/ns/net

in_network() {
  nsenter --net="$namespace" "$@"
}

# in_container CONTAINER COMMAND...: runs a command in a container as the image defines.
in_container() {
  in_network "${buildah[@]}" run --isolation chroot --volume "$data:$volume:U" "$@"
}

# Prints the process id of the program in that network.
program() {
  local process
  for process in /proc/[0-9]*; do
    if [ "$process/ns/net" -ef "$namespace" ] && [ "$(cat "$process/comm")" = "${command[0]}" ]; then
      printf '%s\n' "${process#/proc/}"
      return
    fi
  done 2>"$folder/said"
  return 1
}

# Starts the server in a container, and waits until the image's health check succeeds.
start() {
  local deadline=$((SECONDS + 60))
  in_container "$1" "${command[@]}" >>"$folder/server.log" 2>&1 &
  running=$!
  until in_container "$1" "${health[@]}" >"$folder/said" 2>&1; do
    [ "$SECONDS" -lt "$deadline" ] || fail "the server did not become healthy: $(cat "$folder/said")"
    kill -0 "$running" || fail "the server ended"
  done
}

# Stops the server with the stop signal of the image.
stop() {
  local pid status=0
  pid=$(program) || fail "the server is not running"
  kill -s "${signal#SIG}" "$pid"
  wait "$running" || status=$?
  running=
  [ "$status" -eq 0 ] || fail "after $signal the server ended with status $status instead of 0"
}

# call PATH [ARGUMENT...]: calls the API on another address than the health check uses.
call() {
  in_network curl --silent --show-error --fail-with-body --max-time 10 --header "x-api-key: $key" \
    --header 'content-type: application/json' "http://127.0.0.2:8080/api/v1$1" "${@:2}"
}

first=$(store from --pull-never pricebook)
second=$(store from --pull-never pricebook)

step "the version"
expected="pricebook $(sed -n 's/^version = "\(.*\)"$/\1/p' Cargo.toml)"
version=$(in_container "$first" "${command[0]}" --version)
[ "$version" = "$expected" ] || fail "the version is '$version', not '$expected'"

step "the health check"
if in_container "$first" "${health[@]}" >"$folder/said" 2>&1; then
  fail "the health check succeeds without a server"
fi
start "$first"

step "the user"
pid=$(program) || fail "the server is not running"
owner=$(stat --format %u:%g "/proc/$pid")
[ "$owner" = "$user" ] || fail "the server runs as $owner, not as $user"
[ "${user%%:*}" -gt 0 ] || fail "the server runs as root"

step "a plan, and the volume"
key=$(cat "$data/pricebook.db.first-key")
call /plans/manage --data '{"name": "Pro", "code": "pro"}' >"$folder/plan.json"
owner=$(stat --format %u:%g "$data/pricebook.db")
[ "$owner" = "$user" ] || fail "the catalog in the volume belongs to $owner, not to $user"

step "the stop signal"
stop

step "a second container"
start "$second"
call /plans/pro >"$folder/found.json"
grep -q '"code":"pro"' "$folder/found.json" || fail "the plan is not there: $(cat "$folder/found.json")"
stop

step "all passed"
