"""Measures a large corpus: `./dev bench corpus [--documents N]`. Each line is a figure and its goal.

The peer of importing is plain SQLite on the same machine in the same call: the same documents, one
table and a full-text index of the same kind (FTS5, external content), 10,000 documents a transaction.
"""
import argparse
import itertools
import os
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time

BYTES = 500  # of a document


def generate(path, documents):
    """Lines of about 500 bytes: sentences of words as frequent as in running text (Zipf)."""
    chance = random.Random(7)
    syllables = [a + b for a in "b c d f g h l m n p r s t v".split() for b in "a e i o u".split()]
    words = ["".join(chance.choices(syllables, k=chance.randint(1, 4))) for _ in range(60000)]
    weights = list(itertools.accumulate(1 / (rank + 3) for rank in range(len(words))))
    sentences = []
    for _ in range(40000):
        sentence = " ".join(chance.choices(words, cum_weights=weights, k=chance.randint(8, 20)))
        sentences.append(sentence.capitalize() + ".")
    with open(path, "w", encoding="utf-8") as file:
        for number in range(documents):
            parts, size = [f"Document{number}"], 12
            while size < BYTES:
                parts.append(sentences[int(chance.random() * len(sentences))])
                size += len(parts[-1]) + 1
            file.write(" ".join(parts) + "\n")
    return os.path.getsize(path), words


def insert_plainly(path, texts):
    """Seconds that plain SQLite takes."""
    begun = time.monotonic()
    library = sqlite3.connect(path, isolation_level=None)
    library.executescript("""
        PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA cache_size = -16000;
        CREATE TABLE document (id INTEGER PRIMARY KEY, path TEXT, row INTEGER, text TEXT NOT NULL);
        CREATE VIRTUAL TABLE words USING fts5 (text, content='document', content_rowid='id', columnsize=0,
          tokenize='unicode61 remove_diacritics 2');""")
    library.execute("BEGIN")
    with open(texts, encoding="utf-8") as file:
        for number, line in enumerate(file):
            text = line[:-1]
            library.execute("INSERT INTO document VALUES (?, 'texts.txt', ?, ?)", (number, number + 1, text))
            library.execute("INSERT INTO words (rowid, text) VALUES (?, ?)", (number, text))
            if number % 10000 == 9999:
                library.execute("COMMIT")
                library.execute("BEGIN")
    library.execute("COMMIT")
    library.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    library.close()
    return time.monotonic() - begun


class Writer(threading.Thread):
    """Another process's writes, as far as the library can tell: how long does each wait?"""

    def __init__(self, path):
        super().__init__()
        self.path, self.longest, self.ended = path, 0.0, threading.Event()

    def run(self):
        while not os.path.exists(self.path):
            time.sleep(0.01)
        time.sleep(0.5)
        library = sqlite3.connect(self.path, timeout=0, isolation_level=None)
        while not self.ended.wait(0.05):
            begun, waiting = time.monotonic(), True
            while waiting:
                try:
                    library.execute("INSERT OR REPLACE INTO setting VALUES ('bench', ?)", (str(begun),))
                    waiting = False
                except sqlite3.OperationalError:
                    time.sleep(0.002)  # as the library's own processes wait (data/library.c)
            self.longest = max(self.longest, time.monotonic() - begun)
        library.close()


class Bench:
    def __init__(self, cloze, folder):
        self.cloze, self.folder, self.missed = cloze, folder, 0

    def line(self, library, *arguments):
        return [self.cloze, "--library", library, "--quiet", *map(str, arguments)]

    def tell(self, what, value, unit, goal=None, above=False):
        kept = goal is None or (value >= goal if above else value <= goal)
        self.missed += not kept
        told = "" if goal is None else f"  (goal: {'at least' if above else 'at most'} {goal:g}{'' if kept else ', MISSED'})"
        print(f"{what:58} {value:10.3f} {unit}{told}", flush=True)

    def start(self, library, texts):
        return subprocess.Popen(self.line(library, "corpus", "import", "big", texts, "--format", "lines"),
                                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def import_whole(self, library, texts):
        writer = Writer(library)
        writer.start()
        begun = time.monotonic()
        process = self.start(library, texts)
        _, status, usage = os.wait4(process.pid, 0)
        took = time.monotonic() - begun
        writer.ended.set()
        writer.join()
        assert status == 0, status
        return took, usage.ru_maxrss / 1024, writer.longest

    def first_line(self, library, *arguments):
        """Seconds until the first line is there, the best of five; and until the end."""
        first, whole = [], []
        for _ in range(5):
            begun = time.monotonic()
            process = subprocess.Popen(self.line(library, *arguments), stdout=subprocess.PIPE)
            process.stdout.readline()
            first.append(time.monotonic() - begun)
            process.stdout.read()
            assert process.wait() == 0, arguments
            whole.append(time.monotonic() - begun)
        return min(first), min(whole)

    def stop(self, texts, how, after):
        """Cancels or kills an import; the library must be as before. Seconds until it ended."""
        library = os.path.join(self.folder, how.name)
        subprocess.run(self.line(library, "corpus", "list"), check=True, capture_output=True)
        process = self.start(library, texts)
        time.sleep(after)
        assert process.poll() is None, "the import was through before it could be stopped: take more documents"
        begun = time.monotonic()
        process.send_signal(how)
        process.wait()
        took = time.monotonic() - begun
        begun = time.monotonic()
        listed = subprocess.run(self.line(library, "corpus", "list", "--json"), check=True, capture_output=True)
        opened = time.monotonic() - begun
        assert listed.stdout.strip() == b"[]", listed.stdout
        while True:
            with sqlite3.connect(library) as left:
                rows = sum(left.execute(f"SELECT count(*) FROM {t}").fetchone()[0] for t in ("document", "text", "corpus"))
            if rows == 0:
                break
            assert time.monotonic() - begun < 600, rows
            subprocess.run(self.line(library, "corpus", "list"), check=True, capture_output=True)
        return took, opened, time.monotonic() - begun


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("cloze")
    parser.add_argument("--documents", type=int, default=1000000)
    parser.add_argument("--turns", type=int, default=2)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="cloze-bench-", dir=os.environ.get("TMPDIR", "/var/tmp")) as folder:
        bench = Bench(os.path.abspath(options.cloze), folder)
        texts, library = os.path.join(folder, "texts.txt"), os.path.join(folder, "library.sqlite")
        size, words = generate(texts, options.documents)
        megabytes = size / 1e6
        started = bench.first_line(os.path.join(folder, "empty.sqlite"), "corpus", "list", "--json")[1]
        bench.tell("start of the command, in all that follows", started, "s")
        bench.tell("documents", options.documents, f"of {megabytes:.0f} MB")

        # In turns, so that both see the same machine; the fastest of each.
        ours, theirs = [], []
        for turn in range(options.turns):
            plain = os.path.join(folder, "plain.sqlite")
            theirs.append(insert_plainly(plain, texts))
            os.remove(plain)
            if turn > 0:
                for name in (library, library + "-wal", library + "-shm"):
                    if os.path.exists(name):
                        os.remove(name)
            took, memory, waited = bench.import_whole(library, texts)
            ours.append(took)
        bench.tell("plain SQLite with FTS5", megabytes / min(theirs), "MB/s")
        bench.tell("import with its index", megabytes / min(ours), "MB/s")
        bench.tell("import, of plain SQLite's speed", min(theirs) / min(ours), "", 0.8, above=True)
        bench.tell("import, peak memory", memory, "MiB", 300)
        bench.tell("import, longest wait of another's write", waited, "s", 1)

        common, rare = words[0], f"Document{options.documents // 2}"
        for what, query in (("a common word", common), ("a rare word", rare), ("two words", f"{common} {words[9]}"),
                            ("a phrase", f'"{words[1]} {words[2]}"'), ("a beginning", words[40][:4] + "*"),
                            ("a beginning of as many words as documents", "docu*")):
            first, whole = bench.first_line(library, "corpus", "search", "big", query)
            # Of a beginning the index has to merge all words first: no goal where every document has its own.
            bench.tell(f"search for {what}, first hits", first, "s", None if query == "docu*" else 0.1)
            bench.tell(f"search for {what}, with its count", whole, "s")
        first, _ = bench.first_line(library, "corpus", "search", "big", common, "--concordance")
        bench.tell("concordance of a common word, first hits", first, "s", 0.1)
        bench.tell("list of corpora", bench.first_line(library, "corpus", "list")[1], "s", 0.2)
        for offset in (0, options.documents * 9 // 10):
            _, whole = bench.first_line(library, "corpus", "documents", "big", "--offset", offset)
            bench.tell(f"listing from document {offset}", whole, "s", 0.2)
        begun = time.monotonic()
        subprocess.run(bench.line(library, "corpus", "edit", "big", 5), check=True, input=b"A new text", stdout=subprocess.DEVNULL)
        bench.tell("edit of one document", time.monotonic() - begun, "s")
        begun = time.monotonic()
        subprocess.run(bench.line(library, "corpus", "undo", "big"), check=True, stdout=subprocess.DEVNULL)
        bench.tell("undoing it", time.monotonic() - begun, "s")

        after = min(ours) * 0.3
        took, opened, swept = bench.stop(texts, signal.SIGINT, after)
        bench.tell("cancelled import ends after", took, "s", 0.5)
        bench.tell("the library opens after it in", opened, "s", 0.5)
        bench.tell("all its rows are gone after", swept, "s")
        _, opened, swept = bench.stop(texts, signal.SIGKILL, after)
        bench.tell("the library opens after kill -9 in", opened, "s", 0.5)
        bench.tell("all its rows are gone after", swept, "s")
        sys.exit(bench.missed > 0)


main()
