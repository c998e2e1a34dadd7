"""Importing from folders and archives, sound and not."""
import io
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import tarfile
import time
import zipfile

from harness import main, shared

ENDINGS = {"w:gz": ".tar.gz", "w:bz2": ".tar.bz2", "w:xz": ".tar.xz", "w": ".tar"}
KINDS = {"link": tarfile.SYMTYPE, "hard": tarfile.LNKTYPE, "device": tarfile.CHRTYPE, "pipe": tarfile.FIFOTYPE}


def tar(path, entries, mode="w:gz"):
    """Entries: name, bytes or what a link leads to, kind of entry."""
    with tarfile.open(path, mode) as archive:
        for name, contents, *kind in entries:
            info = tarfile.TarInfo(name)
            if kind:
                info.type, info.linkname = KINDS[kind[0]], contents
            else:
                info.size = len(contents)
            archive.addfile(info, None if kind else io.BytesIO(contents))
    return path


def zip_up(path, entries):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, contents in entries:
            archive.writestr(name, contents)
    return path


def films():
    """The whole layout of aclImdb: 2 × 2 × 3 reviews, 4 without a label, and all that is no review."""
    entries = [("imdb.vocab", b"the\nand\n"), ("imdbEr.txt", b"0.04\n")]
    for split in ("train", "test"):
        for label in ("pos", "neg"):
            entries += [(f"{split}/{label}/{i}_7.txt", f"{split} {label} {i}<br />".encode()) for i in range(3)]
            entries.append((f"{split}/urls_{label}.txt", b"http://www.imdb.com/title/tt0064354/usercomments\n"))
        entries.append((f"{split}/labeledBow.feat", b"9 0:9 1:1\n"))
    entries += [(f"train/unsup/{i}_0.txt", f"unsup {i}".encode()) for i in range(4)]
    return entries + [("train/unsupBow.feat", b"0 0:1\n"), ("train/urls_unsup.txt", b"http://www.imdb.com/\n"),
                      ("README", b"Large Movie Review Dataset")]


def unpack(folder, entries):
    for name, contents in entries:
        path = os.path.join(folder, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(contents)
    return folder


def groups(cloze, name, kind):
    return {group["name"]: group["documents"] for group in cloze.json("corpus", "show", name)[kind]}


def reasons(report):
    return {os.path.basename(skip["path"]): skip["reason"] for skip in report["skipped"]}


def finds_splits_and_labels_of_the_films(cloze):
    under = [("aclImdb/" + name, contents) for name, contents in films()]
    paths = {
        "folder": unpack(cloze.path("films"), films()),
        "around": unpack(cloze.path("around"), under),
        "dot": tar(cloze.path("dot.tar"), [("./" + name, contents) for name, contents in films()], "w"),
        "zip": zip_up(cloze.path("films.zip"), under),
    }
    for mode, ending in ENDINGS.items():
        paths[mode] = tar(cloze.path("films" + ending), under, mode)
    for name, path in paths.items():
        report = cloze.json("corpus", "import", name, path)
        assert report["documents"] == 16, (name, report)
        assert groups(cloze, name, "splits") == {"train": 6, "test": 6, "unsup": 4}, name
        assert groups(cloze, name, "labels") == {"pos": 6, "neg": 6, "": 4}, name
        assert len(report["skipped"]) == 11, (name, report["skipped"])
        told = reasons(report)
        assert "counts of words" in told["labeledBow.feat"] and "counts of words" in told["unsupBow.feat"], told
        assert "addresses" in told["urls_pos.txt"] and "addresses" in told["urls_unsup.txt"], told
        assert {"imdb.vocab", "imdbEr.txt", "README"} <= set(told), told
    hashes = {corpus["hash"] for corpus in cloze.json("corpus", "list") if corpus["name"] not in ("folder", "around")}
    assert len(hashes) == 1, "the same archive, packed otherwise, is another corpus"


def knows_a_folder_by_its_name(cloze):
    folder = unpack(cloze.path("films"), films())
    before = os.getcwd()
    try:
        os.chdir(os.path.join(folder, "train"))
        cloze.json("corpus", "import", "here", ".")
    finally:
        os.chdir(before)
    assert groups(cloze, "here", "splits") == {"train": 6, "unsup": 4}
    assert cloze.json("corpus", "show", "here")["source"] == "train"


def nothing_leads_out_of_an_archive(cloze):
    path = tar(cloze.path("evil.tgz"), [
        ("../up.txt", b"up"), ("/tmp/absolute.txt", b"absolute"), ("a/../../up.txt", b"up"), ("..", b"up"),
        ("C:\\absolute.txt", b"absolute"), ("..\\up.txt", b"up"), ("good/a.txt", b"good"), ("./b.txt", b"good too"),
        ("a..b/c..txt", b"dots"), ("link", "/etc/passwd", "link"), ("hard", "good/a.txt", "hard"),
        ("device", "", "device"), ("pipe", "", "pipe"), (".git/config", b"hidden"), ("__MACOSX/a.txt", b"hidden"),
    ])
    report = cloze.json("corpus", "import", "evil", path)
    texts = {document["text"] for document in cloze.json("corpus", "sample", "evil", "--count", 99)}
    assert texts == {"good", "good too", "dots"}, texts
    told = [skip["reason"] for skip in report["skipped"]]
    assert sum("leads out" in reason for reason in told) == 6, report["skipped"]
    assert sum("link" in reason for reason in told) == 2 and sum("no file" in reason for reason in told) == 2, told
    assert sum("hidden" in reason for reason in told) == 2, told
    assert not os.path.exists(cloze.path("../up.txt")) and not os.path.exists("/tmp/absolute.txt")
    only = tar(cloze.path("only.tgz"), [("../up.txt", b"up"), ("/etc/x", b"absolute")])
    assert "leads out" in cloze.refused(1, "corpus", "import", "only", only)
    report = cloze.json("corpus", "import", "zip", zip_up(cloze.path("evil.zip"), [("../a", b"a"), ("/b", b"b"), ("c", b"c")]))
    assert report["documents"] == 1 and len(report["skipped"]) == 2, report


def tells_of_damaged_archives(cloze):
    whole = tar(cloze.path("whole.tar.gz"), [(f"{i}.txt", os.urandom(500).hex().encode()) for i in range(200)])
    with open(whole, "rb") as file:
        sound = file.read()
    cut = cloze.json("corpus", "import", "cut", cloze.path("cut.tar.gz", sound[:len(sound) // 2]))
    assert 50 < cut["documents"] < 150 and len(cut["skipped"]) <= 2, cut
    assert all("damaged" in skip["reason"] for skip in cut["skipped"]), cut
    with tarfile.open(whole) as archive:
        plain = cloze.path("whole.tar")
        tar(plain, [(m.name, archive.extractfile(m).read()) for m in archive.getmembers()], "w")
    with open(plain, "r+b") as file:
        file.seek(60 * 1536)
        file.write(b"\xa5" * 20000)
    broken = cloze.json("corpus", "import", "broken", plain)
    # What lies behind the damage is read, and the damage is told once.
    assert 150 < broken["documents"] < 200 and len(broken["skipped"]) == 1, broken
    assert "damaged" in broken["skipped"][0]["reason"], broken
    for name, contents in (("short.gz", sound[:30]), ("foreign.gz", b"\x1f\x8bnothing of the kind"),
                           ("foreign.xz", b"\xfd7zXZ\0nothing"), ("foreign.zip", b"PK\x03\x04nothing")):
        sentence = cloze.refused(1, "corpus", "import", "x", cloze.path(name, contents))
        assert name.split(".")[0] in sentence and "; " not in sentence, sentence
    assert "empty" in cloze.refused(1, "corpus", "import", "x", zip_up(cloze.path("empty.zip"), []))
    assert "empty" in cloze.refused(1, "corpus", "import", "x", tar(cloze.path("empty.tgz"), []))
    nested = tar(cloze.path("nested.tgz"), [("inner.tgz", sound)])
    assert "within an archive" in cloze.refused(1, "corpus", "import", "x", nested)
    assert {corpus["name"] for corpus in cloze.json("corpus", "list")} == {"cut", "broken"}


def text_that_begins_like_an_archive_is_text(cloze):
    report = cloze.json("corpus", "import", "x", cloze.path("name.txt", "BZhang and PKunzip"))
    assert report["documents"] == 1, report


def walks_through_odd_folders(cloze):
    folder = unpack(cloze.path("odd"), [("a/t.txt", b"text"), (".hidden/t.txt", b"x"), ("a/.t.txt", b"x"),
                                        ("new\nline.txt", b"1"), ("-dash.txt", b"2"), ("ü/ spaces .txt", b"3")])
    with open(os.path.join(os.fsencode(folder), b"\xff\xfe.txt"), "wb") as file:
        file.write(b"4")
    os.makedirs(os.path.join(folder, "empty"))
    for name, target in (("a/up", ".."), ("a/round", folder), ("self", "self"), ("lost", "nowhere")):
        os.symlink(target, os.path.join(folder, name))
    os.mkfifo(os.path.join(folder, "pipe"))
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(os.path.join(folder, "socket"))
    report = cloze.json("corpus", "import", "odd", folder)
    listener.close()
    texts = sorted(document["text"] for document in cloze.json("corpus", "sample", "odd", "--count", 99))
    assert texts == ["1", "2", "3", "4", "text"], texts
    assert set(reasons(report)) == {".hidden", ".t.txt", "up", "round", "self", "lost", "pipe", "socket"}, report
    cloze.json("corpus", "import", "given", os.path.join(folder, ".hidden"))
    assert cloze.json("corpus", "show", "given")["documents"] == 1
    before = os.getcwd()
    try:
        os.chdir(folder)
        cloze.output("corpus", "import", "dash", "--", "-dash.txt")
    finally:
        os.chdir(before)
    for given in ("empty", "pipe", "self", "lost", "no\nsuch", b"no\xff"):
        cloze.refused(1, "corpus", "import", "x", os.path.join(os.fsencode(folder), os.fsencode(given)))


def unreadable_files_are_told(cloze):
    folder = unpack(cloze.path("closed"), [("open.txt", b"open"), ("closed.txt", b"x"), ("folder/t.txt", b"x")])
    os.chmod(os.path.join(folder, "closed.txt"), 0)
    os.chmod(os.path.join(folder, "folder"), 0)
    os.chmod(cloze.folder, 0o777)
    # Root reads everything: go on as nobody, who may not come near the command where it was built.
    become = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] if os.geteuid() == 0 else []
    program = shutil.copy(cloze.program, cloze.path("cloze"))
    done = subprocess.run([*become, program, "--library", cloze.path("nobody.sqlite"), "--json",
                           "corpus", "import", "c", folder], capture_output=True)
    os.chmod(os.path.join(folder, "folder"), 0o700)
    assert done.returncode == 0, done
    assert done.stdout.count(b'"reason"') == 2 and b'"documents":1' in done.stdout, done


def empty_tables_are_told(cloze):
    for name, contents in (("h.csv", "text,label\n"), ("e.csv", ""), ("e.jsonl", "\n\n"), ("e.json", "[]"), ("e.txt", "")):
        assert "empty" in cloze.refused(1, "corpus", "import", "x", cloze.path(name, contents)), name
    folder = unpack(cloze.path("both"), [("a.csv", b"text\nfine\n"), ("b.csv", b"text\n"), ("c.csv", b"other\nfine\n")])
    report = cloze.json("corpus", "import", "both", folder, "--text-column", "text")
    assert report["documents"] == 1 and set(reasons(report)) == {"b.csv", "c.csv"}, report


def labels_stay_on_their_line(cloze):
    cloze.json("corpus", "import", "x", cloze.path("l.jsonl", '{"text": "t", "label": ["a", "b"]}\n'))
    assert groups(cloze, "x", "labels") == {"a b": 1}


def export_replaces_no_device(cloze):
    cloze.json("corpus", "import", "x", cloze.path("t.txt", "text"))
    os.mkfifo(cloze.path("pipe"))
    cloze.refused(1, "corpus", "export", "x", cloze.path("pipe"))
    cloze.refused(1, "corpus", "export", "x", cloze.folder)
    assert os.path.exists(cloze.path("pipe")) and not os.path.isfile(cloze.path("pipe"))


def a_killed_import_leaves_nothing(cloze):
    cloze.json("corpus", "import", "kept", cloze.path("t.txt", "text"))
    kept = cloze.json("corpus", "list")
    large = cloze.path("large.txt", "".join(f"line {i} of a text that takes a while to import\n" for i in range(300000)))
    line = ["--format", "lines"]
    for stop in (signal.SIGKILL, signal.SIGKILL, signal.SIGTERM, signal.SIGINT):
        process = subprocess.Popen([cloze.program, "--library", cloze.path("library.sqlite"), "corpus", "import",
                                    "large", large, *line], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for said in process.stderr:
            if "Importing" in said:
                break
        time.sleep(0.2)
        process.send_signal(stop)
        said = process.communicate()[1]
        if stop == signal.SIGKILL:
            assert process.returncode == -stop, process.returncode
        else:
            assert process.returncode == 1 and "“large” was interrupted" in said, said
        assert cloze.json("corpus", "list") == kept
        # Nobody sees its rows any more; each opening of the library deletes some of them.
        for _ in range(200):
            database = sqlite3.connect(cloze.path("library.sqlite"))
            left = [database.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
                    for table in ("corpus", "document", "text", "source")]
            database.close()
            if left == [1, 1, 1, 1]:
                break
            assert cloze.json("corpus", "list") == kept
        assert left == [1, 1, 1, 1], left
    assert cloze.json("corpus", "import", "large", large, *line)["documents"] == 300000


def two_imports_at_once(cloze):
    text = cloze.path("t.txt", "".join(f"line {i}\n" for i in range(20000)))
    line = [cloze.program, "--library", cloze.path("library.sqlite"), "--quiet", "corpus", "import"]
    several = [subprocess.Popen([*line, f"c{i}", text, "--format", "lines"], stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE) for i in range(3)]
    assert [process.wait() for process in several] == [0, 0, 0], [process.stderr.read() for process in several]
    assert [corpus["documents"] for corpus in cloze.json("corpus", "list")] == [20000] * 3
    same = [subprocess.Popen([*line, "same", text, "--format", "lines"], stdout=subprocess.PIPE,
                             stderr=subprocess.PIPE) for i in range(3)]
    assert sorted(process.wait() for process in same) == [0, 1, 1]
    for process in several + same:
        said = process.communicate()[1]
        assert said == b"" or (b"same" in said and said.count(b"\n") == 1), said
    assert len(cloze.json("corpus", "list")) == 4


def libraries_of_others_stay_as_they_are(cloze):
    library = cloze.path("library.sqlite")
    cloze.json("corpus", "import", "x", cloze.path("t.txt", "text"))
    with sqlite3.connect(library) as database:
        version = database.execute("PRAGMA user_version").fetchone()[0]
        database.execute(f"PRAGMA user_version = {version + 1}")
    database.close()
    with open(library, "rb") as file:
        newer = file.read()
    for line in (["corpus", "list"], ["corpus", "import", "y", cloze.path("t.txt")], ["corpus", "remove", "x"], ["run", "list"]):
        assert "newer version" in cloze.refused(1, *line)
    with open(library, "rb") as file:
        assert file.read() == newer
    for name, contents in (("foreign", None), ("junk", b"no database " * 500)):
        cloze.path("library.sqlite", b"" if contents is None else contents)
        if contents is None:
            with sqlite3.connect(library) as database:
                database.execute("CREATE TABLE other (a)")
            database.close()
        sentence = cloze.refused(1, "corpus", "list")
        assert "library.sqlite" in sentence, sentence


def reads_the_real_corpora(cloze):
    contracts = shared("corpora", "legal", "contracts")
    size = sum(os.path.getsize(os.path.join(contracts, name)) for name in os.listdir(contracts))
    report = cloze.json("corpus", "import", "contracts", contracts)
    assert (report["documents"], report["bytes"], report["skipped"]) == (128, size, []), report
    both = cloze.json("corpus", "import", "both", contracts, shared("corpora", "film", "imdb_sample500.csv"))
    assert both["documents"] == 128 + 499, both
    for name in ("terms_of_service.parquet", "pdf"):
        assert "cannot read" in cloze.refused(1, "corpus", "import", "x", shared("corpora", "legal", name))


main([
    finds_splits_and_labels_of_the_films, knows_a_folder_by_its_name, nothing_leads_out_of_an_archive,
    tells_of_damaged_archives, text_that_begins_like_an_archive_is_text, walks_through_odd_folders,
    unreadable_files_are_told, empty_tables_are_told, labels_stay_on_their_line, export_replaces_no_device,
    a_killed_import_leaves_nothing, two_imports_at_once, libraries_of_others_stay_as_they_are,
    reads_the_real_corpora,
])
