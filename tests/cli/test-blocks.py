"""Word pieces, blocks and masks from the command line, and what `cloze bench` and `parity` print."""
import json
import os
import shutil

from harness import MODEL, main, shared

TEXTS = [f"The {word} of the {word}s, and it's what {word}ing was for number {i}!"
         for i, word in enumerate(["storm", "whale", "xylophone", "harbour", "unquestionable"] * 24)]


def rows(texts):
    """A CSV with every fifth row for testing."""
    lines = [f'"{text}",{"test" if i % 5 == 4 else "train"}' for i, text in enumerate(texts)]
    return "text,split\n" + "\n".join(lines) + "\n"


def import_texts(cloze):
    cloze.json("corpus", "import", "c", cloze.path("c.csv", rows(TEXTS)))


def tokenizes_as_the_reference_does(cloze):
    os.mkdir(cloze.path("model"))
    shutil.copy(shared("reference", "tokenizer", "vocab.txt"), cloze.path("model"))
    with open(shared("reference", "tokenizer", "cases.jsonl"), encoding="utf-8") as file:
        cases = [json.loads(line) for line in file]
    for case in cases:
        if "bytes_hex" in case:
            case["text"] = bytes.fromhex(case["bytes_hex"]).decode("utf-8", "replace")
    texts = "".join(json.dumps({"other": [1, {"a": "}"}], "text": c["text"]}) + "\n" for c in cases)
    found = cloze.lines("tokenize", "--model", cloze.path("model"), "--jsonl", stdin=texts.encode())
    assert len(found) == len(cases)
    for case, one in zip(cases, found):
        assert (one["ids"], one["tokens"], one["words"]) == (case["ids"], case["tokens"], case["word_ids"]), case


def tokenizes_any_bytes(cloze):
    lines = [b"", b"plain", b"nul\0inside", b"\xff\xfe broken \xc3", b"word " * 600000, b"x" * 3000000, b"end"]
    found = cloze.lines("tokenize", "--model", MODEL, stdin=b"\n".join(lines))
    assert len(found) == len(lines)
    for one in found:
        assert set(one) == {"ids", "tokens", "words"}
        assert len(one["ids"]) == len(one["tokens"]) == len(one["words"]) >= 2
        assert one["words"][0] is None and one["words"][-1] is None
    assert found[4]["words"][-2] == 599999
    # Files come one behind the other, and "-" is standard input.
    a, b = cloze.path("a.txt", b"one\ntwo\n"), cloze.path("b.txt", b"three")
    both = cloze.lines("tokenize", "--model", MODEL, a, "-", b, stdin=b"between\n")
    assert [one["ids"] for one in both] == [
        one["ids"] for one in cloze.lines("tokenize", "--model", MODEL, stdin=b"one\ntwo\nbetween\nthree")]


def reads_texts_from_json(cloze):
    def ids(line):
        return cloze.lines("tokenize", "--model", MODEL, "--jsonl", stdin=line)[0]["ids"]
    plain = cloze.lines("tokenize", "--model", MODEL, stdin="caf\u00e9 \u2014 a storm".encode())[0]["ids"]
    assert ids(b'{"text": "caf\\u00e9 \\u2014 a\\nstorm"}') == plain
    assert ids(b'{"n": -1.5e3, "text": "caf\\u00e9 \\u2014 a\\u0000 storm", "x": null}\n') == plain
    assert ids(b'{"text": "\\ud83d\\ude00"}') == ids('{"text": "\U0001f600"}'.encode())
    for bad in (b"", b"{}", b"[]", b"text", b'{"text": 1}', b'{"text": "a', b'{"text": "a"} b', b'{"text": "\\x"}',
                b"[" * 100000, b'{"a": ' * 100000):
        assert "ine 1 of" in cloze.refused(1, "tokenize", "--model", MODEL, "--jsonl", stdin=bad + b"\n")


def cuts_blocks_as_documents_lie(cloze):
    import_texts(cloze)
    pieces = cloze.lines("tokenize", "--model", MODEL, stdin="\n".join(TEXTS).encode())
    blocks = cloze.lines("corpus", "blocks", "c", "--model", MODEL, "--block-size", 16)
    assert [b["block"] for b in blocks] == list(range(len(blocks)))
    assert [b["split"] for b in blocks] == sorted((b["split"] for b in blocks), reverse=True)
    for split in ("train", "test"):
        own = [p for i, p in enumerate(pieces) if (i % 5 == 4) == (split == "test")]
        for key in ("ids", "words"):
            stream = [value for p in own for value in p[key]]
            cut = [b[key] for b in blocks if b["split"] == split]
            assert cut == [stream[i:i + 16] for i in range(0, len(stream) // 16 * 16, 16)], (split, key)
    assert all(set(b["labels"]) == {-100} for b in blocks)


def numbers_words_of_shuffled_blocks(cloze):
    import_texts(cloze)
    ordered = cloze.lines("corpus", "blocks", "c", "--model", MODEL, "--block-size", 16, "--split", "blocks",
                          "--split-seed", 7)
    other = cloze.lines("corpus", "blocks", "c", "--model", MODEL, "--block-size", 16, "--split", "blocks",
                        "--split-seed", 8)
    assert ordered != other
    known = {(tuple(b["ids"]), tuple(b["words"])) for b in ordered}
    assert known == {(tuple(b["ids"]), tuple(b["words"])) for b in other}
    padded = cloze.lines("corpus", "blocks", "c", "--model", MODEL, "--block-size", 100, "--set", "last_block=pad",
                         "--mask", "token")
    last = [b for b in padded if b["split"] == "train"][-1]
    tail = last["words"][::-1].index(next(w for w in last["words"][::-1] if w is not None)) - 1
    assert tail > 0 and set(last["labels"][-tail:]) == {-100} and set(last["ids"][-tail:]) == {0}, last


def masks_tokens(cloze):
    import_texts(cloze)
    line = ["corpus", "blocks", "c", "--model", MODEL, "--block-size", 32]
    plain = cloze.lines(*line)
    masked = cloze.lines(*line, "--mask", "token", "--seed", 3, "--epoch", 2)
    assert masked == cloze.lines(*line, "--mask", "token", "--seed", 3, "--epoch", 2)
    assert masked != cloze.lines(*line, "--mask", "token", "--seed", 3, "--epoch", 1)
    assert masked != cloze.lines(*line, "--mask", "token", "--seed", 4, "--epoch", 2)
    mask = 4
    scored = kept = replaced = total = 0
    for before, after in zip(plain, masked):
        for true, seen, label, word in zip(before["ids"], after["ids"], after["labels"], before["words"]):
            total += word is not None
            assert label in (-100, true) and (label != -100 or seen == true)
            assert word is not None or label == -100
            scored += label != -100
            kept += label != -100 and seen == true
            replaced += label != -100 and seen == mask
    assert 0.12 < scored / total < 0.18, (scored, total)
    assert 0.72 < replaced / scored < 0.88 and 0.04 < kept / scored < 0.17, (scored, replaced, kept)


def masks_test_blocks_as_evaluations_do(cloze):
    """Whatever the run's own seed, epoch and masking: by eval_mask, eval_mask_probability, eval_seed."""
    import_texts(cloze)
    line = ["corpus", "blocks", "c", "--model", MODEL, "--block-size", 32, "--mask"]

    def parts(*more):
        blocks = cloze.lines(*line, *more)
        return [[b for b in blocks if b["split"] == split] for split in ("train", "test")]

    train, test = parts("token", "--seed", 3, "--epoch", 2)
    assert len(test) > 1
    for more in (["token", "--seed", 4], ["word", "--epoch", 1, "--mask-probability", 0.4]):
        other_train, other_test = parts(*more)
        assert other_test == test and other_train != train
    assert parts("token", "--seed", 3, "--epoch", 2, "--set", "eval_seed=9")[0] == train
    for more in ("eval_seed=9", "eval_mask=word", "eval_mask_probability=0.5"):
        assert parts("token", "--set", more)[1] != test, more


def masks_whole_words(cloze):
    import_texts(cloze)
    masked = cloze.lines("corpus", "blocks", "c", "--model", MODEL, "--block-size", 32, "--mask", "word",
                         "--set", "eval_mask=word")
    words = scored = 0
    for block in masked:
        runs = []
        for i, word in enumerate(block["words"]):
            if word is None:
                assert block["labels"][i] == -100
            elif i > 0 and block["words"][i - 1] == word:
                runs[-1].append(i)
            else:
                runs.append([i])
        for run in runs:
            chosen = {block["labels"][i] != -100 for i in run}
            assert len(chosen) == 1, block
            words += 1
            if chosen == {True}:
                scored += 1
                assert {block["ids"][i] for i in run} == {4}
    assert 0.15 < scored / words < 0.25, (scored, words)


def describes_devices(cloze):
    devices = cloze.json("devices")
    assert devices and devices[0]["index"] == 0
    for device in devices:
        assert {"index", "name", "type", "driver", "memory_bytes", "fp16", "bf16", "cooperative_matrix",
                "subgroup_size"} <= set(device)


def measures(cloze):
    shape = ["--runs", 1, "--layers", 1, "--blocks", 1, "--block-size", 16]
    for what, unit in (("step", "tokens/s"), ("evaluate", "tokens/s"), ("tokenize", "MB/s")):
        figures = cloze.lines("bench", what, *shape)
        first = next(f for f in figures if f["bench"] == what)
        assert first["unit"] == unit and first["min"] <= first["value"] <= first["max"], first
        assert {"bench", "device", "value", "unit", "threads", "runs", "min", "max"} <= set(first)


def refuses_wrong_usage(cloze):
    for line in (
        ["tokenize"], ["tokenize", "--model", MODEL, "--frobnicate"], ["bench", "frobnicate"],
        ["bench", "step", "--blocks", "0"], ["bench", "step", "--block-size", "1000"],
        ["bench", "step", "--precision", "fp8"], ["parity", MODEL],
        ["corpus", "blocks", "c", "--model", MODEL, "--mask", "letter"],
        ["corpus", "blocks", "c", "--model", MODEL, "--block-size", "0"],
        ["corpus", "blocks", "c", "--model", MODEL, "--epoch", "last"],
        ["corpus", "blocks", "c", "--model", MODEL, "--split", "somehow"],
    ):
        cloze.refused(2, *line)


def fails_in_one_sentence(cloze):
    assert "absent" in cloze.refused(1, "tokenize", "--model", MODEL, cloze.path("absent"))
    cloze.refused(1, "tokenize", "--model", "nobody", stdin=b"a\n")
    cloze.refused(1, "tokenize", "--model", cloze.folder, stdin=b"a\n")
    cloze.refused(1, "corpus", "blocks", "nothing", "--model", MODEL)
    cloze.refused(1, "parity", MODEL, cloze.folder)
    cloze.refused(1, "bench", "tokenize", "--text", cloze.path("absent"))
    import_texts(cloze)
    cloze.refused(1, "corpus", "blocks", "c", "--model", MODEL, "--block-size", "60000")


main([
    tokenizes_as_the_reference_does, tokenizes_any_bytes, reads_texts_from_json, cuts_blocks_as_documents_lie,
    numbers_words_of_shuffled_blocks, masks_tokens, masks_test_blocks_as_evaluations_do, masks_whole_words, describes_devices, measures,
    refuses_wrong_usage, fails_in_one_sentence,
])
