#!/usr/bin/env bash
# Usage: scripts/bench.sh [--quick]
#
# Measures the speed of the server, as ratios to floors that are measured in the same run:
#
#   reads    poem alone, returning the same bytes (scripts/bench/floor.rs)
#   writes   the statements that find the plan and change the rows, without the server's other reads
#            and checks; each change is committed separately, with SQLite's own library
#            (scripts/bench/raw_sqlite.py), or by pgbench on PostgreSQL (scripts/bench/change.sql)
#
# Each round measures a case right after its floor (for reads, the order alternates), so that
# changes in the machine's speed affect both. A ratio is the median over the rounds; beside
# every median is half the distance between the best and the worst round. The server and the load
# are each pinned to a core. The catalog is created through the API: 100 plans with 8 features,
# which have values in 2 more currencies each, and 4 prices, which have values in 5; then 10,000
# such plans.
#
# It needs two cores, the Rust toolchain, PostgreSQL, Python 3.11 and wrk. The last three are
# installed if they are missing and the script runs as root on a system with apt-get. Nothing else
# should run at the same time.
#
# Options:
#   --quick     fewer and shorter rounds, and 1,000 plans instead of 10,000: two minutes, once the
#               programs are built
#   -h, --help  show this text
set -euo pipefail

# shellcheck source=scripts/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

rounds=9 seconds=2 many=10000
for argument in "$@"; do
  case $argument in
    -h | --help)
      show_help "$0"
      exit
      ;;
    --quick) rounds=3 seconds=1 many=1000 ;;
    *) fail "unknown argument $argument; see --help" ;;
  esac
done

cd "$(dirname "${BASH_SOURCE[0]}")/.."
need_python
need_program wrk wrk
[ "$(nproc)" -ge 2 ] || fail "two cores are needed: one for the server and one for the load"

if [ -z "${TEST_DATABASE_URL:-}" ]; then
  exec scripts/postgres.sh "$0" "$@"
fi
need_program pgbench postgresql

step "building"
cargo build --release --locked --bin pricebook --example floor --example drive
target=$(target_folder)/release
pricebook=$target/pricebook
drive=$target/examples/drive

folder=$(mktemp -d)
results=$folder/results
processes=()
databases=()
clean_up() {
  local status=$? process database
  for process in "${processes[@]}"; do
    kill "$process" 2>/dev/null || true
    wait "$process" 2>/dev/null || true
  done
  # After a failure, the results so far are still worth showing.
  [ "$status" -eq 0 ] || [ ! -s "$results" ] || python3 scripts/bench/table.py "$results" >&2
  for database in "${databases[@]}"; do
    psql --no-psqlrc --quiet --command="DROP DATABASE IF EXISTS $database" "$TEST_DATABASE_URL" || true
  done
  [ "$status" -eq 0 ] || tail -n 5 "$folder"/*.log >&2 || true
  rm -rf "$folder"
  exit "$status"
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# Arrays, since a function in the background would add a process of its own.
on_server_core=(taskset --cpu-list 0)
on_load_core=(taskset --cpu-list 1)

# serve NAME URL: starts a server on a database; sets port, key and server.
serve() {
  export DATABASE_URL=$2
  key=$("$pricebook" keys create --name bench)
  port=$(free_port)
  "${on_server_core[@]}" "$pricebook" serve --listen "127.0.0.1:$port" --log warn >"$folder/$1.log" 2>&1 &
  server=$!
  processes+=("$server")
  until curl --silent --fail --output /dev/null "http://127.0.0.1:$port/readyz"; do sleep 0.02; done
}

# note CASE TARGET UNIT WHO VALUE
note() {
  local IFS=$'\t'
  printf '%s\n' "$*" >>"$results"
}

# load URL [HEADER...]: sets rate (requests per second) and p99 (microseconds).
load() {
  local url=$1 header headers=()
  shift
  for header in "$@"; do headers+=(--header "$header"); done
  "${on_load_core[@]}" wrk --threads 1 --connections 32 --duration "$seconds" --latency "${headers[@]}" "$url" \
    >"$folder/wrk"
  ! grep -q 'Non-2xx' "$folder/wrk" || [ -n "${expect_304:-}" ] || fail "$url was refused"
  rate=$(awk '/^Requests\/sec/ { print $2 }' "$folder/wrk")
  p99=$(awk '$1 == "99%" { t = $2; f = t ~ /us$/ ? 1 : t ~ /ms$/ ? 1000 : 1000000; sub(/[a-z]+$/, "", t); print t * f }' "$folder/wrk")
}

declare -A p99_of

# compare CASE TARGET: one round of reads with floor_call and ours_call, each a URL and headers;
# sets p99_of both.
compare() {
  local who order=(floor ours)
  ((round % 2 == 0)) || order=(ours floor)
  for who in "${order[@]}"; do
    case $who in
      floor) load "${floor_call[@]}" ;;
      ours) load "${ours_call[@]}" ;;
    esac
    note "$1" "$2" requests/s "$who" "$rate"
    p99_of[$who]=$p99
  done
}

# compare_plan CASE TARGET [HEADER...]: sends the headers to both.
compare_plan() {
  local case=$1 target=$2
  shift 2
  floor_call=("$floor/plan" "$@") ours_call=("$small/plans/plan_7" "x-api-key: $small_key" "$@")
  compare "$case" "$target"
}

compare_list() {
  floor_call=("$floor/list") ours_call=("$small/plans" "x-api-key: $small_key")
  compare "$@"
}

fill() { "${on_load_core[@]}" "$drive" "http://127.0.0.1:$port" "$key" fill "$1" "$2"; }
resident() { awk '/^VmRSS/ { print $2 / 1024 }' "/proc/$1/status"; }

step "a catalog of 100 plans on SQLite"
serve sqlite "sqlite:$folder/small.db"
small=http://127.0.0.1:$port/api/v1 small_key=$key small_server=$server
note "memory of an idle server" "<= 30" MB ours "$(resident "$small_server")"
fill 0 100
get() { curl --silent --fail --header "x-api-key: $key" "$@"; }
get --output "$folder/plan" "$small/plans/plan_7"
get --output "$folder/list" "$small/plans"
tag=$(get --output /dev/null --write-out '%header{etag}' "$small/plans/plan_7")
floor_port=$(free_port)
floor=http://127.0.0.1:$floor_port
"${on_server_core[@]}" "$target/examples/floor" "127.0.0.1:$floor_port" "$folder/plan" "$folder/list" "$tag" \
  >"$folder/floor.log" 2>&1 &
processes+=("$!")
until curl --silent --fail --output /dev/null "$floor/plan"; do sleep 0.02; done

step "reads of $(stat --format=%s "$folder/plan") and $(stat --format=%s "$folder/list") bytes"
for ((round = 0; round < rounds; round++)); do
  compare_plan "get a plan" ">= 0.80"
  note "get a plan, 99th percentile" "<= 2" µs floor "${p99_of[floor]}"
  note "get a plan, 99th percentile" "<= 2" µs ours "${p99_of[ours]}"
  expect_304=yes compare_plan "get a plan that the client has" ">= 0.80" "if-none-match: $tag"
  compare_list "list 100 plans" ">= 1.0"
done

step "reads while a plan changes 50 times a second"
for ((round = 0; round < rounds; round++)); do
  "${on_load_core[@]}" "$drive" "${small%/api/v1}" "$key" change 50 $((seconds * 4 + 2)) &
  changes=$!
  compare_plan "get a plan, 50 changes/s" ">= 0.6"
  compare_list "list 100 plans, 50 changes/s" ">= 0.6"
  wait "$changes"
done

step "writes on SQLite"
for ((round = 0; round < rounds; round++)); do
  cp "$folder/small.db" "$folder/raw.db"
  ! [ -e "$folder/small.db-wal" ] || cp "$folder/small.db-wal" "$folder/raw.db-wal"
  raw=$("${on_server_core[@]}" python3 scripts/bench/raw_sqlite.py "$folder/raw.db" "$seconds")
  note "change a price, SQLite, 32 clients" ">= 0.4" writes/s floor "$raw"
  ours=$("${on_load_core[@]}" "$drive" "${small%/api/v1}" "$key" update 32 "$seconds")
  note "change a price, SQLite, 32 clients" ">= 0.4" writes/s ours "$ours"
  rm -f "$folder"/raw.db*
done

step "writes on PostgreSQL"
new_database bench
databases+=("$database")
address=$DATABASE_URL
serve postgres "$address"
fill 0 100
psql --no-psqlrc --quiet --set=ON_ERROR_STOP=1 "$address" <<'SQL'
CREATE TABLE bench_prices AS
  SELECT row_number() OVER () AS n, scope_id, plan_id, id AS price_id FROM plan_prices;
CREATE UNIQUE INDEX ON bench_prices (n);
ANALYZE;
SQL
for ((round = 0; round < rounds; round++)); do
  raw=$("${on_load_core[@]}" pgbench --no-vacuum --file scripts/bench/change.sql --define prices=400 --protocol prepared \
    --client 32 --time "$((seconds + 1))" "$address" 2>"$folder/pgbench.log" | awk '/^tps/ { print $3 }')
  note "change a price, PostgreSQL, 32 clients" ">= 0.4" writes/s floor "$raw"
  ours=$("${on_load_core[@]}" "$drive" "http://127.0.0.1:$port" "$key" update 32 "$((seconds + 1))")
  note "change a price, PostgreSQL, 32 clients" ">= 0.4" writes/s ours "$ours"
done
kill "$server"

step "a catalog of $many plans on SQLite"
serve large "sqlite:$folder/large.db"
fill 0 "$many"
# Starts a new process, so that leftovers of the writes do not count.
kill "$server" && wait "$server" || true
serve large "sqlite:$folder/large.db"
large=http://127.0.0.1:$port/api/v1 large_key=$key
cursor=
while [ "$cursor" != null ]; do
  cursor=$(get "$large/plans?limit=100${cursor:+&cursor=$cursor}" | python3 -c \
    'import json, sys; print(json.load(sys.stdin)["nextCursor"] or "null")')
done
note "memory after $many plans were read" "<= 120" MB ours "$(resident "$server")"
floor_call=("$small/plans/plan_7" "x-api-key: $small_key")
ours_call=("$large/plans/plan_7" "x-api-key: $large_key")
for ((round = 0; round < rounds; round++)); do
  compare "get a plan, $many plans (floor: 100)" ">= 0.95"
done

step "the whole catalog of $many plans on SQLite"
# timed [CURL ARGUMENT...]: the seconds that a call takes; its answer goes to a file.
timed() { get --output "$folder/answer" --write-out '%{time_total}' "$@"; }
sent=(--header "content-type: application/json" --data-binary "@$folder/body")
# apply: the seconds that it takes to apply the changeset in the last answer.
apply() {
  local id
  id=$(python3 scripts/bench/changeset.py "$folder/answer" "$folder/body")
  timed "${sent[@]}" "$large/changesets/$id/apply"
}
for ((round = 0; round < 3; round++)); do
  note "export $many plans" "<= 2" s ours "$(timed "$large/catalog?format=yaml")"
  python3 -c 'import json, sys; json.dump({"source": {"document": sys.stdin.read()}}, sys.stdout)' \
    <"$folder/answer" >"$folder/body"
  note "plan $many plans that are as they should be" "<= 3" s ours "$(timed "${sent[@]}" "$large/changesets")"
  note "lint $many plans" "<= 3" s ours "$(timed "$large/catalog/findings")"
  printf '{"source": {"rates": {"eur": 0.9%s}}, "include": ["plans/plan_7"]}' "$((round + 1))" >"$folder/body"
  timed "${sent[@]}" "$large/changesets" >"$folder/planning"
  note "apply a changeset of 1 of $many plans" "<= 3" s ours "$(apply)"
  printf '{"source": {"rates": {"eur": 0.9%s}}}' "$((round + 4))" >"$folder/body"
  note "plan a new rate for $many plans" "<= 10" s ours "$(timed "${sent[@]}" "$large/changesets")"
  note "apply it" "<= 30" s ours "$(apply)"
  note "read that change" "<= 5" s ours "$(timed "$large/changes?limit=1")"
done
note "memory that this took at most" "<= 1000" MB ours "$(awk '/^VmHWM/ { print $2 / 1024 }' "/proc/$server/status")"

step "the history of a plan with 10,000 changes on SQLite"
serve aged "sqlite:$folder/aged.db"
aged=http://127.0.0.1:$port/api/v1 aged_key=$key
fill 0 1
head_of() { get "$aged/changes?limit=1" | grep -o "\"head\":[0-9]*" | cut -d: -f2; }
resting() { stat --format=%s "$folder/aged.db"; }
first=$(head_of)
before=$(resting)
until [ "$(head_of)" -ge $((first + 10000)) ]; do
  "${on_load_core[@]}" "$drive" "${aged%/api/v1}" "$aged_key" update 32 1 >"$folder/aging"
done
last=$(head_of)
for ((round = 0; round < rounds; round++)); do
  load "$aged/changes?limit=25" "x-api-key: $aged_key"
  note "list 25 changes" ">= 2000" requests/s ours "$rate"
  # At the newest revision a plan is read from its tables, and from no cache.
  floor_call=("$aged/plans/plan_0?revision=$last" "x-api-key: $aged_key")
  ours_call=("$aged/plans/plan_0?revision=$((first + 5000))" "x-api-key: $aged_key")
  compare "get a plan as it was 5,000 changes ago (floor: uncached)" ">= 0.05"
done
kill "$server" && wait "$server" || true
note "disk of a price change with its history" "<= 2000" B ours "$((($(resting) - before) / (last - first)))"

step "creating a plan"
serve tiny "sqlite:$folder/tiny.db"
tiny=http://127.0.0.1:$port tiny_key=$key
fill 0 10
for ((round = 0; round < rounds; round++)); do
  note "create a plan, $many plans (floor: 10)" "<= 1.2" µs floor \
    "$("${on_load_core[@]}" "$drive" "$tiny" "$tiny_key" create 100)"
  note "create a plan, $many plans (floor: 10)" "<= 1.2" µs ours \
    "$("${on_load_core[@]}" "$drive" "${large%/api/v1}" "$large_key" create 100)"
done

step "cold starts"
for process in "${processes[@]}"; do kill "$process" 2>/dev/null || true; done
wait
DATABASE_URL=sqlite:$folder/small.db
for ((round = 0; round < rounds * 2; round++)); do
  port=$(free_port)
  cold=$(python3 scripts/bench/cold.py "127.0.0.1:$port" "$small_key" \
    "${on_server_core[@]}" "$pricebook" serve --listen "127.0.0.1:$port" --log warn)
  note "from start to the first answer" "<= 50" ms ours "$cold"
done
note "size of the program" "<= 25" MB ours "$(($(stat --format=%s "$pricebook") / 1000000))"

printf '\n'
python3 scripts/bench/table.py "$results"
