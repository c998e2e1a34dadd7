"""Several runs in one library, the queue, records, and models of one's own."""
import os

from harness import main
from runs import SMALL, create, end, options, prepare, sha256, show, start, values

STEPS = SMALL["train_blocks"] // SMALL["batch_size"] * SMALL["epochs"]


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
    assert cloze.json("run", "list") == [] and cloze.json("run", "list", "--trash")[0]["run"] == run
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


main([two_runs_share_a_library, the_queue_goes_on_behind_a_failure, records_are_kept_thrown_away_and_brought_back,
      a_model_is_made_from_a_corpus])
