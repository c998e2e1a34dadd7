"""`cloze tokenize`: what the Rust library gives, cased and uncased; lines, JSON Lines, any bytes."""
import json
import os

from harness import MODEL, SOURCES, main, shared

SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]


def make_model(cloze, name, vocabulary, config=None, **files):
    folder = cloze.path(name)
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, "vocab.txt"), "wb") as file:
        file.write(vocabulary if isinstance(vocabulary, bytes) else "".join(v + "\n" for v in vocabulary).encode())
    for file_name, contents in {"tokenizer_config": config, **files}.items():
        if contents is not None:
            with open(os.path.join(folder, file_name + ".json"), "w", encoding="utf-8") as file:
                file.write(contents if isinstance(contents, str) else json.dumps(contents))
    return folder


def encode(cloze, folder, texts):
    lines = "".join(json.dumps({"text": text}) + "\n" for text in texts)
    out = cloze.output("tokenize", "--model", folder, "--jsonl", stdin=lines.encode())
    return [json.loads(line) for line in out.splitlines()]


def gives_what_the_rust_library_gives(cloze):
    with open(os.path.join(SOURCES, "tests", "text", "rust-cases.json"), encoding="utf-8") as file:
        recorded = json.load(file)
    for number, tokenizer in enumerate(recorded["tokenizers"]):
        folder = make_model(cloze, f"m{number}", recorded["vocabulary"], tokenizer["config"])
        got = encode(cloze, folder, recorded["texts"])
        for text, (ids, words), ours in zip(recorded["texts"], tokenizer["encodings"], got, strict=True):
            assert (ours["ids"], ours["words"]) == (ids, words), (tokenizer["config"], text, ids, words, ours)
            assert ours["tokens"] == [recorded["vocabulary"][i] for i in ids]


def gives_the_reference_cases(cloze):
    folder = make_model(cloze, "reference", open(shared("reference", "tokenizer", "vocab.txt"), "rb").read())
    with open(shared("reference", "tokenizer", "cases.jsonl"), encoding="utf-8") as file:
        cases = [json.loads(line) for line in file]
    raw = [bytes.fromhex(c["bytes_hex"]) if "bytes_hex" in c else c["text"].encode() for c in cases]
    got = encode(cloze, folder, [text.decode("utf-8", "replace") for text in raw])
    assert [(g["ids"], g["words"]) for g in got] == [(c["ids"], c["word_ids"]) for c in cases]
    # Lines as they come, invalid UTF-8 among them.
    plain = [(text, case) for text, case in zip(raw, cases) if b"\n" not in text]
    out = cloze.output("tokenize", "--model", folder, stdin=b"".join(text + b"\n" for text, _ in plain))
    lines = [json.loads(line) for line in out.splitlines()]
    assert [line["ids"] for line in lines] == [case["ids"] for _, case in plain] and len(plain) > 300


def special_tokens_have_any_name_and_number(cloze):
    folder = make_model(cloze, "named", ["a", "<mask>", "##a", "<s>", "<unk>", "b", "</s>", "<pad>"],
                        {"mask_token": {"content": "<mask>", "lstrip": True}, "cls_token": "<s>", "sep_token": "</s>"},
                        special_tokens_map={"unk_token": "<unk>", "pad_token": {"content": "<pad>"}})
    (got,) = encode(cloze, folder, ["aa<mask>b [MASK]"])
    assert got["ids"] == [3, 0, 2, 1, 5, 4, 4, 4, 6], got
    assert got["words"] == [None, 0, 0, 1, 2, 3, 4, 5, None], got


def takes_lines_as_they_are(cloze):
    folder = make_model(cloze, "m", "\r\n".join([*SPECIAL, "a", "b", "##b"]).encode())
    got = cloze.lines("tokenize", "--model", folder, stdin=b"a\r\n\na\rb\xe2\x80\xa8b\x00b")
    assert [line["ids"][1:-1] for line in got] == [[5], [], [5, 6, 6, 7]], got
    assert cloze.lines("tokenize", "--model", folder, stdin=b"") == []
    files = cloze.path("1.txt", "a\n"), cloze.path("2.txt", "b")
    assert [line["ids"][1:-1] for line in cloze.lines("tokenize", "--model", folder, *files)] == [[5], [6]]
    assert [g["ids"][1:-1] for g in encode(cloze, folder, ["a\nb\0b", "\ud800a"])] == [[5, 6, 7], [5]]


def refuses_what_it_cannot_read(cloze):
    cloze.refused(2, "tokenize", stdin=b"a")
    folder = make_model(cloze, "m", [*SPECIAL, "a"])
    for line in (b"a", b"{", b'{"text": 1}', b'{"other": "a"}', b"[]", b""):
        status, out, err = cloze.run("tokenize", "--model", folder, "--jsonl", stdin=b'{"text": "a"}\n' + line + b"\n")
        assert status == 1 and out.count(b"\n") == 1 and "2" in err and err.count("\n") == 1, (line, status, out, err)
    assert "absent" in cloze.refused(1, "tokenize", "--model", folder, cloze.path("absent.txt"))
    for name, vocabulary, config in (("none", SPECIAL[:4], None), ("empty", b"", None), ("latin", b"\xff\n", None),
                                     ("lfs", b"version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n", None),
                                     ("other", SPECIAL, {"tokenizer_class": "RobertaTokenizer"}), ("json", SPECIAL, "{"),
                                     ("kind", SPECIAL, {"do_lower_case": "no"})):
        assert name in cloze.refused(1, "tokenize", "--model", make_model(cloze, name, vocabulary, config), stdin=b"a")


def takes_a_long_line(cloze):
    (got,) = cloze.lines("tokenize", "--model", MODEL, stdin=b"the " * 500000)
    assert len(got["ids"]) == 500002 and got["words"][-2] == 499999


main([
    gives_what_the_rust_library_gives, gives_the_reference_cases, special_tokens_have_any_name_and_number,
    takes_lines_as_they_are, refuses_what_it_cannot_read, takes_a_long_line,
])
