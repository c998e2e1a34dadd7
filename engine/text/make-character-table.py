#!/usr/bin/env python3
"""Writes character-table.inc: what BERT's normalizer must know of every code point.

usage: make-character-table.py code_points.tsv > character-table.inc

The truth is code_points.tsv, measured on the Rust library `tokenizers`, whose Unicode tables are
older than ours. It gives the outcome of all steps together; Python's unicodedata (14.0) tells the
steps apart, so that they can also be taken singly (cased vocabularies). That the steps put together
give exactly what the file says is checked here for every code point.
"""
import sys
import unicodedata

# Also in characters.h.
CONTROL, SPACE, CJK, PUNCTUATION, MARK = 1, 2, 4, 8, 16
# White space that cleaning drops as control characters, yet that parts words where nothing is cleaned.
CONTROL_SPACES = (0x0B, 0x0C, 0x85)
BLOCK = 64


def read_rows(path):
    outcome, classes = {}, {}
    for line in open(path, encoding="utf-8"):
        if line.startswith("#"):
            continue
        low, high, kind, mapped = line.rstrip("\n").split("\t")
        for c in range(int(low, 16), int(high, 16) + 1):
            if kind == "ccc":
                classes[c] = int(mapped)
            else:
                outcome[c] = (kind, [int(m, 16) for m in mapped.split()])
    return outcome, classes


def is_hangul(c):
    return 0xAC00 <= c <= 0xD7A3


def properties(c, outcome, classes):
    """Flags, combining class, decomposition and lower case of one code point, each step by itself."""
    kind, mapped = outcome.get(c, ("keep", []))
    category = unicodedata.category(chr(c))
    flags = 0
    if kind == "drop":
        flags |= CONTROL if category[0] == "C" or c == 0xFFFD else MARK
    if kind == "space" or c in CONTROL_SPACES:
        flags |= SPACE
    if kind in ("cjk", "mapcjk"):
        flags |= CJK
    if kind == "punct" or (kind == "mappunct" and category[0] == "P"):
        flags |= PUNCTUATION
    combining = unicodedata.combining(chr(c)) if flags & MARK else classes.get(c, 0)
    decomposed = [ord(d) for d in unicodedata.normalize("NFD", chr(c))]
    if is_hangul(c) or kind in ("keep", "punct", "cjk") or flags & CONTROL:
        decomposed = [c]
    if kind == "map" and unicodedata.category(chr(c)) == "Cn":
        lower = mapped  # a letter newer than this Python
    else:
        lower = [ord(d) for d in chr(c).lower()]
    return flags, combining, decomposed, lower


def check(c, table, outcome):
    """The steps put together are what was measured."""
    kind, mapped = outcome.get(c, ("keep", []))
    flags = table[c][0]
    result, punctuation = [], False
    if not flags & CONTROL:
        for d in table[c][2]:
            if not table[d][0] & MARK:
                result += table[d][3]
                punctuation |= len(result) == 1 and bool(table[result[0]][0] & PUNCTUATION)
    if kind == "drop":
        good = result == []
    elif kind == "space":
        good = bool(flags & SPACE) and not flags & CONTROL
    else:
        good = result == (mapped or [c]) and punctuation == (kind in ("punct", "mappunct"))
        good &= bool(flags & CJK) == (kind in ("cjk", "mapcjk"))
    if not good:
        sys.exit(f"U+{c:04X}: measured {kind} {mapped}, put together {result}, flags {flags}")


def print_array(declaration, numbers):
    print(f"static const {declaration} = {{")
    line = " "
    for number in numbers:
        text = f" {number}," if number < 1000 else f" {number:#x},"
        if len(line) + len(text) > 100:
            print(line)
            line = " "
        line += text
    print(line)
    print("};")


def main():
    outcome, classes = read_rows(sys.argv[1])
    scalars = [c for c in range(0x110000) if not 0xD800 <= c < 0xE000]
    table = {c: properties(c, outcome, classes) for c in scalars}
    for c in scalars:
        if not is_hangul(c):
            check(c, table, outcome)

    # A plain entry (flags, class, way to the lower case) is shared; one that decomposes or has a
    # longer lower case lies in the pool: flags, lower case (0: two, they follow), count, code points.
    plain, pool, entries = {(0, 0, 0): 0}, [], {}
    for c in scalars:
        flags, combining, decomposed, lower = table[c]
        if decomposed == [c] and len(lower) == 1:
            entries[c] = plain.setdefault((flags, combining, lower[0] - c), len(plain))
    for c in scalars:
        flags, combining, decomposed, lower = table[c]
        if c not in entries:
            entries[c] = len(plain) + len(pool)
            pool += [flags | combining << 8, *(lower if len(lower) == 1 else [0, *lower])]
            pool += [len(decomposed), *decomposed]
    assert len(plain) + len(pool) < 0x10000

    # Three stages: code point / 4096, / 64, the rest; equal blocks are stored once.
    blocks, groups, top = {}, {}, []
    for high in range(0, 0x110000, BLOCK * BLOCK):
        group = []
        for start in range(high, high + BLOCK * BLOCK, BLOCK):
            block = tuple(entries.get(c, 0) for c in range(start, start + BLOCK))
            group.append(blocks.setdefault(block, len(blocks)))
        top.append(groups.setdefault(tuple(group), len(groups)))

    print("// Made by make-character-table.py from code_points.tsv; do not edit.")
    print(f"#define TABLE_PLAIN {len(plain)}")
    print_array("guint8 table_top[]", top)
    print_array("guint16 table_groups[]", [i for g in groups for i in g])
    print_array("guint16 table_blocks[]", [e for b in blocks for e in b])
    print("static const struct { guint8 flags, combining; gint32 lower; } table_plain[] = {")
    rows = [f"{{ {f}, {k}, {d} }}," for f, k, d in plain]
    for i in range(0, len(rows), 5):
        print("  " + " ".join(rows[i : i + 5]))
    print("};")
    print_array("guint32 table_pool[]", pool)


main()
