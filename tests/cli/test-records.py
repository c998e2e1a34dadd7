"""Several runs in one library, the queue, records, what is taken away of them, and models of one's own."""
import csv
import html.parser
import json
import os
import re
import shlex
import subprocess

from harness import main
from runs import SMALL, create, end, options, prepare, sha256, show, start, train, values, wait_for

STEPS = SMALL["train_blocks"] // SMALL["batch_size"] * SMALL["epochs"]


class Page(html.parser.HTMLParser):
    """A page's tags and its text; what is still open, and what was closed without being open."""
    VOID = {"meta", "line", "circle", "polyline"}

    def __init__(self):
        super().__init__()
        self.open, self.tags, self.text, self.wrong = [], [], "", []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append(tag)

    def handle_endtag(self, tag):
        if tag in self.VOID:
            return
        if not self.open or self.open.pop() != tag:
            self.wrong.append(tag)

    def handle_data(self, data):
        self.text += data


def two_runs_share_a_library(cloze):
    prepare(cloze)
    runs = [create(cloze, seed=seed) for seed in (1, 2)]
    processes = [start(cloze, run) for run in runs]
    cloze.json("corpus", "import", "meanwhile", cloze.path("a.txt", "a text\n"))
    assert [end(process) for process in processes] == [0, 0]
    for run in runs:
        assert show(cloze, run)["state"] == "finished"
        assert len([1 for _, name in values(cloze, run) if name == "train_loss"]) == STEPS


def the_queue_goes_on_behind_a_failure(cloze):
    prepare(cloze)
    one, bad, two = create(cloze, train_blocks=8), create(cloze, seed=2, train_blocks=8), create(cloze, train_blocks=16)
    cloze.output("run", "queue", "add", one, bad, two)
    assert [run["run"] for run in cloze.json("run", "queue")] == [one, bad, two]
    cloze.output("run", "queue", "remove", two)
    cloze.output("run", "queue", "add", two)
    os.rename(os.path.join(show(cloze, bad)["folder"]), cloze.path("gone"))
    os.symlink("/nonexistent", show(cloze, bad)["folder"])
    status, _, err = cloze.run("run", "queue", "start")
    assert status == 1 and f"Run {bad}" in err and err.count("\n") == 1, err
    assert [show(cloze, run)["state"] for run in (one, two)] == ["finished", "finished"]
    assert cloze.json("run", "queue") == []
    cloze.refused(1, "run", "queue", "add", one)


def records_are_kept_thrown_away_and_brought_back(cloze):
    prepare(cloze)
    run = create(cloze)
    cloze.output("run", "note", run, "a note\nof two lines")
    cloze.output("run", "tag", run, "good", "films")
    record = show(cloze, run)
    assert record["notes"] == "a note\nof two lines" and record["tags"] == "good, films"
    cloze.output("run", "trash", run)
    assert cloze.json("run", "list") == [] and cloze.json("run", "list", "--trashed")[0]["run"] == run
    cloze.refused(1, "run", "start", run)
    cloze.output("run", "restore", run)
    folder = show(cloze, run)["folder"]
    assert os.path.isdir(folder)
    cloze.output("run", "remove", run)
    cloze.refused(1, "run", "show", run)
    assert not os.path.exists(folder)


def a_model_is_made_from_a_corpus(cloze):
    prepare(cloze)
    shape = ["--dim", 32, "--layers", 1, "--heads", 2, "--hidden", 64, "--positions", 64]
    made = cloze.json("model", "new", "--vocabulary", "corpus:c", "--size", 120, "--name", "mine", *shape)
    assert (made["dim"], made["layers"], made["origin"]) == (32, 1, "random") and made["vocabulary"] <= 120
    cloze.refused(1, "model", "new", "--vocabulary", "corpus:c", "--name", "mine", *shape)
    cloze.output("vocabulary", "train", "--corpus", "c", "--size", 120, cloze.path("v.txt"))
    again = cloze.json("model", "new", "--vocabulary", cloze.path("v.txt"), "--name", "again", *shape)
    assert sha256(again["folder"]) == sha256(made["folder"])
    run = cloze.json("train", "--model", "mine", "--corpus", "c", *options()[4:])
    assert run["best"]["perplexity"] < run["before"]["perplexity"]
    cloze.refused(1, "model", "new", "--vocabulary", cloze.path("v.txt"), "--name", "odd", "--dim", 30, "--heads", 4)
    names = [model["name"] for model in cloze.json("model", "list")]
    assert [name for name in names if name != "starter"] == ["A", "again", "mine"]
    cloze.output("model", "remove", "again")
    assert not os.path.exists(again["folder"])
    cloze.output("model", "remove", "A")
    assert os.path.exists(cloze.json("model", "show", "mine")["folder"])

def examples_are_predicted_and_never_disturb(cloze):
    """One run with sentences of its own, one without, one interrupted: the same bits; what is kept of each."""
    prepare(cloze)
    sentences = ["the [MASK] saw the [MASK].", "a \"quoted\" <b>[MASK]</b> & it's"]
    given = [part for text in sentences for part in ("--sentence", text)]
    one = cloze.json("train", *options(), *given)
    without = cloze.json("train", *options(), "--sentences", "none")
    assert one["sentences"] == sentences and without["sentences"] == []
    assert sha256(one["model_folder"]) == sha256(without["model_folder"])
    assert values(cloze, one["run"]) == values(cloze, without["run"])

    examples = cloze.json("run", "examples", one["run"])
    assert [example["text"] for example in examples["sentences"]] == sentences
    for example, masks in zip(examples["sentences"], (2, 1)):
        assert [said["step"] for said in example["predictions"]] == [0, 4, 8, 12]
        for said in (example["before"], example["best"], example["after"]):
            assert said["text"] == example["text"] and len(said["masks"]) == masks
            assert [len(mask["top"]) for mask in said["masks"]] == [5] * masks
        assert example["before"]["masks"] != example["after"]["masks"]
    # The best model says the same of them as the run did when it was written.
    fill = cloze.json("fill", "--model", f"run:{one['run']}@best", sentences[0])[0]
    best = examples["sentences"][0]["best"]
    for said, again in zip(best["masks"], fill["masks"]):
        assert [word["id"] for word in said["top"]] == [word["id"] for word in again["top"]]
        assert all(abs(a["score"] - b["score"]) < 1e-6 for a, b in zip(said["top"], again["top"]))
    assert b"before" in cloze.output("run", "examples", one["run"])
    assert cloze.json("run", "examples", without["run"])["sentences"] == []

    # Killed and resumed, a run says the same once for each evaluation, and its blocks are the same.
    again = cloze.json("run", "create", *options(checkpoint_every=3), *given)["run"]
    process = start(cloze, again)
    wait_for(process, "step 5")
    process.kill()
    process.wait()
    process.stderr.close()
    cloze.output("run", "resume", again)
    told = [[(p["step"], p["result"]["masks"]) for s in cloze.json("run", "examples", run)["sentences"]
             for p in s["predictions"]] for run in (one["run"], again)]
    assert told[0] == told[1]
    pair = cloze.json("run", "compare", one["run"], again)["paired"][1]["to_reference"]
    assert (pair["difference"], pair["low"], pair["high"], pair["better_share"]) == (0, 0, 0, 0.5)

    assert show(cloze, create(cloze))["sentences"][0] == "This is a great [MASK]."
    for wrong in (["--sentence", "no mask"], ["--sentences", "nothing"], 65 * ["--sentence", "a [MASK]"]):
        before = len(cloze.json("run", "list"))
        cloze.refused(1, "run", "create", *options(), *wrong)
        assert len(cloze.json("run", "list")) == before
    cloze.refused(2, "run", "create", *options(), "--sentence", b"a \xff [MASK]".decode("utf-8", "surrogateescape"))


def models_are_evaluated_in_pairs(cloze, run):
    small = ["--corpus", "c", "--set=block_size=16", "--set=test_blocks=6"]
    forms = [f"run:{run}", f"run:{run}@best", f"run:{run}@last", f"run:{run}@epoch:1"]
    measured = cloze.json("evaluate", "--model", "A", *[f"--model={form}" for form in forms], *small)
    assert [one["model"] for one in measured] == ["A", *forms] and measured[0]["to_reference"] is None
    alone = cloze.json("evaluate", "--model", forms[0], *small)
    assert {key: measured[1][key] for key in alone} == alone and alone["blocks"] == 6
    for one in measured[1:]:
        pair = one["to_reference"]
        assert abs(pair["difference"] - (one["cross_entropy"] - measured[0]["cross_entropy"])) < 1e-12
        assert pair["high"] < 0 and pair["scored_tokens"] == one["scored_tokens"]
    pseudo = cloze.json("evaluate", "--model", "A", "--model", forms[0], *small[:-1], "--set=test_blocks=2",
                        "--method", "pseudo")
    assert pseudo[1]["to_reference"]["difference"] < 0 and pseudo[1]["to_reference"]["blocks"] == 2
    assert b"against A" in cloze.output("evaluate", "--model", "A", "--model", forms[0], *small)
    cloze.refused(1, "evaluate", "--model", "A", "--model", f"run:{run}@epoch:9", *small)


def decimal_marks_are_those_of_the_language(cloze, run, page, record):
    """In the report, which is for people: neither in its drawings nor in what is to be typed, nor in any other output."""
    catalan = {**os.environ, "LC_ALL": "ca_ES.UTF-8"}
    known = subprocess.run(["locale", "decimal_point"], env=catalan, capture_output=True, check=True).stdout == b",\n"
    assert known or os.environ.get("CI") != "true", "the locale ca_ES.UTF-8 is not there"

    def output(*arguments):
        line = [cloze.program, "--library", cloze.path("library.sqlite"), "--quiet", *map(str, arguments)]
        return subprocess.run(line, env=catalan, capture_output=True, check=True).stdout

    output("run", "report", run, cloze.path("ca.html"))
    with open(cloze.path("ca.html"), encoding="utf-8") as file:
        there = file.read()
    loss = f"{record['best']['cross_entropy']:.4f}"
    assert loss in page
    if known:
        assert loss.replace(".", ",") in there and loss not in there
    for drawn in (r'points="[^"]*"', r' c?[xy][12]?="[^"]*"', r'style="width:[^"]*"', r"<pre>[^<]*"):
        assert re.findall(drawn, there) == re.findall(drawn, page) != [], drawn
    shown = output("run", "metrics", run, "--json"), output("run", "show", run, "--json")
    assert shown == (cloze.output("run", "metrics", run, "--json"), cloze.output("run", "show", run, "--json"))


def runs_are_compared_and_taken_away(cloze):
    prepare(cloze)
    name = "a 'run' <i>\"& more\"</i>"
    one = cloze.json("train", *options(keep_epochs="all"), "--name", name, "--sentence", "it's a <u>[MASK]</u>")["run"]
    two = train(cloze, keep_epochs="all", learning_rate=1e-5)["run"]
    # On a device that was asked for, which is the same.
    other = cloze.json("train", *options(eval_seed=1, train_blocks=8, epochs=1), "--device", show(cloze, one)["device"])["run"]
    compared = cloze.json("run", "compare", one, two)
    assert compared["comparable"] and compared["reason"] is None and compared["reference"] == one
    assert compared["differing_parameters"] == ["learning_rate"]
    assert [pair["rank"] for pair in compared["paired"]] == [1, 2]
    first, second = compared["paired"]
    assert first["to_reference"] is None and second["to_reference"]["difference"] > 0
    records = {run["run"]: run for run in compared["runs"]}
    for pair in compared["paired"]:
        record, change = records[pair["run"]], pair["to_before"]
        expected = record["best"]["cross_entropy"] - record["before"]["cross_entropy"]
        assert abs(change["difference"] - expected) < 1e-12
        assert change["low"] <= change["difference"] <= change["high"] and change["blocks"] == 12
    texts = [sentence["text"] for sentence in compared["sentences"]]
    assert texts[0] == "it's a <u>[MASK]</u>" and "This is a great [MASK]." in texts
    assert compared["sentences"][0]["runs"][1] == {"run": two, "before": None, "best": None, "after": None}
    assert b"better" in cloze.output("run", "compare", one, two)
    unlike = cloze.json("run", "compare", one, other)
    assert not unlike["comparable"] and "eval_seed" in unlike["reason"]
    assert [pair["rank"] for pair in unlike["paired"]] == [None, None]
    assert unlike["paired"][1]["to_reference"] is None and unlike["paired"][1]["to_before"]
    cloze.refused(2, "run", "compare", one, one)

    # Files.
    cloze.output("run", "metrics", one, two, "--output", cloze.path("m.csv"))
    with open(cloze.path("m.csv"), newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    told = values(cloze, one)
    assert {row["run"] for row in rows} == {str(one), str(two)} and rows[0]["run_name"] == name
    for row in rows[:STEPS + 1]:
        for column in ("train_loss", "eval_loss", "learning_rate"):
            assert row[column] == "" or float(row[column]) == told[int(row["step"]), column]
    assert sum(row["train_loss"] != "" for row in rows) == 2 * STEPS
    cloze.output("run", "metrics", one, two, "--name", "eval_loss", "--output", cloze.path("m.json"))
    with open(cloze.path("m.json"), encoding="utf-8") as file:
        exported = json.load(file)["runs"]
    assert [run["run"] for run in exported] == [one, two] and set(exported[0]["metrics"]) == {"eval_loss"}
    assert exported[0]["metrics"]["eval_loss"]["step"] == [0, 4, 8, 12]
    cloze.refused(2, "run", "metrics", one, "--output", cloze.path("m.txt"))
    cloze.refused(1, "run", "metrics", one, "--output", "/nonexistent/m.csv")

    # The page is well-formed, says what the record says, and nothing of it is markup.
    cloze.output("run", "report", one, cloze.path("r.html"))
    with open(cloze.path("r.html"), encoding="utf-8") as file:
        page = file.read()
    reader = Page()
    reader.feed(page)
    reader.close()
    assert reader.open == [] and not reader.wrong, (reader.open, reader.wrong)
    assert name in reader.text and "it's a <u>[MASK]</u>" in reader.text and "u" not in reader.tags
    record = records[one]
    line = cloze.json("run", "command", one)
    assert line["notes"] == [] and line["command"] in reader.text
    for told in (record["model_sha256"], record["corpus_sha256"], record["eval_fingerprint"],
                 sha256(record["model_folder"]), record["device_record"]["kernel_table"]):
        assert told in reader.text
    assert reader.tags.count("svg") == 3 and "src=" not in page and "href=" not in page
    decimal_marks_are_those_of_the_language(cloze, one, page, record)
    cloze.refused(1, "run", "report", one, "/nonexistent/r.html")
    cloze.refused(1, "run", "report", one, cloze.path(""))

    # The command repeats the run.
    assert cloze.output("run", "command", one).decode().strip() == line["command"]
    words = shlex.split(line["command"])
    assert words[0] == "cloze" and name in words and "--device" not in words
    assert f"--device {shlex.quote(record['device'])} train" in cloze.json("run", "command", other)["command"]
    again = json.loads(subprocess.run([cloze.program, *words[1:], "--json", "--quiet"], check=True,
                                      capture_output=True, timeout=240).stdout)
    assert again["run"] != one and again["name"] == name and again["sentences"] == ["it's a <u>[MASK]</u>"]
    assert sha256(again["model_folder"]) == sha256(record["model_folder"])
    models_are_evaluated_in_pairs(cloze, one)
    cloze.output("corpus", "remove", "c")
    assert len(cloze.json("run", "command", one)["notes"]) == 1


def runs_are_found_and_changed_together(cloze):
    prepare(cloze)
    one, two, three = [create(cloze, seed=seed) for seed in (1, 2, 3)]

    def listed(*arguments):
        return [run["run"] for run in cloze.json("run", "list", *arguments)]

    cloze.output("run", "rename", two, "zwei ÄÖ")
    cloze.output("run", "tag", f"{one},{three}", "good", "films")
    cloze.output("run", "star", one, two)
    cloze.output("run", "unstar", one)
    cloze.output("run", "color", f"{two},{three}", 3)
    cloze.output("run", "color", three, "auto")
    assert [show(cloze, run)["color"] for run in (one, two, three)] == [None, 3, None]
    assert listed() == [three, two, one] and listed("--sort", "oldest") == [one, two, three]
    assert listed("--tag", "films") == [three, one] and listed("--tag", "film") == []
    assert listed("--starred") == [two] and listed("--search", "ZWEI äö") == [two]
    assert listed("--state", "queued,failed") == [three, two, one] and listed("--state", "failed") == []
    assert listed("--model", "A", "--corpus", "c") == [three, two, one] and listed("--model", "B") == []
    assert listed("--sort", "name")[-1] == two
    cloze.output("run", "trash", one, two)
    assert listed() == [three] and listed("--trashed") == [two, one]
    cloze.refused(1, "run", "restore", one, 77)
    assert listed() == [three]
    cloze.output("run", "restore", two)
    cloze.output("run", "remove", one, two)
    assert listed() == [three] and listed("--trashed") == []
    for wrong in (["list", "--state", "lost"], ["list", "--sort", "size"], ["color", three, 0], ["color", three, 9],
                  ["rename", three, " "], ["star", "x"], ["tag", "1,,2", "x"]):
        cloze.refused(2, "run", *wrong)


main([two_runs_share_a_library, the_queue_goes_on_behind_a_failure, records_are_kept_thrown_away_and_brought_back,
      a_model_is_made_from_a_corpus, examples_are_predicted_and_never_disturb, runs_are_compared_and_taken_away,
      runs_are_found_and_changed_together])
