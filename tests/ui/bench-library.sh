#!/usr/bin/env bash
# bench-library.sh CLOZE BENCH [--runs N] [--values M]: the window over a library of N runs (10,000)
# with M measured values (50 million: 2.5 GB, a minute or two to write), under a virtual display. A
# line of JSON per figure.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
cloze=$(realpath "$1") bench=$(realpath "$2"); shift 2
[[ " $* " == *' --values '* ]] || set -- "$@" --values 50000000
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
library=${CZ_BENCH_LIBRARY:-$tmp/library.sqlite}
[ -e "$library" ] || python3 "$here/../make-library.py" "$cloze" "$library" "$@"
printf '{"bench":"library size","unit":"MB","value":%d}\n' $(($(stat -c %s "$library") >> 20))
export HOME=$tmp XDG_RUNTIME_DIR=$tmp GDK_BACKEND=x11 GSK_RENDERER=cairo GSETTINGS_BACKEND=memory GTK_A11Y=none
export GTK_USE_PORTAL=0 ADW_DISABLE_PORTAL=1 LC_ALL=C.UTF-8
xvfb-run -a -s '-screen 0 1280x900x24' "$bench" "$library"
