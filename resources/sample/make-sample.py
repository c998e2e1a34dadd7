#!/usr/bin/env python3
"""Makes the sample corpus from Debian's jargon-text (public domain): jargon-file.jsonl.

usage: make-sample.py [/usr/share/doc/jargon-text/jargon.txt.gz] > jargon-file.jsonl

One JSON object a line, an entry of the Jargon Lexicon each: {"word", "text"}. Paragraphs are
unwrapped; the text is left as it is otherwise. Tables and ASCII drawings (lines that are indented
deeper than prose) are left out.
"""
import gzip
import json
import re
import sys

path = sys.argv[1] if len(sys.argv) > 1 else "/usr/share/doc/jargon-text/jargon.txt.gz"
lines = gzip.open(path, "rt", encoding="utf-8").read().split("\n")
first = next(i for i, line in enumerate(lines) if re.match(r"^   :\S.*:", line))
last = next(i for i, line in enumerate(lines) if i > first and re.search(r"Part\sIII\.\sAppendices", line))

word, paragraphs, paragraph = None, [], []


def flush_paragraph():
    if paragraph:
        paragraphs.append(" ".join(paragraph))
        paragraph.clear()


def flush_entry():
    flush_paragraph()
    text = "\n\n".join(paragraphs)
    if word and len(text) >= 40:
        print(json.dumps({"word": word, "text": f"{word}: {text}"}, ensure_ascii=False))
    paragraphs.clear()


for line in lines[first:last]:
    head = re.match(r"^   :([^:].*?):(\s.*)?$", line)
    if head:
        flush_entry()
        word = head.group(1)
    elif not line.strip():
        flush_paragraph()
    elif re.match(r"^   \S", line):
        paragraph.append(line.strip())
    elif re.match(r"^ {5,8}(\S|• )", line) and re.search(r"[a-z]{3,} [a-z]", line):
        paragraph.append(line.strip().lstrip("•").strip())
    else:
        flush_paragraph()
flush_entry()
