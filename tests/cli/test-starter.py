"""The starter that is shipped is the one that its record and its README tell of."""
import hashlib
import json
import os
import re

from harness import SOURCES, main

STARTER = os.path.join(SOURCES, "resources", "starter")


def read(*names):
    with open(os.path.join(STARTER, *names), "rb") as file:
        return file.read()


def is_the_recorded_one(cloze):
    """The weights have the sha256 that record.txt has, and fit the 16 MB that are allowed."""
    weights = read("model", "model.safetensors")
    recorded = re.search(r"^model\.safetensors (\w{64})$", read("record.txt").decode(), re.MULTILINE)
    assert recorded and hashlib.sha256(weights).hexdigest() == recorded[1]
    size = sum(os.path.getsize(os.path.join(STARTER, "model", name)) for name in os.listdir(STARTER + "/model"))
    assert size <= 16e6, size


def fills_as_many_everyday_sentences_as_its_readme_tells(cloze):
    told = re.search(r"\| (\d+) of 50 \|", read("README.md").decode())
    sentences = [json.loads(line) for line in read("sentences.jsonl").splitlines()]
    assert told and len(sentences) == 50
    filled = cloze.json("fill", "--model", os.path.join(STARTER, "model"), "--top-k", 5,
                        *(sentence["text"] for sentence in sentences))
    found = sum(any(guess["token"] in sentence["accepted"] for guess in answer["masks"][0]["top"])
                for sentence, answer in zip(sentences, filled, strict=True))
    # Near ties may fall the other way on another device.
    assert abs(found - int(told[1])) <= 1, f"{found} of 50, the README tells {told[1]}"


main([is_the_recorded_one, fills_as_many_everyday_sentences_as_its_readme_tells])
