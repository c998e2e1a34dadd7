"""What goes wrong around a run: killed processes, no device, full disks, files that changed."""
import array
import io
import json
import math
import os
import random
import shutil
import sqlite3
import struct
import subprocess
import tarfile
import time

from harness import MODEL, Skip, main
from runs import TEXTS, create, end, options, prepare, sha256, show, start, train, values, wait_for


def killed_at_random_moments_the_run_gives_the_same_bits(cloze):
    prepare(cloze)
    settings = dict(epochs=8, eval_every=9, checkpoint_every=3)
    whole = train(cloze, **settings)
    run = create(cloze, **settings)
    moment = random.Random(7)
    killed = 0
    while killed < 8:
        process = start(cloze, run)
        # Now and then before there is anything to go on from.
        words = "Opening" if killed in (0, 5) else "Training"
        at_work = wait_for(process, words)
        if at_work:
            time.sleep(moment.uniform(0, 0.25))
        process.kill()
        process.stderr.close()
        process.wait()
        killed += 1
        shown = show(cloze, run)
        state = shown["state"]
        if at_work and words == "Training":
            assert shown["before"]["cross_entropy"] == whole["before"]["cross_entropy"]
        if state == "finished":
            break
        assert state in ("interrupted", "queued"), state
    assert killed >= 3, "the run was over before it was killed often enough"
    if show(cloze, run)["state"] != "finished":
        cloze.output("run", "resume", run)
    done = show(cloze, run)
    assert done["state"] == "finished" and not done["resumable"]
    assert sha256(done["model_folder"]) == sha256(whole["model_folder"])
    assert values(cloze, run) == values(cloze, whole["run"])
    assert not [name for name in os.listdir(done["folder"]) if "checkpoint" in name or "tmp" in name]


def strike(cloze, run, fault):
    """Starts the run; the fault ends it with a sentence that its record has too. The record."""
    process = start(cloze, run, "--quiet", env={"CZ_GPU_FAULT": fault})
    said = process.stderr.read()
    assert process.wait() == 1 and said.startswith("cloze: ") and said.count("\n") == 1, (fault, said)
    process.stderr.close()
    struck = show(cloze, run)
    assert struck["message"] == said[len("cloze: "):].strip(), struck
    return struck


def weights(folder):
    """All numbers of a model of ours, in the file's order by name."""
    with open(os.path.join(folder, "model.safetensors"), "rb") as file:
        size, = struct.unpack("<Q", file.read(8))
        header = json.loads(file.read(size))
        data = file.read()
    numbers = array.array("f")
    for name in sorted(header):
        if name not in ("__metadata__", "vocab_projector.weight"):
            assert header[name]["dtype"] == "F32"
            begin, end_ = header[name]["data_offsets"]
            numbers.frombytes(data[begin:end_])
    return numbers


def a_lost_device_fails_the_run_and_it_can_go_on(cloze):
    prepare(cloze)
    whole = train(cloze, checkpoint_every=1)
    for fault in ("submit:20", "wait:15"):
        run = create(cloze, checkpoint_every=1)
        failed = strike(cloze, run, fault)
        assert failed["state"] == "failed" and failed["resumable"], failed
        cloze.output("run", "resume", run)
        assert sha256(show(cloze, run)["model_folder"]) == sha256(whole["model_folder"])
        assert values(cloze, run) == values(cloze, whole["run"])


def a_run_tells_that_it_goes_on_with_other_kernels(cloze):
    prepare(cloze)
    library = cloze.path("library.sqlite")
    for other in (False, True):
        run = create(cloze, checkpoint_every=1)
        assert strike(cloze, run, "submit:20")["resumable"]
        with sqlite3.connect(library) as connection:
            text, = connection.execute("SELECT device FROM run WHERE id = ?", (run,)).fetchone()
            device = json.loads(text)
            whole, _, products = device["kernel_table"].partition(", ")
            assert whole.startswith("pass-") and products, device
            if other:  # as it was recorded before a pass had a name
                device["kernel_table"] = products
                connection.execute("UPDATE run SET device = ? WHERE id = ?", (json.dumps(device), run))
        connection.close()
        process = start(cloze, run)
        said = process.stderr.read()
        process.stderr.close()
        assert process.wait() == 0 and ("to the last bit" in said) == other, said


def refused_memory_pauses_the_run(cloze):
    prepare(cloze)
    whole = train(cloze, checkpoint_every=1)
    for fault in ("allocation:5", "kernel:3", "submit-memory:2", "submit-memory:20"):
        run = create(cloze, "--sentences", "none", checkpoint_every=1)
        paused = strike(cloze, run, fault)
        assert paused["state"] == "paused" and paused["offered_micro_batch"] == 4, paused
        assert f"cloze run resume {run} --set micro_batch=4" in paused["message"], paused
        assert paused["resumable"] == (fault == "submit-memory:20"), paused
        for shown in (cloze.output("run", "show", run), cloze.output("run", "list")):
            assert paused["message"] in shown.decode(), shown
        # As it was: to the last bit what the run gives that nothing happened to.
        cloze.output("run", "resume", run)
        done = show(cloze, run)
        assert (done["state"], done["message"], done["offered_micro_batch"]) == ("finished", None, None), done
        assert done["changes"] == [] and sha256(done["model_folder"]) == sha256(whole["model_folder"])
        assert values(cloze, run) == values(cloze, whole["run"])
    # Nothing smaller is left.
    run = create(cloze, "--sentences", "none", micro_batch=1)
    paused = strike(cloze, run, "submit-memory:9")
    assert paused["state"] == "paused" and paused["offered_micro_batch"] is None, paused
    assert "block_size" in paused["message"] and "model" in paused["message"], paused
    # Refused for example sentences alone, it goes on without them.
    run = create(cloze, checkpoint_every=1)
    process = start(cloze, run, env={"CZ_GPU_FAULT": "submit-memory:20"})
    said = process.stderr.read()
    process.stderr.close()
    assert process.wait() == 0 and "example sentences are not predicted from step" in said, said
    assert sha256(show(cloze, run)["model_folder"]) == sha256(whole["model_folder"])


def a_run_goes_on_in_smaller_micro_batches(cloze):
    prepare(cloze)
    whole = train(cloze, checkpoint_every=1)
    run = create(cloze, "--sentences", "none", checkpoint_every=1)
    paused = strike(cloze, run, "submit-memory:20")
    assert 0 < paused["step"] < whole["steps"]
    for pairs, status in ((["epochs=9"], 2), (["micro_batch=0"], 2), (["micro_batch=4", "seed=1"], 2),
                          (["micro_batch=9"], 1)):
        said = cloze.refused(status, "run", "resume", run, *(f"--set={pair}" for pair in pairs))
        assert "micro_batch" in said, said
        assert show(cloze, run) == paused  # and offers what it did
    cloze.output("run", "resume", run, "--set", "micro_batch=4")
    done = show(cloze, run)
    step = done["changes"][0]["step"]
    assert done["changes"] == [{"step": step, "parameter": "micro_batch", "from": 8, "to": 4}]
    assert 0 < step <= paused["step"], (step, paused)
    assert done["state"] == "finished" and done["parameters"]["micro_batch"] == 4
    assert f"micro_batch 8 → 4 from step {step}" in cloze.output("run", "show", run).decode()
    record = json.load(open(os.path.join(done["folder"], "last", "training.json"), encoding="utf-8"))
    assert record["changes"] == done["changes"]
    # The same masks, the same dropout, the same results but for rounding.
    found, wanted = values(cloze, run), values(cloze, whole["run"])
    assert found.keys() == wanted.keys()
    for at in wanted:
        assert math.isclose(found[at], wanted[at], rel_tol=1e-3, abs_tol=1e-7), (at, found[at], wanted[at])
        assert at[0] > step or found[at] == wanted[at], at
    before, after, other = (weights(os.path.join(folder, name)) for folder, name in
                            ((MODEL, ""), (whole["folder"], "last"), (done["folder"], "last")))
    moved = sum((a - b) ** 2 for a, b in zip(after, before)) ** 0.5
    apart = sum((a - b) ** 2 for a, b in zip(after, other)) ** 0.5
    assert 0 < apart < 1e-3 * moved, (apart, moved)


def without_a_device_there_is_a_sentence(cloze):
    prepare(cloze)
    run = create(cloze)
    none = {"VK_DRIVER_FILES": "/nonexistent", "VK_ICD_FILENAMES": "/nonexistent"}
    before = {name: os.environ.get(name) for name in none}
    os.environ.update(none)
    try:
        for line in (["devices"], ["fill", "--model", MODEL, "a [MASK]"], ["serve"], ["run", "start", run],
                     ["evaluate", "--model", MODEL, "--corpus", "c", "--set=block_size=16"],
                     ["model", "new", "--vocabulary", MODEL + "/vocab.txt", "--name", "n", "--dim", "64"]):
            assert "Vulkan" in cloze.refused(1, *line), line
        failed = show(cloze, run)
        assert failed["state"] == "failed" and "Vulkan" in failed["message"] and not failed["resumable"]
        # What needs no device works, and a plan says what it can.
        status, out, _ = cloze.run("run", "plan", "--json", "--model", "A", "--corpus", "c", "--set=block_size=16")
        assert status == 0 and b'"seconds":null' in out and b'"memory_bytes":null' in out
        assert cloze.json("run", "create", "--model", "A", "--corpus", "c", "--preset", "quick",
                          "--set=block_size=16")["run"] > run
    finally:
        for name, value in before.items():
            os.environ.pop(name) if value is None else os.environ.__setitem__(name, value)
    cloze.output("run", "start", run)
    assert show(cloze, run)["state"] == "finished"


class SmallDisk:
    """A file system of so many bytes, where this process may make one."""

    def __init__(self, cloze, size):
        self.folder = cloze.path("disk")
        self.size = size

    def __enter__(self):
        os.mkdir(self.folder)
        line = ["mount", "-t", "tmpfs", "-o", f"size={self.size}", "tmpfs", self.folder]
        if os.geteuid() != 0 or subprocess.run(line, capture_output=True).returncode != 0:
            raise Skip("a small file system cannot be mounted here")
        return self.folder

    def __exit__(self, *_):
        subprocess.run(["umount", self.folder], check=True)


def a_full_disk_ends_an_import(cloze):
    with SmallDisk(cloze, "2m") as disk:
        cloze.folder, outside = disk, cloze.folder
        with open(os.path.join(outside, "small.txt"), "w", encoding="utf-8") as file:
            file.write("a small text\n")
        with open(os.path.join(outside, "large.txt"), "w", encoding="utf-8") as file:
            file.writelines(f"{i} {text}\n" for i in range(100) for text in TEXTS)
        cloze.json("corpus", "import", "small", os.path.join(outside, "small.txt"))
        sentence = cloze.refused(1, "corpus", "import", "large", os.path.join(outside, "large.txt"))
        assert "full" in sentence, sentence
        assert [corpus["name"] for corpus in cloze.json("corpus", "list")] == ["small"]
        assert cloze.json("corpus", "sample", "small", "--seed", 1, "--count", 1)
        cloze.folder = outside


def a_full_disk_ends_unpacking(cloze):
    """A Parquet file in an archive has to be written somewhere before it can be read."""
    with SmallDisk(cloze, "256k") as disk:
        with tarfile.open(cloze.path("a.tar.gz"), "w:gz") as archive:
            entry = tarfile.TarInfo("a.parquet")
            entry.size = 4 << 20
            archive.addfile(entry, io.BytesIO(b"PAR1" + bytes(entry.size - 4)))
        try:
            os.environ["TMPDIR"] = disk
            sentence = cloze.refused(1, "corpus", "import", "x", cloze.path("a.tar.gz"))
            assert "No space left" in sentence and "Make room" in sentence, sentence
            assert os.listdir(disk) == []
            os.environ["TMPDIR"] = os.path.join(disk, "none")
            assert "TMPDIR" in cloze.refused(1, "corpus", "import", "x", cloze.path("a.tar.gz"))
        finally:
            del os.environ["TMPDIR"]
        assert cloze.json("corpus", "list") == []


def fill(disk):
    """Writes until nothing more fits; the file's path."""
    path = os.path.join(disk, "filling")
    with open(path, "wb", buffering=0) as file:
        for size in (65536, 4096, 1):
            try:
                while True:
                    file.write(b"x" * size)
            except OSError:
                pass
    return path


def fill_while_training(cloze, run, words, disk):
    """Starts the run and fills the disk when it says so. The run ends with a sentence, which is returned."""
    process = start(cloze, run)
    assert wait_for(process, words)
    filling = fill(disk)
    said = process.stderr.read()
    process.stderr.close()
    assert process.wait() == 1 and "full" in said.splitlines()[-1], said
    return filling


def a_full_disk_fails_a_checkpoint_and_the_run_can_go_on(cloze):
    """Or the best model, where there is no checkpoint yet."""
    prepare(cloze)
    with SmallDisk(cloze, "24m") as disk:
        for words, settings in (("Step 4:", dict(checkpoint_every=2)), ("Step 0:", dict(checkpoint_every=1000, epochs=4))):
            whole = train(cloze, **settings)
            run = create(cloze, **settings)
            folder = show(cloze, run)["folder"]
            os.rmdir(folder)
            os.mkdir(os.path.join(disk, f"run{run}"))
            os.symlink(os.path.join(disk, f"run{run}"), folder)
            filling = fill_while_training(cloze, run, words, disk)
            failed = show(cloze, run)
            assert failed["state"] == "failed" and "full" in failed["message"], failed
            assert failed["resumable"] == (words == "Step 4:"), failed
            os.unlink(filling)
            cloze.output("run", "resume", run)
            assert sha256(show(cloze, run)["model_folder"]) == sha256(whole["model_folder"])
            assert values(cloze, run) == values(cloze, whole["run"])


def a_full_disk_under_the_library_loses_nothing(cloze):
    """The queue rests, too: its other runs would fail as well."""
    with SmallDisk(cloze, "32m") as disk:
        outside, cloze.folder = cloze.folder, disk
        prepare(cloze)
        settings = dict(checkpoint_every=2, epochs=40, eval_every=10)
        whole = train(cloze, **settings)
        run, other = create(cloze, **settings), create(cloze)
        # Where nothing can be written the record can't say that the run failed.
        filling = fill_while_training(cloze, run, "Step 10:", disk)
        os.unlink(filling)
        assert whole_library(cloze)
        failed = show(cloze, run)
        assert failed["state"] in ("failed", "interrupted") and failed["resumable"], failed
        cloze.output("run", "queue", "add", run, other)
        cloze.output("run", "queue", "start")
        assert show(cloze, other)["state"] == "finished"
        done = show(cloze, run)
        assert done["state"] == "finished" and sha256(done["model_folder"]) == sha256(whole["model_folder"])
        assert values(cloze, run) == values(cloze, whole["run"])
        cloze.folder = outside


def whole_library(cloze):
    with sqlite3.connect(cloze.path("library.sqlite")) as connection:
        told = connection.execute("PRAGMA integrity_check").fetchall()
    connection.close()
    return told == [("ok",)]


def the_queue_rests_where_every_run_would_fail(cloze):
    """Without a device, here."""
    prepare(cloze)
    one, two = create(cloze, train_blocks=8), create(cloze, train_blocks=8, seed=2)
    cloze.output("run", "queue", "add", one, two)
    none = {"VK_DRIVER_FILES": "/nonexistent", "VK_ICD_FILENAMES": "/nonexistent"}
    line = [cloze.program, "--library", cloze.path("library.sqlite"), "--quiet", "run", "queue", "start"]
    done = subprocess.run(line, capture_output=True, text=True, env={**os.environ, **none})
    assert done.returncode == 1 and "Vulkan" in done.stderr and "paused" in done.stderr, done.stderr
    assert [run["run"] for run in cloze.json("run", "queue")] == [one, two]
    cloze.output("run", "queue", "resume")
    cloze.output("run", "queue", "start")
    assert [show(cloze, run)["state"] for run in (one, two)] == ["finished", "finished"]


def a_newer_library_is_left_alone(cloze):
    prepare(cloze)
    library = cloze.path("library.sqlite")
    connection = sqlite3.connect(library)
    connection.execute("PRAGMA user_version = 100000")
    connection.close()
    for line in (["model", "list"], ["run", "list"], ["corpus", "list"], ["corpus", "import", "x", __file__]):
        assert "newer" in cloze.refused(1, *line), line
    connection = sqlite3.connect(library)
    assert connection.execute("PRAGMA user_version").fetchone() == (100000,)
    connection.close()


def damaged_models_are_named(cloze):
    def model(name, change):
        folder = cloze.path(name)
        shutil.copytree(MODEL, folder)
        for path in os.listdir(folder):
            os.chmod(os.path.join(folder, path), 0o644)
        change(folder)
        return folder

    def truncate(folder):
        os.truncate(os.path.join(folder, "model.safetensors"), 100000)

    def point(folder):
        with open(os.path.join(folder, "model.safetensors"), "w", encoding="ascii") as file:
            file.write("version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 267832560\n")

    def shorten(folder):
        with open(os.path.join(folder, "vocab.txt"), encoding="utf-8") as file:
            lines = file.readlines()
        with open(os.path.join(folder, "vocab.txt"), "w", encoding="utf-8") as file:
            file.writelines(lines + [f"more{i}\n" for i in range(10)])

    def replace(folder):
        path = os.path.join(folder, "config.json")
        text = open(path, encoding="utf-8").read().replace('"distilbert"', '"gpt2"')
        open(path, "w", encoding="utf-8").write(text)

    def empty(folder):
        shutil.rmtree(folder)
        os.mkdir(folder)

    for name, change in (("cut", truncate), ("lfs", point), ("longer", shorten), ("foreign", replace),
                         ("empty", empty)):
        folder = model(name, change)
        for line in (["model", "add", folder], ["fill", "--model", folder, "a [MASK]"]):
            assert folder in cloze.refused(1, *line), line
    assert [m for m in cloze.json("model", "list") if m["origin"] != "shipped"] == []


def a_run_notices_what_changed(cloze):
    prepare(cloze)
    folder = cloze.path("model")
    cloze.output("model", "export", "A", folder)
    settings = ["--corpus", "c", "--set=block_size=16", "--set=epochs=1", "--set=train_blocks=8"]
    run = cloze.json("run", "create", "--model", folder, *settings)["run"]
    with open(os.path.join(folder, "model.safetensors"), "r+b") as file:
        file.seek(-4, os.SEEK_END)
        file.write(b"\0\0\0\0")
    assert folder in cloze.refused(1, "run", "start", run)
    shutil.rmtree(folder)
    assert folder in cloze.refused(1, "run", "start", run)
    assert show(cloze, run)["state"] == "failed"
    # Of a corpus that is gone a run needs no more than the token file, as long as that is there.
    other, another = create(cloze), create(cloze)
    cloze.output("corpus", "remove", "c")
    cloze.output("run", "start", other)
    assert show(cloze, other)["state"] == "finished"
    # What cannot be read is not made anew from nothing, nor is what is gone.
    tokens = cloze.path("library.sqlite.files/tokens")
    name, = os.listdir(tokens)
    os.truncate(os.path.join(tokens, name), 20)
    assert "import" in cloze.refused(1, "run", "start", another)
    assert os.path.getsize(os.path.join(tokens, name)) == 20
    shutil.rmtree(tokens)
    assert "import" in cloze.refused(1, "run", "start", another)
    assert not os.path.exists(tokens)


def a_damaged_checkpoint_is_named(cloze):
    prepare(cloze)
    run = create(cloze, checkpoint_every=1, epochs=40)
    process = start(cloze, run)
    assert wait_for(process, "Step 4:")
    process.terminate()
    assert end(process) == 0
    folder = show(cloze, run)["folder"]
    assert show(cloze, run)["resumable"]
    checkpoint, = [name for name in os.listdir(folder) if name.startswith("checkpoint")]
    os.truncate(os.path.join(folder, checkpoint, "weights.safetensors"), 1000)
    assert checkpoint in cloze.refused(1, "run", "resume", run)
    failed = show(cloze, run)
    assert failed["state"] == "failed" and not failed["resumable"], failed


def a_damaged_token_file_is_made_anew(cloze):
    prepare(cloze)
    whole = train(cloze, epochs=1)
    tokens = cloze.path("library.sqlite.files/tokens")
    name, = os.listdir(tokens)
    for size in (0, 20, os.path.getsize(os.path.join(tokens, name)) - 4):
        os.truncate(os.path.join(tokens, name), size)
        assert sha256(train(cloze, epochs=1)["model_folder"]) == sha256(whole["model_folder"])


main([killed_at_random_moments_the_run_gives_the_same_bits, a_lost_device_fails_the_run_and_it_can_go_on,
      a_run_tells_that_it_goes_on_with_other_kernels, refused_memory_pauses_the_run,
      a_run_goes_on_in_smaller_micro_batches,
      without_a_device_there_is_a_sentence, a_full_disk_ends_an_import, a_full_disk_ends_unpacking,
      a_full_disk_fails_a_checkpoint_and_the_run_can_go_on, a_full_disk_under_the_library_loses_nothing,
      the_queue_rests_where_every_run_would_fail, a_newer_library_is_left_alone, damaged_models_are_named,
      a_run_notices_what_changed, a_damaged_checkpoint_is_named, a_damaged_token_file_is_made_anew])
