"""Signing in to the Hub and pushing models there, against a Hub and a keyring of the tests' own."""
import glob
import json
import os
import shlex
import subprocess
import sys
import time

from harness import MODEL, Skip, main
from runs import create, end, prepare, sha256, show, start, train

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "hub"))
import server  # noqa: E402

TOKEN = "hf_thisIsTheSecretOfTheTests"
READER = "hf_thisOneMayOnlyRead"
FILES = {"config.json", "model.safetensors", "vocab.txt", "tokenizer.json", "tokenizer_config.json",
         "special_tokens_map.json", "README.md"}
LARGE = os.path.getsize(os.path.join(MODEL, "model.safetensors"))


class Keyring:
    """A bus with a keyring on it, in the environment of what is started."""

    def __init__(self, mode):
        # gi is Debian's, for its own Python.
        self.process = subprocess.Popen(["/usr/bin/python3", os.path.join(os.path.dirname(HERE), "hub", "keyring.py"),
                                         mode], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.DEVNULL, text=True)
        os.environ["DBUS_SESSION_BUS_ADDRESS"] = self.process.stdout.readline().strip()
        if not os.environ["DBUS_SESSION_BUS_ADDRESS"]:
            if os.environ.get("CI") == "true":
                raise AssertionError("there is no bus: python3-gi or dbus is missing")
            raise Skip("there is no bus here")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.stdout.close()
        self.process.wait(timeout=30)
        os.environ["DBUS_SESSION_BUS_ADDRESS"] = "unix:path=/nonexistent"


def hub_of(cloze, **settings):
    """A Hub with two accounts, and an environment in which anna is signed in."""
    folder = cloze.path("hub")
    os.makedirs(folder)
    with open(os.path.join(folder, "hub.json"), "w", encoding="utf-8") as file:
        json.dump({"users": {TOKEN: {"name": "anna", "orgs": ["lab"]}, READER: {"name": "rita", "role": "read"}},
                   **settings}, file)
    hub = server.start(folder)
    # Patient, for busy machines, but where a silence is what is tested.
    os.environ.update(HF_ENDPOINT=hub.address, HF_TOKEN=TOKEN, CZ_HTTP_TIMES="5000,10000,10",
                      CLOZE_KEYRING_SECONDS="20", DBUS_SESSION_BUS_ADDRESS="unix:path=/nonexistent")
    return hub


def told(hub, method, path):
    return [line for line in hub.log if line["method"] == method and path in line["path"]]


def there(hub, repo):
    folder = os.path.join(hub.folder, "models", repo)
    return {name for name in os.listdir(folder) if name not in (".hub.json", ".gitattributes")}


def commits(hub, repo):
    with open(os.path.join(hub.folder, "models", repo, ".hub.json"), encoding="utf-8") as file:
        return json.load(file).get("commits", [])


def holds_token(cloze):
    """Files under the test's folder, but the Hub's own list of accounts, that have the token in them."""
    found = []
    for path in glob.glob(os.path.join(cloze.folder, "**"), recursive=True, include_hidden=True):
        if os.path.isfile(path) and not path.endswith("hub/hub.json"):
            with open(path, "rb") as file:
                found += [path] if TOKEN.encode() in file.read() else []
    return found


def nowhere(*texts):
    for text in texts:
        assert TOKEN not in (text if isinstance(text, str) else text.decode()), text


# ---- signing in ----

def the_token_is_in_the_keyring_and_nowhere_else(cloze):
    hub = hub_of(cloze)
    del os.environ["HF_TOKEN"]
    with Keyring("open"):
        assert "Nobody is signed in" in cloze.refused(1, "hub", "whoami")
        nowhere(err := cloze.refused(1, "hub", "login", stdin=b"hf_unknown\n"))
        assert "does not accept the token" in err and "hf_unknown" not in err
        for wrong in (b"", b"  \n", b"two words\n", b"line\x01\n"):
            cloze.refused(1, "hub", "login", stdin=wrong)
        out = cloze.output("hub", "login", "--json", stdin=f"  {TOKEN}\n".encode())
        nowhere(out)
        assert json.loads(out) == {"user": "anna", "organizations": ["lab"], "where": "keyring", "reads_only": False}
        assert cloze.json("hub", "whoami")["where"] == "keyring"
        # HF_TOKEN goes first.
        os.environ["HF_TOKEN"] = READER
        assert cloze.json("hub", "whoami") == {"user": "rita", "organizations": [], "where": "environment",
                                               "reads_only": True}
        os.environ["HF_TOKEN"] = " "
        assert cloze.json("hub", "whoami")["user"] == "anna"
        # A token is not given to another Hub.
        other = server.start(hub.folder)
        os.environ["HF_ENDPOINT"] = other.address
        assert "Nobody is signed in" in cloze.refused(1, "hub", "whoami")
        os.environ["HF_ENDPOINT"] = hub.address
        cloze.json("model", "add", MODEL, "--name", "A")
        assert cloze.json("model", "push", "A", "from-keyring")["repo"] == "anna/from-keyring"
        assert cloze.json("hub", "logout") == {"removed": True}
        assert cloze.json("hub", "logout") == {"removed": False}
        assert "Nobody is signed in" in cloze.refused(1, "model", "push", "A", "x")
    assert holds_token(cloze) == []


def a_keyring_that_is_missing_locked_or_silent_is_told_of(cloze):
    hub_of(cloze)
    del os.environ["HF_TOKEN"]
    cloze.json("model", "add", MODEL, "--name", "A")
    for mode, words in (("absent", "cannot be reached"), ("locked", "keyring is locked"), ("silent", "does not answer")):
        os.environ["CLOZE_KEYRING_SECONDS"] = "0.7" if mode == "silent" else "20"
        with Keyring(mode):
            # libsecret 0.20 loses a hundred bytes where nobody unlocks.
            options = os.environ.get("ASAN_OPTIONS", "")
            os.environ["ASAN_OPTIONS"] = options + (":detect_leaks=0" if mode == "locked" else "")
            nowhere(err := cloze.refused(1, "hub", "login", stdin=TOKEN.encode()))
            os.environ["ASAN_OPTIONS"] = options
            assert words in err, (mode, err)
            if mode != "locked":  # that one has nothing in it
                assert words in (err := cloze.refused(1, "hub", "whoami")), (mode, err)
                assert words in cloze.refused(1, "model", "push", "A", "x")
    # no bus at all
    assert "cannot be reached" in cloze.refused(1, "hub", "whoami")
    os.environ["HF_TOKEN"] = TOKEN
    assert cloze.json("hub", "whoami")["user"] == "anna"


# ---- a model ----

def a_model_is_pushed_with_its_card(cloze):
    hub = hub_of(cloze)
    cloze.json("model", "add", MODEL, "--name", "A")
    done = cloze.json("model", "push", "A", "first", "--message", "A “first” push")
    assert done["repo"] == "anna/first" and done["url"] == hub.address + "/anna/first"
    assert done["created"] and done["changed"] and done["uploaded_bytes"] == LARGE and set(done["files"]) == FILES
    assert there(hub, "anna/first") == FILES
    folder = os.path.join(hub.folder, "models", "anna/first")
    assert sha256(folder) == sha256(MODEL)
    for name in FILES - {"README.md"}:
        with open(os.path.join(folder, name), "rb") as pushed, open(os.path.join(MODEL, name), "rb") as own:
            assert pushed.read() == own.read(), name
    with open(os.path.join(folder, "README.md"), encoding="utf-8") as file:
        assert 'model="anna/first"' in file.read()
    assert commits(hub, "anna/first")[0]["summary"] == "A “first” push" and len(commits(hub, "anna/first")) == 1
    # Nothing new: nothing is sent, nothing committed.
    again = cloze.json("model", "push", "A", "anna/first")
    assert not again["created"] and not again["changed"] and again["uploaded_bytes"] == 0
    assert again["commit"] == done["commit"] and len(commits(hub, "anna/first")) == 1
    # The same weights elsewhere: the Hub has them. An organization, private.
    lab = cloze.json("model", "push", "A", "lab/second", "--private")
    assert lab["created"] and lab["uploaded_bytes"] == 0 and there(hub, "lab/second") == FILES
    with open(os.path.join(hub.folder, "models/lab/second/.hub.json"), encoding="utf-8") as file:
        assert json.load(file)["private"] is True
    cloze.json("model", "push", "A", "lab/second", "--private")
    # What is public does not become private by a push.
    assert "is public already" in cloze.refused(1, "model", "push", "A", "anna/first", "--private")
    assert "may not do that (403" in cloze.refused(1, "model", "push", "A", "others/model")
    for wrong in ("a b", "a/b/c", "a-", "a..b", "a--b", "a.git", "/a", "a/", "", "x" * 97):
        assert "can be no repository" in cloze.refused(1, "model", "push", "A", wrong), wrong
    cloze.refused(2, "model", "push", "A")
    os.environ["HF_TOKEN"] = READER
    assert "(403" in cloze.refused(1, "model", "push", "A", "rita/x")
    os.environ["HF_TOKEN"] = "hf_gone"
    assert "does not accept the token" in cloze.refused(1, "model", "push", "A", "anna/first")
    os.environ["HF_HUB_OFFLINE"] = "1"
    assert "HF_HUB_OFFLINE" in cloze.refused(1, "model", "push", "A", "anna/first")
    del os.environ["HF_HUB_OFFLINE"]
    # The token went to the Hub alone, never to where large files go.
    cdn = hub.cdn.rsplit(":", 1)[1]
    assert told(hub, "PUT", "/_lfs/") and all(line["authorization"] is None for line in hub.log
                                              if str(line["port"]) == cdn)
    assert holds_token(cloze) == []


def faults_end_in_a_sentence_or_in_a_push(cloze):
    hub = hub_of(cloze)
    cloze.json("model", "add", MODEL, "--name", "A")
    lfs, put = "/*/info/lfs/objects/batch", "/_lfs/*"
    passing = [
        [{"path": "/api/repos/create", "status": 503, "times": 2}],
        [{"path": lfs, "status": 429, "headers": {"Retry-After": "0"}, "times": 2}],
        [{"path": put, "method": "PUT", "cut_upload": 100000, "times": 2}],
        [{"path": put, "method": "PUT", "status": 500, "times": 1}],
        [{"path": put, "method": "PUT", "status": 403, "times": 1}],   # the address has run out
        [{"path": put, "method": "PUT", "damage": True, "times": 1}],  # verify refuses it
        [{"path": "/api/models/*/commit/main", "status": 412, "times": 2}],
        [{"path": "/api/models/*/commit/main", "status": 502, "times": 1}],
        [{"path": "/api/models/*/commit/main", "cut": 5, "times": 1}],
    ]
    for number, faults in enumerate(passing):
        forget(hub)
        hub.faults = faults
        done = cloze.json("model", "push", "A", f"passing-{number}")
        assert done["uploaded_bytes"] == LARGE and there(hub, done["repo"]) == FILES, faults
        assert sha256(os.path.join(hub.folder, "models", done["repo"])) == sha256(MODEL), faults
    failing = [
        ("401", {"path": "/api/repos/create", "status": 401}, "does not accept the token", LARGE),
        ("403", {"path": "/api/models/*/commit/main", "status": 403,
                 "body": json.dumps({"error": f"no {TOKEN}\n"})}, "may not do that (403)", 0),
        ("words", {"path": "/api/models/*/commit/main", "status": 400,
                   "body": json.dumps({"error": "Invalid\nmetadata in README.md"})}, "Invalid metadata in README", 0),
        ("404", {"path": "/api/models/*/commit/main", "status": 404}, "no longer there", 0),
        ("412", {"path": "/api/models/*/commit/main", "status": 412}, "by somebody else again and again", 0),
        ("413", {"path": "/api/models/*/commit/main", "status": 413}, "too large", 0),
        ("429", {"path": lfs, "status": 429}, "429", LARGE),
        ("500", {"path": lfs, "status": 500}, "in trouble (500)", LARGE),
        ("cut", {"path": put, "method": "PUT", "cut_upload": 1000}, "model.safetensors", LARGE),
        ("damage", {"path": put, "method": "PUT", "damage": True}, "what arrived at the Hub is not what", LARGE),
        ("nonsense", {"path": lfs, "replace": "<html>"}, "HF_ENDPOINT", LARGE),
        ("other", {"path": lfs, "replace": '{"objects":[]}'}, "makes no sense", LARGE),
        ("silent", {"path": lfs, "hang": 1, "times": 5}, "anna/silent", LARGE),
    ]
    for name, fault, words, left in failing:
        forget(hub)
        hub.faults = [dict(fault)]
        os.environ["CZ_HTTP_TIMES"] = "5000,400,10" if name == "silent" else "5000,10000,10"
        err = cloze.refused(1, "model", "push", "A", name)
        os.environ["CZ_HTTP_TIMES"] = "5000,10000,10"
        nowhere(err)
        assert words in err, (name, err)
        assert not os.path.isdir(os.path.join(hub.folder, "models/anna", name)) or there(hub, "anna/" + name) == set()
        # Repeated, it sends what lacks.
        hub.faults = []
        again = cloze.json("model", "push", "A", name)
        assert again["uploaded_bytes"] == left and there(hub, again["repo"]) == FILES, (name, again)
    # Made by somebody else between the look and the making.
    hub.faults = [{"path": "/api/models/anna/made", "status": 404, "times": 1}]
    os.makedirs(os.path.join(hub.folder, "models/anna/made"))
    with open(os.path.join(hub.folder, "models/anna/made/.hub.json"), "w", encoding="utf-8") as file:
        file.write("{}")
    assert not cloze.json("model", "push", "A", "anna/made")["created"]
    # Where nobody listens.
    os.environ["HF_ENDPOINT"] = "http://127.0.0.1:9"
    cloze.refused(1, "model", "push", "A", "anna/offline")
    assert holds_token(cloze) == []


def forget(hub):
    for path in glob.glob(os.path.join(hub.folder, ".lfs", "*")):
        os.remove(path)


def large_files_go_in_parts_and_within_the_quota(cloze):
    hub = hub_of(cloze, chunk_size=200000)
    cloze.json("model", "add", MODEL, "--name", "A")
    hub.faults = [{"path": "/_lfs/*/part/2", "method": "PUT", "cut_upload": 50000, "times": 1}]
    done = cloze.json("model", "push", "A", "parts")
    parts = told(hub, "PUT", "/part/")
    assert done["uploaded_bytes"] == LARGE and sha256(os.path.join(hub.folder, "models/anna/parts")) == sha256(MODEL)
    assert len(parts) == -(-LARGE // 200000) + 1 and sum(part.get("received", 0) for part in parts) == LARGE
    forget(hub)
    hub.faults = [{"path": "/_lfs/*", "method": "PUT", "no_etag": True}]
    assert "makes no sense" in cloze.refused(1, "model", "push", "A", "no-etag")
    hub.faults = []
    with open(os.path.join(hub.folder, "hub.json"), "r+", encoding="utf-8") as file:
        settings = {**json.load(file), "quota": 1000}
        file.seek(0)
        json.dump(settings, file)
        file.truncate()
    assert "storage limit reached" in cloze.refused(1, "model", "push", "A", "no-room")


def a_push_is_ended_by_a_signal_and_shows_no_token(cloze):
    hub = hub_of(cloze)
    cloze.json("model", "add", MODEL, "--name", "A")
    hub.faults = [{"path": "/_lfs/*", "method": "PUT", "hang": 2}]
    line = [cloze.program, "--library", cloze.path("library.sqlite"), "model", "push", "A", "slow"]
    with open(cloze.path("told"), "wb") as file:
        process = subprocess.Popen(line, stdout=file, stderr=file)
    while not told(hub, "PUT", "/_lfs/"):
        assert process.poll() is None, "it ended early"
        time.sleep(0.01)
    with open(f"/proc/{process.pid}/cmdline", "rb") as file:
        assert TOKEN.encode() not in file.read()
    process.terminate()
    assert process.wait(timeout=30) == 1
    assert holds_token(cloze) == []


# ---- a run ----

def wait_until(what, seconds=120):
    limit = time.monotonic() + seconds
    while not (found := what()):
        assert time.monotonic() < limit, "it did not come about"
        time.sleep(0.1)
    return found


def settled(cloze, run):
    """Its pushes once the process that follows the run has ended."""
    lock = os.path.join(show(cloze, run)["folder"], "push.lock")
    wait_until(lambda: os.path.exists(lock) and subprocess.run(["flock", "-n", lock, "true"]).returncode == 0)
    return show(cloze, run)["pushes"]


def each_epoch_of_a_run_is_pushed_and_the_best_at_its_end(cloze):
    hub = hub_of(cloze)
    prepare(cloze)
    assert "--push goes with one run" in cloze.refused(2, "run", "create", "--model", "A", "--corpus", "c",
                                                       "--sweep", "epochs=1,2", "--push", "x")
    cloze.refused(2, "run", "create", "--model", "A", "--corpus", "c", "--push-private")
    cloze.refused(2, "run", "create", "--model", "A", "--corpus", "c", "--push", "no such name")
    run = create(cloze, "--push", "adapted", "--push-private", epochs=2000, eval_every=6)
    assert show(cloze, run)["push"] == {"repo": "adapted", "private": True} and show(cloze, run)["pushes"] == []
    process = start(cloze, run)
    first = wait_until(lambda: [push for push in show(cloze, run)["pushes"] if push["state"] == "pushed"])[0]
    assert first["step"] % 6 == 0 and first["url"] == hub.address + "/anna/adapted" and first["message"] is None
    assert show(cloze, run)["state"] == "running"
    cloze.output("run", "stop", run)
    assert end(process) == 0
    pushes = settled(cloze, run)
    record = show(cloze, run)
    assert record["state"] == "stopped" and {push["state"] for push in pushes} == {"pushed"}, pushes
    folder = os.path.join(hub.folder, "models/anna/adapted")
    assert sha256(folder) == sha256(record["model_folder"]) and pushes[-1]["step"] == record["best"]["step"]
    summaries = [commit["summary"] for commit in commits(hub, "anna/adapted")]
    assert "epoch" in summaries[0] and "the best model" in summaries[-1] and "perplexity" in summaries[-1], summaries
    assert os.path.exists(os.path.join(folder, "training.json"))
    assert glob.glob(os.path.join(record["folder"], "push-*")) == []
    assert "is at " + hub.address in cloze.output("run", "show", run).decode()
    assert not cloze.json("run", "push", run)["changed"]
    assert holds_token(cloze) == []


def pushes_that_fail_leave_the_run_as_it_would_have_been(cloze):
    hub = hub_of(cloze)
    prepare(cloze)
    alone = train(cloze)
    hub.faults = [{"path": "*", "status": 403}]
    run = create(cloze, "--push", "anna/failing")
    process = start(cloze, run)
    said = process.stderr.read()
    assert end_of(process) == 0, said
    failed = settled(cloze, run)
    assert failed and {push["state"] for push in failed} == {"failed"} and "(403" in failed[-1]["message"]
    record = show(cloze, run)
    assert record["state"] == "finished" and record["message"] is None
    assert sha256(record["model_folder"]) == sha256(alone["model_folder"])
    assert (record["before"], record["best"], record["after"]) == (alone["before"], alone["best"], alone["after"])
    assert "tries again" in cloze.output("run", "show", run).decode()
    assert "(403" in cloze.refused(1, "run", "push", run)
    hub.faults = []
    done = cloze.json("run", "push", run)
    assert done["repo"] == "anna/failing" and done["step"] == record["best"]["step"]
    assert sha256(os.path.join(hub.folder, "models/anna/failing")) == sha256(record["model_folder"])
    assert show(cloze, run)["pushes"][-1]["state"] == "pushed"
    # Elsewhere, and a run that had no place of its own.
    assert cloze.json("run", "push", alone["run"], "lab/alone")["uploaded_bytes"] == 0
    assert "has no repository yet" in cloze.refused(1, "run", "push", alone["run"])
    assert "no model yet" in cloze.refused(1, "run", "push", create(cloze), "x")
    # A model of which a file cannot be read (or copied) is not pushed without it.
    config = os.path.join(alone["model_folder"], "tokenizer_config.json")
    os.rename(config, config + ".aside")
    os.symlink("nowhere", config)
    assert "tokenizer_config.json” could not be read" in cloze.refused(1, "run", "push", alone["run"], "lab/part")
    assert not os.path.exists(os.path.join(hub.folder, "models/lab/part"))
    assert glob.glob(os.path.join(alone["folder"], "push-*")) == []
    os.replace(config + ".aside", config)
    # Nobody signed in, no keyring: that too is the push's trouble alone.
    del os.environ["HF_TOKEN"]
    again = train(cloze, epochs=1)
    other = create(cloze, "--push", "unsigned", epochs=1)
    assert end(start(cloze, other)) == 0
    assert "keyring" in settled(cloze, other)[-1]["message"]
    assert sha256(show(cloze, other)["model_folder"]) == sha256(again["model_folder"])
    assert holds_token(cloze) == [] and TOKEN not in said


def end_of(process):
    process.stderr.close()
    return process.wait(timeout=240)


def hugging_faces_own_client_and_ours_read_each_other(cloze):
    """That this Hub is one: the client of those who run the real one gets along with it, and with us."""
    python = shlex.split(os.environ.get("CZ_TRANSFORMERS_PYTHON", sys.executable))
    if subprocess.run([*python, "-c", "import huggingface_hub"], capture_output=True).returncode != 0:
        raise Skip("there is no huggingface_hub here (see tests/parity/test-transformers.py)")
    hub_of(cloze)
    cloze.json("model", "add", MODEL, "--name", "A")
    cloze.json("model", "push", "A", "anna/ours")
    done = subprocess.run([*python, os.path.join(os.path.dirname(HERE), "hub", "official.py"), MODEL, "anna/theirs",
                           "anna/ours", cloze.path("back")], capture_output=True, text=True,
                          env={**os.environ, "HF_HOME": cloze.path("home")})
    assert done.returncode == 0, done.stderr[-2000:]
    cloze.json("model", "add", "hub:anna/theirs", "--name", "theirs")
    ours, theirs = (cloze.json("model", "show", name)["sha256"] for name in ("A", "theirs"))
    assert ours == theirs == sha256(cloze.path("back"))


if __name__ == "__main__":
    for name in ("HF_TOKEN", "HF_ENDPOINT", "HF_HUB_OFFLINE", "http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"):
        os.environ.pop(name, None)
    main([the_token_is_in_the_keyring_and_nowhere_else,
          a_keyring_that_is_missing_locked_or_silent_is_told_of,
          a_model_is_pushed_with_its_card,
          faults_end_in_a_sentence_or_in_a_push,
          large_files_go_in_parts_and_within_the_quota,
          a_push_is_ended_by_a_signal_and_shows_no_token,
          each_epoch_of_a_run_is_pushed_and_the_best_at_its_end,
          pushes_that_fail_leave_the_run_as_it_would_have_been,
          hugging_faces_own_client_and_ours_read_each_other])
