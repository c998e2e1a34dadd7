"""Sweeps and the queue: many runs made at once, carried out one after the other."""
import os
import shutil
import signal
import subprocess
import time

from harness import Skip, main
from runs import create, end, options, prepare, sha256, show, start, train, values, wait_for


def start_queue(cloze):
    line = [cloze.program, "--library", cloze.path("library.sqlite"), "run", "queue", "start"]
    return subprocess.Popen(line, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)


def waiting(cloze):
    return [run["run"] for run in cloze.json("run", "queue", "list")]


def a_sweep_makes_a_grid(cloze):
    prepare(cloze)
    sweep = ["--sweep=learning_rate=1e-3,2e-3, 5e-3", "--sweep", "seed=1,2"]
    plan = cloze.json("run", "plan", *options(), *sweep)
    one = cloze.json("run", "plan", *options())
    assert "runs" not in one and len(plan["runs"]) == 6
    assert plan["runs"][1]["name"] == "c, A, lr 1e-3, seed 2" and plan["runs"][4]["parameters"]["learning_rate"] == 5e-3
    assert plan["steps"] == 6 * one["steps"] and plan["tokens"] == 6 * one["tokens"]
    assert plan["memory_bytes"] == one["memory_bytes"] and plan["runs"][0]["steps"] == one["steps"]
    assert one["disk_bytes"] < plan["disk_bytes"] < 6 * one["disk_bytes"]
    assert abs(plan["seconds"] - sum(run["seconds"] for run in plan["runs"])) < 1e-9
    assert len(cloze.output("run", "plan", *options(), *sweep).decode().splitlines()) >= 6 + 6
    assert cloze.json("run", "list") == []

    made = cloze.json("run", "create", *options(), "--name", "grid", *sweep, "--queue")
    first = made["run"]
    assert made == {"run": first, "runs": list(range(first, first + 6)), "sweep": first}
    runs = [show(cloze, run) for run in made["runs"]]
    assert [run["name"] for run in runs] == [f"grid, lr {rate}, seed {seed}" for rate in ("1e-3", "2e-3", "5e-3")
                                             for seed in (1, 2)]
    assert [(run["parameters"]["learning_rate"], run["parameters"]["seed"]) for run in runs] == [
        (rate, seed) for rate in (1e-3, 2e-3, 5e-3) for seed in (1, 2)]
    assert all(run["sweep"] == first and run["state"] == "queued" for run in runs)
    assert waiting(cloze) == made["runs"]
    alone = cloze.json("run", "create", *options(), "--queue")
    assert alone["runs"] == [alone["run"]] and alone["sweep"] is None and show(cloze, alone["run"])["sweep"] == 0

    # All or nothing.
    before = cloze.json("run", "list")
    folders = os.listdir(cloze.path("library.sqlite.files/runs"))
    many = ",".join(map(str, range(1, 41)))
    for status, wrong in ((2, ["--sweep=learning_rate=1e-3,fast"]), (2, ["--sweep=nonsense=1,2"]), (2, ["--sweep=seed"]),
                          (2, ["--sweep=seed=1,2,1"]), (2, ["--sweep=learning_rate=1e-3,0.001"]), (2, ["--sweep=seed="]),
                          (2, ["--sweep=seed=1,,2"]), (2, ["--sweep=seed=1", "--sweep=seed=2"]),
                          (2, [f"--sweep=seed={many}", f"--sweep=epochs={many}"]),
                          (1, ["--sweep=block_size=16,4096"]), (1, ["--sweep=micro_batch=4,9"])):
        sentence = cloze.refused(status, "run", "create", *options(), *wrong)
        assert status == 2 or wrong[0].rpartition(",")[2] in sentence, sentence
    assert cloze.json("run", "list") == before and os.listdir(cloze.path("library.sqlite.files/runs")) == folders


def a_sweep_is_trained_at_once(cloze):
    prepare(cloze)
    runs = cloze.lines("train", *options(train_blocks=8, epochs=1, warmup=0), "--sweep=seed=1,2")
    assert [run["state"] for run in runs] == ["finished"] * 2 and [run["parameters"]["seed"] for run in runs] == [1, 2]
    assert sha256(runs[0]["model_folder"]) != sha256(runs[1]["model_folder"])
    same = train(cloze, train_blocks=8, epochs=1, warmup=0, seed=2)
    assert sha256(runs[1]["model_folder"]) == sha256(same["model_folder"])


def the_queue_is_put_in_order(cloze):
    prepare(cloze)
    a, b, c, d = cloze.json("run", "create", *options(), "--sweep=seed=1,2,3,4", "--queue")["runs"]
    cloze.output("run", "queue", "move", c, 1)
    assert waiting(cloze) == [c, a, b, d]
    cloze.output("run", "queue", "move", c, 3)
    assert waiting(cloze) == [a, b, c, d]
    cloze.output("run", "queue", "move", a, 99)
    assert waiting(cloze) == [b, c, d, a]
    cloze.output("run", "queue", "add", b)  # waits already
    assert waiting(cloze) == [b, c, d, a]
    cloze.output("run", "queue", "remove", c)
    cloze.output("run", "trash", d)
    assert waiting(cloze) == [b, a]
    assert [run["position"] for run in cloze.json("run", "queue")] == [1, 2]
    assert [run["expected_seconds"] for run in cloze.json("run", "queue")] == [None, None]
    cloze.refused(1, "run", "queue", "move", c, 1)
    cloze.refused(2, "run", "queue", "move", a, 0)
    cloze.refused(1, "run", "queue", "add", d)
    # A plan measures the device; from then on it is known how long a run takes.
    planned = cloze.json("run", "plan", *options())["seconds"]
    new = create(cloze)
    cloze.output("run", "queue", "add", new)
    assert [run["expected_seconds"] for run in cloze.json("run", "queue")] == [None, None, planned]
    # And better from a run like it.
    done = train(cloze)
    assert all(abs(run["expected_seconds"] - done["seconds"]) < 1e-6 for run in cloze.json("run", "queue"))


def a_paused_queue_rests(cloze):
    prepare(cloze)
    settings = dict(epochs=16, eval_every=24)
    whole = train(cloze, **settings)
    long, short = create(cloze, **settings), create(cloze, train_blocks=8)
    cloze.output("run", "queue", "add", long, short)
    process = start_queue(cloze)
    assert wait_for(process, "Training")
    assert waiting(cloze) == [short]
    assert "Another" in cloze.refused(1, "run", "queue", "start")
    cloze.output("run", "queue", "pause")
    assert end(process) == 0
    paused = show(cloze, long)
    assert paused["state"] == "paused" and paused["resumable"] and waiting(cloze) == [long, short]
    assert "paused" in cloze.refused(1, "run", "queue", "start")
    assert "paused" in cloze.output("run", "queue").decode()
    cloze.output("run", "queue", "resume")

    # Told to end, the process pauses its run too, which waits where it was.
    process = start_queue(cloze)
    assert wait_for(process, "Training")
    process.send_signal(signal.SIGTERM)
    assert end(process) == 0
    assert show(cloze, long)["state"] == "paused" and waiting(cloze) == [long, short]

    # A run that a person pauses leaves the queue, which goes on; what is added meanwhile is taken.
    process = start_queue(cloze)
    assert wait_for(process, "Training")
    later = create(cloze, train_blocks=8, seed=3)
    cloze.output("run", "queue", "add", later)
    cloze.output("run", "pause", long)
    assert end(process) == 0
    assert [show(cloze, run)["state"] for run in (long, short, later)] == ["paused", "finished", "finished"]
    assert waiting(cloze) == []
    # It can come up again.
    cloze.output("run", "queue", "add", long)
    cloze.output("run", "queue", "start")
    done = show(cloze, long)
    assert done["state"] == "finished" and sha256(done["model_folder"]) == sha256(whole["model_folder"])
    assert values(cloze, long) == values(cloze, whole["run"])


def a_killed_queue_goes_on(cloze):
    prepare(cloze)
    settings = dict(epochs=8, eval_every=24, checkpoint_every=3)
    whole = train(cloze, **settings)
    other, long, short = create(cloze, train_blocks=8, seed=2), create(cloze, **settings), create(cloze, train_blocks=8)
    cloze.output("run", "queue", "add", other, long, short)
    for _ in range(2):
        process = start_queue(cloze)
        assert wait_for(process, f"of {whole['steps']}")
        time.sleep(0.1)
        process.kill()
        process.stderr.close()
        process.wait()
        assert show(cloze, other)["state"] == "finished" and show(cloze, long)["state"] == "interrupted"
        assert waiting(cloze) == [long, short]
    cloze.output("run", "queue", "start")
    done = show(cloze, long)
    assert done["state"] == "finished" and sha256(done["model_folder"]) == sha256(whole["model_folder"])
    assert values(cloze, long) == values(cloze, whole["run"])
    assert show(cloze, short)["state"] == "finished" and show(cloze, short)["started"] >= done["ended"]


def a_run_started_by_hand_leaves_the_queue(cloze):
    prepare(cloze)
    run, other = create(cloze, epochs=16, eval_every=24), create(cloze, train_blocks=8)
    cloze.output("run", "queue", "add", run, other)
    process = start(cloze, run)
    assert wait_for(process, "Training")
    cloze.output("run", "queue", "pause")
    cloze.refused(1, "run", "queue", "add", run)
    assert end(process) == 0
    assert show(cloze, run)["state"] == "finished" and waiting(cloze) == [other]


def a_run_gives_way_and_keeps_the_machine_awake(cloze):
    """The system bus is one of the test's own."""
    if shutil.which("dbus-daemon") is None and os.environ.get("CI") != "true":
        raise Skip("there is no dbus-daemon")
    prepare(cloze)
    run = create(cloze, epochs=16, eval_every=24)
    environment = {"DBUS_SYSTEM_BUS_ADDRESS": "unix:path=" + cloze.path("bus")}
    told = {"stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL, "text": True}
    with subprocess.Popen(["dbus-daemon", "--session", "--nofork", "--print-address",
                           "--address", environment["DBUS_SYSTEM_BUS_ADDRESS"]], **told) as bus:
        try:
            assert bus.stdout.readline()
            with subprocess.Popen(["/usr/bin/python3", os.path.join(os.path.dirname(__file__), "logind.py")],
                                  env={**os.environ, **environment}, **told) as logind:
                try:
                    assert logind.stdout.readline() == "ready\n"
                    process = start(cloze, run, env=environment)
                    assert wait_for(process, "Training")
                    assert logind.stdout.readline() == "taken|sleep|Clozebench|The run “c, A” is training|block\n"
                    names = {}
                    for thread in map(int, os.listdir(f"/proc/{process.pid}/task")):
                        with open(f"/proc/{process.pid}/task/{thread}/comm", encoding="ascii") as file:
                            names[thread] = file.read().strip()
                    workers = [thread for thread, name in names.items()
                               if thread == process.pid or name.startswith("llvmpipe")]
                    assert workers and all(os.getpriority(os.PRIO_PROCESS, thread) >= 5
                                           and os.sched_getscheduler(thread) == os.SCHED_BATCH for thread in workers)
                    cloze.output("run", "pause", run)
                    assert end(process) == 0 and logind.stdout.readline() == "let go\n"
                finally:
                    logind.kill()
        finally:
            bus.kill()
    # Without a bus it trains all the same, and says so.
    process = start(cloze, run, env={"DBUS_SYSTEM_BUS_ADDRESS": "unix:path=/nonexistent"})
    assert wait_for(process, "awake") and end(process) == 0 and show(cloze, run)["state"] == "finished"


main([a_sweep_makes_a_grid, a_sweep_is_trained_at_once, the_queue_is_put_in_order, a_paused_queue_rests,
      a_killed_queue_goes_on, a_run_started_by_hand_leaves_the_queue,
      a_run_gives_way_and_keeps_the_machine_awake])
