#!/usr/bin/env bash
# bench-documents.sh CLOZE BENCH [N]: how long a list of N documents (200,000) takes to open, and its
# frames while it is scrolled, under a virtual display. A line of JSON per figure.
set -euo pipefail
cloze=$(realpath "$1") bench=$(realpath "$2") documents=${3:-200000}
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
python3 - "$documents" > "$tmp/notes.jsonl" << 'PYTHON'
import random, sys
chance = random.Random(7)
words = 'the sea a quiet day wind waves ship harbour night keeper light storm rain sails rope watch'.split()
for i in range(int(sys.argv[1])):
    print('{"text": "Note %d. %s"}' % (i, ' '.join(chance.choices(words, k=chance.randint(5, 60)))))
PYTHON
"$cloze" --library "$tmp/library.sqlite" --quiet corpus import notes "$tmp/notes.jsonl"
export HOME=$tmp XDG_RUNTIME_DIR=$tmp GDK_BACKEND=x11 GSK_RENDERER=cairo GSETTINGS_BACKEND=memory GTK_A11Y=none
export GTK_USE_PORTAL=0 ADW_DISABLE_PORTAL=1
xvfb-run -a -s '-screen 0 1280x900x24' "$bench" "$tmp/library.sqlite" notes
