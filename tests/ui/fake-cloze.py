#!/usr/bin/env python3
"""Stands in for the command cloze where a test is about the window alone: no device, no model.

It answers devices, run plan and serve as DESIGN's contract says. Its serve dies on a text that
holds the word "crash" for as long as the file named by FAKE_CRASHES holds a number above 0."""
import json
import os
import sys
import time

arguments = [a for a in sys.argv[1:] if a != "--json"]
if "--library" in arguments:
    at = arguments.index("--library")
    del arguments[at:at + 2]


def answer(value):
    print(json.dumps(value), flush=True)


def crash_is_due():
    path = os.environ.get("FAKE_CRASHES", "")
    left = int(open(path).read()) if os.path.exists(path) else 0
    if left > 0:
        open(path, "w").write(str(left - 1))
    return left > 0


if arguments[:1] == ["devices"]:
    answer([{"index": 0, "name": "Fake device (of a test)", "type": "cpu", "memory_bytes": 1000000000}])
elif arguments[:2] == ["run", "plan"]:
    if any(a.endswith("epochs=7") for a in arguments):
        sys.exit("cloze: the run needs 9 GB, but only 1 GB is free: lower the batch size.")
    answer({"steps": 313, "tokens": 1282048, "memory_bytes": 812345678, "device_memory_bytes": 22000000000,
            "disk_bytes": 61234567, "seconds": 310.5, "notes": ["The learning rate peaks at 6.3e-6."]})
elif arguments[:1] == ["serve"]:
    for line in sys.stdin:
        question = json.loads(line)
        if question["request"] == "cancel":
            continue
        if "crash" in question["text"] and crash_is_due():
            os.kill(os.getpid(), 11)
        time.sleep(0.02)
        masks = question["text"].count("[MASK]")
        words = [("film", 0.31), ("movie", 0.2), ("deal", 0.1), ("day", 0.05), ("idea", 0.04), ("one", 0.01)]
        result = [{"model": model, "text": question["text"], "masks": [
            {"position": 5 + m, "targets": [], "top": [
                {"token": word, "id": i, "score": score / (1 + n + m),
                 "sequence": question["text"].replace("[MASK]", word, 1)}
                for i, (word, score) in enumerate(words)]} for m in range(masks)]}
            for n, model in enumerate(question["models"])]
        answer({"id": question["id"], "result": result})
else:
    sys.exit("cloze: this is only a stand-in: " + " ".join(arguments))
