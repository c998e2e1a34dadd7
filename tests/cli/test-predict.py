"""Filling gaps, surprisal, and the server."""
import json
import math
import subprocess

from harness import MODEL, main


def fills_gaps(cloze):
    texts = ["the [MASK] was here.", "a [MASK] and a [MASK]"]
    found = cloze.json("fill", "--model", MODEL, "--top-k", 3, "--targets", "the,xylophone", *texts)
    assert [one["text"] for one in found] == texts and [len(one["masks"]) for one in found] == [1, 2]
    for one in found:
        for mask in one["masks"]:
            assert set(mask) == {"position", "top", "targets"} and len(mask["top"]) == 3
            scores = [top["score"] for top in mask["top"]]
            assert scores == sorted(scores, reverse=True) and all(0 < score < 1 for score in scores)
            assert set(mask["top"][0]) == {"token", "id", "score", "log_probability", "sequence"}
            assert all(abs(math.exp(top["log_probability"]) - top["score"]) < 1e-12 for top in mask["top"])
            word, long_word = mask["targets"]
            assert word["pieces"] == ["the"] and len(long_word["pieces"]) > 1
            assert word["log_probability"] < 0 and long_word["log_probability"] < 0
    assert found[0]["masks"][0]["position"] == 2
    whole = cloze.json("fill", "--model", MODEL, "--top-k", 100000, texts[0])[0]["masks"][0]["top"]
    assert abs(sum(top["score"] for top in whole) - 1) < 1e-5


def compares_models(cloze):
    cloze.json("model", "add", MODEL, "--name", "A")
    found = cloze.json("fill", "--model", "A", "--model", MODEL, "x [MASK]", "y [MASK]")
    assert [(one["text"], one["model"]) for one in found] == [
        (text, model) for text in ("x [MASK]", "y [MASK]") for model in ("A", MODEL)]
    one, same = found[0]["masks"][0], found[1]["masks"][0]
    assert same["divergence"] == 0 and same["moved"] == [] and same["position"] == one["position"]
    assert [top["before_rank"] for top in same["top"]] == [1, 2, 3, 4, 5]
    for before, after in zip(one["top"], same["top"]):
        assert after["before"] == before["score"] and {name: after[name] for name in before} == before


def mix(p, q):
    """What two probabilities add to Jensen and Shannon's divergence, in bits."""
    return (p * math.log2(2 * p / (p + q)) + q * math.log2(2 * q / (p + q))) / 2


def compares_as_computed_by_hand(cloze):
    shape = ["--dim", "32", "--layers", "1", "--heads", "1", "--hidden", "32"]
    for seed in ("1", "2"):
        cloze.json("model", "new", "--vocabulary", MODEL + "/vocab.txt", "--name", "m" + seed, "--seed", seed, *shape)
    text = "the [MASK] was a [MASK]"
    first, second = cloze.json("fill", "--model", "m1", "--model", "m2", "--top-k", 100000, "--targets",
                               "house,xylophone", text)
    for before, after in zip(first["masks"], second["masks"]):
        p, q = ({top["id"]: top["score"] for top in mask["top"]} for mask in (before, after))
        parts = {token: mix(p[token], q[token]) for token in p}
        assert abs(after["divergence"] - sum(parts.values())) < 1e-9 and 0 < after["divergence"] < 1
        best = sorted(parts, key=lambda token: -parts[token])[:10]
        assert [moved["id"] for moved in after["moved"]] == best
        for moved in after["moved"]:
            assert abs(moved["before"] - p[moved["id"]]) + abs(moved["after"] - q[moved["id"]]) < 1e-12
            assert abs(moved["bits"] - parts[moved["id"]]) < 1e-12
        ranks = {top["id"]: rank for rank, top in enumerate(before["top"], 1)}
        assert all(top["before_rank"] == ranks[top["id"]] and abs(top["before"] - p[top["id"]]) < 1e-12
                   for top in after["top"])
        assert [target["before"] for target in after["targets"]] == [
            target["log_probability"] for target in before["targets"]]
    shown = cloze.output("fill", "--model", "m1", "--model", "m2", text).decode()
    assert "was" in shown and "bits" in shown and "→" in shown


def compares_different_vocabularies(cloze):
    pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "house", "quux"]
    with open(cloze.path("other.txt"), "w") as file:
        file.write("\n".join(pieces) + "\n")
    cloze.json("model", "new", "--vocabulary", cloze.path("other.txt"), "--name", "other", "--dim", "32", "--layers", "1",
               "--heads", "1", "--hidden", "32")
    first, second = cloze.json("fill", "--model", MODEL, "--model", "other", "--top-k", 100000, "a [MASK]")
    mask = second["masks"][0]
    p = {top["token"]: top["score"] for top in first["masks"][0]["top"]}
    assert mask["divergence"] is None and "vocabular" in second["note"]
    assert {top["token"] for top in mask["top"]} == set(pieces)
    for top in mask["top"]:
        if top["token"] == "quux":
            assert top["before"] is None and top["before_rank"] is None
        else:
            assert abs(top["before"] - p[top["token"]]) < 1e-12
    assert {moved["token"] for moved in mask["moved"]} == set(pieces) - {"quux"}


TINY = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "a", "b", "ab", "##a", "##b", "##c"]


def tiny(cloze):
    """A model whose fillings can all be counted; the log-probabilities of its vocabulary at each mask of texts."""
    with open(cloze.path("tiny.txt"), "w") as file:
        file.write("\n".join(TINY) + "\n")
    cloze.json("model", "new", "--vocabulary", cloze.path("tiny.txt"), "--name", "tiny", "--seed", "3", "--dim", "32",
               "--layers", "1", "--heads", "2", "--hidden", "32")

    def look(text):
        answer, = cloze.json("fill", "--model", "tiny", "--top-k", 100, text)
        return [{top["token"]: top["log_probability"] for top in mask["top"]} for mask in answer["masks"]]
    return look


def fills_several_masks_together(cloze):
    look = tiny(cloze)
    answer, = cloze.json("fill", "--model", "tiny", "--joint", "a [MASK] b [MASK] a")
    first, second = look("a [MASK] b [MASK] a")
    words = ["a", "b", "ab"]  # a "##a" behind a space would be cut otherwise; among the best it may still be
    by_hand = {}
    for word in words:
        then, = look(f"a {word} b [MASK] a")
        by_hand.update({(word, token): first[word] + then[token] for token in then if token[0] != "["})
    told = [one for one in answer["joint"] if one["order"] == "left_to_right"]
    certain = [one for one in answer["joint"] if one["order"] == "most_certain"]
    assert len(told) == len(certain) == 5 and answer["joint"] == told + certain
    for found in told, certain:
        p = [one["log_probability"] for one in found]
        assert p == sorted(p, reverse=True) and len({tuple(one["ids"]) for one in found}) == 5
        assert all([TINY.index(token) for token in one["tokens"]] == one["ids"] for one in found)
    for one in told:
        if one["tokens"][0] in words:
            assert abs(by_hand[tuple(one["tokens"])] - one["log_probability"]) < 1e-4, (one, by_hand)
    # No filling that begins with a word is better than those told, and not among them.
    least = told[-1]["log_probability"]
    assert {key for key, p in by_hand.items() if p > least + 1e-4} <= {tuple(one["tokens"]) for one in told}
    # The most certain first: the mask whose best token is likeliest is filled, then the other is looked at again.
    best = [max(p for token, p in mask.items() if token[0] != "[") for mask in (first, second)]
    if best[1] > best[0]:
        for one in certain:
            if one["tokens"][1] in words:
                then, = look(f"a [MASK] b {one['tokens'][1]} a")
                assert abs(second[one["tokens"][1]] + then[one["tokens"][0]] - one["log_probability"]) < 1e-4
    else:
        for one in certain:
            if one["tokens"][0] in words:
                assert abs(by_hand[tuple(one["tokens"])] - one["log_probability"]) < 1e-4
    assert cloze.json("fill", "--model", "tiny", "--joint", "a [MASK]")[0]["joint"] == []
    many, = cloze.json("fill", "--model", "tiny", "--joint", "[MASK] " * 9)
    assert many["joint"] == [] and "9 masks" in many["note"]


def finds_words_of_several_pieces(cloze):
    look = tiny(cloze)
    answer, = cloze.json("fill", "--model", "tiny", "--words", 3, "a [MASK] b")
    words = answer["masks"][0]["words"]
    # All words of two pieces there are; "ab" is one piece.
    both = [first + rest for first in ("a", "b") for rest in "abc" if first + rest != "ab"] + ["aba", "abb", "abc"]
    targets, = cloze.json("fill", "--model", "tiny", "--targets", ",".join(both), "a [MASK] b")
    expected = {target["word"]: target for target in targets["masks"][0]["targets"]}
    assert all(len(target["pieces"]) == 2 for target in expected.values())
    ranked = sorted(both, key=lambda word: -expected[word]["log_probability"])
    told = [one for one in words if one["order"] == "left_to_right" and len(one["pieces"]) == 2]
    assert [one["word"] for one in told] == ranked[:5]
    for one in told:
        assert abs(one["log_probability"] - expected[one["word"]]["log_probability"]) < 1e-4 and one["one_word"] is True
        assert one["pieces"] == expected[one["word"]]["pieces"] == [TINY[i] for i in one["ids"]]
    # The most certain first is one of the two orders, so a word's probability is one of two.
    first, second = look("a [MASK][MASK] b")
    for one in words:
        if one["order"] == "most_certain" and len(one["pieces"]) == 2:
            backwards = second[one["pieces"][1]]
            forwards = expected[one["word"]]["log_probability"]
            assert abs(one["log_probability"] - forwards) < 1e-4 or one["log_probability"] < backwards
    assert [one for one in words if len(one["pieces"]) == 3] and max(len(one["pieces"]) for one in words) == 3
    assert len(cloze.json("fill", "--model", "tiny", "[MASK]")[0]["masks"][0]) == 3
    shown = cloze.output("fill", "--model", "tiny", "--words", 2, "--joint", "a [MASK] [MASK]").decode()
    assert "left to right" in shown and "most certain" in shown and ranked[0][0] + " ##" in shown
    cloze.refused(2, "fill", "--model", "tiny", "--words", "5", "[MASK]")
    cloze.refused(2, "fill", "--model", "tiny", "--compare", "[MASK]")


def tells_surprisal(cloze):
    one, = cloze.json("surprisal", "--model", MODEL, "the house was here")
    assert set(one) >= {"model", "tokens", "pseudo_perplexity"}
    assert all(set(token) >= {"token", "bits"} and token["bits"] > 0 for token in one["tokens"])
    mean = sum(token["bits"] for token in one["tokens"]) / len(one["tokens"])
    assert abs(2 ** mean / one["pseudo_perplexity"] - 1) < 1e-9
    text = cloze.output("surprisal", "--model", MODEL, "the house").decode()
    assert "bits" in text and "pseudo-perplexity" in text


def ask(cloze, questions):
    """Answers of one server process to lines of bytes."""
    done = subprocess.run([cloze.program, "--library", cloze.path("library.sqlite"), "serve"],
                          input=b"\n".join(questions) + b"\n", capture_output=True, timeout=240)
    assert done.returncode == 0, done
    return [json.loads(line) for line in done.stdout.splitlines()]


def serves_answers(cloze):
    def question(**members):
        return json.dumps({"models": [MODEL], "text": "the [MASK] was", **members}).encode()
    questions = [question(id=1, request="fill", top_k=2, targets=["the"]),
                 question(id="two", request="surprisal", models=[MODEL, MODEL]),
                 question(id=3, request="attention"),
                 question(id=4, request="neighbours", word="the", count=3)]
    fill, surprisal, attention, neighbours = ask(cloze, questions)
    assert fill["id"] == 1 and len(fill["result"][0]["masks"][0]["top"]) == 2
    assert fill["result"] == cloze.json("fill", "--model", MODEL, "--top-k", 2, "--targets", "the", "the [MASK] was")
    assert surprisal["id"] == "two" and len(surprisal["result"]) == 2
    layers = attention["result"][0]["layers"]
    assert len(layers) == 2 and len(layers[0]) == 4 and abs(sum(layers[1][3][0]) - 1) < 1e-4
    assert len(neighbours["result"][0]["neighbours"]) == 3


def answers_what_it_does_not_understand(cloze):
    wrong = [b"nonsense", b"[]", b"{}", b"\xff\xfe", b"{\"id\": 1", b"[" * 100000, b'{"id": 2, "request": "fill"}',
             b'{"id": 3, "request": "dance", "models": ["A"], "text": "x"}',
             b'{"id": 4, "request": "fill", "models": ["nonsense"], "text": "x [MASK]"}',
             b'{"id": 5, "request": "fill", "models": "x", "text": 7}',
             b'{"id": 6, "request": "fill", "models": [1], "text": "x"}',
             json.dumps({"id": 7, "request": "fill", "models": [MODEL], "text": "no gap"}).encode(),
             json.dumps({"id": 8, "request": "fill", "models": [MODEL], "text": "[MASK]", "top_k": -1}).encode(),
             json.dumps({"id": 9, "request": "fill", "models": [MODEL], "text": "[MASK]", "targets": {}}).encode()]
    right = json.dumps({"id": 99, "request": "fill", "models": [MODEL], "text": "[MASK]"}).encode()
    answers = ask(cloze, wrong + [b"", right])
    assert len(answers) == len(wrong) + 1, answers
    for answer in answers[:-1]:
        assert set(answer) == {"id", "error"} and len(answer["error"]) > 10, answer
    assert [answer["id"] for answer in answers[6:-1]] == [2, 3, 4, 5, 6, 7, 8, 9]
    assert answers[-1]["id"] == 99 and "result" in answers[-1]


def serves_a_model_that_was_written_anew(cloze):
    shape = ["--dim", "32", "--layers", "1", "--heads", "1", "--hidden", "32"]
    vocabulary = MODEL + "/vocab.txt"
    for seed in ("1", "2"):
        cloze.json("model", "new", "--vocabulary", vocabulary, "--name", "m" + seed, "--seed", seed, *shape)
    folder = cloze.path("served")
    cloze.output("model", "export", "m1", folder)
    server = subprocess.Popen([cloze.program, "--library", cloze.path("library.sqlite"), "serve"],
                              stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    line = json.dumps({"id": 1, "request": "fill", "models": [folder], "text": "[MASK]"}).encode() + b"\n"
    answers = []
    for model in ("m1", "m1", "m2"):
        cloze.output("model", "export", model, folder)
        server.stdin.write(line)
        server.stdin.flush()
        answers.append(json.loads(server.stdout.readline())["result"])
    server.stdin.close()
    assert server.wait(timeout=60) == 0
    server.stdout.close()
    assert answers[0] == answers[1] != answers[2]


main([fills_gaps, compares_models, compares_as_computed_by_hand, compares_different_vocabularies, fills_several_masks_together,
      finds_words_of_several_pieces, tells_surprisal, serves_answers, answers_what_it_does_not_understand,
      serves_a_model_that_was_written_anew])
