"""What goes wrong around a run: killed processes, no device, full disks, files that changed."""
import os
import random
import shutil
import sqlite3
import subprocess
import time

from harness import MODEL, Skip, main
from runs import TEXTS, create, end, prepare, sha256, show, start, train, values, wait_for


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
        if wait_for(process, words):
            time.sleep(moment.uniform(0, 0.25))
        process.kill()
        process.stderr.close()
        process.wait()
        killed += 1
        state = show(cloze, run)["state"]
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


def a_lost_device_fails_the_run_and_it_can_go_on(cloze):
    prepare(cloze)
    whole = train(cloze, checkpoint_every=1)
    for fault in ("submit:20", "allocation:5", "wait:15", "kernel:3"):
        run = create(cloze, checkpoint_every=1)
        process = start(cloze, run, "--quiet", env={"CZ_GPU_FAULT": fault})
        said = process.stderr.read()
        assert process.wait() == 1 and said.startswith("cloze: ") and said.count("\n") == 1, (fault, said)
        process.stderr.close()
        failed = show(cloze, run)
        assert failed["state"] == "failed" and failed["message"] == said[len("cloze: "):].strip(), failed
        if fault.startswith(("submit", "wait")):
            assert failed["resumable"], failed
        cloze.output("run", "resume", run)
        assert sha256(show(cloze, run)["model_folder"]) == sha256(whole["model_folder"])
        assert values(cloze, run) == values(cloze, whole["run"])


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


def a_full_disk_fails_a_checkpoint_and_the_run_can_go_on(cloze):
    prepare(cloze)
    whole = train(cloze, checkpoint_every=2)
    library = cloze.path("library.sqlite")
    with SmallDisk(cloze, "24m") as disk:
        run = create(cloze, checkpoint_every=2)
        folder = show(cloze, run)["folder"]
        os.rmdir(folder)
        os.mkdir(os.path.join(disk, "run"))
        os.symlink(os.path.join(disk, "run"), folder)
        process = start(cloze, run)
        assert wait_for(process, "Step 4:")
        # The disk is full from here on.
        with open(os.path.join(disk, "filling"), "wb") as file:
            try:
                while True:
                    file.write(b"x" * 65536)
                    file.flush()
            except OSError:
                pass
        said = process.stderr.read()
        process.stderr.close()
        assert process.wait() == 1 and "full" in said.splitlines()[-1], said
        failed = show(cloze, run)
        assert failed["state"] == "failed" and failed["resumable"] and "full" in failed["message"], failed
        os.unlink(os.path.join(disk, "filling"))
        cloze.output("run", "resume", run)
        assert sha256(show(cloze, run)["model_folder"]) == sha256(whole["model_folder"])
        assert values(cloze, run) == values(cloze, whole["run"])
    assert os.path.exists(library)


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
    other = create(cloze)
    cloze.output("corpus", "remove", "c")
    assert "import" in cloze.refused(1, "run", "start", other)


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
      without_a_device_there_is_a_sentence, a_full_disk_ends_an_import,
      a_full_disk_fails_a_checkpoint_and_the_run_can_go_on, a_newer_library_is_left_alone, damaged_models_are_named,
      a_run_notices_what_changed, a_damaged_checkpoint_is_named, a_damaged_token_file_is_made_anew])
