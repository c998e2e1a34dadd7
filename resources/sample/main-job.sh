#!/usr/bin/env bash
# The main job without a window: import the sample, adapt the starter to it, look at both.
# usage: main-job.sh CLOZE   (the cloze command; options for it in CLOZE_OPTIONS, e.g. "--library FILE")
set -euo pipefail
cloze=$1
here=$(dirname "$(realpath "$0")")
corpus='Jargon File'
# As the window's first steps: what the run is like, and the sentences it is looked at with.
mapfile -t settings < "$here/run-arguments.txt"
mapfile -t sentences < "$here/sentences.txt"
examples=()
for sentence in "${sentences[@]}"; do examples+=(--sentence "$sentence"); done

cloze () { command "$cloze" ${CLOZE_OPTIONS:-} "$@"; }
title () { printf '\n\033[1m%s\033[0m\n' "$*"; }

echo 'There is no display, so here is the main job in the terminal.'
echo 'On a desktop ./dev run opens the window; everything below can be done in both.'
title 'The device'
cloze devices

title "Importing the sample corpus: the $corpus"
if cloze corpus show "$corpus" > /dev/null 2>&1; then
  echo 'It is in the library already.'
else
  cloze corpus import "$corpus" "$here/jargon-file.jsonl"
fi

title 'What the starter knows now'
cloze fill --model starter --top-k 5 "${sentences[@]}"

title 'Adapting the starter (two to three minutes; Ctrl+C pauses, nothing is lost)'
run=$(cloze --json run create --model starter --corpus "$corpus" --name "$corpus, sample" \
        "${settings[@]}" "${examples[@]}" \
      | sed -n 's/.*"run" *: *\([0-9]*\).*/\1/p')
cloze run start "$run" # ends with the record: perplexity before → after

title 'The starter before and after'
cloze fill --model starter --model "run:$run" --top-k 5 "${sentences[@]}"
