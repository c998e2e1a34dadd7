#!/usr/bin/python3
"""Models as PyTorch reads and computes them, beside `cloze parity`.

usage: test-pytorch.py CLOZE
1. A random model of awkward shape that make_reference.py wrote: every number agrees.
2. A model that cloze made and saved: PyTorch, reading the folder by itself, finds our logits,
   gradients and five optimizer steps.
3. The same of that model with more words, adapted by a run and exported.
4. A reference with one number changed is refused (the test can fail).
Speaks TAP. Needs python3-torch: without it the cases are skipped, under CI=true they fail.
"""
import os
import subprocess
import sys
import tempfile

here = os.path.dirname(os.path.abspath(__file__))
cloze = os.path.abspath(sys.argv[1])
script = os.path.join(here, "make_reference.py")
cases = 0


def report(ok, name, note=""):
    global cases
    cases += 1
    print(f"{'ok' if ok else 'not ok'} {cases} - {name}{note}", flush=True)
    return ok


def run(*command):
    result = subprocess.run(command, capture_output=True, text=True)
    if result.returncode:
        print("# " + " ".join(command[:3]) + "\n# " + (result.stdout + result.stderr)[-2000:].replace("\n", "\n# "))
    return result.returncode


try:
    import torch  # noqa: F401
except ImportError:
    if os.environ.get("CI") == "true":
        report(False, "python3-torch is installed")
    else:
        report(True, "models as PyTorch computes them", " # SKIP python3-torch is not installed")
    print(f"1..{cases}")
    sys.exit(0)

with tempfile.TemporaryDirectory() as folder:
    path = lambda name: os.path.join(folder, name)
    python = "/usr/bin/python3"
    report(run(python, script, "--random", "5", path("odd"), path("odd-reference")) == 0, "PyTorch computes a model of odd shape")
    report(run(cloze, "parity", path("odd"), path("odd-reference")) == 0, "our engine agrees with it")

    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"] + [f"word{i}" for i in range(300)] + ["##s"]
    open(path("vocab.txt"), "w").write("\n".join(words) + "\n")
    library = ["--library", path("library.sqlite"), "--quiet"]
    made = run(cloze, *library, "model", "new", "--vocabulary", path("vocab.txt"), "--name", "made", "--dim", "32", "--layers", "2", "--heads", "4", "--hidden", "64", "--positions", "64", "--seed", "3")
    report(made == 0 and run(cloze, *library, "model", "export", "made", path("made")) == 0, "cloze makes and saves a model")
    report(run(python, script, path("made"), path("made-reference"), "M") == 0, "PyTorch reads it")
    report(run(cloze, "parity", path("made"), path("made-reference")) == 0, "and finds our logits, gradients and steps")

    open(path("more.txt"), "w").write("word1s\nword2s\n")
    open(path("corpus.txt"), "w").write("".join(" ".join(f"word{i * k % 300}" for k in range(1, 31)) + "\n" for i in range(200)))
    settings = [f"--set={setting}" for setting in ("block_size=16", "batch_size=4", "train_blocks=16", "test_blocks=4", "epochs=1", "learning_rate=0.01")]
    steps = [["model", "extend", "made", "--name", "larger", "--words", path("more.txt")],
             ["corpus", "import", "c", path("corpus.txt"), "--format", "lines"],
             ["train", "--model", "larger", "--corpus", "c", *settings],
             ["model", "export", "run:1@best", path("adapted")]]
    report(all(run(cloze, *library, *step) == 0 for step in steps), "cloze adds words to it, adapts and exports it")
    report(run(python, script, path("adapted"), path("adapted-reference"), "R") == 0, "PyTorch reads that, too")
    report(run(cloze, "parity", path("adapted"), path("adapted-reference")) == 0, "and agrees with it")

    wrong = next(os.path.join(path("made-reference"), n) for n in sorted(os.listdir(path("made-reference"))) if n.startswith("M_full"))
    data = bytearray(open(wrong, "rb").read())
    data[-20] ^= 0x40  # in the last tensor's numbers
    data[-17] ^= 0x40
    open(wrong, "wb").write(data)
    report(subprocess.run([cloze, "parity", path("made"), path("made-reference")], capture_output=True).returncode == 1, "a wrong number is told")
print(f"1..{cases}")
