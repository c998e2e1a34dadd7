#!/usr/bin/env python3
"""Turns a model of random weights into the one the starter begins as.

usage: cloze --json corpus blocks CORPUS … | make-start.py RANDOM_FOLDER START_FOLDER

RANDOM_FOLDER is what `cloze model new` wrote. A narrow model that starts as it is learns the frequencies
of words and stays there: its attention looks everywhere alike; and where word embeddings are as small as
0.02, the steps that teach frequencies may well make them outgrow the positions, so that a gap no longer
knows where it is (supposed, not measured). So the random numbers are enlarged, embeddings the most; the frequencies are there from the
start, as the output's bias, counted in the train split; and attention starts with something to look at:
positions are waves in dimensions of their own, and some heads are turned so that a token looks at its
neighbour 1, 2 or 3 places to the left or right. All numbers are trained further.
"""
import array
import json
import math
import os
import shutil
import struct
import sys

SCALE = 4.0  # of the matrices: 0.02 becomes 0.08
WORDS = 0.3  # the embeddings' deviation
OUTPUT = 0.3  # of the last normalization, so that scores are small at first
SHARPNESS = 1.2  # of the turned heads: a neighbour's score is some 8 above the others'
NEIGHBOURS = [[-1, 1, -2, 2], [-3, 3]]  # by layer and head; further heads stay random

source, target = sys.argv[1:3]
os.makedirs(target, exist_ok=True)
for name in os.listdir(source):
    if name != "model.safetensors":
        shutil.copy(os.path.join(source, name), target)
with open(os.path.join(source, "config.json"), encoding="utf-8") as file:
    config = json.load(file)
with open(os.path.join(source, "model.safetensors"), "rb") as file:
    size = struct.unpack("<Q", file.read(8))[0]
    header = file.read(size)
    data = array.array("f", file.read())
tensors = {name: entry for name, entry in json.loads(header).items() if name != "__metadata__"}
dim, head_dim = config["dim"], config["dim"] // config["n_heads"]
first_wave = dim - head_dim  # the last dimensions hold the positions
frequencies = [math.pi * math.modf((pair + 1) * (math.sqrt(5) - 1) / 2)[0] for pair in range(head_dim // 2)]


def start(name):
    return tensors[name]["data_offsets"][0] // 4


for name, entry in tensors.items():
    first, end = (offset // 4 for offset in entry["data_offsets"])
    if len(entry["shape"]) == 2:
        scale = WORDS / 0.02 if "embeddings" in name else SCALE
        data[first:end] = array.array("f", (value * scale for value in data[first:end]))
    elif name == "vocab_layer_norm.weight":
        data[first:end] = array.array("f", [OUTPUT] * (end - first))
    elif name == "vocab_projector.bias":
        counts = [1] * (end - first)
        for line in sys.stdin:
            block = json.loads(line)
            if block["split"] == "train":
                for piece, word in zip(block["ids"], block["words"]):
                    counts[piece] += word is not None
        total = sum(counts)
        data[first:end] = array.array("f", (math.log(count / total) for count in counts))

words, positions = start("distilbert.embeddings.word_embeddings.weight"), start(
    "distilbert.embeddings.position_embeddings.weight")
for row in range(config["vocab_size"]):
    at = words + row * dim
    data[at + first_wave:at + dim] = array.array("f", bytes(4 * head_dim))
for row in range(config["max_position_embeddings"]):
    for column in range(dim):
        wave = 0.0
        if column >= first_wave:
            angle = row * frequencies[(column - first_wave) // 2]
            wave = math.sqrt(2) * WORDS * (math.sin(angle) if column % 2 else math.cos(angle))
        data[positions + row * dim + column] = wave
for layer, offsets in enumerate(NEIGHBOURS):
    query, key = (start(f"distilbert.transformer.layer.{layer}.attention.{part}_lin.weight") for part in "qk")
    for head, offset in enumerate(offsets):
        for lin in (query, key):
            rows = slice(lin + head * head_dim * dim, lin + (head + 1) * head_dim * dim)
            data[rows] = array.array("f", bytes(4 * head_dim * dim))
        for pair, frequency in enumerate(frequencies):
            row, column = head * head_dim + 2 * pair, first_wave + 2 * pair
            cosine, sine = math.cos(frequency * offset), math.sin(frequency * offset)
            for lin, turn in ((query, (cosine, -sine, sine, cosine)), (key, (1, 0, 0, 1))):
                for i in range(4):
                    data[lin + (row + i // 2) * dim + column + i % 2] = SHARPNESS * turn[i]

with open(os.path.join(target, "model.safetensors"), "wb") as file:
    file.write(struct.pack("<Q", size) + header + data.tobytes())
