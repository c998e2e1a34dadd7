"""The Hub's writing side for server.py, by the API that huggingface_hub speaks: repositories are
made, files announced, large ones taken by Git LFS in one piece or in parts, commits written into the
repository's folder, where the reading side finds them.

FOLDER/hub.json knows besides: "chunk_size": N (larger files come in parts of N bytes), "quota": N
(bytes of large files that the Hub takes at most). An account may write where it is the owner or the
owner is one of its organizations, unless its "role" is "read".

More faults, for a PUT: {"cut_upload": N} cuts the connection after N bytes of what is sent, {"damage":
true} keeps other bytes than those that were sent, {"no_etag": true} forgets to say what it has.
"""
import base64
import hashlib
import json
import os
import re
import socket

LFS = "application/vnd.git-lfs+json"


def objects(hub):
    path = os.path.join(hub.folder, ".lfs")
    os.makedirs(path, exist_ok=True)
    return path


def store(hub, name, data):
    with open(os.path.join(objects(hub), name), "wb") as file:
        file.write(data)


def stored(hub, name):
    try:
        with open(os.path.join(objects(hub), name), "rb") as file:
            return file.read()
    except FileNotFoundError:
        return None


def handle(request, path):
    """Answers and returns True if that is a request to write."""
    if request.command == "PUT" and path.startswith("/_lfs/"):
        take(request, path)
    elif request.command != "POST":
        return False
    elif path == "/api/validate-yaml":  # asked by Hugging Face's own client
        request.body()
        request.answer(200, {"errors": [], "warnings": []})
    elif path == "/api/repos/create":
        create(request)
    elif path.startswith("/_lfs/"):
        complete(request, path)
    elif match := re.fullmatch(r"/(.+)\.git/info/lfs/objects/batch", path):
        if may_write(request, match[1]):
            batch(request, match[1])
    elif match := re.fullmatch(r"/(.+)\.git/info/lfs/verify", path):
        if may_write(request, match[1]):
            verify(request)
    elif match := re.fullmatch(r"/api/models/([^/]+/[^/]+)/(preupload|commit)/main", path):
        if may_write(request, match[1]):
            (preupload if match[2] == "preupload" else commit)(request, match[1])
    else:
        return False
    return True


def account(request):
    return request.hub.settings().get("users", {}).get(request.token())


def owns(user, owner):
    return user.get("role") != "read" and owner in [user["name"], *user.get("orgs", [])]


def may_write(request, name):
    """Answers and returns False where this account may not write there."""
    user = account(request)
    if user is None:
        request.body()
        request.refuse(401, "", "Invalid credentials in Authorization header")
    elif request.hub.repository("models", name) is None:
        request.body()
        request.refuse(404, "RepoNotFound", "Repository not found")
    elif not owns(user, name.split("/")[0]):
        request.body()
        request.refuse(403, "", f"You don't have the required permissions to write to {name}")
    else:
        return True
    return False


# ---- repositories ----

def create(request):
    asked, user = json.loads(request.body()), account(request)
    if user is None:
        return request.refuse(401, "", "Invalid credentials in Authorization header")
    owner = asked.get("organization") or user["name"]
    name = f"{owner}/{asked['name']}"
    # Of who may see it the newest clients tell by "visibility", all others by "private".
    private = asked.get("private", asked.get("visibility", "public") == "private")
    if asked.get("type", "model") != "model" or not isinstance(private, bool):
        return request.refuse(400, "", "type must be model, private a boolean")
    if not owns(user, owner):
        return request.refuse(403, "", f"You don't have the rights to create a model under the namespace \"{owner}\"")
    folder = os.path.join(request.hub.folder, "models", *name.split("/"))
    if os.path.isdir(folder):
        return request.refuse(409, "", "You already created this model repo")
    os.makedirs(folder)
    with open(os.path.join(folder, ".hub.json"), "w", encoding="utf-8") as file:
        json.dump({"private": private}, file)
    with open(os.path.join(folder, ".gitattributes"), "w", encoding="utf-8") as file:
        file.write("*.safetensors filter=lfs diff=lfs merge=lfs -text\n")
    return request.answer(200, {"url": f"{request.hub.address}/{name}", "name": name})


def preupload(request, name):
    import server  # the one that imported this
    folder, answer = request.hub.repository("models", name), []
    for file in json.loads(request.body())["files"]:
        sample = base64.b64decode(file["sample"], validate=True)
        if len(sample) != min(file["size"], 512):
            return request.refuse(400, "", f"{file['path']}: the sample must have 512 bytes")
        full = os.path.join(folder, file["path"])
        large = server.is_large(folder, file["path"]) or file["size"] > 10 << 20
        known = server.entry(folder, file["path"]) if os.path.isfile(full) else None
        answer.append({"path": file["path"], "uploadMode": "lfs" if large else "regular", "shouldIgnore": False,
                       "oid": known and known.get("lfs", known)["oid"]})
    return request.answer(200, {"files": answer})


def commit(request, name):
    if request.headers.get("Content-Type") != "application/x-ndjson":
        return request.refuse(400, "", "a commit is application/x-ndjson")
    lines = [json.loads(line) for line in request.body().splitlines()]
    if not lines or lines[0]["key"] != "header" or not lines[0]["value"].get("summary"):
        return request.refuse(400, "", "a commit begins with its header")
    folder, files = request.hub.repository("models", name), {}
    for line in lines[1:]:
        value = line["value"]
        if line["key"] == "file" and value["encoding"] == "base64":
            files[value["path"]] = base64.b64decode(value["content"], validate=True)
        elif line["key"] == "lfsFile" and value["algo"] == "sha256":
            files[value["path"]] = stored(request.hub, value["oid"])
            if files[value["path"]] is None or len(files[value["path"]]) != value["size"]:
                return request.refuse(400, "", f"LFS pointer pointed to a file that does not exist: {value['path']}")
        else:
            return request.refuse(400, "", f"what is {line['key']}?")
    card = files.get("README.md", b"").decode()
    head = re.match(r"---\n(.*?)\n---\n", card, re.S)
    base = head and re.search(r'^base_model: *"?([^"\n]*)"?$', head[1], re.M)
    if base and not re.fullmatch(r"[\w.-]+(/[\w.-]+)?", base[1]):
        return request.refuse(400, "", f'"base_model" with value "{base[1]}" is not valid.')
    for path, data in files.items():
        with open(os.path.join(folder, path), "wb") as file:
            file.write(data)
    import server
    number = server.commit_of(folder)
    with open(os.path.join(folder, ".hub.json"), encoding="utf-8") as file:
        about = json.load(file)
    about.setdefault("commits", []).append({"id": number, "summary": lines[0]["value"]["summary"], "files": sorted(files)})
    with open(os.path.join(folder, ".hub.json"), "w", encoding="utf-8") as file:
        json.dump(about, file)
    return request.answer(200, {"success": True, "commitOid": number,
                                "commitUrl": f"{request.hub.address}/{name}/commit/{number}", "hookOutput": ""})


# ---- large files ----

def batch(request, name):
    asked, settings = json.loads(request.body()), request.hub.settings()
    if request.headers.get("Accept") != LFS or request.headers.get("Content-Type") != LFS:
        return request.refuse(400, "", f"a batch is {LFS}")
    if asked["operation"] != "upload" or asked["hash_algo"] != "sha256" or "basic" not in asked["transfers"]:
        return request.refuse(400, "", "only uploads by sha256")
    chunk, answer, transfer = settings.get("chunk_size"), [], "basic"
    for wanted in asked["objects"]:
        oid, size = wanted["oid"], wanted["size"]
        known = stored(request.hub, oid)
        if known is not None and len(known) == size and hashlib.sha256(known).hexdigest() == oid:
            answer.append({"oid": oid, "size": size})
            continue
        if size > settings.get("quota", size):
            answer.append({"oid": oid, "size": size,
                           "error": {"code": 403, "message": "Private repository storage limit reached"}})
            continue
        place = f"{request.hub.cdn}/_lfs/{oid}"
        upload = {"href": f"{place}?X-Amz-Signature=s3cr3t"}
        if chunk and size > chunk and "multipart" in asked["transfers"]:
            transfer = "multipart"
            parts = range(1, -(-size // chunk) + 1)
            upload = {"href": f"{place}/complete?X-Amz-Signature=s3cr3t",
                      "header": {"chunk_size": str(chunk),
                                 **{f"{i:05}": f"{place}/part/{i}?X-Amz-Signature=s3cr3t" for i in parts}}}
        answer.append({"oid": oid, "size": size, "authenticated": True, "actions": {
            "upload": upload, "verify": {"href": f"{request.hub.address}/{name}.git/info/lfs/verify", "header": {}}}})
    return request.answer(200, {"transfer": transfer, "objects": answer}, {"Content-Type": LFS})


def take(request, path):
    """A PUT of a whole object or of a part; the address' signature is all the right it needs."""
    if request.headers.get("Authorization") or "X-Amz-Signature=s3cr3t" not in request.path:
        request.body()
        return request.refuse(400, "", "Only one auth mechanism allowed")
    if "cut_upload" in request.fault_now:
        request.rfile.read(min(request.fault_now["cut_upload"], int(request.headers["Content-Length"])))
        request.close_connection = True
        return request.connection.shutdown(socket.SHUT_RDWR)
    data = request.body()
    request.record["received"] = len(data)
    etag = '"' + hashlib.md5(data).hexdigest() + '"'
    if request.fault_now.get("damage"):
        data = bytes(len(data))
    store(request.hub, path[len("/_lfs/"):].replace("/", "-"), data)
    return request.answer(200, b"", {} if request.fault_now.get("no_etag") else {"ETag": etag})


def complete(request, path):
    oid, asked = path.split("/")[2], json.loads(request.body())
    parts = []
    for part in asked["parts"]:
        data = stored(request.hub, f"{oid}-part-{part['partNumber']}")
        if data is None or part["etag"] != '"' + hashlib.md5(data).hexdigest() + '"':
            return request.refuse(400, "", "InvalidPart")
        parts.append(data)
    store(request.hub, oid, b"".join(parts))
    return request.answer(200, {})


def verify(request):
    asked = json.loads(request.body())
    data = stored(request.hub, asked["oid"])
    if data is None or len(data) != asked["size"] or hashlib.sha256(data).hexdigest() != asked["oid"]:
        return request.refuse(422, "", "the object is not what it should be")
    return request.answer(200, {})
