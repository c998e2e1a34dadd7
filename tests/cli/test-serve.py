"""The server's protocol: cancelling, progress, ids and characters of every kind."""
import json
import os
import subprocess

from harness import MODEL, main

LONG = "she went to the old house and was there for a long time. " * 30


class Server:
    """A `cloze serve` that is asked line by line."""
    def __init__(self, cloze, **environment):
        self.process = subprocess.Popen([cloze.program, "--library", cloze.path("library.sqlite"), "serve"],
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                        env={**os.environ, **environment})

    def ask(self, *lines):
        for line in lines:
            self.process.stdin.write(line if isinstance(line, bytes) else json.dumps(line).encode())
            self.process.stdin.write(b"\n")
        self.process.stdin.flush()

    def line(self):
        return self.process.stdout.readline()

    def answer(self):
        return json.loads(self.line())

    def end(self, status=0):
        self.process.stdin.close()
        rest, self.said = self.process.stdout.read(), self.process.stderr.read().decode()
        assert self.process.wait(timeout=60) == status, self.said
        self.process.stdout.close()
        self.process.stderr.close()
        return [json.loads(line) for line in rest.splitlines()]


def question(request, **members):
    return {"request": request, "models": [MODEL], "text": "the [MASK] was", **members}


def tells_how_far_it_is(cloze):
    server = Server(cloze)
    server.ask(question("surprisal", id=1, text=LONG, models=[MODEL, MODEL]))
    shares = []
    while "result" not in (answer := server.answer()):
        assert set(answer) == {"id", "progress"} and answer["id"] == 1
        shares.append(answer["progress"])
    assert shares and shares == sorted(shares) and 0 <= shares[0] and shares[-1] < 1
    assert len(answer["result"]) == 2 and server.end() == []


def cancels_what_runs_and_what_waits(cloze):
    server = Server(cloze)
    server.ask(question("surprisal", id=1, text=LONG * 20), question("fill", id="two"), question("fill", id=3),
               question("fill", id=4))
    assert "progress" in server.answer()  # the first is at work
    server.ask({"request": "cancel", "cancel": "two"}, {"id": 9, "request": "cancel", "cancel": 1},
               {"request": "cancel", "cancel": 77}, {"request": "cancel", "cancel": 4})
    while "progress" in (answer := server.answer()):
        pass
    assert answer["id"] == 1 and answer["cancelled"] is True and len(answer["error"]) > 10
    answers = [server.answer() for _ in range(3)]
    assert [answer["id"] for answer in answers] == ["two", 3, 4]
    assert [answer.get("cancelled") for answer in answers] == [True, None, True] and "result" in answers[1]
    # What is done cannot be cancelled any more, and one that names nothing is told so.
    server.ask({"request": "cancel", "cancel": 3}, {"id": 5, "request": "cancel"}, question("fill", id=6))
    wrong, right = server.answer(), server.answer()
    assert wrong["id"] == 5 and "cancel" in wrong["error"] and "cancelled" not in wrong
    assert right["id"] == 6 and "result" in right and server.end() == []


def ends_though_more_is_asked_than_is_read(cloze):
    server = Server(cloze)
    server.ask(*[question("fill", id=i) for i in range(300)])
    assert [answer["id"] for answer in server.end()] == list(range(300))


def keeps_ids_and_characters(cloze):
    huge = 10 ** 30 + 7
    server = Server(cloze)
    server.ask(question("fill", id=huge), question("fill", id=-huge), {"request": "cancel", "cancel": huge},
               question("fill", id={"a": [1]}), question("fill", id="\u0000\"x"), question("fill", id=1.5),
               b'{"text": "{\\"id\\": 5}", "id": 1, "request": "fill", "id": 2, "models": "' + MODEL.encode() + b'"}')
    answers = server.end()
    assert [answer["id"] for answer in answers[:4]] == [huge, -huge, {"a": [1]}, "\ufffd\"x"]
    assert answers[4]["id"] == 1.5 and answers[5]["id"] == 2 and "error" in answers[5]
    # A NUL in the text is no end of it: the model sees what the tokenizer makes of the whole.
    text = "the\u0000 house \\u0000 [MASK] was\u0000 here"
    server = Server(cloze)
    server.ask(question("fill", id=1, text=text), question("surprisal", id=2, text=text))
    fill, surprisal = server.end()
    tokens, = [json.loads(line)["tokens"] for line in cloze.output(
        "tokenize", "--model", MODEL, "--jsonl", stdin=json.dumps({"text": text}).encode() + b"\n").splitlines()]
    assert fill["result"][0]["masks"][0]["position"] == tokens.index("[MASK]")
    assert [token["token"] for token in surprisal["result"][0]["tokens"]] == tokens[1:-1]
    assert fill["result"][0]["text"] == "the\ufffd house \\u0000 [MASK] was\ufffd here"


def refuses_too_many_masks(cloze):
    server = Server(cloze)
    server.ask(question("fill", id=1, text="[MASK]" * 600), question("fill", id=2, text="[MASK] " * 400, compare=True,
                                                                      models=[MODEL, MODEL], top_k=2),
               question("fill", id=5, top_k=2, sequences=False), question("fill", id=3, compare="yes"), question("fill", id=4, top_k=1.5))
    many, all_masks, bare, wrong, fraction = server.end()
    assert "512" in many["error"] and "compare" in wrong["error"] and "top_k" in fraction["error"]
    assert [top["sequence"] for top in bare["result"][0]["masks"][0]["top"]] == [None, None]
    first, second = all_masks["result"]
    assert len(first["masks"]) == len(second["masks"]) == 400
    assert [("divergence" in mask) for mask in second["masks"]] == [True] * 64 + [False] * 336 and "64" in second["note"]


def joins_pieces_to_words(cloze):
    text = "Hé, the xylophones — [MASK] 😀 was, it's unfoldable"
    one, = cloze.json("surprisal", "--model", MODEL, text)
    tokens, words, raw = one["tokens"], one["words"], text.encode()
    assert [word["text"] for word in words] == ["Hé", ",", "the", "xylophones", "—", "[MASK]", "😀", "was", ",", "it",
                                                "'", "s", "unfoldable"]
    assert one["windows"] == [] and not any("window" in token for token in tokens)
    assert one["scored"] == sum(token["bits"] is not None for token in tokens) < len(tokens)
    for i, word in enumerate(words):
        own = [token for token in tokens if token["word"] == i]
        assert raw[word["start"]:word["end"]].decode() == word["text"] and word["pieces"] == len(own)
        assert (own[0]["start"], own[-1]["end"]) == (word["start"], word["end"])
        bits = [token["bits"] for token in own if token["bits"] is not None]
        assert word["bits"] is None if not bits else abs(word["bits"] - sum(bits)) < 1e-9
    assert words[5]["bits"] is None and words[3]["pieces"] > 1
    shown = cloze.output("surprisal", "--model", MODEL, text).decode()
    assert "xylophones" in shown and "x ##y" in shown


def sees_long_texts_through_windows(cloze):
    text = "She went to the old house. " * 40
    one, = cloze.json("surprisal", "--model", MODEL, text)
    windows = one["windows"]
    assert len(windows) > 2 and windows[0]["start"] == 0 and windows[-1]["end"] == len(text.rstrip())
    assert all(a["start"] < b["start"] < a["end"] < b["end"] for a, b in zip(windows, windows[1:]))
    assert f"{len(windows)} windows" in one["note"]
    for i in 0, 2, len(windows) - 1:
        # What a window's tokens are given is what they get when it is all there is.
        start, end = windows[i]["start"], windows[i]["end"]
        alone, = cloze.json("surprisal", "--model", MODEL, text[start:end])
        bits = {token["start"] + start: token["bits"] for token in alone["tokens"]}
        own = [token for token in one["tokens"] if token["window"] == i]
        assert own and alone["windows"] == []
        for token in own:
            assert start <= token["start"] and token["end"] <= end
            assert abs(token["bits"] - bits[token["start"]]) < 1e-4


def shows_attention_from_one_token(cloze):
    text, long = "the [MASK] was in the [MASK] house", "the old house was here. " * 20 + "a [MASK] and " + "so it was. " * 20
    server = Server(cloze)
    server.ask(question("attention", id=1, text=text), question("attention", id=2, text=text, mask=1),
               question("attention", id=3, text=text, token=0), question("attention", id=4, text=long, mask=0),
               question("attention", id=5, text=text, mask=2), question("attention", id=6, text=text, token=99),
               question("attention", id=7, text=text, mask=-1), question("attention", id=8, text=long, token=0))
    answers = server.end()
    assert all("error" in answer for answer in answers[4:7])
    whole, second, first, around, beginning = (answers[i]["result"][0] for i in (0, 1, 2, 3, 7))
    assert [token["token"] for token in whole["tokens"]].count("[MASK]") == 2 and whole["tokens"] == second["tokens"]
    assert (second["position"], first["position"]) == (6, 0)
    for one in second, first:
        assert "layers" not in one and [[len(row) for row in heads] for heads in one["from"]] == [[9] * 4] * 2
        for heads, rows in zip(whole["layers"], one["from"]):
            assert [head[one["position"]] for head in heads] == rows
    spans = [(token["start"], token["end"]) for token in whole["tokens"]]
    assert spans[0] == spans[-1] == (0, 0) and text[slice(*spans[6])] == "[MASK]" and text[slice(*spans[7])] == "house"
    for one in around, beginning:
        row = one["from"][1][3]
        assert len(row) == len(one["tokens"]) == 128 and abs(sum(row) - 1) < 1e-4 and "128" in one["note"]
    mask = around["tokens"][around["position"]]
    assert mask["token"] == "[MASK]" and long[mask["start"]:mask["end"]] == "[MASK]"
    assert (beginning["position"], beginning["tokens"][1]["start"]) == (0, 0)


def judges_a_set_of_sentences(cloze):
    shape = ["--dim", "32", "--layers", "1", "--heads", "1", "--hidden", "32"]
    cloze.json("model", "new", "--vocabulary", MODEL + "/vocab.txt", "--name", "m", "--seed", "1", *shape)
    text = "the [MASK] was in the [MASK]"
    whole = cloze.json("fill", "--model", MODEL, "--top-k", 100000, "--targets", "xylophone", text)[0]["masks"][0]
    best, third, fifth = (whole["top"][i]["token"] for i in (0, 2, 4))
    sentences = [{"text": text, "answers": [fifth, third.upper(), "xylophone"]}, {"text": text, "answers": best},
                 {"text": text, "answers": ["xylophone"]}, {"text": text}, {"text": "no gap", "answers": ["the"]},
                 {"text": text, "answers": ["\u4e00"]}]
    server = Server(cloze)
    server.ask({"id": 1, "request": "set", "models": [MODEL, "m"], "sentences": sentences, "top_k": 3},
               *({"id": i, "request": "set", "models": [MODEL], "sentences": wrong}
                 for i, wrong in enumerate((None, [], "x", [{}], [{"text": 1}], [{"text": "a [MASK]", "answers": 7}]), 2)))
    answers = [answer for answer in server.end() if "progress" not in answer]
    assert [sorted(answer) for answer in answers] == [["id", "result"]] + [["error", "id"]] * 6, answers
    one, other = answers[0]["result"]
    assert (one["model"], other["model"]) == (MODEL, "m") and len(other["sentences"]) == 6
    several, hit, pieces, unknown, gapless, strange = one["sentences"]
    assert [{name: value for name, value in top.items() if name != "sequence"} for top in whole["top"][:3]] == several["top"]
    assert several["rank"] == 3 and several["hit"] is False
    assert several["log_probability"] == max(whole["top"][2]["log_probability"], whole["targets"][0]["log_probability"])
    assert hit["rank"] == 1 and hit["hit"] is True
    assert pieces["rank"] is None and pieces["log_probability"] == whole["targets"][0]["log_probability"]
    assert unknown["rank"] is None and unknown["log_probability"] is None and len(unknown["top"]) == 3
    assert "[MASK]" in gapless["error"] and gapless["top"] == [] and several["error"] is None
    assert strange["rank"] is None and strange["log_probability"] is None
    assert (one["scored"], one["ranked"], one["mean_rank"], one["accuracy"]) == (4, 2, 2, 0.25)


def goes_on_where_memory_is_refused(cloze):
    shape = ["--dim", "32", "--layers", "1", "--heads", "1", "--hidden", "32"]
    for name in "m", "n":
        cloze.json("model", "new", "--vocabulary", MODEL + "/vocab.txt", "--name", name, *shape)
    right, = cloze.json("fill", "--model", "m", "the [MASK] was")
    refused = 0
    for allocation in 2, 3, 4, 6, 9, 14:
        server = Server(cloze, CZ_GPU_FAULT=f"allocation:{allocation}")
        server.ask(*(question("fill", id=i, models=["m", "n"]) for i in (1, 2)), question("surprisal", id=3, models=["n"]))
        first, second, third = (answer for answer in server.end() if "progress" not in answer)
        assert "result" in first or "memory" in first["error"], first
        assert second["result"][0]["masks"] == right["masks"] and "result" in third, (allocation, second, third)
        refused += "error" in first
    # The first model has nobody to take memory from; what comes later makes room.
    assert 0 < refused < 6, refused
    server = Server(cloze, CZ_GPU_FAULT="submit-memory:1")
    server.ask(question("fill", id=1, models=["m"]), question("fill", id=2, models=["m"]))
    first, second = server.end()
    assert "error" in first and second["result"][0]["masks"] == right["masks"]


def says_that_the_device_was_lost(cloze):
    for fault in "submit:1", "wait:2":
        server = Server(cloze, CZ_GPU_FAULT=fault)
        server.ask(question("fill", id=1), question("fill", id=2), question("surprisal", id=3))
        answers = server.end(status=1)
        assert answers and "error" in answers[-1] and len(answers) < 3, answers
        assert server.said.startswith("cloze: ") and server.said.count("\n") == 1 and "lost" in server.said, server.said


main([tells_how_far_it_is, cancels_what_runs_and_what_waits, ends_though_more_is_asked_than_is_read,
      keeps_ids_and_characters, refuses_too_many_masks, joins_pieces_to_words, sees_long_texts_through_windows,
      shows_attention_from_one_token, judges_a_set_of_sentences, goes_on_where_memory_is_refused,
      says_that_the_device_was_lost])
