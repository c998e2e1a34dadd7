"""Libraries as earlier versions made them, by the migrations that data/schema.c holds."""
import os
import re
import sqlite3

from harness import SOURCES

APPLICATION = 0x434C5A42


def migrations():
    """The SQL of each, in their order: C strings side by side are one, commas part them."""
    with open(os.path.join(SOURCES, "data", "schema.c"), encoding="utf-8") as file:
        body = file.read().split("migrations[] = {", 1)[1].split("\n};", 1)[0]
    scripts = [""]
    for string, end in re.findall(r'"((?:[^"\\]|\\.)*)"|(,)|//[^\n]*', body):
        if end:
            scripts.append("")
        else:
            scripts[-1] += re.sub(r"\\(.)", r"\1", string)
    return [script for script in scripts if script]


def make(path, version):
    """An empty library of that version, opened."""
    database = sqlite3.connect(path)
    database.executescript("".join(migrations()[:version]))
    database.execute(f"PRAGMA application_id = {APPLICATION}")
    database.execute(f"PRAGMA user_version = {version}")
    database.commit()
    return database
