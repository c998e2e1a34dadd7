#!/usr/bin/env bash
# bench-first-start.sh APP [--runs N]: from the application's first start on a clean account, by one
# click, to the starter adapted to the sample in the playground: with the real sample, N times (3).
# A line of JSON.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
app=$1; shift
runs=3
while [ $# -gt 0 ]; do
  case $1 in
    --runs) runs=$2; shift 2 ;;
    *) echo "bench-first-start.sh: what is $1?" >&2; exit 2 ;;
  esac
done
export UITEST_TIMEOUT=${UITEST_TIMEOUT:-600} CZ_SOURCE_ROOT=${CZ_SOURCE_ROOT:-$here/../..}
# A home of its own each, kernels to be compiled too.
for i in $(seq "$runs"); do
  "$here/run.sh" "$app" "$here/bench-first-start.py"
done | python3 -c '
import json, statistics, sys
runs = [json.loads(line) for line in sys.stdin if line.startswith("{")]
if not runs: sys.exit("bench-first-start: no run came to its end")
seconds = [run["seconds"] for run in runs]
print(json.dumps({"bench": "first-start", "value": round(statistics.median(seconds), 1), "unit": "s", "goal": 240,
                  "runs": len(runs), "min": min(seconds), "max": max(seconds), "each": runs}, ensure_ascii=False))'
