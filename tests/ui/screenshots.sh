#!/usr/bin/env bash
# screenshots.sh APP FOLDER: pictures of every page with something in it, light and dark, wide and at
# 1000x700, in English and Catalan. Films from ../shared where it is, else the sample corpus alone.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
app=$(realpath "$1")
cloze=$(dirname "$(dirname "$app")")/cli/cloze
mkdir -p "$2"
folder=$(realpath "$2")
library=$folder/library/library.sqlite
films=$here/../../../shared/corpora/film/aclImdb_sample6000.tar.gz
settings=(--set train_blocks=600 --set test_blocks=100 --set batch_size=16 --set eval_every=15
          --set learning_rate=5e-4 --set warmup=5 --set epochs=2)

cloze () { "$cloze" --library "$library" "$@"; }

if [ ! -f "$library" ]; then
  mkdir -p "$folder/library"
  corpus='Jargon File'
  cloze --quiet corpus import "$corpus" "$here/../../resources/sample/jargon-file.jsonl" --text-column text
  if [ -f "$films" ]; then
    corpus='film reviews'
    cloze --quiet corpus import "$corpus" "$films"
  fi
  cloze train --model starter --corpus "$corpus" --name 'films, token masking' "${settings[@]}"
  cloze train --model starter --corpus "$corpus" --name 'films, word masking' --set mask=word "${settings[@]}"
fi
for look in light dark; do
  for locale in C.UTF-8 ca_ES.UTF-8; do
    dark=
    [ $look = dark ] && dark=1
    UITEST_DARK=$dark UITEST_LOCALE=$locale UITEST_OUT=$folder/$look-${locale%%.*} \
      "$here/run.sh" "$app" "$here/screenshots.py" "$library"
  done
done
echo "The pictures are in $folder."
