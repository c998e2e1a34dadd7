#!/usr/bin/env python3
"""Perplexity that the frequencies of word pieces alone reach on the very tokens a run's evaluation scores.

usage: unigram.py CLOZE MODEL CORPUS [BLOCK_SIZE [TEST_BLOCKS]] [CLOZE-OPTION…]      (128, 200)

Counts the train split's pieces (and one more of each piece of the vocabulary), then scores the tokens
of the test blocks that evaluation masks: 15 %, drawn by Philox from eval_seed 0 and the block's hash.
"""
import json
import math
import subprocess
import sys

THRESHOLD = int(0.15 * 2**32)
EVAL_MASK = 2
WORD = 0xFFFFFFFF


def philox(counter):
    """Philox 4x32-10 under the key 0: engine/text/philox.c."""
    c0, c1, c2, c3 = counter
    k0 = k1 = 0
    for _ in range(10):
        even, odd = 0xD2511F53 * c0, 0xCD9E8D57 * c2
        c0, c1, c2, c3 = odd >> 32 ^ c1 ^ k0, odd & WORD, even >> 32 ^ c3 ^ k1, even & WORD
        k0, k1 = k0 + 0x9E3779B9 & WORD, k1 + 0xBB67AE85 & WORD
    return c0


def block_hash(ids):
    """FNV-1a: cz_block_hash () of engine/text/blocks.c."""
    value = 0x811C9DC5
    for byte in b"".join(piece.to_bytes(4, "little") for piece in ids):
        value = (value ^ byte) * 0x01000193 & WORD
    return value


cloze, model, corpus = sys.argv[1:4]
sizes = [argument for argument in sys.argv[4:6] if argument.isdigit()]
block_size, test_blocks = (sizes + ["128", "200"][len(sizes):])
command = [cloze, *sys.argv[4 + len(sizes):], "--json", "corpus", "blocks", corpus, "--model", model,
           "--block-size", block_size, "--split", "corpus", "--set", f"test_blocks={test_blocks}"]
counts, scored, tested, largest = {}, [], 0, 0
with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
    for line in process.stdout:
        block = json.loads(line)
        ids, plain = block["ids"], [word is not None for word in block["words"]]
        largest = max(largest, *ids)
        if block["split"] == "train":
            for piece, counted in zip(ids, plain):
                if counted:
                    counts[piece] = counts.get(piece, 0) + 1
        else:
            tested += 1
            name = block_hash(ids)
            scored += [piece for at, piece in enumerate(ids)
                       if plain[at] and philox((at, name, 0, EVAL_MASK)) < THRESHOLD]
if process.returncode or not scored:
    sys.exit(1)
total = sum(counts.values()) + largest + 1
entropy = -sum(math.log((counts.get(piece, 0) + 1) / total) for piece in scored) / len(scored)
print(f"word-piece frequencies alone: cross-entropy {entropy:.4f}, perplexity {math.exp(entropy):.1f} "
      f"on {len(scored)} scored tokens of {tested} test blocks")
