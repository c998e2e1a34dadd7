"""Tiny runs for the tests of this folder: a model of 158,076 numbers, a corpus of a few sentences."""
import hashlib
import os
import subprocess

from harness import MODEL

WORDS = "storm whale harbour lantern rope captain island morning".split()
TEXTS = [f"the {a} saw the {b} near the {c}, and it was a great {b} for a {a}."
         for a in WORDS for b in WORDS[:6] for c in WORDS[:4]]
SMALL = dict(block_size=16, batch_size=8, train_blocks=48, test_blocks=12, epochs=2,
             learning_rate=1e-3, warmup=2, eval_every=4)
METRICS = {"train_loss", "eval_loss", "learning_rate", "gradient_norm", "tokens_per_second"}


def prepare(cloze):
    """A library with the model A and the corpus c."""
    cloze.json("model", "add", MODEL, "--name", "A")
    rows = "".join(f'"{text}",{"test" if i % 4 == 3 else "train"}\n' for i, text in enumerate(TEXTS))
    cloze.json("corpus", "import", "c", cloze.path("c.csv", "text,split\n" + rows))


def options(**changed):
    pairs = {**SMALL, **changed}
    return ["--model", "A", "--corpus", "c"] + [f"--set={key}={value}" for key, value in pairs.items()]


def create(cloze, *more, **changed):
    return cloze.json("run", "create", *options(**changed), *more)["run"]


def train(cloze, **changed):
    return cloze.json("train", *options(**changed))


def show(cloze, run):
    return cloze.json("run", "show", run)


def start(cloze, run, *more, env=None):
    """A process that carries the run out, telling on stderr how far it is."""
    line = [cloze.program, "--library", cloze.path("library.sqlite"), "run", "start", str(run), *more]
    return subprocess.Popen(line, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
                            env={**os.environ, **(env or {})})


def wait_for(process, words):
    """Reads stderr until a line has the words. FALSE if it ends before."""
    for line in process.stderr:
        if words in line:
            return True
    return False


def end(process):
    process.stderr.read()
    process.stderr.close()
    return process.wait(timeout=240)


def sha256(folder):
    with open(os.path.join(folder, "model.safetensors"), "rb") as file:
        return hashlib.sha256(file.read()).hexdigest()


def values(cloze, run):
    """Metrics that must be equal in equal runs, (step, name) → value."""
    found = {}
    for line in cloze.lines("run", "metrics", run):
        assert set(line) == {"run", "step", "epoch", "seconds", "name", "value"} and line["run"] == run
        if line["name"] not in ("tokens_per_second", "memory_bytes"):
            found[line["step"], line["name"]] = line["value"]
    return found
