"""What is asked for wrongly, and help."""
import json
import os
import subprocess
import unittest.mock

from harness import MODEL, Skip, main

WRONG = [
    [], ["nonsense"], ["run"], ["run", "nonsense"], ["run", "show"], ["run", "show", "1", "2"],
    ["run", "show", "one"], ["run", "show", "0"], ["run", "create"], ["run", "create", "--model", "A"],
    ["train", "--model", "A", "--corpus", "c", "--set", "epochs"],
    ["train", "--model", "A", "--corpus", "c", "--set", "epochs=0"],
    ["train", "--model", "A", "--corpus", "c", "--set", "nonsense=1"],
    ["train", "--model", "A", "--corpus", "c", "--preset", "nonsense"],
    ["run", "compare", "1"], ["run", "note", "1"], ["fill", "a [MASK]"], ["fill", "--model", "A"],
    ["fill", "--model", "A", "--top-k", "0", "a [MASK]"], ["evaluate", "--model", "A"],
    ["evaluate", "--model", "A", "--corpus", "c", "--method", "nonsense"], ["devices", "too much"],
    ["devices", "--nonsense"], ["model", "new", "--name", "x"], ["model", "export", "A"],
    ["model", "new", "--name", "x", "--vocabulary", "v", "--dim", "many"], ["serve", "now"],
    ["corpus", "import", "c"], ["corpus", "blocks", "c"], ["bench", "nonsense"], ["parity", "x"],
    ["fill", "--model", "A", b"\xff [MASK]"], ["run", "queue", "add"],
]
MISSING = [
    ["run", "show", "7"], ["run", "start", "7"], ["run", "pause", "7"], ["run", "metrics", "7"],
    ["run", "trash", "7"], ["run", "remove", "7"], ["run", "queue", "add", "7"], ["model", "show", "nonsense"],
    ["model", "show", "run:7"], ["model", "show", "run:x"], ["model", "remove", "nonsense"],
    ["model", "add", "/nonexistent"], ["model", "add", "hub:distilbert-base-uncased"],
    ["model", "push", MODEL, "me/model"], ["model", "export", "nonsense", "there"],
    ["fill", "--model", "nonsense", "a [MASK]"], ["fill", "--model", MODEL, "no gap"],
    ["surprisal", "--model", MODEL, ""], ["evaluate", "--model", MODEL, "--corpus", "nonsense"],
    ["train", "--model", MODEL, "--corpus", "nonsense"], ["corpus", "show", "nonsense"],
    ["fill", "--model", MODEL, "--device", "no such device", "a [MASK]"],
]


def wrong_usage_ends_with_2(cloze):
    for line in WRONG:
        done = subprocess.run([cloze.program, "--library", cloze.path("l.sqlite"), *line], capture_output=True)
        assert done.returncode == 2, (line, done)
        assert done.stderr.startswith(b"cloze: ") and done.stderr.count(b"\n") == 1, (line, done.stderr)
        assert done.stdout == b"", (line, done.stdout)
    assert not os.path.exists(cloze.path("l.sqlite")), "wrong usage made a library"


def what_is_not_there_ends_with_1(cloze):
    for line in MISSING:
        sentence = cloze.refused(1, *line)
        assert len(sentence) > 30, sentence


def every_command_helps(cloze):
    text = cloze.output("--help").decode()
    commands = [line[2:20].strip() for line in text.splitlines() if line.startswith("  ") and line[2:4] != "--"]
    assert len(commands) > 40, commands
    for command in commands:
        help_text = cloze.output(*command.split(), "--help").decode()
        assert help_text.startswith(f"Usage: cloze [OPTION…] {command}"), help_text
        assert "--library" in help_text and "--json" in help_text
        assert help_text.count("[OPTION…]") == 1, help_text
    for group in ("run", "model", "corpus", "vocabulary"):
        assert f"{group} " in cloze.output(group, "--help").decode()


def global_options_go_anywhere(cloze):
    library = cloze.path("other.sqlite")
    places = [["--library", library, "--json", "model", "list"], ["model", "--library", library, "--json", "list"],
              ["model", "list", "--json", f"--library={library}", "--quiet"]]
    for line in places:
        done = subprocess.run([cloze.program, *line], capture_output=True, check=True)
        assert isinstance(json.loads(done.stdout), list)
    assert os.path.exists(library)


def texts_may_begin_with_dashes(cloze):
    found = json.loads(cloze.output("--json", "fill", "--model", MODEL, "--", "--the [MASK]"))
    assert found[0]["text"] == "--the [MASK]"


def devices_are_listed(cloze):
    devices = cloze.json("devices")
    keys = {"index", "name", "type", "driver", "memory_bytes", "fp16", "bf16", "cooperative_matrix", "subgroup_size"}
    assert devices and all(keys <= set(device) for device in devices), devices
    assert cloze.json("--device", devices[0]["name"][:8], "fill", "--model", MODEL, "a [MASK]")


def plural_forms_are_translated(cloze):
    """`_()` names the program's texts by itself, ngettext () relies on textdomain ()."""
    if subprocess.run(["locale", "-a"], capture_output=True).stdout.lower().find(b"ca_es.utf") < 0:
        raise Skip("the locale ca_ES.UTF-8 is not there")
    with unittest.mock.patch.dict(os.environ, LC_ALL="ca_ES.UTF-8", LANGUAGE=""):
        said = cloze.output("corpus", "import", "x", cloze.path("t.txt", "a text")).decode()
    assert said.startswith("«x»: 1 document, 6 bytes de text"), said


main([wrong_usage_ends_with_2, what_is_not_there_ends_with_1, every_command_helps, global_options_go_anywhere,
      texts_may_begin_with_dashes, devices_are_listed, plural_forms_are_translated])
