#!/usr/bin/env bash
# bench-ui.sh APP [--stalls] [--seconds N]: how long the window's main thread is kept from answering
# while a run trains, an import goes on, and a person looks at curves, zooms, turns pages and scrolls
# the table of runs (N seconds of each, 8). A line of JSON per figure; --stalls: also where it stood.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
export UITEST_TIMEOUT=${UITEST_TIMEOUT:-900} CZ_SOURCE_ROOT=${CZ_SOURCE_ROOT:-$here/../..}
export CZ_SHARED=${CZ_SHARED:-$CZ_SOURCE_ROOT/../shared}
"$here/run.sh" "$1" "$here/bench-ui.py" "${@:2}"
