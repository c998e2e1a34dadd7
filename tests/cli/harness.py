"""Drives the command `cloze` for the tests of this folder, which speak TAP."""
import json
import os
import subprocess
import sys
import tempfile
import traceback

SHARED = os.environ.get("CZ_SHARED", "")
SOURCES = os.environ.get("CZ_SOURCE_ROOT", os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))
MODEL = os.path.join(SOURCES, "tests", "model_a", "model_A")


class Skip(Exception):
    pass


def shared(*names):
    """A file of the references beside the checkout; without it a test skips, under CI it fails."""
    path = os.path.join(SHARED, *names)
    if not os.path.exists(path):
        if os.environ.get("CI") == "true":
            raise AssertionError(f"{path} is not there")
        raise Skip(f"{path} is not there")
    return path


class Cloze:
    """The command with a library of its own in a temporary folder."""

    def __init__(self, program, folder):
        self.program, self.folder = program, folder

    def path(self, name, contents=None):
        path = os.path.join(self.folder, name)
        if contents is not None:
            with open(path, "wb") as file:
                file.write(contents if isinstance(contents, bytes) else contents.encode())
        return path

    def run(self, *arguments, stdin=b""):
        """Exit status, stdout (bytes), stderr (text)."""
        line = [self.program, "--library", self.path("library.sqlite"), "--quiet", *map(str, arguments)]
        done = subprocess.run(line, input=stdin, capture_output=True, timeout=300)
        return done.returncode, done.stdout, done.stderr.decode("utf-8")

    def output(self, *arguments, stdin=b""):
        status, out, err = self.run(*arguments, stdin=stdin)
        assert status == 0, f"cloze {arguments} gave {status}: {err}"
        return out

    def json(self, *arguments):
        return json.loads(self.output(*arguments, "--json"))

    def lines(self, *arguments, stdin=b""):
        out = self.output(*arguments, "--json", stdin=stdin)
        return [json.loads(line) for line in out.split(b"\n") if line]

    def refused(self, status, *arguments, stdin=b""):
        """Fails with that exit status and says so in one line, which is returned."""
        got, out, err = self.run(*arguments, stdin=stdin)
        assert got == status, f"cloze {arguments} gave {got}, not {status}: {out[:200]} {err}"
        assert err.startswith("cloze: ") and err.count("\n") == 1, f"cloze {arguments} said: {err!r}"
        return err


def main(tests):
    """Runs functions of a Cloze, each with a library of its own."""
    print(f"1..{len(tests)}")
    failed = False
    for number, test in enumerate(tests, 1):
        name = test.__name__.replace("_", " ")
        with tempfile.TemporaryDirectory(prefix="cloze-test-") as folder:
            try:
                test(Cloze(os.path.abspath(sys.argv[1]), folder))
                print(f"ok {number} - {name}", flush=True)
            except Skip as skip:
                print(f"ok {number} - {name} # SKIP {skip}", flush=True)
            except Exception:
                failed = True
                print("".join(f"# {line}\n" for line in traceback.format_exc().splitlines()), end="")
                print(f"not ok {number} - {name}", flush=True)
    sys.exit(failed)
