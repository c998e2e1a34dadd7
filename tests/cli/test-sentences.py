"""Sets of sentences: kept, taken in and out as CSV, and asked of models."""
import csv
import json
import math
import subprocess

import old_library
from harness import MODEL, main

SET = [("She said \"[MASK]\", and left.", "yes, no"), ("two\nlines [MASK]", ""), ("日本 [MASK] é 👩‍🔬", "a, b")]


def table(rows):
    return "".join(",".join('"' + cell.replace('"', '""') + '"' for cell in row) + "\r\n" for row in rows)


def keeps_sets(cloze):
    names = [one["name"] for one in cloze.json("sentences", "list")]
    assert names == ["general", "film", "law", "medicine", "science", "support"]
    path = cloze.path("set.csv", table([("text", "answers"), *SET]))
    assert cloze.json("sentences", "import", "mine", path) == {"name": "mine", "sentences": 3}
    shown = cloze.json("sentences", "show", "mine")
    assert shown["builtin"] is False
    assert [(one["text"], ", ".join(one["answers"])) for one in shown["sentences"]] == SET
    # Out and in again, to the byte.
    first = cloze.output("sentences", "export", "mine", "-")
    cloze.output("sentences", "export", "mine", cloze.path("out.csv"))
    assert open(cloze.path("out.csv"), "rb").read() == first
    with open(cloze.path("out.csv"), newline="", encoding="utf-8") as file:
        assert [tuple(row) for row in csv.reader(file)] == [("text", "answers"), *SET]
    cloze.output("sentences", "import", "again", cloze.path("out.csv"))
    assert cloze.output("sentences", "export", "again", "-") == first

    assert "--replace" in cloze.refused(1, "sentences", "import", "mine", path)
    cloze.path("set.csv", "text,answers\n[MASK],x\n")
    assert cloze.json("sentences", "import", "mine", path, "--replace")["sentences"] == 1
    cloze.path("set.csv", "text,answers\n[MASK],x\nnone,y\n\n,z\n")
    wrong = cloze.refused(1, "sentences", "import", "mine", path, "--replace")
    assert "row 3" in wrong and "1 more row" in wrong and path in wrong
    assert len(cloze.json("sentences", "show", "mine")["sentences"]) == 1
    for name in ("film", "none", " ", "a\nb"):
        cloze.refused(1, "sentences", "import", name, cloze.path("out.csv"))
    cloze.refused(1, "sentences", "import", "x", cloze.path("missing.csv"))
    cloze.refused(1, "sentences", "export", "mine", cloze.folder)
    cloze.refused(1, "sentences", "export", "nothing", "-")
    cloze.refused(2, "sentences", "import", b"\xff".decode("utf-8", "surrogateescape"), path)
    cloze.refused(2, "sentences", "show")

    assert cloze.json("sentences", "copy", "film") == {"name": "film copy", "sentences": 12}
    cloze.output("sentences", "rename", "film copy", "my film")
    cloze.refused(1, "sentences", "rename", "film", "other")
    cloze.refused(1, "sentences", "rename", "my film", "mine")
    cloze.output("sentences", "remove", "mine")
    cloze.refused(1, "sentences", "remove", "mine")
    cloze.refused(1, "sentences", "remove", "law")
    assert [one["name"] for one in cloze.json("sentences", "list")][6:] == ["again", "my film"]


def takes_names_that_are_the_programs_now(cloze):
    """A library of the format before: an own set called as one of the program's is kept under another name."""
    with old_library.make(cloze.path("library.sqlite"), 4) as database:
        database.execute("INSERT INTO sentence_set (name, created) VALUES ('film', 1)")
        database.execute("INSERT INTO sentence SELECT id, 0, 'mine [MASK]', '' FROM sentence_set")
    database.close()
    assert cloze.json("sentences", "show", "film (own)")["sentences"] == [{"text": "mine [MASK]", "answers": []}]
    assert cloze.json("sentences", "show", "film")["builtin"]


def asks_models(cloze):
    """The numbers are those of `cloze fill`."""
    text, other = "the [MASK] was here.", "a [MASK] and a [MASK]"
    whole = [one["masks"][0]["top"] for one in cloze.json("fill", "--model", MODEL, "-k", 100000, text, other)]
    # An answer in the middle, one below it, one of several pieces, one that no vocabulary has.
    words = [[top["token"] for top in one if top["token"].isalpha()] for one in whole]
    rank = next(i for i, top in enumerate(whole[0], 1) if top["token"] == words[0][40])
    rows = [(text, f"xylophone, {words[0][90]}, {words[0][40]}, ☃☃"), (other, words[1][0]), ("b [MASK]", ""),
            (text, "xylophone"), (text, "☃☃")]
    cloze.output("sentences", "import", "mine", cloze.path("set.csv", table([("text", "answers"), *rows])))
    cloze.json("model", "add", MODEL, "--name", "A")
    one, two = cloze.json("sentences", "run", "mine", "--model", "A", "--model", MODEL, "--top-k", 3,
                          "--output", cloze.path("out.csv"))
    assert one["model"] == "A" and two["model"] == MODEL and one["sentences"] == two["sentences"]
    first, second, third, fourth, fifth = one["sentences"]
    assert first["answer"] == words[0][40] and first["rank"] == rank and not first["hit_top_k"]
    assert [(a["word"], a["pieces"] > 1, a["rank"] is None, a["log_probability"] is None)
            for a in first["answers"]] == [("xylophone", True, True, False), (words[0][90], False, False, False),
                                           (words[0][40], False, False, False), ("☃☃", False, True, True)]
    filled = cloze.json("fill", "--model", MODEL, "--targets", "xylophone," + words[0][40], text)
    targets = [target["log_probability"] for target in filled[0]["masks"][0]["targets"]]
    assert math.isclose(first["answers"][0]["log_probability"], targets[0], rel_tol=1e-5)
    assert first["log_probability"] == max(a["log_probability"] or -math.inf for a in first["answers"])
    assert math.isclose(first["answers"][2]["log_probability"], targets[1], rel_tol=1e-5)
    assert [top["token"] for top in first["top"]] == [top["token"] for top in whole[0][:3]]
    assert math.isclose(first["top"][0]["log_probability"], math.log(whole[0][0]["score"]), rel_tol=1e-4)
    ranks = [first["rank"], second["rank"]]
    assert second["hit"] == (ranks[1] == 1) and second["hit_top_k"] == (ranks[1] <= 3)
    assert third["rank"] is third["answer"] is None and third["hit"] is False and third["top"]
    assert fourth["rank"] is None and fourth["answer"] == "xylophone" and fourth["log_probability"] < 0
    assert fifth["answer"] is fifth["log_probability"] is None
    assert (one["scored"], one["ranked"], one["mean_rank"]) == (4, 2, sum(ranks) / 2) and " 2 sentences" in one["note"]
    assert one["accuracy"] == ranks.count(1) / 4 and one["accuracy_top_k"] == sum(r <= 3 for r in ranks) / 4
    with open(cloze.path("out.csv"), newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 10 and rows[5]["model"] == MODEL
    assert rows[0]["rank"] == str(rank) and rows[0]["answer"] == words[0][40] and rows[2]["rank"] == ""
    assert "mean rank" in cloze.output("sentences", "run", "mine", "--model", MODEL).decode()

    # The best word as the answer is a hit everywhere.
    cloze.output("sentences", "import", "best", cloze.path("set.csv", table(
        [("text", "answers")] + [(t, w[0]["token"]) for t, w in zip((text, other), whole)])))
    if all(top[0]["token"].isalpha() for top in whole):
        assert cloze.json("sentences", "run", "best", "--model", "A")[0]["accuracy"] == 1

    cloze.refused(2, "sentences", "run", "mine")
    cloze.refused(2, "sentences", "run", "mine", "--model", "A", "--top-k", "0")
    cloze.refused(1, "sentences", "run", "mine", "--model", "missing")
    cloze.refused(1, "sentences", "run", "nothing", "--model", "A")

    def ask(*lines):
        done = subprocess.run([cloze.program, "--library", cloze.path("library.sqlite"), "serve"],
                              input="\n".join(map(json.dumps, lines)).encode(), capture_output=True, timeout=240)
        answers = [json.loads(line) for line in done.stdout.splitlines()]
        return [answer for answer in answers if "progress" not in answer]
    question = {"id": 1, "request": "set", "models": ["A"], "top_k": 3,
                "sentences": [{"text": text, "answers": [words[0][40]]}, {"text": "no gap"}]}
    right, *wrong = ask(question, {**question, "sentences": [1]}, {**question, "sentences": "x"},
                        {**question, "top_k": 0}, {**question, "models": ["missing"]})
    found = right["result"][0]
    assert found["sentences"][0]["rank"] == rank and "[MASK]" in found["sentences"][1]["error"]
    assert found["scored"] == 1 and found["mean_rank"] == rank
    assert len(wrong) == 4 and all("error" in one and "result" not in one for one in wrong)


main([keeps_sets, takes_names_that_are_the_programs_now, asks_models])
