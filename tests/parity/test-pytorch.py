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

from exported import end, make, report, run

here = os.path.dirname(os.path.abspath(__file__))
cloze = os.path.abspath(sys.argv[1])
script = os.path.join(here, "make_reference.py")

try:
    import torch  # noqa: F401
except ImportError:
    if os.environ.get("CI") == "true":
        report(False, "python3-torch is installed")
    else:
        report(True, "models as PyTorch computes them", " # SKIP python3-torch is not installed")
    end()
    sys.exit(0)

with tempfile.TemporaryDirectory() as folder:
    path = lambda name: os.path.join(folder, name)
    python = "/usr/bin/python3"
    report(run(python, script, "--random", "5", path("odd"), path("odd-reference")) is not None, "PyTorch computes a model of odd shape")
    report(run(cloze, "parity", path("odd"), path("odd-reference")) is not None, "our engine agrees with it")
    report(make(cloze, folder), "cloze makes and saves a model, adds words to it, adapts and exports it")
    report(run(python, script, path("made"), path("made-reference"), "M") is not None, "PyTorch reads the first")
    report(run(cloze, "parity", path("made"), path("made-reference")) is not None, "and finds our logits, gradients and steps")
    report(run(python, script, path("adapted"), path("adapted-reference"), "R") is not None, "PyTorch reads the last, too")
    report(run(cloze, "parity", path("adapted"), path("adapted-reference")) is not None, "and agrees with it")

    wrong = next(os.path.join(path("made-reference"), n) for n in sorted(os.listdir(path("made-reference"))) if n.startswith("M_full"))
    data = bytearray(open(wrong, "rb").read())
    data[-20] ^= 0x40  # in the last tensor's numbers
    data[-17] ^= 0x40
    open(wrong, "wb").write(data)
    report(subprocess.run([cloze, "parity", path("made"), path("made-reference")], capture_output=True).returncode == 1, "a wrong number is told")
end()
