#!/usr/bin/env python3
"""Makes the starter's training text from English that Debian packages carry.

usage: make-corpus.py [ROOT] > corpus.jsonl       (ROOT: where the packages are unpacked; /: installed)

The packages are listed in packages.txt. One JSON object a line: {"text", "source", "split"}. A
document in fifty, chosen by the sha256 of its text, is held out (split "test"); equal texts are
written once. The Jargon File is never read: it is the sample corpus, on which the starter is adapted.

A small model that learns for half an hour reads few words, so they had better be sentences: novels,
dialogues of games, sayings and the examples of a dictionary; of a long book of essays a part.
"""
import glob
import gzip
import hashlib
import html
import json
import re
import sys
import zlib

root = sys.argv[1].rstrip("/") if len(sys.argv) > 1 else ""
seen = set()
counts = {}


def read(path):
    return open(path, encoding="utf-8", errors="replace").read()


def files(pattern):
    found = sorted(glob.glob(root + pattern, recursive=True))
    if not found:
        sys.exit(f"make-corpus.py: no {root}{pattern}: unpack the packages of packages.txt there")
    return found


def emit(source, text, share=256):
    """Writes a document; of 256, on average, `share` are taken."""
    text = text.translate({0x2018: "'", 0x2019: "'", 0x201C: '"', 0x201D: '"', 0x2014: " - "})
    text = re.sub(r"\s+", " ", text).strip()
    digest = hashlib.sha256(text.encode()).digest()
    if len(text) < 60 or digest in seen or digest[2] >= share or re.search(r"jargon file", text, re.IGNORECASE):
        return
    seen.add(digest)
    split = "test" if digest[0] * 256 + digest[1] < 65536 // 50 else "train"
    counts[source] = counts.get(source, 0) + len(text)
    print(json.dumps({"text": text, "source": source, "split": split}, ensure_ascii=False))


def novels():
    """Jane Austen's six novels, from an R package: compressed objects, in them strings, one a line."""
    data = open(files("/usr/lib/R/site-library/janeaustenr/data/Rdata.rdb")[0], "rb").read()
    while len(data) > 4:
        unpacker = zlib.decompressobj()
        plain = unpacker.decompress(data[4:])
        data = unpacker.unused_data
        lines, at = [], plain.find(b"\0\x04\0\x09")
        while 0 <= at < len(plain) - 8:
            if plain[at] or plain[at + 3] != 9:
                at += 1
                continue
            size = int.from_bytes(plain[at + 4:at + 8], "big")
            if size > 1000:
                break
            lines.append(plain[at + 8:at + 8 + size].decode("utf-8", "replace"))
            at += 8 + size
        for paragraph in re.split(r"\n\s*\n", "\n".join(lines)):
            emit("austen", paragraph.replace("_", ""))


def conversation(source, messages):
    """Eight messages a document: a short one means little by itself."""
    for at in range(0, len(messages), 8):
        emit(source, " ".join(messages[at:at + 8]))


def games():
    for path in files("/usr/share/games/wesnoth/1.16/data/campaigns/**/*.cfg"):
        strings = re.findall(r'\b(?:message|story)\s*=\s*_\s*"((?:[^"]|"")*)"', read(path))
        plain = [re.sub(r"<[^>]*>|^[\w ]+\^", "", string).replace('""', '"') for string in strings]
        conversation("wesnoth", [string for string in plain if "$" not in string and len(string) > 12])
    for path in files("/usr/share/freedroidrpg/data/**/dialogs/*.lua"):
        strings = re.findall(r'(?:says|text) ?(?:=|\() ?_"((?:[^"\\]|\\.)*)"', read(path))
        plain = [re.sub(r"%s|\\n|\\", " ", string) for string in strings]
        conversation("freedroid", [string for string in plain if len(string) > 12])


def wordnet():
    """Glosses that have examples, and these, an entry a document."""
    text = gzip.open(files("/usr/share/dictd/wn.dict.dz")[0], "rt", encoding="utf-8", errors="replace").read()
    for entry in re.split(r"\n(?=\S)", text):
        word, _, body = entry.partition("\n")
        if word.startswith("00-database"):
            continue
        body = re.sub(r"\s*\[(syn|ant|also):[^\]]*\]", "", re.sub(r"\s+", " ", body))
        fresh = []
        for sense in re.split(r" *(?:\b(?:n|v|adj|adv) )?\b\d+: ", body)[1:]:
            gloss, *examples = re.split(r'; (?=")', re.sub(r"[{}]", "", sense.strip()))
            if gloss in seen or not examples:
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


def fortunes():
    left_out = {"perl", "ascii-art", "translate-me", "magic", "linuxcookie", "debian", "knghtbrd", "kernelnewbies"}
    for path in files("/usr/share/games/fortunes/*.dat"):
        name = path[:-4]
        if name.rsplit("/", 1)[1] not in left_out:
            for fortune in read(name).split("\n%\n"):
                emit("fortunes", re.sub(r"\x08.|[^\x20-\x7e\n\t]", "", fortune))


def essays():
    """An Anarchist FAQ: a quarter of its paragraphs."""
    for path in files("/usr/share/doc/anarchism/html/sec*.html"):
        page = re.sub(r"(?s)<(script|style|pre|head|table)\b.*?</\1>", " ", read(path))
        for block in re.findall(r"(?s)<p\b[^>]*>(.*?)</p>", page):
            emit("anarchism", html.unescape(re.sub(r"<[^>]+>", "", block)), share=64)


novels()
games()
wordnet()
fortunes()
essays()
for name, size in counts.items():
    print(f"{name}: {size / 1e6:.1f} million characters", file=sys.stderr)
