#!/usr/bin/python3
"""What cloze exports, opened by transformers unchanged.

usage: test-transformers.py CLOZE
A model of ours, and the same with more words, adapted by a run and exported with 16 and with 32 bits: its
logits, gradients and steps, its tokens and its predictions are ours. Speaks TAP. Debian 12 has no
transformers: CZ_TRANSFORMERS_PYTHON names a python3 that has (for instance of Debian sid, in a chroot that
sees the same folders: "chroot /srv/sid python3"); without one it is skipped.
"""
import json
import os
import shlex
import subprocess
import sys
import tempfile

from exported import end, make, report, run

here = os.path.dirname(os.path.abspath(__file__))
cloze = os.path.abspath(sys.argv[1])
python = shlex.split(os.environ.get("CZ_TRANSFORMERS_PYTHON", "/usr/bin/python3"))
TEXTS = ["Word1 [MASK] word2s, and word3!", "[MASK] is Wörd4 and word1s word299 word7.", "word5 word6s [MASK] unknown 123"]


def agrees(folder):
    """Whether transformers finds our numbers, tokens and words."""
    said = run(*python, os.path.join(here, "transformers_reference.py"), folder, folder + "-reference", path("texts"))
    if said is None or run(cloze, "parity", folder, folder + "-reference") is None:
        return False
    theirs = [json.loads(line) for line in said.splitlines()]
    filled = run(cloze, *library, "--json", "fill", "--model", folder, *TEXTS)
    cut = run(cloze, "tokenize", "--model", folder, path("texts"))
    if not filled or not cut:
        return False
    ids = [json.loads(line)["ids"] for line in cut.splitlines()]
    if [their["ids"] for their in theirs] != ids:
        print("# tokens:", ids, [their["ids"] for their in theirs])
        return False
    for ours, their in zip(json.loads(filled), theirs, strict=True):
        top = ours["masks"][0]["top"]
        if any(abs(o["score"] - t["score"]) > 1e-4 for o, t in zip(top, their["top"], strict=True)):
            print("# words:", top, their["top"])
            return False
    return True


try:
    found = subprocess.run([*python, "-c", "import torch, transformers; print(transformers.__version__)"], capture_output=True, text=True)
    version = found.stdout.strip() if found.returncode == 0 else None
except OSError:
    version = None
if version is None:
    print("1..0 # SKIP there is no transformers here (see CZ_TRANSFORMERS_PYTHON)")
    sys.exit(0)

with tempfile.TemporaryDirectory() as tmp:
    path = lambda name: os.path.join(tmp, name)
    library = ["--library", path("library.sqlite"), "--quiet"]
    with open(path("texts"), "w", encoding="utf-8") as file:
        file.write("".join(text + "\n" for text in TEXTS))
    report(make(cloze, tmp) and run(cloze, *library, "model", "export", "run:1@best", path("half"), "--float16") is not None, "models are made, adapted and exported")
    report(agrees(path("made")), f"transformers {version} finds the numbers, tokens and words of a model of ours")
    report(agrees(path("adapted")), "and of one with more words, adapted")
    report(agrees(path("half")), "and of that one with 16 bits")
end()
