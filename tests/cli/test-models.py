"""Models of the library: their record, what is done with them, how far two lie apart, and their cards."""
import array
import json
import math
import os
import shutil
import sqlite3
import struct

import old_library
import runs
from harness import MODEL, main


def weights(folder):
    """name → (shape, numbers) of a model.safetensors in F32 or F16."""
    with open(os.path.join(folder, "model.safetensors"), "rb") as file:
        data = file.read()
    size = struct.unpack("<Q", data[:8])[0]
    found = {}
    for name, one in json.loads(data[8:8 + size]).items():
        if name == "__metadata__":
            continue
        first, end = (8 + size + offset for offset in one["data_offsets"])
        if one["dtype"] == "F32":
            numbers = array.array("f", data[first:end])
        else:
            numbers = struct.unpack(f"<{(end - first) // 2}e", data[first:end])
        found[name] = one["shape"], numbers
    return found


def distance(a, b):
    """relative, cosine, largest"""
    dd, aa, bb, ab = (math.fsum(values) for values in (
        ((y - x) ** 2 for x, y in zip(a, b)), (x * x for x in a), (y * y for y in b),
        (x * y for x, y in zip(a, b))))
    return math.sqrt(dd / aa), ab / math.sqrt(aa) / math.sqrt(bb), max(abs(y - x) for x, y in zip(a, b))


def check(found, a, b):
    relative, cosine, largest = distance(a, b)
    assert math.isclose(found["relative"], relative, rel_tol=1e-9, abs_tol=1e-15), (found, relative)
    assert math.isclose(found["cosine"], cosine, rel_tol=1e-12), (found, cosine)
    assert math.isclose(found["largest"], largest, rel_tol=1e-9)


def keeps_a_record(cloze):
    folder = shutil.copytree(MODEL, cloze.path("law"))
    cloze.path("law/README.md", "---\nlicense: cc-by-4.0\ntrained_on: statutes\n---\n# Law\n")
    before = {name: os.stat(os.path.join(folder, name)).st_mtime_ns for name in os.listdir(folder)}
    added = cloze.json("model", "add", folder)
    assert (added["licence"], added["trained_on"], added["source"]) == ("cc-by-4.0", "statutes", folder)
    assert added["lowercase"] and added["vocabulary"] == 700 and added["bytes"] == 636856
    assert added["parent"] is None and added["sha256"] == runs.sha256(folder)
    # Nothing was copied or touched.
    assert before == {name: os.stat(os.path.join(folder, name)).st_mtime_ns for name in os.listdir(folder)}
    assert not os.path.exists(cloze.path("library.sqlite.files/models"))
    listed = {one["name"]: one for one in cloze.json("model", "list")}
    assert listed["law"] == {key: added[key] for key in listed["law"]}
    assert listed["starter"]["licence"] == "gpl-3.0" and listed["starter"]["trained_on"]
    assert listed["starter"]["parent"] is None
    assert b"cc-by-4.0" in cloze.output("model", "show", "law")


def fills_old_libraries(cloze):
    """A library of the format before: what its models are is read from their folders."""
    folder = shutil.copytree(MODEL, cloze.path("old"))
    cloze.path("old/README.md", "---\nlicense: mit\n---\n")
    with old_library.make(cloze.path("library.sqlite"), 5) as database:
        database.execute("INSERT INTO model (name, origin, folder, parameters, vocabulary, hash, created)"
                         " VALUES ('old', 'folder', ?, 158076, 700, ?, 1)", (folder, runs.sha256(folder)))
    database.close()
    old = {one["name"]: one for one in cloze.json("model", "list")}["old"]
    assert (old["licence"], old["lowercase"], old["bytes"]) == ("mit", True, 636856)
    assert cloze.json("model", "verify", "old")["ok"]


def renames_and_removes(cloze):
    cloze.json("model", "add", MODEL, "--name", "A")
    for arguments, words in ((["A", "starter"], "already"), (["starter", "x"], "comes with the program"),
                             (["A", "a/b"], "cannot be"), (["B", "C"], "no model “B”"),
                             (["A", ""], "cannot be")):
        assert words in cloze.refused(1, "model", "rename", *arguments)
    assert cloze.json("model", "rename", "A", "Größe 1")["name"] == "Größe 1"
    assert cloze.json("model", "rename", "Größe 1", "A")["name"] == "A"
    copy = cloze.json("model", "duplicate", "A", "B")
    assert copy["origin"] == "copy" and copy["parent"]["name"] == "A" and copy["parent"]["run"] is None
    assert copy["folder"].startswith(cloze.path("library.sqlite.files/models"))
    assert "already" in cloze.refused(1, "model", "duplicate", "A", "B")
    assert "no model" in cloze.refused(1, "model", "duplicate", "nothing", "C")
    family = {"name": "A", "kind": "model", "id": 2,
              "children": [{"name": "B", "kind": "model", "id": 3, "children": []}]}
    assert cloze.json("model", "tree", "B") == family
    assert family in cloze.json("model", "tree")
    # Another model depends on it: that is told, not in the way.
    gone = cloze.json("model", "remove", "A")
    assert gone == {"model": "A", "dependents": [{"kind": "model", "id": 3, "name": "B", "state": None}]}
    assert os.path.exists(MODEL)
    assert cloze.json("model", "tree", "B")["id"] is None
    assert "└─ B" in cloze.output("model", "tree").decode()


def verifies(cloze):
    folder = shutil.copytree(MODEL, cloze.path("A"))
    cloze.json("model", "add", folder)
    sound = cloze.json("model", "verify", "A")
    assert sound["ok"] and [file["path"] for file in sound["files"]] == ["model.safetensors", "vocab.txt"]
    assert all(file["ok"] and file["sha256"] == file["expected"] for file in sound["files"])
    path = os.path.join(folder, "model.safetensors")
    with open(path, "r+b") as file:
        file.seek(-1, os.SEEK_END)
        file.write(b"\x7f")
    status, out, err = cloze.run("model", "verify", "A", "--json")
    found = json.loads(out)
    assert status == 1 and "another file" in err and not found["ok"]
    assert [file["state"] for file in found["files"]] == ["changed", "ok"]
    assert found["files"][0]["sha256"] == runs.sha256(folder) != found["files"][0]["expected"]
    assert b"no longer those" in cloze.output("model", "show", "A")
    os.truncate(path, 1000)
    assert "damaged" in cloze.refused(1, "model", "verify", "A").replace(path, "")
    os.remove(path)
    assert "cannot be opened" in cloze.refused(1, "model", "verify", "A")
    assert "no model" in cloze.refused(1, "model", "verify", "B")


def summarizes(cloze):
    summary = cloze.json("model", "summary", MODEL)
    assert summary["parameters"] == sum(one["parameters"] for one in summary["layers"]) == 158076
    assert summary["layers"][0] == {
        "layer": "embeddings", "name": "distilbert.embeddings.word_embeddings", "type": "Embedding",
        "shape": [700, 64], "parameters": 44800, "trainable": True}
    assert {one["layer"] for one in summary["layers"]} == {"embeddings", "layer.0", "layer.1", "head"}
    text = cloze.output("model", "summary", MODEL).decode()
    assert "Total params: 158,076 (632 kB, F32)" in text and "(256, 64)" in text


def compares(cloze):
    cloze.json("model", "add", MODEL, "--name", "A")
    same = cloze.json("model", "compare", "A", MODEL)
    assert same["relative"] == 0 and same["cosine"] == 1 and same["uncompared"] == []
    # The same at half the precision.
    cloze.output("model", "export", "A", cloze.path("half"), "--float16")
    found = cloze.json("model", "compare", "A", cloze.path("half"))
    a, half = weights(MODEL), weights(cloze.path("half"))
    assert [one["name"] for one in found["tensors"]] and len(found["tensors"]) == 9 + 16 * 2
    for one in found["tensors"]:
        check(one, a[one["name"]][1], half[one["name"]][1])
        assert one["shape"] == a[one["name"]][0] and one["parameters"] == len(a[one["name"]][1])
    everything = [sum((list(tensors[one["name"]][1]) for one in found["tensors"]), []) for tensors in (a, half)]
    check(found, *everything)
    assert [one["layer"] for one in found["layers"]] == ["embeddings", "layer.0", "layer.1", "head"]
    assert sum(one["parameters"] for one in found["layers"]) == found["parameters"] == 158076
    layer = [name for name in a if ".layer.1." in name]
    check(found["layers"][2], *[sum((list(tensors[name][1]) for name in layer), []) for tensors in (a, half)])

    # Another vocabulary, one layer less, fewer positions.
    with open(os.path.join(MODEL, "vocab.txt"), encoding="utf-8") as file:
        words = file.read().split("\n")[:700]
    other = words[:5] + words[300:600:3] + ["##zqx", "zqxword"]
    cloze.path("words.txt", "\n".join(other) + "\n")
    cloze.json("model", "new", "--vocabulary", cloze.path("words.txt"), "--name", "small", "--dim", 64,
               "--layers", 1, "--heads", 4, "--hidden", 256, "--positions", 64)
    found = cloze.json("model", "compare", "A", "small")
    small = weights(cloze.path("library.sqlite.files/models/small"))
    tensors = {one["name"]: one for one in found["tensors"]}
    shared = [word for word in words if word in other]
    assert found["shared_words"] == len(shared) == len(other) - 2
    name = "distilbert.embeddings.word_embeddings.weight"
    rows = [[number for word in shared for number in table[name][1][64 * own.index(word):64 * own.index(word) + 64]]
            for table, own in ((a, words), (small, other))]
    check(tensors[name], *rows)
    assert tensors[name]["parameters"] == 64 * len(shared) and tensors[name]["note"]
    reasons = {one["name"]: one["reason"] for one in found["uncompared"]}
    assert "128 × 64 and 64 × 64" in reasons["distilbert.embeddings.position_embeddings.weight"]
    assert "fewer layers" in reasons["distilbert.transformer.layer.1.ffn.lin1.weight"]
    assert len(reasons) == 1 + 16 and "vocab_transform.weight" in tensors
    turned = cloze.json("model", "compare", "small", "A")
    assert len(turned["uncompared"]) == 1 + 16 and turned["shared_words"] == len(shared)
    assert "17 tensors" in cloze.output("model", "compare", "A", "small").decode()
    assert "wide" in cloze.refused(1, "model", "compare", "A", "starter")


def head(readme):
    """The lines of a card's front matter."""
    assert readme.startswith("---\n")
    return readme.split("---\n")[1].rstrip("\n").split("\n")


def card(cloze, what):
    folder = cloze.path("exported")
    shutil.rmtree(folder, ignore_errors=True)
    cloze.output("model", "export", what, folder)
    with open(os.path.join(folder, "README.md"), encoding="utf-8") as file:
        return file.read()


def writes_cards(cloze):
    """And makes models of runs, which remove asks about."""
    runs.prepare(cloze)
    name = "law: \"new\" | *bold*\n# x"
    first = runs.create(cloze, "--name", "second")
    run = cloze.json("train", *runs.options(), "--name", name)["run"]
    record = runs.show(cloze, run)
    readme = card(cloze, f"run:{run}@best")
    lines = head(readme)
    # The base is private: named in words alone.
    assert not any(line.startswith(("base_model", "license", "datasets")) for line in lines)
    assert "**A** (a model that is not public)" in readme and cloze.folder not in readme
    assert lines[0] == "library_name: transformers" and "pipeline_tag: fill-mask" in lines
    at = lines.index("model-index:")
    assert json.loads(lines[at + 1].removeprefix("- name: ")) == name
    value = float(lines[-1].removeprefix("      value: "))
    assert math.isclose(value, record["best"]["perplexity"], abs_tol=1e-4)
    assert "# law: \"new\" \\| \\*bold\\* \\# x" in readme
    pair = cloze.json("run", "compare", run, first)["paired"][0]["to_before"]
    assert (f"{pair['difference']:+.4f} nats a token (95 % interval of the paired difference "
            f"{pair['low']:+.4f} to {pair['high']:+.4f}") in readme
    assert f"{pair['scored_tokens']} masked tokens of {pair['blocks']} held-out blocks" in readme
    tokens = sum(len(line["ids"]) for line in cloze.lines(
        "tokenize", "--model", "A", stdin="\n".join(runs.TEXTS).encode()))
    corpus = cloze.json("corpus", "show", "c")
    for row in (f"| documents | {len(runs.TEXTS)} |", f"| tokens | {tokens} |", "| learning\\_rate | 0.001 |"):
        assert row.replace("\\_", "_") in readme, row
    assert corpus["hash"] in readme and f"| device | {record['device']} |" in readme
    with open(os.path.join(record["model_folder"], "README.md"), encoding="utf-8") as file:
        assert file.read() == readme
    assert "after (this model)" in card(cloze, f"run:{run}@last")

    # From the Hub, for everybody; then for some.
    database = sqlite3.connect(cloze.path("library.sqlite"))
    with database:
        database.execute("UPDATE model SET source = 'hub:org/base-model@12ab', licence = 'apache-2.0' WHERE name = 'A'")
        database.execute("UPDATE corpus SET source = 'hub:org/texts@34cd:a.csv'")
    lines = head(card(cloze, f"run:{run}"))
    assert "license: apache-2.0" in lines and "base_model: org/base-model" in lines
    assert lines[lines.index("datasets:") + 1] == "- org/texts"
    with database:
        database.execute("UPDATE model SET private = 1, licence = 'Our own: no' WHERE name = 'A'")
    database.close()
    readme = card(cloze, f"run:{run}")
    lines = head(readme)
    assert "org/base-model" not in readme and "license: other" in lines
    assert 'license_name: "Our own: no"' in lines

    # A model of the library, made from the run's state.
    made = cloze.json("model", "duplicate", f"run:{run}@best", "law")
    assert made["origin"] == f"run:{run}" and made["sha256"] == runs.sha256(record["model_folder"])
    assert made["parent"]["run"] == run and made["parent"]["name"] == "A" and made["trained_on"] == "c"
    nested = cloze.json("model", "tree", "law")
    assert nested["name"] == "A" and nested["children"][0]["kind"] == "run"
    assert nested["children"][0]["id"] == run and nested["children"][0]["children"][0]["name"] == "law"

    # One run waits in the queue.
    cloze.output("run", "queue", "add", first)
    assert "waits in the queue" in cloze.refused(1, "model", "remove", "A", "--yes")
    cloze.output("run", "queue", "remove", first)
    told = cloze.refused(1, "model", "remove", "A")
    assert "“second”" in told and "model “law”" in told and "--yes" in told
    gone = cloze.json("model", "remove", "A", "--yes")
    assert [one["kind"] for one in gone["dependents"]] == ["run", "run", "model"]
    assert cloze.json("model", "tree", "law")["id"] is None
    assert runs.show(cloze, run)["model"] == "A"
    assert cloze.json("model", "verify", "law")["ok"]
    # A card is made for a model without one.
    cloze.json("model", "add", MODEL, "--name", "bare")
    assert "158076 parameters" in card(cloze, "bare")


main([keeps_a_record, fills_old_libraries, renames_and_removes, verifies, summarizes, compares, writes_cards])
