#!/usr/bin/env bash
# Usage: scripts/proofread.sh
#
# Looks for misspellings in all texts with typos, and for mistakes in shell scripts with shellcheck.
# typos.toml lists correct words that typos does not know.
#
# It needs git, and Python 3.11 or newer with venv. Both programs are installed below the target
# folder, in the versions of scripts/proofread.txt.
#
# Options:
#   -h, --help  show this text
set -euo pipefail

# shellcheck source=scripts/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
no_arguments "$@"

cd "$(dirname "${BASH_SOURCE[0]}")/.."
need_program git git
need_python
tools=$(target_folder)/tools
mkdir -p "$tools"
python_environment "$tools/proofread" scripts/proofread.txt

"$tools/proofread/bin/typos" || fail "typos found misspellings; add correct words to typos.toml"

mapfile -t scripts < <(git ls-files --cached --others --exclude-standard -- '*.sh' .ci/run)
"$tools/proofread/bin/shellcheck" --external-sources "${scripts[@]}" ||
  fail "shellcheck found mistakes"
printf 'no misspellings, and no mistakes in %s scripts\n' "${#scripts[@]}"
