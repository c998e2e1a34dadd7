"""What the Python peers of `cloze bench --peer` share: the talk with cloze.

cloze starts `python3 SCRIPT TASK`, TASK being a JSON object (what is measured, shapes, threads), and
reads a line of JSON from stdout each time:

    {"ready": "PyTorch 2.1", "device": "cpu"}       prepared; "note": what the person should know
    {"missing": true}                               the library is not there
    {"error": "…"}                                  it is there, and fails

After "ready" each line on stdin is a request for one run, answered by {"seconds": …}, with
"peak_bytes" where that is known. The end of stdin ends the peer.
"""
import json
import os
import sys
import time


def keep_stdout():
    """The real stdout; whatever a library prints goes to stderr from now on."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    return answers


def read_status(name):
    """Bytes of a line of /proc/self/status; 0 where there is none."""
    try:
        with open("/proc/self/status") as status:
            return next((int(line.split()[1]) * 1024 for line in status if line.startswith(name + ":")), 0)
    except OSError:
        return 0


def write_proc(name, text):
    try:
        with open(f"/proc/self/{name}", "w") as file:
            file.write(text)
    except OSError:
        pass


def forget_peak():
    """Starts the peak of the resident memory anew."""
    write_proc("clear_refs", "5")


def host_peak():
    return read_status("VmHWM")


def serve(prepare):
    """prepare (task) gives what "ready" says and a function of a request that does one run.

    The function gives a peak of memory in bytes or None, or a pair of that and the seconds where
    those of the whole call would be wrong.
    """
    # If memory gets short, the peer is what the system ends, not cloze.
    write_proc("oom_score_adj", "1000")
    answers = keep_stdout()

    def answer(**fields):
        answers.write(json.dumps(fields) + "\n")
        answers.flush()

    try:
        about, run = prepare(json.loads(sys.argv[1]))
        answer(**about)
        for line in sys.stdin:
            request = json.loads(line)
            began = time.perf_counter()
            given = run(request)
            seconds = time.perf_counter() - began
            if isinstance(given, tuple):
                given, seconds = given
            answer(seconds=seconds, **({"peak_bytes": given} if given else {}))
    except ImportError as error:
        answer(missing=True, error=str(error))
    except Exception as error:  # whatever it is, cloze tells the person
        answer(error=f"{type(error).__name__}: {error}".splitlines()[0][:300])
