"""Kills runs with SIGKILL at random moments: `./dev bench kill [--moments N] [--seed S]`.

After each: the library is whole (PRAGMA integrity_check), and `cloze run show` says that the run is
interrupted, how soon. A run that was killed often enough goes on to its end and must be the
uninterrupted one: the same weights to the last bit, every value (name, step) once and equal.
"""
import argparse
import os
import random
import sqlite3
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "cli"))
from harness import Cloze  # noqa: E402
from runs import create, end, prepare, sha256, show, start, train, values  # noqa: E402

SETTINGS = dict(epochs=8, eval_every=9, checkpoint_every=3, keep_epochs=2)
KILLS_OF_A_RUN = 10


def check(library):
    with sqlite3.connect(library) as connection:
        told = connection.execute("PRAGMA integrity_check").fetchall()
        twice = connection.execute("SELECT run, name, step FROM metric GROUP BY run, name, step HAVING count(*) > 1")
        assert told == [("ok",)], told
        assert twice.fetchall() == []
    connection.close()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("--moments", type=int, default=50)
    parser.add_argument("--seed", type=int, default=7)
    wanted = parser.parse_args()
    chance = random.Random(wanted.seed)
    killed, runs, slowest, states = 0, 0, 0, {}
    with tempfile.TemporaryDirectory(prefix="cloze-kill-") as folder:
        cloze = Cloze(os.path.abspath(wanted.program), folder)
        prepare(cloze)
        train(cloze, **SETTINGS)  # makes kernels, so that the next one tells how long it takes
        begun = time.monotonic()
        whole = train(cloze, **SETTINGS)
        takes = time.monotonic() - begun
        weights, metrics = sha256(whole["model_folder"]), values(cloze, whole["run"])
        while killed < wanted.moments:
            run, kills = create(cloze, **SETTINGS), 0
            while kills < KILLS_OF_A_RUN and killed < wanted.moments:
                process = start(cloze, run)
                time.sleep(chance.uniform(0, takes))
                if process.poll() is not None:
                    assert end(process) == 0
                    break
                process.kill()
                process.stderr.close()
                process.wait()
                begun = time.monotonic()
                shown = show(cloze, run)
                took = time.monotonic() - begun
                slowest = max(slowest, took)
                # Before it began there is nothing to interrupt, after it ended neither.
                assert shown["state"] in ("interrupted", "queued", "finished"), shown["state"]
                check(cloze.path("library.sqlite"))
                states[shown["state"]] = states.get(shown["state"], 0) + 1
                kills, killed = kills + 1, killed + 1
                print(f"killed {killed}: run {run} {shown['state']} at step {shown['step']} of {shown['steps']}, "
                      f"shown after {took:.2f} s", flush=True)
                if shown["state"] == "finished":
                    break
            if show(cloze, run)["state"] != "finished":
                cloze.output("run", "resume", run)
            done = show(cloze, run)
            assert done["state"] == "finished" and sha256(done["model_folder"]) == weights, done
            assert values(cloze, run) == metrics
            left = [name for name in os.listdir(done["folder"]) if "checkpoint" in name or "tmp" in name]
            assert left == [], left
            check(cloze.path("library.sqlite"))
            runs += 1
    print(f"{killed} kills in {runs} runs ({', '.join(f'{n} {state}' for state, n in sorted(states.items()))}): libraries "
          f"whole, the same weights and metrics; shown after {slowest:.2f} s at most")


main()
