"""Corpora from the command line: importing, counting, searching, exporting."""
import csv
import json
import os
import subprocess

from harness import MODEL, main, shared

TABLE = """text,label,split
"The cat sat, and ""the dog"" ran.",pos,train
"Two
lines",neg,train
A whale swims,pos,test
"""


def imports_a_table(cloze):
    report = cloze.json("corpus", "import", "tab", cloze.path("t.csv", TABLE))
    assert report["corpus"] == "tab" and report["documents"] == 3 and report["skipped"] == [], report
    assert report["bytes"] == len('The cat sat, and "the dog" ran.') + len("Two\nlines") + len("A whale swims")
    shown = cloze.json("corpus", "show", "tab")
    assert {s["name"]: s["documents"] for s in shown["splits"]} == {"train": 2, "test": 1}, shown
    assert {s["name"]: s["documents"] for s in shown["labels"]} == {"pos": 2, "neg": 1}, shown
    assert [c["name"] for c in cloze.json("corpus", "list")] == ["tab"]


def imports_lines_with_any_bytes(cloze):
    report = cloze.json("corpus", "import", "l", cloze.path("l.txt", b"one\0two\nthree\nfour"), "--format", "lines")
    assert report["documents"] == 3, report
    texts = {d["text"] for d in cloze.json("corpus", "sample", "l", "--count", 9)}
    assert texts == {"one\0two", "three", "four"}, texts


def draws_the_same_sample_again(cloze):
    cloze.json("corpus", "import", "n", cloze.path("n.txt", "".join(f"text {i}\n" for i in range(500))), "--format", "lines")
    draws = [cloze.json("corpus", "sample", "n", "--seed", seed, "--count", 20) for seed in (1, 1, 2)]
    assert draws[0] == draws[1] and draws[0] != draws[2]
    assert len({d["document"] for d in draws[0]}) == 20


def finds_documents(cloze):
    cloze.json("corpus", "import", "tab", cloze.path("t.csv", TABLE))
    found = cloze.json("corpus", "search", "tab", "cat", "dog")
    assert found["count"] == 1 and "cat" in found["documents"][0]["snippet"], found
    assert cloze.json("corpus", "search", "tab", "whale", "--split", "train")["count"] == 0
    assert cloze.json("corpus", "search", "tab", "")["count"] == 0
    for query in ('"', "?!", "—…"):
        status, out, err = cloze.run("corpus", "search", "tab", query, "--json")
        assert status == 0 and json.loads(out)["count"] == 0 and "There is no word in" in err, (query, out, err)
    assert cloze.json("corpus", "search", "tab", "cat !")["count"] == 1
    assert cloze.json("corpus", "search", "tab", "the", "--source", "*.csv", "--limit", 1)["count"] == 1
    assert cloze.json("corpus", "search", "tab", "the", "--source", "elsewhere")["count"] == 0


def shows_words_in_their_context(cloze):
    text = "Ein Wal, der\n\n größte WAL,\0 schläft. Wale nicht; der kleine wal auch."
    rows = [{"text": text, "split": "train"}, {"text": "wal", "split": "test"}, {"text": "kein Fisch", "split": "test"}]
    cloze.json("corpus", "import", "w", cloze.path("w.jsonl", "".join(json.dumps(row) + "\n" for row in rows)))

    def lines(*arguments):
        found = cloze.json("corpus", "search", "w", "--concordance", *arguments)
        return [(line["document"], line["left"], line["hit"], line["right"]) for line in found["lines"]], found["more"]

    assert lines("wal", "--context", 8) == ([
        (0, "Ein ", "Wal", ", der gr"), (0, " größte ", "WAL", ", schläf"), (0, " kleine ", "wal", " auch."),
        (1, "", "wal", "")], False)
    assert lines('"grosste wal"', "--context", 3) == ([], False)
    assert lines('"größte wal"', "--context", 3) == ([(0, "er ", "größte WAL", ", s")], False)
    assert [line[2] for line in lines("wal*", "--split", "train")[0]] == ["Wal", "WAL", "Wale", "wal"]
    assert lines("wal", "--limit", 2, "--context", 0) == ([(0, "", "Wal", ""), (0, "", "WAL", "")], True)
    raw = text.encode()
    for line in cloze.json("corpus", "search", "w", "wal", "--concordance")["lines"][:3]:
        assert raw[line["start"]:line["end"]].decode() == line["hit"], line
    shown = cloze.output("corpus", "search", "w", "wal", "--concordance").decode().splitlines()
    assert len({line.lower().rindex("wal") for line in shown[:1]}) == 1 and len(shown) == 4, shown
    assert [d["document"] for d in cloze.json("corpus", "documents", "w", "--offset", 1)] == [1, 2]
    sizes = [(len(d["text"].encode()), d["document"]) for d in cloze.json("corpus", "documents", "w")]
    for option, order in (("--smallest", sorted(sizes)), ("--largest", sorted(sizes, reverse=True))):
        shown = cloze.json("corpus", "documents", "w", option, "--limit", 2, "--offset", 1)
        assert [d["document"] for d in shown] == [n for _, n in order][1:3], (option, shown)
    cloze.output("corpus", "exclude", "w", 2)
    assert [d["document"] for d in cloze.json("corpus", "documents", "w", "--excluded")] == [2]


def changes_documents_and_undoes_it(cloze):
    cloze.json("corpus", "import", "tab", cloze.path("t.csv", TABLE))
    before = cloze.json("corpus", "show", "tab")
    told = json.loads(cloze.output("corpus", "edit", "tab", 2, "--json", stdin="Ein Wal\n".encode()))
    assert (told["changed"], told["documents"]) == (1, 3) and told["hash"] != before["hash"], told
    assert cloze.json("corpus", "search", "tab", "wal")["documents"][0]["text"] == "Ein Wal\n"
    cloze.output("corpus", "edit", "tab", 1, "--file", cloze.path("new.txt", "Three"))
    assert cloze.json("corpus", "exclude", "tab", 0, 1)["documents"] == 1
    assert cloze.json("corpus", "include", "tab", 0)["changed"] == 1
    assert cloze.json("corpus", "delete", "tab", 2)["documents"] == 1
    shown = cloze.json("corpus", "show", "tab")
    assert (shown["documents"], shown["excluded"], len(shown["splits"])) == (1, 1, 1), shown
    undone = [cloze.json("corpus", "undo", "tab")["change"] for _ in range(5)]
    assert undone == ["delete", "include", "exclude", "edit", "edit"], undone
    assert cloze.json("corpus", "show", "tab") == before
    assert "nothing to undo" in cloze.refused(1, "corpus", "undo", "tab")
    assert "no document 9" in cloze.refused(1, "corpus", "exclude", "tab", 0, 9)
    assert cloze.json("corpus", "show", "tab") == before
    cloze.refused(2, "corpus", "delete", "tab", "first")
    assert "absent" in cloze.refused(1, "corpus", "edit", "tab", 0, "--file", cloze.path("absent"))


def measures_documents(cloze):
    cloze.json("corpus", "import", "tab", cloze.path("t.csv", TABLE))
    counted = cloze.json("corpus", "statistics", "tab")
    assert (counted["shortest"], counted["longest"], counted["words"]) == (2, 7, 12), counted
    assert sum(counted["histogram"]) == 3


def finds_what_stands_in_training_and_test(cloze):
    texts = [("one two", "train"), ("one two", "test"), ("three", "train"), ("three", ""), ("four", "test"), ("five", "dev"),
             ("five", "train"), ("one two", "test")]
    rows = "".join(json.dumps({"text": text, "split": split}) + "\n" for text, split in texts)
    cloze.json("corpus", "import", "d", cloze.path("d.jsonl", rows))
    found = cloze.json("corpus", "statistics", "d")["duplicates"]
    assert (found["texts"], found["copies"], found["in_train_and_test"]) == (3, 4, 3), found
    assert [(e["train"], e["test"]) for e in found["examples"]] == [(0, 1), (6, 5), (0, 7)], found
    cloze.output("corpus", "exclude", "d", 1, 7, 5)
    assert cloze.json("corpus", "statistics", "d")["duplicates"]["in_train_and_test"] == 0


def finds_the_most_typical_words(cloze):
    import math

    here, there = "the Whale the sea the whale Über über a " * 5, "the dog the house a tree the dog " * 7
    cloze.json("corpus", "import", "a", cloze.path("a.txt", here))
    cloze.json("corpus", "import", "b", cloze.path("b.txt", there))
    counts = [{w: text.lower().split().count(w) for w in (here + there).lower().split()} for text in (here, there)]
    total, other = (sum(c.values()) for c in counts)
    expected = []
    for word, y in counts[0].items():
        y2 = counts[1][word]
        prior = 500 * (y + y2) / (total + other)
        delta = math.log((y + prior) / (total + 500 - y - prior)) - math.log((y2 + prior) / (other + 500 - y2 - prior))
        z = delta / math.sqrt(1 / (y + prior) + 1 / (y2 + prior))
        if y > 0 and z > 0:
            expected.append((-z, word, y, y2))
    told = cloze.json("corpus", "statistics", "a", "--against", "b")
    assert told["distinct_words"] == 5 and told["counts_short_by"] == 0, told
    got = [(-t["z"], t["word"], t["count"], t["against"]) for t in told["typical"]]
    assert [g[1:] for g in got] == [e[1:] for e in sorted(expected)], (got, expected)
    assert all(abs(g[0] - e[0]) < 1e-9 for g, e in zip(got, sorted(expected))), (got, expected)
    cloze.refused(1, "corpus", "statistics", "a", "--against", "absent")


def counts_tokens(cloze):
    import os

    rows = ["the cat sat on unbelievableness \u2603"] * 60
    cloze.json("corpus", "import", "t", cloze.path("t.txt", "\n".join(rows)), "--format", "lines")
    line = ["corpus", "statistics", "t", "--model", MODEL, "--block-size", 16]
    told = cloze.json(*line)["tokens"]
    one = cloze.lines("tokenize", "--model", MODEL, stdin=rows[0].encode())[0]
    words = {}
    for token, word in zip(one["tokens"], one["words"]):
        if word is not None and token != "[UNK]" and any(c.isalnum() for c in rows[0].split()[word]):
            words.setdefault(word, []).append(token)
    assert told["tokens"] == 60 * len(one["ids"]) and told["words"] == 60 * len(words), (told, one)
    assert abs(told["pieces_per_word"] - sum(map(len, words.values())) / len(words)) < 1e-9, told
    assert told["unknown"] == 60 * one["tokens"].count("[UNK]"), told
    broken = {" ".join(pieces): len(pieces) for pieces in words.values() if len(pieces) > 2}
    assert {b["pieces"]: b["n_pieces"] for b in told["broken"]} == broken and broken, told
    assert all(b["count"] == 60 for b in told["broken"])
    blocks = cloze.lines("corpus", "blocks", "t", "--model", MODEL, "--block-size", 16, "--set", "test_blocks=0")
    assert told["train_blocks"] == sum(b["split"] == "train" for b in blocks), told
    assert told["test_blocks"] == sum(b["split"] == "test" for b in blocks), told
    folder = cloze.path("library.sqlite.files/tokens")
    made = [os.stat(os.path.join(folder, name)).st_mtime_ns for name in os.listdir(folder)]
    cloze.json(*line)
    assert made == [os.stat(os.path.join(folder, name)).st_mtime_ns for name in os.listdir(folder)] and len(made) == 1


def leaves_runs_alone(cloze):
    """A run that was made goes on with the text it had, whatever happens to its corpus."""
    import runs

    runs.prepare(cloze)
    run = runs.create(cloze, epochs=1, train_blocks=8, test_blocks=4)
    before = runs.show(cloze, run)
    cloze.output("corpus", "edit", "c", 0, "--file", cloze.path("new.txt", "something else"))
    cloze.output("corpus", "delete", "c", 1, 2)
    cloze.output("run", "start", run)
    assert runs.show(cloze, run)["state"] == "finished", before
    other = runs.show(cloze, runs.create(cloze, epochs=1, train_blocks=8, test_blocks=4))
    assert other["state"] == "queued"


def exports_what_was_imported(cloze):
    cloze.json("corpus", "import", "tab", cloze.path("t.csv", TABLE))
    cloze.output("corpus", "export", "tab", cloze.path("out.jsonl"))
    with open(cloze.path("out.jsonl"), encoding="utf-8") as file:
        rows = [json.loads(line) for line in file]
    assert [r["text"] for r in rows] == ['The cat sat, and "the dog" ran.', "Two\nlines", "A whale swims"], rows
    cloze.output("corpus", "export", "tab", cloze.path("out.csv"))
    with open(cloze.path("out.csv"), encoding="utf-8", newline="") as file:
        assert [r["label"] for r in csv.DictReader(file)] == ["pos", "neg", "pos"]
    again = cloze.json("corpus", "import", "again", cloze.path("out.csv"))
    assert again["documents"] == 3, again


def updates_from_the_same_files(cloze):
    import os

    folder = cloze.path("texts")
    os.mkdir(folder)

    def write(**files):
        for name, text in files.items():
            cloze.path(f"texts/{name}.txt", text)

    def update(*options):
        told = cloze.json("corpus", "import", "u", folder, "--update", *options)
        return {key: told[key] for key in ("added", "changed", "unchanged", "missing", "removed")}

    write(**{f"d{i}": f"text number {i}" for i in range(5)})
    cloze.json("corpus", "import", "u", folder)
    first = cloze.json("corpus", "show", "u")
    assert "--update" in cloze.refused(1, "corpus", "import", "u", folder)
    assert update() == {"added": 0, "changed": 0, "unchanged": 5, "missing": 0, "removed": 0}
    assert cloze.json("corpus", "show", "u") == first
    # What was done here outlasts an update; what was deleted does not come back.
    cloze.output("corpus", "edit", "u", 0, "--file", cloze.path("new.txt", "edited here"))
    cloze.output("corpus", "exclude", "u", 1)
    cloze.output("corpus", "delete", "u", 2)
    write(d1="text one", d3="text three", d9="nine")
    os.remove(cloze.path("texts/d4.txt"))
    assert update() == {"added": 1, "changed": 2, "unchanged": 1, "missing": 1, "removed": 0}
    found = {d["document"]: d["text"] for d in cloze.json("corpus", "sample", "u", "--count", 9)}
    assert found == {0: "edited here", 3: "text three", 4: "text number 4", 5: "nine"}, found
    assert cloze.json("corpus", "search", "u", "one")["count"] == 1
    assert update("--remove-missing") == {"added": 0, "changed": 0, "unchanged": 4, "missing": 1, "removed": 1}
    for kind in ("update", "update", "delete", "include", "edit"):
        if kind == "include":
            kind = "exclude"
        assert cloze.json("corpus", "undo", "u")["change"] == kind
    assert cloze.json("corpus", "show", "u") == first
    other = cloze.path("other.txt", "not known")
    assert "None of these files" in cloze.refused(1, "corpus", "import", "u", other, "--update")
    cloze.refused(1, "corpus", "import", "absent", folder, "--update")
    cloze.refused(2, "corpus", "import", "u", folder, "--remove-missing")


def updates_much_at_once(cloze):
    """So much that the corpus is written anew: number, name and runs stay, and what was edited."""
    def rows(*numbers):
        return cloze.path("many.txt", "".join(f"line {n}\n" for n in numbers))

    cloze.json("corpus", "import", "m", rows(*range(3000)), "--format", "lines")
    cloze.output("corpus", "edit", "m", 5, "--file", cloze.path("new.txt", "edited here"))
    cloze.output("corpus", "exclude", "m", 6)
    told = cloze.json("corpus", "import", "m", rows(*range(10), *range(5000, 7600)), "--format", "lines", "--update",
                      "--remove-missing")
    assert (told["added"], told["changed"], told["unchanged"], told["removed"], told["documents"]) == \
        (0, 2600, 10, 390, 2609) and not told["undoable"], told
    assert cloze.json("corpus", "search", "m", "edited")["documents"][0]["document"] == 5
    assert cloze.json("corpus", "search", "m", "7599")["count"] == 1
    assert cloze.json("corpus", "search", "m", "2999")["count"] == 0
    assert [c["name"] for c in cloze.json("corpus", "list")] == ["m"]
    again = cloze.json("corpus", "import", "m", cloze.path("many.txt"), "--format", "lines", "--update")
    assert (again["unchanged"], again["added"], again["changed"]) == (2610, 0, 0), again


def splits_by_document(cloze):
    rows = "".join(json.dumps({"text": f"text {i % 90}", "split": "unsup" if i >= 100 else ""}) + "\n" for i in range(103))
    cloze.json("corpus", "import", "s", cloze.path("s.jsonl", rows))
    before = cloze.json("corpus", "show", "s")["hash"]
    assert cloze.json("corpus", "split", "s", "--split", "test=0.2", "--split", "dev=7")["splits"] == \
        {"train": 73, "test": 20, "dev": 7, "unsup": 3}
    first = cloze.json("corpus", "show", "s")["hash"]
    cloze.json("corpus", "split", "s", "--split", "test=0.2", "--split", "dev=7", "--seed", 7)
    assert cloze.json("corpus", "show", "s")["hash"] not in (first, before)
    cloze.json("corpus", "split", "s", "--split", "test=0.2", "--split", "dev=7")
    assert cloze.json("corpus", "show", "s")["hash"] == first
    cloze.output("corpus", "export", "s", cloze.path("out.jsonl"))
    splits = {}
    with open(cloze.path("out.jsonl"), encoding="utf-8") as file:
        for row in map(json.loads, file):
            if row["split"] != "unsup":
                splits.setdefault(row["text"], set()).add(row["split"])
    assert len(splits) == 90 and all(len(found) == 1 for found in splits.values()), splits
    for _ in range(3):
        cloze.output("corpus", "undo", "s")
    assert cloze.json("corpus", "show", "s")["hash"] == before
    cloze.refused(2, "corpus", "split", "s", "--split", "test=1.5")
    cloze.refused(2, "corpus", "split", "s")
    assert "leave none" in cloze.refused(1, "corpus", "split", "s", "--split", "test=100")
    cloze.refused(1, "corpus", "split", "s", "--split", "test=3", "--split", "test=4")


def derives_and_merges(cloze):
    cloze.json("corpus", "import", "tab", cloze.path("t.csv", TABLE))
    cloze.json("corpus", "import", "other", cloze.path("o.txt", "one\ntwo three\n"), "--format", "lines")
    merged = cloze.json("corpus", "merge", "all", "tab", "other")
    assert merged["documents"] == 5 and merged["splits"] == {"train": 2, "test": 1, "": 2}, merged
    derived = cloze.json("corpus", "show", "all")["derived_from"]
    assert [d["name"] for d in derived] == ["tab", "other"], derived
    for options, texts in (
        (["--split", "train", "--label", "neg"], {"Two\nlines"}),
        (["--source", "o.txt"], {"one", "two three"}),
        (["--minimum-words", 3], {'The cat sat, and "the dog" ran.', "A whale swims"}),
        (["--query", "wha*"], {"A whale swims"}),
        (["--source", "*.csv", "--sample", 3], {'The cat sat, and "the dog" ran.', "Two\nlines", "A whale swims"}),
    ):
        cloze.json("corpus", "derive", "part", "--from", "all", *options)
        assert {d["text"] for d in cloze.json("corpus", "sample", "part", "--count", 9)} == texts, options
        assert str(options[-1]) in cloze.json("corpus", "show", "part")["derived_from"][0]["selection"]
        cloze.output("corpus", "remove", "part")
    cloze.json("corpus", "exclude", "all", 0)
    assert cloze.json("corpus", "derive", "part", "--from", "all")["documents"] == 4
    drawn = [d["text"] for d in cloze.json("corpus", "sample", "all", "--count", 2, "--seed", 5)]
    cloze.json("corpus", "derive", "two", "--from", "all", "--sample", 2, "--seed", 5)
    assert {d["text"] for d in cloze.json("corpus", "sample", "two")} == set(drawn)
    cloze.output("corpus", "rename", "two", "zwei")
    before = cloze.json("corpus", "list")
    assert "No document" in cloze.refused(1, "corpus", "derive", "no", "--from", "all", "--label", "absent")
    cloze.refused(1, "corpus", "derive", "part", "--from", "all")
    cloze.refused(1, "corpus", "derive", "no", "--from", "all", "--query", "…!")
    cloze.refused(1, "corpus", "merge", "no", "all", "absent")
    cloze.refused(2, "corpus", "derive", "no")
    assert cloze.json("corpus", "list") == before


def exports_a_part(cloze):
    cloze.json("corpus", "import", "tab", cloze.path("t.csv", TABLE))
    cloze.output("corpus", "export", "tab", cloze.path("out.csv"), "--label", "pos", "--split", "test")
    with open(cloze.path("out.csv"), encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    assert rows[0] == ["path", "row", "label", "split", "text"], rows
    assert len(rows) == 2 and rows[1][0].endswith("t.csv") and rows[1][2:] == ["pos", "test", "A whale swims"], rows
    cloze.output("corpus", "export", "tab", cloze.path("out.txt"), "--query", "cat")
    with open(cloze.path("out.txt"), encoding="utf-8") as file:
        assert file.read() == 'The cat sat, and "the dog" ran.\n'
    # "-" is the standard output, and no file of that name.
    assert cloze.output("corpus", "export", "tab", "-", "--query", "cat") == b'The cat sat, and "the dog" ran.\n'
    cloze.output("corpus", "export", "tab", cloze.path("out.jsonl"))
    with open(cloze.path("out.jsonl"), "rb") as file:
        assert cloze.output("corpus", "export", "tab", "-", "--json") == file.read() != b""
    assert not os.path.exists("-")
    with open("/dev/full", "wb") as full:
        line = [cloze.program, "--library", cloze.path("library.sqlite"), "corpus", "export", "tab", "-"]
        assert subprocess.run(line, stdout=full, stderr=subprocess.PIPE).returncode == 1


def removes_a_corpus(cloze):
    cloze.json("corpus", "import", "tab", cloze.path("t.csv", TABLE))
    cloze.output("corpus", "remove", "tab")
    assert cloze.json("corpus", "list") == []
    cloze.refused(1, "corpus", "show", "tab")


def counts_the_films(cloze):
    report = cloze.json("corpus", "import", "film", shared("corpora", "film", "aclImdb_sample6000.tar.gz"))
    assert (report["documents"], report["bytes"]) == (6000, 8044350), report
    shown = cloze.json("corpus", "show", "film")
    assert {s["name"]: s["documents"] for s in shown["splits"]} == {"train": 4000, "test": 2000}, shown
    assert {s["name"]: s["documents"] for s in shown["labels"]} == {"pos": 3000, "neg": 3000}, shown


def learns_a_vocabulary(cloze):
    cloze.json("corpus", "import", "l", cloze.path("l.txt", "The cat and the Cat sat\n" * 20), "--format", "lines")
    told = cloze.json("vocabulary", "train", "--corpus", "l", "--size", 40, cloze.path("vocab.txt"))
    with open(cloze.path("vocab.txt"), encoding="utf-8") as file:
        pieces = file.read().split("\n")[:-1]
    assert pieces[:5] == ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"] and told["size"] == len(pieces), pieces
    assert "the" in pieces and "cat" in pieces and "Cat" not in pieces, pieces
    cloze.json("vocabulary", "train", "--corpus", "l", "--size", 60, "--cased", cloze.path("cased.txt"))
    with open(cloze.path("cased.txt"), encoding="utf-8") as file:
        assert {"the", "The", "Cat", "cat"} <= set(file.read().split("\n"))


def refuses_wrong_usage(cloze):
    table = cloze.path("t.csv", TABLE)
    for line in (
        [], ["corpus"], ["corpus", "frobnicate"], ["frobnicate"], ["corpus", "show"],
        ["corpus", "show", "a", "b"], ["corpus", "list", "--frobnicate"], ["corpus", "import", "x"],
        ["corpus", "import", "x", table, "--format", "docx"],
        ["corpus", "sample", "x", "--count", "many"], ["corpus", "sample", "x", "--seed", "-1"],
        ["corpus", "blocks", "x"], ["vocabulary", "train", "--size", "100", "v.txt"],
        ["vocabulary", "train", "--corpus", "x", "--size", "3", "v.txt"],
    ):
        cloze.refused(2, *line)


def fails_in_one_sentence(cloze):
    assert "nowhere" in cloze.refused(1, "corpus", "show", "nowhere")
    assert "absent.txt" in cloze.refused(1, "corpus", "import", "x", cloze.path("absent.txt"))
    assert "review" in cloze.refused(1, "corpus", "import", "x", cloze.path("t.csv", TABLE), "--text-column", "review")
    assert cloze.json("corpus", "list") == []
    cloze.json("corpus", "import", "x", cloze.path("t.csv", TABLE))
    cloze.refused(1, "corpus", "import", "x", cloze.path("t.csv", TABLE))
    cloze.refused(1, "corpus", "export", "x", cloze.path("absent/out.csv"))


main([
    imports_a_table, imports_lines_with_any_bytes, draws_the_same_sample_again, finds_documents, shows_words_in_their_context, changes_documents_and_undoes_it,
    measures_documents, exports_what_was_imported, exports_a_part,
    finds_what_stands_in_training_and_test, finds_the_most_typical_words, counts_tokens, leaves_runs_alone, updates_from_the_same_files, updates_much_at_once,
    splits_by_document, derives_and_merges, removes_a_corpus, counts_the_films,
    learns_a_vocabulary, refuses_wrong_usage, fails_in_one_sentence,
])
