"""The real corpora in ../shared, imported at once: every text beside what Python's own modules read, and its hash."""
import csv
import gzip
import hashlib
import json
import os
import sqlite3
import tarfile

from harness import main, shared

# How many documents, and the SHA-256 of their texts, each with a NUL behind it; of a folder's files those of all, by
# name. What read_others () reads is checked twice; the words of the PDFs were compared with pdftotext's (which takes the
# hyphens out at line ends), those of the pages with Python's html.parser.
KNOWN = {
    "README.md": (1, "318d0068de10ef0c984b4b3f5cb63926e6fb566c33cce2d1e5b1d48fe52d69fc"),
    "film/aclImdb_sample6000.tar.gz": (6000, "040920ddef20398dd5d283a91c89a0fc9f7f46f604d8d9b83b582eb25e532fd6"),
    "film/imdb_sample500.csv": (499, "e800d4871900091bbf3d4d6549f20fe5c8c87e355c35c40f867b9deb68b7cb76"),
    "legal/CUAD_v1_README.txt": (1, "3f5a8cc957ba9a6e473747e937afb9de3a721ed823a97e844531dc448eb76537"),
    "legal/contracts": (128, "6e44ab7607f26b86494f77845801947df6c3b85e540b75d4d1f88d383738526c"),
    "legal/pdf": (6, "12717b2e5883059e942f48e8533a0006cd6e838090264721d4d371b8854240c3"),
    "medical/MTS-Dialog-TrainingSet.csv": (1201, "c07e6cb81847c18c55587c444608d8a02f671bfb795d9a55be2e13159a06903a"),
    "medical/MTS-Dialog-ValidationSet.csv": (100, "0a2d6075cbf2ea723c3a3cfce5b036877c12340b0bdba653148d454e39091bcb"),
    "medical/pubmedqa_ori_pqal.json": (1000, "f78a59b5e9f848d294a3179ab3ecee16c2916a00bb031f552b5cdd360b5d5d72"),
    "science/arxiv_data.csv": (3397, "b5648c502e3e6ccd0eed687561f5f118fa40296fdfb9a16e169032356a1e89bf"),
    "science/scicite_train.jsonl": (7320, "8c1db5bcb29f2a2e600837a4dfceef55ea2f1ed8c5fc99aeb8a217dc203ca7bf"),
    "software/anarchism_markdown": (28, "2dccd3abd06306cbd5c2e58337c5142cc1f9ce56bc86f34b8d8338aa9781e656"),
    "software/developers-reference.txt": (1, "a8936f19725b71e2aa288bf825df170e293cb23ae5f5c28341181a00a12ab7a6"),
    "software/policy_html": (26, "9f9ed3ff55679cac9dbdd018d96163da83a3bafd23e53b45c857a3ffb42f2cc2"),
}


def read_table(path, column):
    with open(path, encoding="utf-8", newline="") as file:
        return [row[column] for row in csv.DictReader(file)]


def read_file(path):
    with open(path, encoding="utf-8", newline="") as file:
        return [file.read()]


def read_others(folder):
    """Path below the folder: texts, of all that can be read without our help."""
    found = {}
    with tarfile.open(os.path.join(folder, "film/aclImdb_sample6000.tar.gz")) as archive:
        for member in archive:
            if member.isfile() and member.name.endswith(".txt") and "/urls_" not in member.name:
                found["film/aclImdb_sample6000.tar.gz/" + member.name] = [archive.extractfile(member).read().decode()]
    for path, column in (("film/imdb_sample500.csv", "review"), ("science/arxiv_data.csv", "abstract"),
                         ("medical/MTS-Dialog-TrainingSet.csv", "dialogue"), ("medical/MTS-Dialog-ValidationSet.csv", "dialogue")):
        found[path] = read_table(os.path.join(folder, path), column)
    with open(os.path.join(folder, "science/scicite_train.jsonl"), encoding="utf-8") as file:
        found["science/scicite_train.jsonl"] = [json.loads(line)["text"] for line in file.read().split("\n") if line]
    with open(os.path.join(folder, "medical/pubmedqa_ori_pqal.json"), encoding="utf-8") as file:
        found["medical/pubmedqa_ori_pqal.json"] = ["\n".join(row["CONTEXTS"]) for row in json.load(file).values()]
    with gzip.open(os.path.join(folder, "software/developers-reference.txt.gz"), "rt", encoding="utf-8", newline="") as file:
        found["software/developers-reference.txt"] = [file.read()]
    for below in ("legal/contracts", "software/anarchism_markdown"):
        for name in os.listdir(os.path.join(folder, below)):
            found[f"{below}/{name}"] = read_file(os.path.join(folder, below, name))
    found["legal/CUAD_v1_README.txt"] = read_file(os.path.join(folder, "legal/CUAD_v1_README.txt"))
    found["README.md"] = read_file(os.path.join(folder, "README.md"))
    return found


def read_library(path, folder):
    found, labels = {}, {}
    database = sqlite3.connect(path)
    for source, text, label, split in database.execute(
            "SELECT path, text.text, label, split FROM document JOIN source ON source.id = document.source"
            " JOIN text ON text.id = document.id ORDER BY document.id"):
        name = os.path.relpath(source, folder)
        found.setdefault(name, []).append(text)
        labels.setdefault(name, set()).add((split, label))
    database.close()
    return found, labels


def group(name):
    """What is hashed together: a folder's or an archive's files, else the file."""
    for folder in ("film/aclImdb_sample6000.tar.gz", "legal/contracts", "legal/pdf", "software/policy_html", "software/anarchism_markdown"):
        if name.startswith(folder + "/"):
            return folder
    return name


def hash_texts(found):
    hashes, counts = {}, {}
    for name in sorted(found):
        for text in found[name]:
            hashes.setdefault(group(name), hashlib.sha256()).update(text.encode() + b"\0")
            counts[group(name)] = counts.get(group(name), 0) + 1
    return {name: (counts[name], hashes[name].hexdigest()) for name in hashes}


def every_text_of_the_real_corpora_is_as_it_was_published(cloze):
    folder = shared("corpora")
    report = cloze.json("corpus", "import", "all", folder)
    found, labels = read_library(cloze.path("library.sqlite"), folder)
    found = {name: texts for name, texts in found.items() if not name.endswith(".parquet")}  # its own test knows it
    for name, texts in read_others(folder).items():
        assert found.get(name) == texts, f"{name}: {len(found.get(name, []))} of {len(texts)} documents, or others"
    assert hash_texts(found) == KNOWN, json.dumps(hash_texts(found), indent=1)
    skipped = {os.path.relpath(skip["path"], folder): skip["reason"] for skip in report["skipped"]}
    skipped.pop("legal/terms_of_service.parquet", None)
    assert skipped == {} and report["notes"] == [], (skipped, report["notes"])
    assert labels["film/aclImdb_sample6000.tar.gz/aclImdb/test/neg/" + next(
        name.rsplit("/", 1)[1] for name in labels if "/test/neg/" in name)] == {("test", "neg")}
    assert ("", "GENHX") in labels["medical/MTS-Dialog-TrainingSet.csv"], "the label is section_header"
    assert {label for _, label in labels["medical/pubmedqa_ori_pqal.json"]} == {"yes", "no", "maybe"}
    assert {label for _, label in labels["science/scicite_train.jsonl"]} == {"background", "method", "result"}


main([every_text_of_the_real_corpora_is_as_it_was_published])
