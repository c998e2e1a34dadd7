"""The Hub's reading side against a Hub of our own on loopback, with its faults."""
import json
import os
import resource
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time

import harness

sys.path.insert(0, os.path.join(harness.SOURCES, "tests", "hub"))
import server  # noqa: E402

WEIGHTS = "model.safetensors"
REPO = "distilbert/distilbert-base-uncased"
CDN = f"/cdn/models/{REPO}/{WEIGHTS}"
TOKEN = "hf_aVerySecretToken"
hub = None
root = ""


def write(path, contents):
    path = os.path.join(root, path)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as file:
        file.write(contents if isinstance(contents, bytes) else contents.encode())


def add_model(name, without=(), also=None, about=None, architecture=None):
    folder = os.path.join(root, "models", name)
    shutil.copytree(harness.MODEL, folder, ignore=shutil.ignore_patterns(*without))
    for path, contents in (also or {}).items():
        write(f"models/{name}/{path}", contents)
    about = about or {}
    if architecture is not None:
        about["config"] = {"architectures": [architecture]}
    write(f"models/{name}/.hub.json", json.dumps(about))


def make_hub(folder):
    global hub, root
    root = folder
    add_model(REPO, also={"pytorch_model.bin": b"pickle", "README.md": "---\nlicense: apache-2.0\n---\n",
                          "onnx/model.onnx": b"x", ".gitattributes": "x"},
              about={"cardData": {"license": "apache-2.0"}})
    add_model("own/words", without=["vocab.txt"], about={"tags": ["license:mit"]})
    add_model("own/bin", without=[WEIGHTS], also={"pytorch_model.bin": b"pickle"})
    add_model("own/tf", without=[WEIGHTS], also={"tf_model.h5": b"x"})
    add_model("own/sharded", without=[WEIGHTS], also={"model.safetensors.index.json": "{}"})
    add_model("own/nothing", without=[WEIGHTS])
    add_model("own/bert", architecture="BertForMaskedLM")
    add_model("own/classifier", architecture="DistilBertForSequenceClassification")
    add_model("own/wordless", without=["vocab.txt", "tokenizer.json"])
    add_model("own/pointer", also={WEIGHTS: "version https://git-lfs.github.com/spec/v1\n"}, about={"lfs": []})
    add_model("own/gated", about={"gated": "manual", "readers": ["let-in"]})
    add_model("own/private", about={"private": True})
    add_model("own/crooked", also={"vocab.txt": "[PAD]\n"})
    add_model("own/evil", about={"listed": [
        {"type": "file", "path": path, "size": 1, "oid": "0" * 40}
        for path in ("../../x", "/etc/passwd", "a/../../b", "a\u0000b", "a\\b", "")]})
    reviews = "text,label\n" + "".join(f"a {word} film,1\n" for word in ("good", "bad", "long"))
    write("datasets/stanfordnlp/imdb/README.md", "about")
    write("datasets/stanfordnlp/imdb/dataset_infos.json", "{}")
    for split in ("train-00000-of-00002", "train-00001-of-00002", "test-00000-of-00001"):
        write(f"datasets/stanfordnlp/imdb/plain_text/{split}.csv", reviews.replace("film", f"film {split}"))
    for part in ("one", "two"):
        write(f"datasets/own/parts/{part}/train.jsonl", json.dumps({"text": f"a line of {part}"}) + "\n")
    write("datasets/own/script/script.py", "import os")
    write("datasets/own/script/photo.jpg", b"x")
    write("hub.json", json.dumps({"renames": {"distilbert-base-uncased": REPO, "imdb": "stanfordnlp/imdb"},
                                  "users": {TOKEN: {"name": "ada"}, "let-in": {"name": "bob"}}}))
    hub = server.start(folder)


def begin(cloze, *faults, **environment):
    """A cache of its own, these faults, an empty log."""
    hub.faults = [dict(fault) for fault in faults]
    hub.log.clear()
    for name in ("HF_TOKEN", "HF_HUB_OFFLINE", "SSL_CERT_FILE", "http_proxy", "https_proxy", "no_proxy"):
        os.environ.pop(name, None)
    # Patient, for busy machines, but where a silence is what is tested.
    os.environ.update({"HF_ENDPOINT": hub.address, "XDG_CACHE_HOME": cloze.path("cache"), "CZ_HTTP_TIMES": "5000,10000,10", **environment})


def asked(glob="*"):
    return [entry for entry in hub.log if server.fnmatch.fnmatchcase(entry["path"], glob)]


def cache(cloze, *names):
    return cloze.path(os.path.join("cache", "clozebench", "hub", *names))


def files_below(folder):
    return [os.path.join(at, name) for at, _, names in os.walk(folder) for name in names]


def size(path):
    """0 where it has just got its final name."""
    try:
        return os.path.getsize(path)
    except FileNotFoundError:
        return 0


def kept(cloze):
    """Bytes of files that are whole, and of parts."""
    files = files_below(cache(cloze, "blobs"))
    return ({size(path) for path in files if not path.endswith((".part", ".lock", ".etag"))},
            sum(size(path) for path in files if path.endswith(".part")))


def fetch_weights(cloze):
    got = cloze.json("hub", "fetch", REPO, WEIGHTS)
    with open(got["files"][0]["local"], "rb") as one, open(os.path.join(harness.MODEL, WEIGHTS), "rb") as other:
        assert one.read() == other.read()
    return got


SIZE = os.path.getsize(os.path.join(harness.MODEL, WEIGHTS))


def a_model_is_shown_then_fetched_and_entered(cloze):
    begin(cloze)
    shown = cloze.json("hub", "show", "distilbert-base-uncased")
    names = {file["path"] for file in shown["files"]}
    assert shown["repo"] == REPO and shown["asked"] == "distilbert-base-uncased" and shown["usable"]
    assert shown["licence"] == "apache-2.0" and shown["architecture"] == "DistilBertForMaskedLM"
    assert names == set(os.listdir(harness.MODEL)) | {"README.md"}, names
    assert shown["cached_bytes"] == 0 and shown["bytes"] == sum(file["bytes"] for file in shown["files"])
    page = cloze.json("hub", "show", f"{hub.address}/{REPO}/tree/main")
    assert page["commit"] == shown["commit"]
    added = cloze.json("model", "add", "hub:distilbert-base-uncased@main")
    assert added["name"] == "distilbert-base-uncased" and added["sha256"] == json.loads(
        json.dumps([file["sha256"] for file in shown["files"] if file["path"] == WEIGHTS][0]))
    assert not asked("*pytorch*") and not asked("*onnx*") and len(asked(CDN)) == 1
    with_sha = os.path.join(added["folder"], WEIGHTS)
    assert os.stat(with_sha).st_nlink == 2, "it was copied"
    # What is in the cache is not fetched again, nor asked for where that is forbidden.
    hub.log.clear()
    os.environ["HF_HUB_OFFLINE"] = "1"
    assert cloze.json("model", "add", f"hub:{REPO}@{shown['commit']}", "--name", "again")["name"] == "again"
    assert cloze.json("hub", "show", "distilbert-base-uncased")["cached_bytes"] == shown["bytes"]
    assert "HF_HUB_OFFLINE" in cloze.refused(1, "hub", "show", "own/words")
    assert not hub.log
    os.environ.pop("HF_HUB_OFFLINE")
    assert "already" in cloze.refused(1, "model", "add", "hub:distilbert-base-uncased")
    # A blob that was damaged in the cache is fetched anew.
    for path in files_below(cache(cloze, "blobs")):
        if os.path.getsize(path) == SIZE:
            os.remove(path)
            write(path, b"x" * SIZE)
    fetch_weights(cloze)
    assert len(asked(CDN)) == 1


def what_cannot_be_used_says_why(cloze):
    begin(cloze)
    for name, words in {"bin": "safe_serialization", "tf": "TensorFlow", "sharded": "max_shard_size",
                        "nothing": "no model.safetensors", "bert": "BertForMaskedLM", "classifier": "another task",
                        "wordless": "neither vocab.txt", "pointer": "pointer"}.items():
        shown = cloze.json("hub", "show", f"own/{name}")
        assert not shown["usable"] and words in shown["reason"], shown["reason"]
        assert words in cloze.refused(1, "model", "add", f"hub:own/{name}")
    assert not asked("*resolve*")
    words = cloze.json("model", "add", "hub:own/words")
    assert words["vocabulary"] == 700
    # Nothing is left of a model that turns out not to be one.
    assert "vocab" in cloze.refused(1, "model", "add", "hub:own/crooked")
    folders = os.listdir(os.path.dirname(words["folder"]))
    assert folders == ["words"], folders
    for wrong in ("a/b/c", "..", "-x", "a b", "x@", "x@../y", "hub:", "x:../y"):
        cloze.refused(1, "hub", "show", "--", wrong)


def a_cut_is_gone_on_from(cloze):
    begin(cloze, {"path": CDN, "cut": 200000, "times": 2})
    fetch_weights(cloze)
    ranges = [entry["range"] for entry in asked(CDN)]
    assert ranges == [None, "bytes=200000-", "bytes=400000-"], ranges
    assert asked(CDN)[1]["if_range"].startswith('"')


def another_process_goes_on_after_a_cut(cloze):
    begin(cloze, {"path": CDN, "cut": 100000, "times": 1}, {"path": CDN, "cut": 1000, "times": 5})
    error = cloze.refused(1, "hub", "fetch", REPO, WEIGHTS)
    assert WEIGHTS in error and "broke off" in error, error
    whole, part = kept(cloze)
    assert SIZE not in whole and 104000 <= part <= 106000, (whole, part)
    assert cloze.json("hub", "show", REPO)["cached_bytes"] == part
    hub.log.clear()
    fetch_weights(cloze)
    assert [entry["range"] for entry in asked(CDN)] == [f"bytes={part}-"]
    # A server that does not give parts gives it from the beginning.
    shutil.rmtree(cloze.path("cache"))
    hub.faults = [{"path": CDN, "cut": 100000, "times": 1}, {"path": CDN, "ignore_range": True}]
    fetch_weights(cloze)
    # So does one whose file has changed since, and a part that is longer than the file is none.
    shutil.rmtree(cloze.path("cache"))
    hub.faults = [{"path": CDN, "cut": 100000, "times": 1}, {"path": CDN, "status": 416, "times": 1}]
    fetch_weights(cloze)


def interrupted_it_goes_on_later(cloze):
    begin(cloze, {"path": CDN, "drip": [20000, 0.1], "times": 1})
    line = [cloze.program, "--library", cloze.path("library.sqlite"), "model", "add", f"hub:{REPO}"]
    process = subprocess.Popen(line, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    while kept(cloze)[1] < 50000:
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    out, error = process.communicate(timeout=20)
    assert process.returncode == 1 and "goes on from there" in error and "Downloading" in error, (out, error)
    part = kept(cloze)[1]
    assert part >= 50000 and [model["name"] for model in cloze.json("model", "list")] == ["starter"]
    hub.log.clear()
    cloze.json("model", "add", f"hub:{REPO}")
    assert [entry["range"] for entry in asked(CDN)] == [f"bytes={part}-"]


def what_is_wrong_is_never_taken(cloze):
    for fault in ({"wrong": 10}, {"length": 10}, {"length": -10}, {"replace": "version https://git-lfs.github.com/spec/v1\n"}):
        begin(cloze, {"path": CDN, "times": 1, **fault})
        fetch_weights(cloze)
        shutil.rmtree(cloze.path("cache"))
        begin(cloze, {"path": CDN, **fault})
        error = cloze.refused(1, "model", "add", f"hub:{REPO}")
        assert WEIGHTS in error and ("checksum" in error or "length" in error), error
        whole, part = kept(cloze)
        assert SIZE not in whole and part == 0, (whole, part)
        assert [model["name"] for model in cloze.json("model", "list")] == ["starter"]
        shutil.rmtree(cloze.path("cache"))
    # Small files have git's checksum.
    begin(cloze, {"path": "*/vocab.txt", "wrong": 3})
    assert "vocab.txt" in cloze.refused(1, "model", "add", f"hub:{REPO}")
    # More is announced than comes.
    shutil.rmtree(cloze.path("cache"))
    begin(cloze, {"path": "*/config.json", "lie": 5})
    assert "config.json" in cloze.refused(1, "hub", "fetch", REPO, "config.json")


def the_servers_troubles_pass_or_are_told(cloze):
    begin(cloze, {"path": "/api/*", "status": 503, "times": 2}, {"path": CDN, "status": 500, "times": 1},
          {"path": f"/{REPO}/resolve/*", "status": 429, "headers": {"Retry-After": "0"}, "times": 2})
    fetch_weights(cloze)
    for status, words in ((500, "in trouble (500)"), (502, "502"), (503, "503"), (429, "too often"), (418, "418"),
                          (403, "403"), (404, "no model"), (401, "private")):
        begin(cloze, {"path": "/api/*", "status": status})
        assert words in cloze.refused(1, "hub", "show", REPO)
        assert len(hub.log) == (5 if status >= 429 else 1), (status, len(hub.log))
    # An address that has run out leads back to the Hub, which gives another.
    shutil.rmtree(cloze.path("cache"))
    begin(cloze, {"path": CDN, "cut": 100000, "times": 1}, {"path": CDN, "status": 403, "times": 2})
    fetch_weights(cloze)
    shutil.rmtree(cloze.path("cache"))
    begin(cloze, {"path": CDN, "status": 403})
    assert "refused (403)" in cloze.refused(1, "hub", "fetch", REPO, WEIGHTS) and not kept(cloze)[0]


def who_may_read_is_told(cloze):
    begin(cloze)
    assert cloze.json("hub", "show", "own/gated")["gated"]
    error = cloze.refused(1, "model", "add", "hub:own/gated")
    assert "accept them on" in error and "hub login" in error, error
    assert "private" in cloze.refused(1, "hub", "show", "own/private")
    assert "no model" in cloze.refused(1, "hub", "show", "no/body")
    assert "no data set" in cloze.refused(1, "hub", "show", "no/body", "--dataset")
    assert "no such revision" in cloze.refused(1, "hub", "show", REPO, "--revision", "v9")
    assert "no file" in cloze.refused(1, "hub", "fetch", REPO, "nothing.txt")
    os.environ["HF_TOKEN"] = TOKEN
    assert cloze.json("hub", "show", "own/private")["private"]
    assert "has not" in cloze.refused(1, "model", "add", "hub:own/gated")
    os.environ["HF_TOKEN"] = "let-in"
    assert cloze.json("model", "add", "hub:own/gated")["name"] == "gated"
    os.environ["HF_TOKEN"] = "withdrawn"
    assert "withdrawn" in cloze.refused(1, "hub", "show", REPO)


def the_token_goes_to_the_hub_alone(cloze):
    begin(cloze, {"path": CDN, "cut": 1000, "times": 1}, HF_TOKEN=TOKEN)
    shown = []
    for arguments in (["hub", "show", REPO], ["model", "add", f"hub:{REPO}"], ["hub", "show", "no/body"],
                      ["hub", "fetch", "own/gated", WEIGHTS]):
        line = [cloze.program, "--library", cloze.path("library.sqlite"), *arguments]
        done = subprocess.run(line, capture_output=True, timeout=60)
        shown += [done.stdout, done.stderr]
    hub.faults = [{"path": "/api/*", "redirect": f"{hub.cdn}/elsewhere"}]
    shown.append(cloze.refused(1, "hub", "show", REPO).encode())
    assert {entry["authorization"] for entry in hub.log if entry["port"] == hub.api.server_address[1]} == {f"Bearer {TOKEN}"}
    others = [entry for entry in hub.log if entry["port"] != hub.api.server_address[1]]
    assert len(others) >= 3 and not any(entry["authorization"] for entry in others)
    for path in files_below(cloze.folder):
        with open(path, "rb") as file:
            shown.append(file.read())
    assert not any(TOKEN.encode() in text or b"signed-s3cr3t" in text for text in shown)


def slow_and_silent_servers_are_left(cloze):
    begin(cloze, {"path": "/api/*", "hang": 2, "times": 1}, {"path": CDN, "drip": [50, 0.05], "times": 1}, CZ_HTTP_TIMES="5000,400,10")
    fetch_weights(cloze)
    begin(cloze, {"path": "/api/*", "hang": 3})
    os.environ["CZ_HTTP_TIMES"] = "2000,100,5"
    assert "next to nothing" in cloze.refused(1, "hub", "show", REPO)
    assert len(hub.log) == 5


def a_full_disk_is_told(cloze):
    begin(cloze)
    line = [cloze.program, "--library", cloze.path("library.sqlite"), "--quiet", "hub", "fetch", REPO, WEIGHTS]

    def limit():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (300000, resource.RLIM_INFINITY))
    done = subprocess.run(line, capture_output=True, text=True, timeout=60, preexec_fn=limit, restore_signals=False)
    assert done.returncode == 1 and "disk is full" in done.stderr and done.stderr.count("\n") == 1, done.stderr
    part = kept(cloze)[1]
    assert 0 < part <= 300000
    hub.log.clear()
    fetch_weights(cloze)
    assert [entry["range"] for entry in asked(CDN)] == [f"bytes={part}-"]


def nonsense_is_refused(cloze):
    answers = [{"replace": "<html>log in first</html>"}, {"replace": '{"id": 5}'}, {"replace": "[1"}, {"replace": "[]"},
               {"replace": '{"id": "../../x", "sha": "' + "0" * 40 + '"}'}, {"replace": "[" * 5000}, {"replace": ""},
               {"replace": '{"id": "' + "x" * 200 + '", "sha": "' + "0" * 40 + '"}'}, {"replace_bytes": (32 << 20) + 1}]
    for fault in answers:
        begin(cloze, {"path": f"/api/models/{REPO}", **fault})
        error = cloze.refused(1, "hub", "show", REPO)
        assert "makes no sense" in error or "no JSON" in error or "larger than" in error, error
    for tree in ('{"a": 1}', "nonsense"):
        begin(cloze, {"path": "/api/*/tree/*", "replace": tree})
        cloze.refused(1, "hub", "show", REPO)
    begin(cloze, {"path": "/api/*/tree/*", "replace": '[5, {}, {"type": "file"}, {"type": "file", "path": 3, "size": "x"}]'})
    assert "no config.json" in cloze.json("hub", "show", REPO)["reason"]
    begin(cloze)
    assert {file["path"] for file in cloze.json("hub", "show", "own/evil")["files"]} == set(os.listdir(harness.MODEL))
    for place, words in ((f"{hub.address}/api/models/{REPO}", "without an end"), ("file:///etc/passwd", "not followed"),
                         ("gopher://x/", "not followed")):
        begin(cloze, {"path": "/api/*", "redirect": place})
        assert words in cloze.refused(1, "hub", "show", REPO)


def being_offline_is_said_at_once(cloze):
    with socket.create_server(("127.0.0.1", 0)) as gone:
        port = gone.getsockname()[1]
    begin(cloze)
    for endpoint, words in ((f"http://127.0.0.1:{port}", "cannot be reached"), ("https://hub.invalid", "offline"),
                            ("ftp://x", "HF_ENDPOINT"), ("http://", "HF_ENDPOINT")):
        os.environ["HF_ENDPOINT"] = endpoint
        error = cloze.refused(1, "hub", "show", REPO)
        assert words in error, error
    # What is here as a whole can be used without a network, what isn't cannot.
    os.environ["HF_ENDPOINT"] = hub.address
    cloze.json("hub", "fetch", REPO)
    os.environ["HF_ENDPOINT"] = f"http://127.0.0.1:{port}"
    shown = cloze.json("hub", "show", REPO)
    assert shown["offline"] and cloze.json("model", "add", f"hub:{REPO}")["parameters"] == 158076
    for path in files_below(cache(cloze, "blobs")):
        if os.path.getsize(path) == SIZE:
            os.remove(path)
    assert "cannot be reached" in cloze.refused(1, "hub", "show", REPO)


class Proxy(server.http.server.BaseHTTPRequestHandler):
    seen, tokens = [], []

    def log_message(self, *_):
        pass

    def do_GET(self):
        Proxy.seen.append(self.path)
        Proxy.tokens.append(self.headers["Authorization"])
        try:
            with server_open(self.path) as answer:
                body = answer.read()
        except OSError:
            self.send_error(502)
            return
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_CONNECT(self):
        Proxy.seen.append(self.path)
        self.send_error(407)


def server_open(url):
    import urllib.request
    return urllib.request.build_opener(urllib.request.ProxyHandler({})).open(url)


def proxies_are_used(cloze):
    proxy = server.http.server.ThreadingHTTPServer(("127.0.0.1", 0), Proxy)
    proxy.daemon_threads = True
    threading.Thread(target=proxy.serve_forever, args=(0.05,), daemon=True).start()
    address = f"http://user:passw0rd@127.0.0.1:{proxy.server_address[1]}"
    begin(cloze, http_proxy=address, https_proxy=address)
    assert cloze.json("hub", "show", REPO)["repo"] == REPO and len(Proxy.seen) == 2, Proxy.seen
    # What is only called like this computer is another one: no token goes there unencrypted.
    os.environ.update(HF_ENDPOINT="http://127.0.0.1.invalid", HF_TOKEN=TOKEN)
    assert "502" in cloze.refused(1, "hub", "show", REPO) and len(Proxy.tokens) > 2 and set(Proxy.tokens) == {None}
    del os.environ["HF_TOKEN"]
    os.environ["HF_ENDPOINT"] = "https://hub.invalid"
    error = cloze.refused(1, "hub", "show", REPO)
    assert "proxy" in error and "407" in error and "passw0rd" not in error, error
    proxy.shutdown()
    proxy.server_close()
    os.environ["HF_ENDPOINT"] = hub.address
    error = cloze.refused(1, "hub", "show", REPO)
    assert "proxy" in error and "passw0rd" not in error, error
    os.environ["no_proxy"] = "127.0.0.1"
    assert cloze.json("hub", "show", REPO)["repo"] == REPO


def certificates_are_verified(cloze):
    def openssl(*arguments):
        subprocess.run(["openssl", *arguments], check=True, capture_output=True)

    def certify(name, alternative):
        openssl("req", "-newkey", "rsa:2048", "-nodes", "-keyout", cloze.path(f"{name}.key"), "-out", cloze.path(f"{name}.csr"),
                "-subj", f"/CN={name}")
        extension = cloze.path(f"{name}.ext", f"subjectAltName={alternative}\n")
        openssl("x509", "-req", "-in", cloze.path(f"{name}.csr"), "-CA", cloze.path("ca.pem"), "-CAkey", cloze.path("ca.key"),
                "-CAcreateserial", "-days", "2", "-extfile", extension, "-out", cloze.path(f"{name}.pem"))
        return cloze.path(f"{name}.pem"), cloze.path(f"{name}.key")

    begin(cloze)
    openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=a test's authority",
            "-keyout", cloze.path("ca.key"), "-out", cloze.path("ca.pem"))
    right = server.start(root, certificate=certify("right", "IP:127.0.0.1"))
    other = server.start(root, certificate=certify("other", "DNS:elsewhere.example"))
    os.environ["HF_ENDPOINT"] = right.address
    error = cloze.refused(1, "hub", "show", REPO)
    assert "could not prove" in error and "SSL_CERT_FILE" in error, error
    assert not right.log, "something was sent"
    os.environ["SSL_CERT_FILE"] = cloze.path("ca.pem")
    fetch_weights(cloze)
    os.environ["HF_ENDPOINT"] = other.address
    assert "could not prove" in cloze.refused(1, "hub", "show", REPO) and not other.log
    os.environ["SSL_CERT_FILE"] = cloze.path("nothing.pem")
    assert "SSL_CERT_FILE" in cloze.refused(1, "hub", "show", REPO)
    os.environ.update(HF_ENDPOINT=hub.address.replace("http:", "https:"), SSL_CERT_FILE=cloze.path("ca.pem"))
    assert "secure connection" in cloze.refused(1, "hub", "show", REPO)
    # From what is encrypted nothing leads to what is not.
    os.environ.update(HF_ENDPOINT=right.address, SSL_CERT_FILE=cloze.path("ca.pem"))
    right.faults = [{"path": "/api/*", "redirect": f"{hub.address}/api/models/{REPO}"}]
    assert "not followed" in cloze.refused(1, "hub", "show", REPO)


def two_processes_fetch_it_once(cloze):
    begin(cloze, {"path": CDN, "drip": [100000, 0.05]})
    line = [cloze.program, "--library", cloze.path("library.sqlite"), "--quiet", "hub", "fetch", REPO, WEIGHTS]
    processes = [subprocess.Popen([*line, "--folder", cloze.path(name)], stdout=subprocess.PIPE) for name in "abc"]
    assert [process.wait(30) for process in processes] == [0, 0, 0]
    for process in processes:
        process.stdout.close()
    assert len(asked(CDN)) == 1, hub.log
    for name in "abc":
        assert os.path.getsize(cloze.path(f"{name}/{WEIGHTS}")) == SIZE


def data_sets_are_listed_and_imported(cloze):
    begin(cloze)
    hub.api.page_size = 2
    shown = cloze.json("hub", "show", "imdb", "--dataset")
    hub.api.page_size = 1000
    assert shown["kind"] == "dataset" and shown["repo"] == "stanfordnlp/imdb"
    # The address of its page tells the kind.
    assert cloze.json("hub", "show", f"{hub.address}/datasets/imdb/tree/main")["commit"] == shown["commit"]
    found = {file["path"]: (file["split"], file["format"]) for file in shown["files"]}
    assert found == {"README.md": (None, None), "dataset_infos.json": (None, None),
                     "plain_text/test-00000-of-00001.csv": ("test", "csv"),
                     "plain_text/train-00000-of-00002.csv": ("train", "csv"),
                     "plain_text/train-00001-of-00002.csv": ("train", "csv")}, found
    report = cloze.json("corpus", "import", "films", "hub:imdb")
    assert report["documents"] == 9 and not report["skipped"], report
    corpus = cloze.json("corpus", "show", "films")
    splits = {split["name"]: split["documents"] for split in corpus["splits"]}
    assert splits == {"train": 6, "test": 3}, corpus
    assert corpus["source"] == f"hub:stanfordnlp/imdb@{shown['commit']}", corpus["source"]
    hub.log.clear()
    assert "already" in cloze.refused(1, "corpus", "import", "films", "hub:imdb") and not hub.log
    one = cloze.json("corpus", "import", "one", "hub:imdb:plain_text/test-00000-of-00001.csv")
    assert one["documents"] == 3 and not asked("*/test-*")
    # The same file again, of a data set that has not changed, changes nothing.
    again = cloze.json("corpus", "import", "films", "hub:imdb", "--update")
    assert again["unchanged"] == 9 and again["added"] == 0, again
    assert "several parts (one, two)" in cloze.refused(1, "corpus", "import", "parts", "hub:own/parts")
    assert cloze.json("corpus", "import", "parts", "hub:own/parts:two")["documents"] == 1
    script = cloze.json("hub", "show", "own/script", "--dataset")
    assert not script["usable"] and "refs/convert/parquet" in script["reason"]
    assert "refs/convert/parquet" in cloze.refused(1, "corpus", "import", "no", "hub:own/script")
    assert "no file" in cloze.refused(1, "corpus", "import", "no", "hub:imdb:nothing.csv")
    fetched = cloze.json("hub", "fetch", "imdb", "README.md", "--dataset")["files"][0]
    assert open(fetched["local"], encoding="utf-8").read() == "about"
    assert not [name for name in os.listdir(cache(cloze, "import")) if not name.endswith(".lock")]


with harness.tempfile.TemporaryDirectory(prefix="cloze-hub-") as place:
    make_hub(place)
    harness.main([
        a_model_is_shown_then_fetched_and_entered, what_cannot_be_used_says_why, a_cut_is_gone_on_from,
        another_process_goes_on_after_a_cut, interrupted_it_goes_on_later, what_is_wrong_is_never_taken,
        the_servers_troubles_pass_or_are_told, who_may_read_is_told, the_token_goes_to_the_hub_alone,
        slow_and_silent_servers_are_left, a_full_disk_is_told, nonsense_is_refused, being_offline_is_said_at_once,
        proxies_are_used, certificates_are_verified, two_processes_fetch_it_once, data_sets_are_listed_and_imported])
