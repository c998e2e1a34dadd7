#!/usr/bin/env python3
"""Makes the starter's training text from English that Debian packages carry.

usage: make-corpus.py > corpus.jsonl
needs: dict-wn dict-gcide dict-foldoc dict-devil fortunes fortunes-min debian-handbook anarchism

One JSON object a line: {"text", "source", "split"}. A document in fifty, chosen by the sha256 of its
text, is held out (split "test"); equal texts are written once. The Jargon File is never read: it is
the sample corpus, on which the starter is adapted.
"""
import glob
import gzip
import hashlib
import html
import json
import re
import sys

seen = set()
counts = {}


def emit(source, text):
    text = re.sub(r"\s+", " ", text).strip()
    digest = hashlib.sha256(text.encode()).digest()
    if len(text) < 60 or digest in seen or re.search(r"jargon file", text, re.IGNORECASE):
        return
    seen.add(digest)
    split = "test" if digest[0] * 256 + digest[1] < 65536 // 50 else "train"
    counts[source] = counts.get(source, 0) + len(text)
    print(json.dumps({"text": text, "source": source, "split": split}, ensure_ascii=False))


def dictionary(name):
    """The text of a dictd file behind its 00-database entries, split into entries."""
    text = gzip.open(f"/usr/share/dictd/{name}.dict.dz", "rt", encoding="utf-8", errors="replace").read()
    return re.split(r"\n(?=\S)", text)


def wordnet():
    """Glosses and their examples, a paragraph of both an entry."""
    for entry in dictionary("wn"):
        word, _, body = entry.partition("\n")
        if word.startswith("00-database"):
            continue
        body = re.sub(r"\s*\[(syn|ant|also):[^\]]*\]", "", re.sub(r"\s+", " ", body))
        senses = re.split(r" *(?:\b(?:n|v|adj|adv) )?\b\d+: ", body)
        fresh = []
        for sense in senses[1:]:
            gloss, *examples = re.split(r'; (?=")', re.sub(r"[{}]", "", sense.strip()))
            if gloss in seen:
                continue
            seen.add(gloss)
            fresh.append(f"{gloss}.")
            for example in examples:
                example = example.strip('"; ')
                if example and example[-1] not in ".?!":
                    example += "."
                fresh.append(example[:1].upper() + example[1:])
        if fresh:
            emit("wordnet", f"{word}: " + " ".join(fresh))


def webster():
    """Definitions and quotations of the Collaborative International Dictionary of English."""
    for entry in dictionary("gcide"):
        if entry.startswith("00-database"):
            continue
        head, _, body = entry.partition("\n")
        word = re.split(r" \\|,|\\", head)[0].strip()
        if "]" in head or not re.fullmatch(r"[A-Za-z' -]+", word):
            continue
        body = re.sub(r"\[[^\]]*\]", " ", body)
        body = re.sub(r"--\s*[A-Z][\w. ]*\.?$", " ", body, flags=re.MULTILINE)
        body = re.sub(r"[{}]|\([a-z]\)|^\s*\d+\.|\\[^\\]*\\", " ", body, flags=re.MULTILINE)
        if len(body) > 160:
            emit("webster", f"{word}: {body}")


def paragraphs(source, text, least=80):
    for paragraph in re.split(r"\n\s*\n", text):
        if len(paragraph) >= least:
            emit(source, paragraph)


def computing():
    for entry in dictionary("foldoc"):
        if not entry.startswith("00-database"):
            body = re.sub(r"[{}]|\(\d{4}-\d\d-\d\d\)|<[^>]*>", "", entry)
            emit("foldoc", body.replace("\n", ": ", 1))


def devil():
    for entry in dictionary("devil"):
        if not entry.startswith("00-database"):
            emit("devil", entry)


def fortunes():
    left_out = {"perl", "ascii-art", "translate-me", "magic", "linuxcookie"}
    for path in sorted(glob.glob("/usr/share/games/fortunes/*.dat")):
        name = path[:-4]
        if name.rsplit("/", 1)[1] in left_out:
            continue
        for fortune in open(name, encoding="utf-8", errors="replace").read().split("\n%\n"):
            emit("fortunes", re.sub(r"\x08.|[^\x20-\x7e\n\t]", "", fortune))


def pages(source, pattern):
    for path in sorted(glob.glob(pattern)):
        page = open(path, encoding="utf-8", errors="replace").read()
        page = re.sub(r"(?s)<(script|style|pre|head|table)\b.*?</\1>", " ", page)
        for block in re.findall(r'(?s)<(?:p\b|div class="para")[^>]*>(.*?)</(?:p|div)>', page):
            text = html.unescape(re.sub(r"<[^>]+>", "", block))
            if len(text) > 120:
                emit(source, text)


wordnet()
webster()
computing()
devil()
fortunes()
pages("handbook", "/usr/share/doc/debian-handbook/html/en-US/*.html")
pages("anarchism", "/usr/share/doc/anarchism/html/sec*.html")
for name, size in counts.items():
    print(f"{name}: {size / 1e6:.1f} million characters", file=sys.stderr)
