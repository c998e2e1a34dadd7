"""`cloze bench`: its figures, and those of other programs beside them, played here by a script."""
import json
import os
import signal
import subprocess

from harness import SOURCES, main

SHAPE = ["--runs", 2, "--layers", 1, "--blocks", 1, "--block-size", 16]

# Answers as resources/peers do, without doing any work. It stands in for python3 and for node.
FAKE = """#!/usr/bin/python3
import json, os, sys
script, task = os.path.basename(sys.argv[1]), json.loads(sys.argv[2])
with open(os.environ["FAKE_LOG"], "a") as log:
    print(json.dumps({"script": script, "task": task, "threads": os.environ["OMP_NUM_THREADS"],
                      "rayon": os.environ["RAYON_NUM_THREADS"]}), file=log)
answers = json.loads(os.environ["FAKE"])[task["peer"]]
print(answers[0], flush=True)
for answer in answers[1:]:
    line = sys.stdin.readline()
    if not line:
        break
    json.loads(line)
    print(answer, flush=True)
"""
READY = '{"ready": "Peer 1.2", "device": "nowhere"}'
RUNS = ['{"seconds": 3}', '{"seconds": 0.5, "peak_bytes": 4000000000}', '{"seconds": 0.25, "peak_bytes": 5000000000}']
MISSING = ['{"missing": true}']


def bench(cloze, answers, *arguments, json_lines=True):
    """Figures (or the text) of a bench beside fakes, what it said on stderr, and what the fakes were asked."""
    log = cloze.path("asked", "")
    os.makedirs(cloze.path("bin"), exist_ok=True)
    for name in ("python3", "node"):
        os.chmod(cloze.path(os.path.join("bin", name), FAKE), 0o755)
    environment = {**os.environ, "CLOZE_PEERS": cloze.folder, "FAKE_LOG": log, "FAKE": json.dumps(answers)}
    line = [cloze.program, "--library", cloze.path("library.sqlite"), "--quiet", "bench", "--peer", *map(str, arguments)]
    done = subprocess.run(line + ["--json"] * json_lines, capture_output=True, env=environment, timeout=300)
    err = done.stderr.decode()
    assert done.returncode == 0, (done.returncode, err)
    with open(log) as file:
        asked = [json.loads(line) for line in file]
    out = done.stdout.decode()
    return [json.loads(line) for line in out.splitlines()] if json_lines else out, err.splitlines(), asked


def of(figures, name, peer=False):
    return [figure for figure in figures if figure["bench"] == name and ("peer" in figure) == peer]


def a_peer_stands_beside_ours(cloze):
    text = cloze.path("text", "one line\nand another\n" * 50)
    figures, said, asked = bench(cloze, {"tokenizers": [READY] + RUNS}, "tokenize", "--text", text, "--runs", 2)
    ours, both = of(figures, "tokenize"), of(figures, "tokenize", peer=True)
    assert len(ours) == len(both) == 1 and not said, (figures, said)
    size = os.path.getsize(text) / 1e6
    assert both[0]["peer"] == "Peer 1.2" and both[0]["peer_device"] == "nowhere", both
    # The first run does not count; the median of two is what lies between them.
    assert abs(both[0]["peer_min"] - size / 0.5) < 1e-9 and abs(both[0]["peer_max"] - size / 0.25) < 1e-9, both
    assert abs(both[0]["peer_value"] - (size / 0.5 + size / 0.25) / 2) < 1e-9, both
    assert abs(both[0]["ratio"] - both[0]["value"] / both[0]["peer_value"]) < 1e-6 * both[0]["ratio"], both
    assert both[0]["value"] == ours[0]["value"] and both[0]["unit"] == "MB/s"
    assert [a["script"] for a in asked] == ["tokenizers.cjs"] and asked[0]["rayon"] == "1", asked
    assert asked[0]["task"]["lowercase"] is True and asked[0]["task"]["mask"] == "[MASK]"


def the_peer_is_asked_for_the_same_work(cloze):
    answers = {"OpenBLAS": [READY] + RUNS, "PyTorch": [READY] + RUNS, "transformers": MISSING}
    figures, said, asked = bench(cloze, answers, "step", *SHAPE)
    task = next(a for a in asked if a["task"]["bench"] == "step" and a["task"]["peer"] == "PyTorch")["task"]
    assert (task["blocks"], task["block_size"], task["precision"], task["gpu"]) == (1, 16, "fp32", False), task
    assert task["config"] == {"vocab_size": 30522, "dim": 768, "hidden_dim": 3072, "n_layers": 1, "n_heads": 12,
                              "max_position_embeddings": 512}, task
    step, memory = of(figures, "step", peer=True), of(figures, "step.memory", peer=True)
    assert len(step) == 1 and step[0]["peer_value"] == (16 / 0.5 + 16 / 0.25) / 2, step
    # Memory is told as our share of the peer's largest.
    assert memory[0]["peer_value"] == 5000 and 0 < memory[0]["value"] < 5000 and memory[0]["ratio"] < 1, memory
    assert [line for line in said if "transformers" in line] and len(said) == 1, said


def kernels_are_told_against_the_measured_peak(cloze):
    figures = cloze.lines("bench", "step", *SHAPE)
    names = [figure["bench"] for figure in figures]
    assert names[:2] == ["peak.gemm", "peak.copy"], names
    peak, copy = (figures[i]["value"] for i in (0, 1))
    kernels = of(figures, "step.kernel")
    assert kernels and of(figures, "step.kernels")[0]["value"] <= 101, kernels
    products = [kernel for kernel in kernels if kernel["detail"] == "qkv gemm"]
    assert products and products[0]["gflops"] > 0 and products[0]["milliseconds"] > 0, kernels
    for kernel in kernels:
        share = 100 * max(kernel.get("gflops", 0) / peak, kernel.get("gbytes", 0) / copy)
        assert abs(kernel.get("peak_percent", 0) - share) < 1e-6 * max(share, 1), kernel
    assert of(figures, "step.memory")[0]["unit"] == "MB"


def what_is_missing_is_named_once(cloze):
    answers = {"OpenBLAS": MISSING, "PyTorch": MISSING, "transformers": MISSING, "onnxruntime": MISSING}
    figures, said, asked = bench(cloze, answers, "evaluate", *SHAPE)
    assert of(figures, "evaluate") and not of(figures, "evaluate", peer=True)
    assert len(said) == 3 and all(line.startswith("cloze: ") for line in said), said
    assert any("apt install python3-torch" in line for line in said)
    assert any("npm install onnxruntime-node" in line for line in said)


def a_peer_that_fails_costs_only_itself(cloze):
    text = cloze.path("text", "one line\n" * 50)
    for answers, why in (
        ([""], "it answered"), (["nonsense"], "nonsense"), (["[]"], "[]"), (['{"device": 1}'], "what it is"),
        (['{"error": "too\\nlittle memory"}'], "little memory"), ([READY], "without an answer"),
        ([READY, RUNS[0], '{"error": "broken"}'], "broken"), ([READY, '{"seconds": 0}'], "how long"),
        ([READY, '{"seconds": "3"}'], "how long"), ([READY, '{"seconds": -1}'], "how long"),
        ([READY, '{"seconds": null}'], "how long"), (["x" * 100000], "it answered"),
    ):
        figures, said, asked = bench(cloze, {"tokenizers": answers}, "tokenize", "--text", text, "--runs", 2)
        assert len(figures) == 1 and "peer" not in figures[0], figures
        assert len(said) == 1 and why in said[0] and len(said[0]) < 400, (answers, said)


def ratios_are_a_table_for_people(cloze):
    text = cloze.path("text", "one line\n" * 50)
    out, said, asked = bench(cloze, {"tokenizers": [READY] + RUNS}, "tokenize", "--text", text, "--runs", 2,
                             json_lines=False)
    lines = [line.split() for line in out.splitlines() if line.strip()]
    assert lines[-2][:5] == ["what", "ours", "theirs", "unit", "ratio"], out
    assert lines[-1][0] == "tokenize" and lines[-1][3] == "MB/s" and lines[-1][5:7] == ["Peer", "1.2"], out


def a_folder_can_be_tokenized(cloze):
    os.makedirs(cloze.path("texts"))
    for name in "ab":
        cloze.path(os.path.join("texts", name), "some words\n" * 20)
    assert of(cloze.lines("bench", "tokenize", "--text", cloze.path("texts"), "--runs", 1), "tokenize")


def our_scripts_talk_as_agreed(cloze):
    """Those of Python's standard library alone; the others need what may not be here."""
    script = os.path.join(SOURCES, "resources", "peers", "openblas.py")
    task = json.dumps({"peer": "OpenBLAS", "bench": "gemm", "threads": 1})
    request = json.dumps({"form": "TN", "m": 12, "n": 8, "k": 4, "batches": 2, "times": 3})
    done = subprocess.run(["/usr/bin/python3", "-B", script, task], input=f"{request}\n{request}\n".encode(),
                          capture_output=True, timeout=60)
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert "missing" in answers[0] or (answers[0]["ready"] and all(a["seconds"] > 0 for a in answers[1:3])), answers


def tuning_can_be_called_off(cloze):
    """What it takes is minutes: here only that nothing is left of one that was called off, and what it refuses."""
    table = cloze.path("table.txt")
    for arguments in (["--tune"], ["step", "--tune"], ["gemm", "--tune", "--peer"]):
        cloze.refused(2, "bench", *arguments)
    line = [cloze.program, "--library", cloze.path("library.sqlite"), "bench", "gemm", "--tune", *map(str, SHAPE)]
    process = subprocess.Popen(line, stderr=subprocess.PIPE, stdout=subprocess.PIPE,
                               env={**os.environ, "CZ_GEMM_TABLE": table})
    assert b"Measuring" in process.stderr.readline()
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=300)
    assert process.returncode == 1 and b"cancelled" in err.lower() and not out.strip(), (process.returncode, out, err)
    assert not os.path.exists(table)


def surprisal_is_told_beside_one_mask_at_a_time(cloze):
    alone, beside = cloze.lines("bench", "surprisal", *SHAPE)
    assert alone["bench"] == beside["bench"] == "surprisal" and alone["unit"] == "tokens/s" and alone["value"] > 0
    assert beside["peer"] == "one mask at a time" and beside["ratio"] == beside["value"] / beside["peer_value"]


main([surprisal_is_told_beside_one_mask_at_a_time, a_peer_stands_beside_ours, the_peer_is_asked_for_the_same_work, kernels_are_told_against_the_measured_peak,
      what_is_missing_is_named_once, a_peer_that_fails_costs_only_itself, ratios_are_a_table_for_people,
      a_folder_can_be_tokenized, our_scripts_talk_as_agreed, tuning_can_be_called_off])
