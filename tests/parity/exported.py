"""What the tests of exported models share: TAP, commands, and the models: one of ours, and the same with
more words, adapted by a run."""
import os
import subprocess

WORDS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", ".", ",", "!"] + [f"word{i}" for i in range(300)] + ["##s", "and", "is"]
cases = 0


def report(ok, name, note=""):
    global cases
    cases += 1
    print(f"{'ok' if ok else 'not ok'} {cases} - {name}{note}", flush=True)


def end():
    print(f"1..{cases}")


def run(*command):
    """What the command printed; None, told as a comment, where it failed."""
    result = subprocess.run(command, capture_output=True, text=True)
    if result.returncode:
        print("# " + " ".join(command[:4]) + "\n# " + (result.stdout + result.stderr)[-2000:].replace("\n", "\n# "))
        return None
    return result.stdout


def make(cloze, folder):
    """Makes FOLDER/made, and in FOLDER/library.sqlite run 1, whose best model has two words more. Whether
    every command succeeded."""
    path = lambda name: os.path.join(folder, name)
    for name, lines in (("vocab.txt", WORDS), ("more", ["word1s", "word2s"]),
                        ("corpus", (" ".join(f"word{i * k % 300}" for k in range(1, 31)) for i in range(200)))):
        with open(path(name), "w", encoding="utf-8") as file:
            file.write("".join(line + "\n" for line in lines))
    settings = [f"--set={setting}" for setting in ("block_size=16", "batch_size=4", "train_blocks=16", "test_blocks=4", "epochs=1", "learning_rate=0.01")]
    steps = [["model", "new", "--vocabulary", path("vocab.txt"), "--name", "made", "--dim", "32", "--layers", "2", "--heads", "4", "--hidden", "64", "--positions", "64", "--seed", "3"],
             ["model", "export", "made", path("made")],
             ["model", "extend", "made", "--name", "larger", "--words", path("more")],
             ["corpus", "import", "c", path("corpus"), "--format", "lines"],
             ["train", "--model", "larger", "--corpus", "c", *settings],
             ["model", "export", "run:1@best", path("adapted")]]
    return all(run(cloze, "--library", path("library.sqlite"), "--quiet", *step) is not None for step in steps)
