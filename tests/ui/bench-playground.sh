#!/usr/bin/env bash
# bench-playground.sh APP PROMPT [--edits N] [--keys N] [--base FOLDER]: how long it takes from a key
# pressed in the playground until the predictions for the new text are on the screen: with one model
# and with two, while nothing else goes on and while a run trains; with --base also with that model.
# Then N random edits (10,000) of the prompt by PROMPT (test-gui-prompt). A line of JSON per figure.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
app=$1 prompt=$(realpath "$2"); shift 2
edits=10000 others=()
while [ $# -gt 0 ]; do
  case $1 in
    --edits) edits=$2; shift 2 ;;
    *) others+=("$1"); shift ;;
  esac
done
export UITEST_TIMEOUT=${UITEST_TIMEOUT:-900} CZ_SOURCE_ROOT=${CZ_SOURCE_ROOT:-$here/../..}
export CZ_SHARED=${CZ_SHARED:-$CZ_SOURCE_ROOT/../shared}
"$here/run.sh" "$app" "$here/bench-playground.py" "${others[@]+"${others[@]}"}"
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
export HOME=$tmp XDG_RUNTIME_DIR=$tmp GDK_BACKEND=x11 GSK_RENDERER=cairo GSETTINGS_BACKEND=memory GTK_A11Y=none
export GTK_USE_PORTAL=0 ADW_DISABLE_PORTAL=1 LC_ALL=C.UTF-8 CZ_PROMPT_EDITS=$edits
xvfb-run -a -s '-screen 0 1280x900x24' dbus-run-session -- "$prompt" -p /prompt/random-edits 2> "$tmp/log" | grep '^{"bench"' || { cat "$tmp/log" >&2; exit 1; }
