"""A Hub on loopback for the tests: speaks as much of the Hugging Face Hub's documented API as is
needed, from a folder, with faults on demand.

usage: server.py FOLDER [--faults JSON] [--certificate PEM KEY]; prints its address.

FOLDER/models/OWNER/NAME/ and FOLDER/datasets/OWNER/NAME/ are repositories: their files, and beside
those .hub.json (all optional): {"gated": "auto", "private": true, "cardData": {...}, "config": {...},
"tags": [...], "commit": "...", "lfs": ["*.safetensors", ...], "token": "who may read it",
"listed": [extra entries of the tree]}. FOLDER/hub.json: {"renames": {"old-name": "owner/name"},
"users": {"TOKEN": {"name": ..., "orgs": [...]}}}.

Faults: [{"path": GLOB of the request's path, "method": ..., "skip": N requests, "times": N (absent:
always), and one of
  "status": 503, "headers": {...}, "body": "..."    this answer
  "cut": N          the connection is cut after N bytes of the body
  "wrong": N        N bytes of the body are wrong
  "length": N       N more (or, negative, fewer) bytes than there are, announced so
  "lie": N          announces N bytes more than it sends
  "drip": [N, S]    N bytes every S seconds
  "hang": S         nothing for S seconds
  "replace": "..."  another body, "replace_bytes": N of "x"
  "redirect": URL   there
  "ignore_range": true    the whole although a part was asked for
}]. A POST of such a list to /_faults replaces them; GET /_log gives all requests as JSON: method,
path, range, authorization, host's port, bytes sent.
"""
import fnmatch
import hashlib
import http.server
import json
import os
import socket
import socketserver
import ssl
import sys
import threading
import time
import urllib.parse

try:
    import server_push
except ImportError:
    server_push = None

LARGE = ("*.safetensors", "*.bin", "*.h5", "*.parquet", "*.gz", "*.zip")


class Hub:
    def __init__(self, folder):
        self.folder = folder
        self.lock = threading.Lock()
        self.faults, self.log = [], []
        self.address = self.cdn = ""

    def settings(self):
        return load(os.path.join(self.folder, "hub.json"))

    def repository(self, kind, name):
        """Its folder, or None."""
        path = os.path.join(self.folder, kind, *name.split("/"))
        return path if os.path.isdir(path) and ".." not in name else None

    def fault(self, method, path):
        with self.lock:
            for fault in self.faults:
                if fnmatch.fnmatchcase(path, fault.get("path", "*")) and fault.get("method", method) == method:
                    if fault.get("skip", 0) > 0:
                        fault["skip"] -= 1
                        continue
                    if "times" in fault:
                        if fault["times"] <= 0:
                            continue
                        fault["times"] -= 1
                    return dict(fault)
        return {}


def load(path):
    try:
        with open(path, encoding="utf-8") as file:
            return json.load(file)
    except FileNotFoundError:
        return {}


def describe(folder):
    return load(os.path.join(folder, ".hub.json"))


def read(path):
    with open(path, "rb") as file:
        return file.read()


def is_large(folder, path):
    return any(fnmatch.fnmatch(path, glob) for glob in describe(folder).get("lfs", LARGE))


def git_sha1(data):
    return hashlib.sha1(b"blob %d\0" % len(data) + data).hexdigest()


def commit_of(folder):
    given = describe(folder).get("commit")
    return given or hashlib.sha1(json.dumps(entries(folder, True)).encode()).hexdigest()


hashes = {}


def entry(folder, path):
    full = os.path.join(folder, path)
    state = os.stat(full)
    key = (full, state.st_size, state.st_mtime_ns)
    if key not in hashes:
        data = read(full)
        hashes[key] = (git_sha1(data), hashlib.sha256(data).hexdigest())
    sha1, sha256 = hashes[key]
    result = {"type": "file", "oid": sha1, "size": state.st_size, "path": path}
    if is_large(folder, path):
        pointer = f"version https://git-lfs.github.com/spec/v1\noid sha256:{sha256}\nsize {state.st_size}\n".encode()
        result.update(oid=git_sha1(pointer), lfs={"oid": sha256, "size": state.st_size, "pointerSize": len(pointer)})
    return result


def entries(folder, recursive, below=""):
    result = []
    for name in sorted(os.listdir(os.path.join(folder, below))):
        path = f"{below}/{name}" if below else name
        if name == ".hub.json":
            continue
        if os.path.isdir(os.path.join(folder, path)):
            result.append({"type": "directory", "oid": "0" * 40, "size": 0, "path": path})
            if recursive:
                result += entries(folder, recursive, path)
        else:
            result.append(entry(folder, path))
    return result


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    @property
    def hub(self):
        return self.server.hub

    def log_message(self, *_):
        pass

    # ---- answers ----

    def answer(self, status, body=b"", headers=None):
        if isinstance(body, (dict, list)):
            body = json.dumps(body).encode()
            headers = {"Content-Type": "application/json", **(headers or {})}
        fault = self.fault_now
        if "replace" in fault:
            body = fault["replace"].encode()
        if "replace_bytes" in fault:
            body = b"x" * fault["replace_bytes"]
        if fault.get("wrong"):
            body = bytes(b ^ 0x55 for b in body[:fault["wrong"]]) + body[fault["wrong"]:]
        if fault.get("length", 0) > 0:
            body += b"x" * fault["length"]
        elif fault.get("length", 0) < 0:
            body = body[:fault["length"]]
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body) + fault.get("lie", 0)))
        self.end_headers()
        if self.command == "HEAD":
            return
        if "cut" in fault:
            self.send(body[:fault["cut"]])
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)
        elif "drip" in fault:
            n, seconds = fault["drip"]
            for at in range(0, len(body), n):
                self.send(body[at:at + n])
                self.wfile.flush()
                time.sleep(seconds)
        else:
            self.send(body)
            if "lie" in fault:
                self.close_connection = True

    def send(self, body):
        self.record["sent"] = self.record.get("sent", 0) + len(body)
        self.wfile.write(body)

    def refuse(self, status, code, message):
        self.answer(status, {"error": message}, {"X-Error-Code": code, "X-Error-Message": message})

    # ---- requests ----

    def token(self):
        given = self.headers.get("Authorization", "")
        return given[len("Bearer "):] if given.startswith("Bearer ") else None

    def handle_request(self):
        self.split = urllib.parse.urlsplit(self.path)
        path = urllib.parse.unquote(self.split.path)
        self.fault_now = {}
        self.record = {"method": self.command, "path": path, "range": self.headers.get("Range"),
                       "if_range": self.headers.get("If-Range"), "authorization": self.headers.get("Authorization"),
                       "port": self.server.server_address[1], "time": time.time()}
        if path == "/_log":
            return self.answer(200, self.hub.log)
        if path == "/_faults":
            self.hub.faults = json.loads(self.body() or b"[]")
            self.hub.log.clear()
            return self.answer(200)
        with self.hub.lock:
            self.hub.log.append(self.record)
        fault = self.fault_now = self.hub.fault(self.command, path)
        if "hang" in fault:
            time.sleep(fault["hang"])
            self.close_connection = True
            return None
        if "redirect" in fault:
            self.body()
            return self.answer(302, b"", {"Location": fault["redirect"]})
        if "status" in fault:
            self.body()
            return self.answer(fault["status"], fault.get("body", "").encode(), fault.get("headers"))
        if self.command == "GET" and path.startswith("/cdn/"):
            return self.give_blob(path)
        if path == "/api/whoami-v2":
            return self.who_am_i()
        if server_push is not None and server_push.handle(self, path):
            return None
        if self.command in ("GET", "HEAD"):
            return self.read_repository(path)
        return self.refuse(404, "NotFound", "there is no such thing")

    do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = handle_request

    def body(self):
        return self.rfile.read(int(self.headers.get("Content-Length") or 0))

    def who_am_i(self):
        user = self.hub.settings().get("users", {}).get(self.token())
        if user is None:
            return self.refuse(401, "", "Invalid username or password.")
        return self.answer(200, {"type": "user", "name": user["name"],
                                 "orgs": [{"name": name} for name in user.get("orgs", [])],
                                 "auth": {"accessToken": {"role": user.get("role", "write")}}})

    # ---- repositories ----

    def may_read(self, folder, name, files):
        """Answers and returns False where this account may not."""
        about = describe(folder)
        known = self.token() in about.get("readers", []) + list(self.hub.settings().get("users", {}))
        if self.token() is not None and not known:
            self.refuse(401, "", "Invalid credentials in Authorization header")
        elif about.get("private") and not known:
            self.refuse(401, "RepoNotFound", "Invalid username or password.")
        elif files and about.get("gated") and self.token() not in about.get("readers", []):
            self.refuse(403 if known else 401, "GatedRepo", f"Access to model {name} is restricted.")
        else:
            return True
        return False

    def rename(self, kind, name, path):
        """Where a repository that was renamed is now: redirects, and says so."""
        new = self.hub.settings().get("renames", {}).get(name)
        if new is None or self.hub.repository(kind, new) is None:
            return False
        query = "?" + self.split.query if self.split.query else ""
        location = urllib.parse.quote(path.replace(name, new, 1)) + query
        self.answer(307, {"error": "Temporary Redirect"}, {"Location": location})
        return True

    def find(self, parts):
        """The longest of OWNER/NAME and NAME that is there: name, folder, rest."""
        kind = self.kind
        for n in (2, 1):
            name = "/".join(parts[:n])
            if len(parts) >= n and n == 2 and self.hub.repository(kind, name):
                return name, self.hub.repository(kind, name), parts[n:]
            if len(parts) >= n and name in self.hub.settings().get("renames", {}):
                return name, None, parts[n:]
        return None, None, []

    def read_repository(self, path):
        parts = path.strip("/").split("/")
        api = parts[0] == "api"
        parts = parts[1:] if api else parts
        self.kind = parts[0] if parts[0] in ("models", "datasets") else "models"
        parts = parts[1:] if parts[0] in ("models", "datasets") else parts
        name, folder, rest = self.find(parts)
        if name is None:
            return self.refuse(401 if self.token() is None else 404, "RepoNotFound", "Repository not found")
        if folder is None:
            return self.rename(self.kind, name, path) or self.refuse(404, "RepoNotFound", "Repository not found")
        if not self.may_read(folder, name, not api):
            return None
        commit = commit_of(folder)
        if len(rest) >= 2 and rest[1] not in ("main", commit):
            return self.refuse(404, "RevisionNotFound", f"Invalid rev id: {rest[1]}")
        if api and (not rest or rest[0] == "revision"):
            return self.answer(200, self.information(name, folder, commit))
        if api and rest[0] == "tree":
            return self.tree(folder)
        if not api and rest and rest[0] == "resolve":
            return self.resolve(folder, commit, "/".join(rest[2:]))
        return self.refuse(404, "NotFound", "there is no such page")

    def information(self, name, folder, commit):
        about = describe(folder)
        result = {"_id": "0" * 24, "id": name, "modelId": name, "sha": commit, "private": False, "gated": False,
                  "disabled": False, "tags": [], "downloads": 1, "likes": 0,
                  "siblings": [{"rfilename": file["path"]} for file in entries(folder, True) if file["type"] == "file"]}
        result.update({key: about[key] for key in ("private", "gated", "tags", "cardData", "config") if key in about})
        config = os.path.join(folder, "config.json")
        if "config" not in about and os.path.exists(config):
            known = load(config)
            result["config"] = {key: known[key] for key in ("architectures", "model_type") if key in known}
        return result

    def tree(self, folder):
        query = dict(urllib.parse.parse_qsl(self.split.query))
        files = entries(folder, query.get("recursive") == "true") + describe(folder).get("listed", [])
        size, begin = self.server.page_size, int(query.get("cursor", 0))
        headers = {}
        if begin + size < len(files):
            query["cursor"] = begin + size
            link = f"{self.hub.address}{self.split.path}?{urllib.parse.urlencode(query)}"
            headers["Link"] = f'<{link}>; rel="next"'
        return self.answer(200, files[begin:begin + size], headers)

    def resolve(self, folder, commit, path):
        full = os.path.join(folder, path)
        if not os.path.isfile(full):
            return self.refuse(404, "EntryNotFound", "Entry not found")
        about = entry(folder, path)
        headers = {"X-Repo-Commit": commit, "Accept-Ranges": "bytes"}
        if "lfs" not in about:
            return self.give(read(full), {**headers, "ETag": f'"{about["oid"]}"'})
        place = urllib.parse.quote(os.path.relpath(full, self.hub.folder))
        headers.update({"X-Linked-ETag": f'"{about["lfs"]["oid"]}"', "X-Linked-Size": str(about["size"]),
                        "Location": f"{self.hub.cdn}/cdn/{place}?X-Amz-Signature=signed-{self.server.secret}"})
        return self.answer(302, b"", headers)

    def give_blob(self, path):
        query = dict(urllib.parse.parse_qsl(self.split.query))
        full = os.path.join(self.hub.folder, path[len("/cdn/"):])
        if query.get("X-Amz-Signature") != f"signed-{self.server.secret}" or ".." in path:
            return self.answer(403, b"<Error><Code>AccessDenied</Code></Error>")
        data = read(full)
        return self.give(data, {"ETag": '"' + hashlib.md5(data).hexdigest() + '"', "Accept-Ranges": "bytes"})

    def give(self, data, headers):
        asked = self.headers.get("Range", "")
        if (asked.startswith("bytes=") and not self.fault_now.get("ignore_range")
                and self.headers.get("If-Range", headers["ETag"]) == headers["ETag"]):
            begin, _, end = asked[len("bytes="):].partition("-")
            begin, end = int(begin), int(end or len(data) - 1)
            if begin >= len(data):
                return self.answer(416, b"", {"Content-Range": f"bytes */{len(data)}"})
            headers["Content-Range"] = f"bytes {begin}-{end}/{len(data)}"
            return self.answer(206, data[begin:end + 1], headers)
        return self.answer(200, data, headers)


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    page_size = 1000
    secret = "s3cr3t"

    def __init__(self, hub, certificate=None):
        super().__init__(("127.0.0.1", 0), Handler)
        self.hub = hub
        if certificate is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*certificate)
            self.socket = context.wrap_socket(self.socket, server_side=True, do_handshake_on_connect=False)
        self.address = f"http{'s' if certificate else ''}://127.0.0.1:{self.server_address[1]}"

    def server_bind(self):
        socketserver.TCPServer.server_bind(self)  # HTTPServer's asks the DNS for this computer's name
        self.server_name, self.server_port = self.server_address

    def handle_error(self, *_):
        pass  # whoever cuts a connection is tested, not reported

    def start(self):
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()


def start(folder, faults=None, certificate=None):
    """A running Hub and its CDN on another port; hub.address is the endpoint."""
    hub = Hub(folder)
    hub.faults = faults or []
    api, cdn = Server(hub, certificate), Server(hub, certificate)
    hub.address, hub.cdn, hub.api = api.address, cdn.address, api
    api.start()
    cdn.start()
    return hub


if __name__ == "__main__":
    arguments = sys.argv[1:]
    faults = json.loads(arguments[arguments.index("--faults") + 1]) if "--faults" in arguments else None
    pair = arguments.index("--certificate") + 1 if "--certificate" in arguments else 0
    running = start(arguments[0], faults, arguments[pair:pair + 2] if pair else None)
    print(running.address, flush=True)
    threading.Event().wait()
