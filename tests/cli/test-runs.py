"""The main job without a window: a run from its plan to its model."""
import json
import math
import os
import signal
import sqlite3

from harness import main
from runs import METRICS, SMALL, TEXTS, create, end, options, prepare, sha256, show, start, train, values, wait_for

STEPS = SMALL["train_blocks"] // SMALL["batch_size"] * SMALL["epochs"]


def is_loss(value, keys=("cross_entropy", "perplexity")):
    return set(keys) <= set(value) and math.isclose(value["perplexity"], math.exp(value["cross_entropy"]))


def a_run_is_planned(cloze):
    prepare(cloze)
    plan = cloze.json("run", "plan", *options())
    assert {"steps", "tokens", "memory_bytes", "device_memory_bytes", "disk_bytes", "seconds"} <= set(plan)
    assert plan["steps"] == STEPS and plan["tokens"] == STEPS * 8 * 16
    assert 0 < plan["memory_bytes"] < plan["device_memory_bytes"] and plan["seconds"] > 0
    course = cloze.json("run", "plan", "--model", "A", "--corpus", "c", "--preset", "course")
    assert course["parameters"]["warmup"] == 1000 and course["parameters"]["clip_norm"] == 0
    assert course["highest_learning_rate"] < 2e-5 and any("warm-up" in note for note in course["notes"])
    quick = cloze.json("run", "plan", "--model", "A", "--corpus", "c", "--preset", "quick", "--set=seed=7")
    assert quick["parameters"]["learning_rate"] == 5e-5 and quick["parameters"]["seed"] == 7
    longer = cloze.json("run", "plan", "--model", "A", "--corpus", "c", "--preset", "quick", "--set=train_blocks=16",
                        "--set=batch_size=4", "--set=epochs=10")
    assert (longer["steps"], longer["parameters"]["eval_every"]) == (40, 8)  # five evaluations, whatever its length
    # What the preset quick is fitted to: half the time, hardly more than half the tokens.
    few = cloze.json("run", "plan", "--model", "A", "--corpus", "c", "--preset", "quick", "--seconds", "1")
    assert few["tokens"] < quick["tokens"] and few["seconds"] < quick["seconds"]
    cloze.refused(2, "run", "plan", "--model", "A", "--corpus", "c", "--preset", "course", "--seconds", "1")
    cloze.refused(2, "run", "plan", "--model", "A", "--corpus", "c", "--preset", "quick", "--seconds", "soon")
    # Without a corpus: on as much text as is asked for.
    shape = cloze.json("run", "plan", "--model", "A", "--set=block_size=16", "--set=train_blocks=640", "--set=test_blocks=8", "--set=epochs=2")
    assert (shape["steps"], shape["tokens"], shape["train_blocks"]) == (40, 2 * 640 * 16, 640) and shape["seconds"] > 0
    for wanting in (["--set=train_blocks=0"], ["--preset", "quick"]):
        assert "--corpus" in cloze.refused(1, "run", "plan", "--model", "A", "--set=block_size=16", *wanting)
    assert cloze.json("run", "list") == []
    cloze.refused(1, "run", "plan", *options(block_size=4096))
    cloze.refused(1, "run", "plan", *options(block_size=128, batch_size=65536, micro_batch=65536))


def plans_learn_how_quick_the_device_is(cloze):
    """What two steps told in a busy hour goes once a run has told better, or when it is asked to."""
    prepare(cloze)
    def speed(*more):
        return cloze.json("run", "plan", *options(epochs=4), *more)["tokens_per_second"]
    def make_believe():
        with sqlite3.connect(cloze.path("library.sqlite")) as library:
            assert library.execute("UPDATE setting SET value = '1e9' WHERE key LIKE 'speed:%'").rowcount == 2
    assert 0 < speed() < 1e9
    make_believe()
    cloze.refused(1, "run", "plan", *options(block_size=4096), "--measure")  # what is refused forgets nothing
    assert speed() == 1e9 and 0 < speed("--measure") < 1e9
    make_believe()
    train(cloze, epochs=2)  # 12 steps, too few to tell
    assert speed() == 1e9
    train(cloze, epochs=4)
    assert 0 < speed() < 1e9
    for command in ("run create", "train"):
        assert "run plan" in cloze.refused(2, *command.split(), *options(), "--measure")


def half_precision_trains(cloze):
    """Mixed precision is another path to much the same model; perplexity is measured in fp32 all the same."""
    prepare(cloze)
    runs = {precision: train(cloze, precision=precision) for precision in ("fp32", "fp16", "bf16")}
    plans = [cloze.json("run", "plan", *options(precision=precision))["memory_bytes"] for precision in runs]
    assert len(set(plans)) == 1, plans
    for precision, run in runs.items():
        assert run["state"] == "finished" and run["parameters"]["precision"] == precision
        assert run["before"] == runs["fp32"]["before"]
        assert run["eval_fingerprint"] == runs["fp32"]["eval_fingerprint"]
        assert (run["after"] == runs["fp32"]["after"]) == (precision == "fp32")
        assert abs(run["after"]["cross_entropy"] / runs["fp32"]["after"]["cross_entropy"] - 1) < 0.01
        found = values(cloze, run["run"])
        scales = [found[step, name] for step, name in sorted(found) if name == "loss_scale"]
        assert scales == ([65536] * STEPS if precision == "fp16" else []), scales


def a_run_leads_to_a_model(cloze):
    prepare(cloze)
    run = train(cloze)
    assert {"run", "name", "state", "resumable", "pid", "model", "corpus", "parameters", "device", "steps", "step",
            "before", "best", "after", "eval_fingerprint", "tokens_per_second", "model_folder"} <= set(run)
    assert (run["state"], run["steps"], run["step"], run["resumable"], run["pid"]) \
        == ("finished", STEPS, STEPS, False, None)
    assert is_loss(run["before"]) and is_loss(run["after"]) and is_loss(run["best"]) and "step" in run["best"]
    assert run["best"]["perplexity"] < run["before"]["perplexity"]
    assert run["parameters"]["micro_batch"] == 8 and run["parameters"]["epsilon"] == 1e-8
    assert run == show(cloze, run["run"])

    found = values(cloze, run["run"])
    assert {name for _, name in found} == METRICS - {"tokens_per_second"}
    for name in ("train_loss", "learning_rate", "gradient_norm"):
        assert [step for step, other in found if other == name] == list(range(1, STEPS + 1)), name
    assert [step for step, name in found if name == "eval_loss"] == list(range(0, STEPS + 1, SMALL["eval_every"]))
    assert found[0, "eval_loss"] == run["before"]["cross_entropy"]
    assert found[1, "learning_rate"] == 0 and max(
        value for (_, name), value in found.items() if name == "learning_rate") == SMALL["learning_rate"]

    folder = run["model_folder"]
    record = json.load(open(os.path.join(folder, "training.json"), encoding="utf-8"))
    assert record["parameters"] == run["parameters"] and record["after"]["perplexity"] == run["after"]["perplexity"]
    card = open(os.path.join(folder, "README.md"), encoding="utf-8").read()
    assert card.startswith("---\n") and "fill-mask" in card and f"{run['best']['perplexity']:.2f}" in card

    sets = ["--set=block_size=16", "--set=test_blocks=12"]
    for _ in range(2):
        one = cloze.json("evaluate", "--model", f"run:{run['run']}@best", "--corpus", "c", *sets)
        assert {"method", "cross_entropy", "perplexity", "scored_tokens", "eval_fingerprint"} <= set(one)
        assert one["cross_entropy"] == run["best"]["cross_entropy"]
        assert one["eval_fingerprint"] == run["eval_fingerprint"]
    base = cloze.json("evaluate", "--model", "A", "--corpus", "c", *sets)
    assert base["cross_entropy"] == run["before"]["cross_entropy"]
    pseudo = cloze.json("evaluate", "--model", "A", "--corpus", "c", "--method", "pseudo", "--set=block_size=16",
                        "--set=test_blocks=1")
    assert pseudo["method"] == "pseudo" and pseudo["scored_tokens"] <= 16
    train_split = cloze.json("evaluate", "--model", "A", "--corpus", "c", "--split", "train", *sets)
    assert train_split["eval_fingerprint"] != base["eval_fingerprint"]
    cloze.refused(1, "evaluate", "--model", "A", "--corpus", "c", "--split", "nonsense")

    number = run["run"]
    for model in (f"run:{number}", f"run:{number}@best", f"run:{number}@last", f"run:{number}@epoch:2", folder):
        assert cloze.json("model", "show", model)["parameters"] == 158076
    cloze.refused(1, "model", "show", f"run:{number}@epoch:1")
    assert sha256(cloze.json("model", "show", f"run:{number}@epoch:2")["folder"]) \
        == sha256(cloze.json("model", "show", f"run:{number}@last")["folder"])
    cloze.output("model", "export", f"run:{number}", cloze.path("exported"))
    assert sha256(cloze.path("exported")) == sha256(folder)
    assert os.path.exists(cloze.path("exported/training.json"))
    cloze.output("model", "export", f"run:{number}", cloze.path("half"), "--float16")
    assert os.path.getsize(cloze.path("half/model.safetensors")) < 0.6 * os.path.getsize(folder + "/model.safetensors")
    os.mkdir(cloze.path("taken"))
    cloze.path("taken/diary.txt", "mine")
    cloze.refused(1, "model", "export", f"run:{number}", cloze.path("taken"))
    assert os.listdir(cloze.path("taken")) == ["diary.txt"]
    cloze.refused(1, "run", "resume", number)


def the_same_run_twice_gives_the_same_bits(cloze):
    prepare(cloze)
    one, two, other = train(cloze), train(cloze), train(cloze, seed=43)
    assert sha256(one["model_folder"]) == sha256(two["model_folder"]) != sha256(other["model_folder"])
    assert values(cloze, one["run"]) == values(cloze, two["run"])
    compared = cloze.json("run", "compare", one["run"], other["run"])
    assert compared["differing_parameters"] == ["seed"] and compared["comparable"]
    assert [run["run"] for run in cloze.json("run", "list")] == [other["run"], two["run"], one["run"]]


def epochs_are_kept_as_asked(cloze):
    prepare(cloze)
    run = train(cloze, epochs=3, keep_epochs=2, train_blocks=16)
    assert {"epoch-2", "epoch-3"} == {name for name in os.listdir(run["folder"]) if name.startswith("epoch")}
    run = train(cloze, epochs=2, keep_epochs=0, train_blocks=16)
    assert not [name for name in os.listdir(run["folder"]) if name.startswith(("epoch", "checkpoint"))]


def a_run_is_trained_further(cloze):
    """From an epoch that was kept, and until it no longer gets better."""
    prepare(cloze)
    first = train(cloze, epochs=3, keep_epochs="all", eval_every=6)
    assert first["memory_bytes"] > 1 << 20
    measured = [line["value"] for line in cloze.lines("run", "metrics", first["run"]) if line["name"] == "memory_bytes"]
    assert measured and max(measured) == first["memory_bytes"]
    kept = f"run:{first['run']}@epoch:2"
    before = cloze.json("evaluate", "--model", kept, "--corpus", "c", "--set=block_size=16", "--set=test_blocks=12")
    further = cloze.json("train", "--model", kept, *options(epochs=1)[2:])
    assert further["before"]["cross_entropy"] == before["cross_entropy"] and further["model"] == kept
    # The rate is far too high: after the best evaluation come three that are worse, and no more.
    early = train(cloze, epochs=200, eval_every=2, early_stopping=3, learning_rate=0.3, warmup=0, clip_norm=0)
    losses = [line["value"] for line in cloze.lines("run", "metrics", early["run"]) if line["name"] == "eval_loss"][1:]
    assert early["state"] == "finished" and early["step"] == 2 * len(losses) < early["steps"], early
    assert min(losses) == early["best"]["cross_entropy"] and losses.index(min(losses)) == len(losses) - 4, losses
    assert early["best"]["step"] == early["step"] - 6
    best = cloze.json("evaluate", "--model", f"run:{early['run']}@best", "--corpus", "c", "--set=block_size=16",
                      "--set=test_blocks=12")
    assert best["cross_entropy"] == min(losses) < early["after"]["cross_entropy"]
    # Any model on any corpus, the adapted one on another kind of text too.
    cloze.json("corpus", "import", "other", cloze.path("other.txt", "\n".join(TEXTS[::7])))
    assert cloze.json("evaluate", "--model", f"run:{first['run']}", "--corpus", "other", "--set=block_size=16",
                      "--set=test_blocks=4")["scored_tokens"] > 0


def a_run_pauses_and_stops(cloze):
    prepare(cloze)
    whole = train(cloze, epochs=16, eval_every=24)
    run = create(cloze, epochs=16, eval_every=24)
    assert show(cloze, run)["state"] == "queued"
    cloze.refused(1, "run", "pause", run)

    process = start(cloze, run)
    assert wait_for(process, "Training")
    running = show(cloze, run)
    assert running["state"] == "running" and running["pid"] == process.pid
    cloze.refused(1, "run", "start", run)
    cloze.refused(1, "run", "remove", run)
    cloze.output("run", "pause", run)
    assert end(process) == 0
    paused = show(cloze, run)
    assert paused["state"] == "paused" and paused["resumable"] and 0 < paused["step"] < 96

    # Where it stands is a model, before there is a last one; another one once it has gone on.
    last = cloze.json("model", "show", f"run:{run}@last")
    assert last["parameters"] == 158076 and last["folder"].endswith(f"state-{paused['step']}")
    assert cloze.json("fill", "--model", f"run:{run}@last", "the [MASK]")
    assert cloze.json("model", "show", f"run:{run}@last") == last
    further = cloze.json("train", "--model", f"run:{run}@last", *options(epochs=1)[2:])
    assert further["model"] == f"run:{run}@last" and further["state"] == "finished"

    process = start(cloze, run)
    assert wait_for(process, "Training")
    process.send_signal(signal.SIGTERM)
    assert end(process) == 0
    again = show(cloze, run)
    assert again["state"] == "paused" and paused["step"] <= again["step"] < 96

    cloze.output("run", "resume", run)
    done = show(cloze, run)
    assert done["state"] == "finished" and sha256(done["model_folder"]) == sha256(whole["model_folder"])
    assert values(cloze, run) == values(cloze, whole["run"])
    assert cloze.json("model", "show", f"run:{run}@last")["folder"] == os.path.join(done["folder"], "last")
    cloze.refused(1, "run", "stop", run)

    stopped = create(cloze, epochs=40, eval_every=4)
    process = start(cloze, stopped)
    assert wait_for(process, "Step 4:")
    cloze.output("run", "stop", stopped)
    assert end(process) == 0
    record = show(cloze, stopped)
    assert record["state"] == "stopped" and record["step"] < 240
    for model in (f"run:{stopped}", f"run:{stopped}@last"):
        assert cloze.json("fill", "--model", model, "the [MASK]")
    never = create(cloze)
    cloze.output("run", "stop", never)
    assert show(cloze, never)["state"] == "stopped"


main([a_run_is_planned, plans_learn_how_quick_the_device_is, a_run_leads_to_a_model, half_precision_trains, the_same_run_twice_gives_the_same_bits,
      epochs_are_kept_as_asked, a_run_is_trained_further, a_run_pauses_and_stops])
