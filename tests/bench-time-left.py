"""How right the time left is: `./dev bench time-left [--seconds S,S,…]`. A line for each run.

Each run trains the starter model for about so many seconds (default: 120, 240, 480) with other
evaluations and checkpoints. What its record says counts from the moment that it is written (once a
step, at most once a second; who shows it counts down from there). After the first tenth of the run
its error is a share of what was really left; what lies in the last fiftieth of the run is told
separately, for there a second is much.

A reckoning cannot know that the machine will be faster or slower later on. So of the worst error it
is also told how much slower the usual step was afterwards than before it ("steps_slower_by"), and how
wrong the reckoning had been if they had gone on as before ("value_at_same_pace"): what is left of the
error then is the reckoning's own.
"""
import argparse
import json
import os
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "cli"))
from harness import SOURCES, Cloze  # noqa: E402
from runs import TEXTS  # noqa: E402

MODEL = os.path.join(SOURCES, "resources", "starter", "model")
KINDS = [dict(eval_every="epoch", checkpoint_every="5min"), dict(eval_every=10, checkpoint_every=7),
         dict(eval_every=40, checkpoint_every="1min")]
STEP = dict(block_size=64, batch_size=16, warmup=0)


def watch(cloze, run):
    """(moment, seconds left as told) while the run is at work, and when it began and ended."""
    line = [cloze.program, "--library", cloze.path("library.sqlite"), "--quiet", "run", "start", str(run)]
    connection = sqlite3.connect(cloze.path("library.sqlite"), timeout=60)
    told, begun, before = [], time.monotonic(), None
    process = subprocess.Popen(line, stdout=subprocess.DEVNULL)
    while process.poll() is None:
        left, = connection.execute("SELECT seconds_left FROM run WHERE id = ?", (run,)).fetchone()
        if left is not None and left != before:
            told.append((time.monotonic(), left))
        before = left
        time.sleep(0.1)
    connection.close()
    assert process.returncode == 0
    return told, begun, time.monotonic()


def split_error(cloze, run, begun, ended, moment, left):
    """(how much slower steps were after a moment, the error at the pace before it); steps as the run's metrics have them."""
    since = ended - cloze.json("run", "show", run)["seconds"]
    steps = [since + metric["seconds"] for metric in cloze.lines("run", "metrics", run, "--name", "train_loss")]
    gaps = [(b, b - a) for a, b in zip(steps, steps[1:])]
    before = [gap for at, gap in gaps if begun + (ended - begun) / 20 < at <= moment]
    after = [gap for at, gap in gaps if at > moment]
    if len(before) < 5 or len(after) < 5:
        return None, None
    usual, later = statistics.median(before), statistics.median(after)
    # What is not steps, evaluations above all, goes at the device's pace as well.
    really = (ended - moment) * usual / later
    return later / usual - 1, abs(left - really) / really


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("--seconds", default="120,240,480")
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="cloze-time-") as folder:
        cloze = Cloze(os.path.abspath(wanted.program), folder)
        cloze.json("model", "add", MODEL, "--name", "small")
        cloze.json("corpus", "import", "c", cloze.path("c.txt", "\n".join(TEXTS * 400)))
        options = ["--model", "small", "--corpus", "c", "--set=split=blocks"]
        speed = cloze.json("run", "plan", *options, *(f"--set={key}={value}" for key, value in STEP.items()))
        for seconds, kind in zip(map(float, wanted.seconds.split(",")), KINDS * 9):
            # A fifth of the time for evaluations.
            steps = max(10, int(seconds * 0.8 * speed["tokens_per_second"] / STEP["block_size"] / STEP["batch_size"]))
            evaluations = 2 + (steps // kind["eval_every"] if kind["eval_every"] != "epoch" else 0)
            tests = max(8, int(seconds * 0.2 * 3 * speed["tokens_per_second"] / STEP["block_size"] / evaluations))
            sets = {**STEP, **kind, "train_blocks": steps * STEP["batch_size"], "test_blocks": tests, "epochs": 1}
            run = cloze.json("run", "create", *options, *(f"--set={key}={value}" for key, value in sets.items()))["run"]
            told, begun, ended = watch(cloze, run)
            whole = ended - begun
            errors = {False: [], True: []}
            for moment, left in told:
                if moment >= begun + whole / 10:
                    errors[ended - moment < whole / 50].append((abs(left - (ended - moment)) / (ended - moment), moment, left))
            worst, at, left = max(errors[False])
            slower, same_pace = split_error(cloze, run, begun, ended, at, left)
            usual = sorted(errors[False])[len(errors[False]) * 9 // 10][0]
            last = max((abs(left - (ended - moment)) for moment, left in told if ended - moment < whole / 50), default=0)
            print(json.dumps({"bench": "time-left", "value": round(worst, 3), "unit": "share", "ninetieth_percentile": round(usual, 3),
                              "steps_slower_by": slower and round(slower, 3), "value_at_same_pace": same_pace and round(same_pace, 3), "at": round((at - begun) / whole, 2),
                              "seconds": round(whole, 1), "steps": steps, "last_fiftieth_seconds": round(last, 1),
                              **kind}), flush=True)


main()
