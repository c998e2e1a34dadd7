#!/usr/bin/env python3
"""Counts the everyday sentences whose gap a model fills sensibly: an accepted word among its first K.

usage: check-sentences.py CLOZE MODEL [K] [CLOZE-OPTION…]        (K: 5)

The sentences and the words accepted for each (sentences.jsonl, beside this script) were written and
committed before the starter was trained; they are never adjusted to what a model says.
"""
import json
import os
import subprocess
import sys

cloze, model = sys.argv[1:3]
k = int(sys.argv[3]) if len(sys.argv) > 3 else 5
with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "sentences.jsonl"), encoding="utf-8") as file:
    sentences = [json.loads(line) for line in file]

answer = subprocess.run([cloze, *sys.argv[4:], "--json", "fill", "--model", model, "--top-k", str(k),
                         *(sentence["text"] for sentence in sentences)],
                        check=True, stdout=subprocess.PIPE)
found = 0
for sentence, filled in zip(sentences, json.loads(answer.stdout), strict=True):
    words = [guess["token"] for guess in filled["masks"][0]["top"]]
    right = any(word in sentence["accepted"] for word in words)
    found += right
    print("right" if right else "     ", sentence["text"], "→", " ".join(words))
print(f"{found} of {len(sentences)} with an accepted word in the first {k}")
