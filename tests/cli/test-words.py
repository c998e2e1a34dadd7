"""`cloze model extend`: words added to a model; every old number stays, new rows are means, text is cut
into fewer tokens, nonsense is refused. `cloze model new --initializer-range`."""
import json
import os
import struct

from harness import MODEL, SOURCES, main

STARTER = os.path.join(SOURCES, "resources", "starter", "model")
WORDS = ["tachycardia", "cardiologist", "fibrillation"]


def tensors(folder):
    """Name → (dtype, shape, bytes)."""
    with open(os.path.join(folder, "model.safetensors"), "rb") as file:
        data = file.read()
    size, = struct.unpack("<Q", data[:8])
    header = json.loads(data[8:8 + size])
    header.pop("__metadata__", None)
    return {name: (t["dtype"], t["shape"], data[8 + size + t["data_offsets"][0]:8 + size + t["data_offsets"][1]])
            for name, t in header.items()}


def vocabulary(folder):
    with open(os.path.join(folder, "vocab.txt"), encoding="utf-8") as file:
        return file.read().splitlines()


def make_corpus(cloze):
    lines = [f"The patient number {i} had a tachycardia and the cardiologist saw a fibrillation there." for i in range(300)]
    cloze.json("corpus", "import", "clinic", cloze.path("clinic.txt", "\n".join(lines) + "\n"), "--format", "lines")


def adds_words_and_keeps_the_rest(cloze):
    make_corpus(cloze)
    told = cloze.json("model", "extend", "starter", "--name", "clinic", "--corpus", "clinic", "--count", 50, "--test-blocks", 8)
    added = {word["word"]: word for word in told["added"]}
    assert set(WORDS) <= set(added) and "patient" not in added and told["left_out"] == [], told
    assert all(word["count"] == 300 and len(word["pieces"]) > 2 for word in added.values()), added
    # Every such word is one token now: the mean over the text's words says how many pieces went.
    fewer = sum(300 * (len(word["pieces"]) - 1) for word in added.values())
    words = told["tokens_per_word"]
    assert words["after"] < words["before"] and abs((words["before"] - words["after"]) * 300 * 14 - fewer) < 1e-6, (words, fewer)
    assert 0 < told["bits_per_character"]["after"] < 20 and 0 < told["bits_per_character"]["before"] < 20

    made = cloze.json("model", "show", "clinic")
    assert made["origin"] == "extended"
    before, after = tensors(STARTER), tensors(made["folder"])
    old, new = vocabulary(STARTER), vocabulary(made["folder"])
    assert new == old + [word["word"] for word in told["added"]]
    config = json.load(open(os.path.join(made["folder"], "config.json"), encoding="utf-8"))
    assert config["vocab_size"] == len(new)
    assert set(before) - {"vocab_projector.weight"} <= set(after)
    for name, (dtype, shape, data) in after.items():
        assert dtype == "F16" and data[:len(before[name][2])] == before[name][2], name
        assert shape == before[name][1] or shape[0] == before[name][1][0] + len(added), name
    # A new row is the mean of its pieces', and its bias the mean of theirs.
    for name in ("distilbert.embeddings.word_embeddings.weight", "vocab_projector.bias"):
        shape, data = after[name][1:]
        width = shape[1] if len(shape) == 2 else 1
        row = lambda word: struct.unpack_from(f"<{width}e", data, 2 * width * new.index(word))
        for word in WORDS:
            pieces = [row(piece) for piece in added[word]["pieces"]]
            for got, *parts in zip(row(word), *pieces, strict=True):
                mean = sum(parts) / len(parts)
                assert abs(got - mean) <= 1e-3 * abs(mean) + 1e-6, (name, word, got, mean)
    # The tokenizer finds them, also where another piece begins alike.
    line = json.loads(cloze.output("tokenize", "--model", "clinic", stdin=b"Tachycardia, tachycardias"))
    assert line["tokens"][:3] == ["[CLS]", "tachycardia", ","] and line["tokens"][3] == "tachycardia", line
    # It can be opened, asked and extended again; the same words give the same bytes.
    assert len(cloze.json("fill", "--model", "clinic", "The [MASK] saw a fibrillation.")[0]["masks"][0]["top"]) > 0
    again = cloze.json("model", "extend", "starter", "--name", "again", "--corpus", "clinic", "--count", 50, "--test-blocks", 0)
    assert "bits_per_character" not in again and again["tokens_per_word"] == words
    assert cloze.json("model", "show", "again")["sha256"] == made["sha256"]
    assert "nothing to add" in cloze.refused(1, "model", "extend", "clinic", "--name", "more", "--corpus", "clinic")


def takes_words_of_ones_own(cloze):
    words = cloze.path("words.txt", "Tachycardia\n\ncardiologist \ntachycardia\nthe\ntwo words\nbeta-blocker\n[MASK]\n" + "x" * 101 + "\n")
    told = cloze.json("model", "extend", "starter", "--name", "own", "--words", words)
    assert [word["word"] for word in told["added"]] == ["tachycardia", "cardiologist"], told
    assert "tokens_per_word" not in told and told["note"] is None
    # What the old model had and the new one has not is told.
    cloze.json("model", "add", MODEL, "--name", "A")
    given = cloze.path("given.txt", "qqzzk\n")
    larger = cloze.json("model", "extend", "A", "--name", "larger", "--words", given)
    assert "tokenizer.json of “A” was not taken over" in larger["note"], larger
    assert not os.path.exists(os.path.join(cloze.json("model", "show", "larger")["folder"], "tokenizer.json"))
    assert json.loads(cloze.output("tokenize", "--model", "larger", stdin=b"qqzzk"))["tokens"] == ["[CLS]", "qqzzk", "[SEP]"]
    reasons = {4: "“tachycardia” was given twice.", 5: "“the” is in the vocabulary already.", 6: "“two words” is several words", 7: "“beta-blocker” is several words",
               8: "“[MASK]” is one of the model's own marks.", 9: "is longer than the words that the tokenizer takes."}
    left_out = {note["line"]: note["reason"] for note in told["left_out"]}
    assert list(left_out) == list(reasons) and all(reasons[line] in left_out[line] for line in reasons), left_out
    (changed,) = told["changed"]
    assert changed["line"] == 1 and "“Tachycardia” is added as “tachycardia”" in changed["reason"], changed
    proposed = cloze.json("model", "extend", "starter", "--words", words, "--propose")
    assert [word["word"] for word in proposed["proposed"]] == ["tachycardia", "cardiologist"]


def refuses_nonsense(cloze):
    words = cloze.path("words.txt", "tachycardia\n")
    known = {model["name"] for model in cloze.json("model", "list")}
    cloze.refused(1, "model", "extend", "starter", "--name", "x", "--words", cloze.path("none.txt", "the\nof\n"))
    cloze.refused(1, "model", "extend", "starter", "--name", "x", "--words", cloze.path("empty.txt", ""))
    cloze.refused(1, "model", "extend", "starter", "--name", "x", "--words", cloze.path("nul.txt", b"a\0b\n"))
    assert "UTF-8" in cloze.refused(1, "model", "extend", "starter", "--name", "x", "--words", cloze.path("latin.txt", b"caf\xe9\n"))
    cloze.refused(1, "model", "extend", "starter", "--name", "x", "--words", cloze.path("missing.txt"))
    cloze.refused(1, "model", "extend", "starter", "--name", "starter", "--words", words)
    cloze.refused(1, "model", "extend", "nobody", "--name", "x", "--words", words)
    cloze.refused(1, "model", "extend", "starter", "--name", "x", "--corpus", "nothing")
    cloze.refused(2, "model", "extend", "starter", "--name", "x")
    cloze.refused(2, "model", "extend", "starter", "--words", words)
    cloze.refused(2, "model", "extend", "starter", "--name", "x", "--words", words, "--count", "0")
    assert {model["name"] for model in cloze.json("model", "list")} == known
    folder = os.path.join(cloze.folder, "library.sqlite.files", "models")
    assert not os.path.exists(os.path.join(folder, "x")), os.listdir(folder)


def draws_weights_as_wide_as_asked(cloze):
    pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"] + [f"w{i}" for i in range(200)]
    path = cloze.path("pieces.txt", "\n".join(pieces) + "\n")
    shape = ["--dim", 32, "--layers", 1, "--heads", 2, "--hidden", 32, "--positions", 16]
    for name, option, expected in (("wide", ["--initializer-range", "0.5"], 0.5), ("usual", [], 0.02)):
        folder = cloze.json("model", "new", "--vocabulary", path, "--name", name, *shape, *option)["folder"]
        data = tensors(folder)["distilbert.embeddings.word_embeddings.weight"][2]
        numbers = struct.unpack(f"<{len(data) // 4}f", data)
        deviation = (sum(x * x for x in numbers) / len(numbers)) ** 0.5
        assert abs(deviation / expected - 1) < 0.05, (name, deviation)
        assert json.load(open(os.path.join(folder, "config.json"), encoding="utf-8"))["initializer_range"] == expected
    for wrong in ("0", "-1", "two", "", "nan", "2"):
        cloze.refused(2, "model", "new", "--vocabulary", path, "--name", "odd", *shape, "--initializer-range", wrong)


main([adds_words_and_keeps_the_rest, takes_words_of_ones_own, refuses_nonsense, draws_weights_as_wide_as_asked])
