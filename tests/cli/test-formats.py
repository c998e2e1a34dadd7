"""What becomes of pages, of encodings and of text that is to be cleaned: a folder of files each, one import for all."""
import csv
import gzip
import io
import json
import os
import shutil
import sqlite3
import zipfile

from harness import main
from pdf_file import pdf


def import_files(cloze, files, *options, name=None):
    """Imports files (name: contents) from a folder; the report, and the texts by the files' names."""
    folder = cloze.path("given")
    corpus = "given" if name is None else f"given {name}"
    shutil.rmtree(folder, ignore_errors=True)
    for below, contents in files.items():
        path = os.path.join(folder, below)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(contents if isinstance(contents, bytes) else contents.encode())
    report = cloze.json("corpus", "import", corpus, folder, *options)
    return report, texts(cloze, corpus, folder)


def texts(cloze, corpus, folder):
    """Name below the folder: the text, or a list of those of several documents."""
    found = {}
    database = sqlite3.connect(cloze.path("library.sqlite"))
    for path, text in database.execute("SELECT path, text.text FROM document JOIN source ON source.id = document.source"
                                       " JOIN text ON text.id = document.id JOIN corpus ON corpus.id = document.id >> 32"
                                       " WHERE corpus.name = ? ORDER BY document.id", (corpus,)):
        name = os.path.relpath(path, folder)
        found[name] = text if name not in found else [*([found[name]] if isinstance(found[name], str) else found[name]), text]
    database.close()
    return found


def told(entries):
    return {os.path.basename(entry["path"]): entry["reason"] for entry in entries}


PAGE = """<!DOCTYPE html>
<html><head><meta charset="utf-8"><title>A  page &amp;
more</title><style>p { color: red }</style>
<script>if (a < b) document.write ("<p>script</p>");</script></head>
<body><nav><ul><li>Menu</li></ul></nav><div role="navigation"><p>Crumbs</p></div>
<noscript>Switch it on</noscript>
<h1>Head<em>ing</em> <a href="#h" class="x">¶</a></h1>
<p>One  line,
still   one.<br>Two<br/> three &eacute;&#8212;&#x20ac; a&nbsp;b &lt;tag&gt; <b>bold</b>, <!-- comment -->x</p>
<ul><li>first<li>second <ul><li>inner</ul></ul>
<pre>
  kept   as
    it is
</pre>
<table><tr><th>a<th>b</tr><tr><td>1</td><td>2 &amp; 3</td></tr></table>
<form><select><option>No</select><textarea>none</textarea><button>Go</button>A label</form>
<p hidden>hidden</p><p style="display:none">not shown</p>
<p>See <a href="#part">this part</a>.</p>last</body></html>"""
PAGE_TEXT = """A page & more

Heading

One line, still one.
Two
three é—€ a\u00a0b <tag> bold, x

first
second
inner

  kept   as
    it is

a\tb
1\t2 & 3

A label

See this part.

last"""


def pages_are_what_a_reader_sees(cloze):
    latin = "<html><head><meta http-equiv='Content-Type' content='text/html; charset=ISO-8859-1'><title>caf\xe9</title>" \
            "<p>It is a caf\xe9 \x96 na\xefve</p>"
    xhtml = '<?xml version="1.0" encoding="Shift_JIS"?>\n<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" "x">\n' \
            '<html xmlns="http://www.w3.org/1999/xhtml"><head><script src="a.js"/><title/></head><body><p>日本語</p></body></html>'
    files = {
        "page.html": PAGE,
        "latin.htm": latin.encode("latin-1"),
        "x.xhtml": xhtml.encode("shift_jis"),
        "utf16.html": ("\ufeff" + "<html><body><p>größer").encode("utf-16-le"),
        "named wrongly.html": "<meta charset=latin1><p>grün ist hier die Farbe</p>",
        "download.txt": "<!-- saved -->\n<!DOCTYPE html>\n<p>found by its contents</p>",
        "text.txt": "<p>This is text</p>",
        "bad byte.html": b"<meta charset=utf-8><p>gr\xc3\xbcn \xff und bl\xc3\xbc</p>",
        "beyond.html": "<meta charset=utf-8><p>grüne Blätter für größere Öfen ".encode() + b"\xf4\x90\x80\x80</p>",
        "void.html": "<h1>Head</h1><embed src=x><p>behind</p><audio><source src=a><track src=b>no</audio><source hidden><p>it</p>",
        "broken.html": b"<p><b>open <i>never <table><td>closed &nosuch; &#0; <a href='x>\0 </b></p <div>more &amp",
        "deep.html": "<div>" * 20000 + "text",
        "nothing.html": "<html><body><script>1</script></body></html>",
        "train.html": "<p>no split</p>",
    }
    report, found = import_files(cloze, files)
    assert found.pop("page.html") == PAGE_TEXT, found
    assert found.pop("latin.htm") == "It is a café – naïve"
    assert found.pop("x.xhtml") == "日本語" and found.pop("utf16.html") == "größer"
    assert found.pop("named wrongly.html") == "grün ist hier die Farbe"
    assert found.pop("download.txt") == "found by its contents" and found.pop("text.txt") == "<p>This is text</p>"
    assert found.pop("bad byte.html") == "grün \ufffd und blü"
    assert found.pop("beyond.html") == "grüne Blätter für größere Öfen \ufffd"
    assert found.pop("void.html") == "Head\n\nbehind\n\nit"
    assert found.pop("broken.html").startswith("open never"), found
    assert set(found) == {"train.html"}, found
    reasons = told(report["skipped"])
    assert set(reasons) == {"deep.html", "nothing.html"} and "deep" in reasons["deep.html"], report
    assert "empty" in reasons["nothing.html"] and "1 character" in told(report["notes"])["bad byte.html"], report
    assert [split["name"] for split in cloze.json("corpus", "show", "given")["splits"]] == [""]


def pdfs_give_their_text(cloze):
    whole = pdf(["A first line,\nan inter-\nnational \u00e9 (one)", "1.1\tItem", "", "The end"])
    files = {
        "a.pdf": whole,
        "B.PDF": pdf(["Locked for printing only"], password=b""),
        "secret.pdf": pdf(["Secret"], password=b"secret"),
        "scan.pdf": pdf(["", ""]),
        "cut.pdf": whole[:200],
        "no.pdf": "only called so",
        "page.pdf": "<html><p>A page instead</p></html>",
        "unnamed": whole,
        "begins.txt": "%PD is how it begins",
        "one.pdf.gz": gzip.compress(whole),
    }
    with zipfile.ZipFile(cloze.path("z.zip"), "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("in/side.pdf", whole)
        archive.writestr("page.html", "<p>zipped</p>")
        archive.writestr("notes.md", "# Notes\n")
    with open(cloze.path("z.zip"), "rb") as file:
        files["z.zip"] = file.read()
    report, found = import_files(cloze, files)
    text = "A first line,\nan inter-\nnational é (one)\n\n1.1 Item\n\nThe end"
    for name in ("a.pdf", "unnamed", "one.pdf", "z.zip/in/side.pdf"):
        assert found.pop(name) == text, found
    assert found == {"B.PDF": "Locked for printing only", "page.pdf": "A page instead", "begins.txt": "%PD is how it begins",
                     "z.zip/page.html": "zipped", "z.zip/notes.md": "# Notes\n"}, found
    reasons = told(report["skipped"])
    assert "encrypted" in reasons.pop("secret.pdf") and "only images" in reasons.pop("scan.pdf"), report
    assert "damaged" in reasons.pop("cut.pdf") and "no PDF" in reasons.pop("no.pdf") and not reasons, report
    assert "is a PDF" in cloze.refused(1, "corpus", "import", "x", cloze.path("given/a.pdf"), "--format", "text")
    assert cloze.json("corpus", "import", "x", cloze.path("given/unnamed"), "--format", "pdf")["documents"] == 1


def markdown_is_stored_as_it_is(cloze):
    text = "---\ntitle: A\n---\n\n# Head\r\n\n*one* [two](http://x) `three`  \nfour\n"
    report, found = import_files(cloze, {"a.md": text, "b.markdown": "\ufeffplain", "train.md": "t"})
    assert found == {"a.md": text, "b.markdown": "plain", "train.md": "t"}, found
    assert report["bytes"] == len(text) + 6 and report["skipped"] == [], report


# What comes in, and what each way of cleaning makes of it; what is not named leaves it as it is.
DIRT = [
    ("Good.<br /><br />Bad.<BR>Ugly<br\n/>.", {"br": "Good.\n\nBad.\nUgly\n.", "html": "Good.\n\nBad.\nUgly\n.",
                                           "all": "Good.\n\nBad.\nUgly\n."}),
    ("<p class='x > y'>One <b>two</b> &amp; &eacute;&#233;&#xE9;&#150;</p><div>three</div>four",
     {"html": "One two & ééé–\n\nthree\nfour", "all": "One two & ééé–\n\nthree\nfour"}),
    ("a < b and c > d, x <3, <http://x.org>, AT&T, <me@x.org>, if a <b and c> d &unknown; &lt;p&gt;",
     {"html": "a < b and c > d, x <3, <http://x.org>, AT&T, <me@x.org>, if a <b and c> d &unknown; <p>",
      "all": "a < b and c > d, x <3, <http://x.org>, AT&T, <me@x.org>, if a <b and c> d &unknown; <p>"}),
    ("<script>if (a < b) {}</script>x<!-- c -->y<![CDATA[z]]><speaker name=\"A\">hi</speaker><unclosed",
     {"html": "xyzhi<unclosed", "all": "xyzhi<unclosed"}),
    ("  one \t two\u00a0 three \r\n four\n \n\n five\u2029six \n",
     {"space": "one two three\nfour\n\nfive\n\nsix", "all": "one two three\nfour\n\nfive\n\nsix"}),
    ("e\u0301 n\0\u0303 A\u030a\nplain", {"nfc": "é n\0\u0303 Å\nplain", "all": "é n\0\u0303 Å\nplain"}),
    ("# Head\n\n1986. A *year* of [films](http://x \"t\") and `code`\n\n- one\n- two\n  - three",
     {"markdown": "Head\n\n1986. A year of films and code\n\none\ntwo\nthree",
      **dict.fromkeys(("space", "all"), "# Head\n\n1986. A *year* of [films](http://x \"t\") and `code`\n\n- one\n- two\n- three")}),
    ("plain text, as it is", {}),
]
MARKDOWN = """---
title: A
tags: [x]
---

Title
=====

A **bold** _word_, an ![image](x.png), <https://x.org>, a &copy; and a <b>tag</b>,\\
hard\tbreak.

> quoted
> lines

```c
int  main;

  x
```

| a | b |
|---|---|
| 1 | *2* |

<div>
raw <i>block</i>
</div>

3. three
4. four
   - [x] inner

***
end
"""
PLAIN = ("Title\n\nA bold word, an image, https://x.org, a © and a tag,\nhard\tbreak.\n\nquoted\nlines\n\nint  main;\n\n  x\n\n"
         "a\tb\n1\t2\n\nraw block\n\n3. three\n4. four\ninner\n\nend")


def text_is_cleaned_as_asked(cloze):
    rows = "".join(json.dumps({"text": text}) + "\n" for text, _ in DIRT)
    files = {"dirt.jsonl": rows, "m.md": MARKDOWN, "p.html": "<p>a &lt;b&gt; c</p>"}
    for way in ("", "br", "html", "space", "nfc", "markdown", "all", "space,nfc"):
        report, found = import_files(cloze, files, "--clean", way, name=way)
        for (text, cleaned), got in zip(DIRT, found["dirt.jsonl"], strict=True):
            if way in cleaned or (way not in ("markdown", "space,nfc")) or cleaned == {}:
                assert got == cleaned.get(way, text), (way, text, got)
        assert found["p.html"] == ("a <b> c"), (way, found["p.html"])
        if way == "markdown":
            assert found["m.md"] == PLAIN, found["m.md"]
        elif way == "all":
            assert found["m.md"] == PLAIN.replace("hard\t", "hard ").replace("int  main;\n\n  x", "int main;\n\nx") \
                .replace("a\tb\n1\t2", "a b\n1 2"), found["m.md"]
        elif way == "":
            assert found["m.md"] == MARKDOWN and cloze.json("corpus", "show", "given ")["source"] == "given"
    assert cloze.json("corpus", "show", "given space,nfc")["source"] == "given (--clean space,nfc)"
    assert "“dirt”" in cloze.refused(2, "corpus", "import", "x", cloze.path("given"), "--clean", "br,dirt")


def documents_are_cut_as_asked(cloze):
    files = {
        "t.txt": "one\r\ntwo\n\n \t\nthree\n",
        "r.csv": "text,label\n\"a\nb\n\nc\",x\nd,y\n",
        "p.html": "<p>e</p><p>f<br>g</p>",
        "m.md": "# h\n\ni",
    }
    expected = {
        "auto": {"t.txt": files["t.txt"], "r.csv": ["a\nb\n\nc", "d"], "p.html": "e\n\nf\ng", "m.md": "# h\n\ni"},
        "file": {"t.txt": files["t.txt"], "r.csv": "a\nb\n\nc\nd", "p.html": "e\n\nf\ng", "m.md": "# h\n\ni"},
        "line": {"t.txt": ["one", "two", " \t", "three"], "r.csv": ["a", "b", "c", "d"], "p.html": ["e", "f", "g"],
                 "m.md": ["# h", "i"]},
        "paragraph": {"t.txt": ["one\r\ntwo", "three"], "r.csv": ["a\nb", "c", "d"], "p.html": ["e", "f\ng"],
                      "m.md": ["# h", "i"]},
    }
    expected["row"] = expected["auto"]
    for unit, documents in expected.items():
        report, found = import_files(cloze, files, "--document", unit, name=unit)
        assert found == documents, (unit, found)
        labels = {label["name"]: label["documents"] for label in cloze.json("corpus", "show", "given " + unit)["labels"]}
        assert ("x" in labels) == (unit != "file"), labels
        assert len(report["skipped"]) == (3 if unit == "line" else 0), report
    rows = [document["row"] for document in cloze.json("corpus", "sample", "given paragraph", "--count", 99)
            if document["path"].endswith("t.txt")]
    assert sorted(rows) == [1, 5], rows
    # What is cut while it is read is cut like what is cut at once, wherever the blocks read end.
    text = "".join(f"paragraph {i} of some text\nand its second line\n" + "\n" * (i % 3) for i in range(20000))
    cloze.path("long.txt", text)
    for name, clean in (("stream", ""), ("whole", "html")):
        cloze.json("corpus", "import", name, cloze.path("long.txt"), "--document", "paragraph", "--clean", clean)
    stream, whole = (cloze.json("corpus", "show", name) for name in ("stream", "whole"))
    assert stream["documents"] == 13333 and stream["hash"] == whole["hash"], (stream, whole)
    assert "“word”" in cloze.refused(2, "corpus", "import", "x", cloze.path("given"), "--document", "word")


def short_and_equal_documents_are_left_out(cloze):
    rows = "text\n" + "".join(f"{text}\n" for text in ("one two three", "one two", "one two three", "éàü", "one two  three",
                                                     "one two three", "four five six"))
    files = {"a.csv": rows, "b/c.txt": "four five six", "b/d.txt": "seven eight nine", "b/e.txt": "seven eight nine"}
    report, found = import_files(cloze, files, "--deduplicate", "--minimum-words", 3, "--clean", "space")
    assert found == {"a.csv": ["one two three", "four five six"], "b/d.txt": "seven eight nine"}, found
    assert report["documents"] == 3 and report["bytes"] == 13 + 13 + 16, report
    at = {(os.path.basename(skip["path"]), skip["row"]): skip["reason"] for skip in report["skipped"]}
    assert "too short, like 1 more" in at.pop(("a.csv", 3)), report
    reason = at.pop(("a.csv", 4))
    assert "a.csv, row 2, like 2 more" in reason, reason
    assert "a.csv, row 8" in at.pop(("c.txt", 0)) and "d.txt" in at.pop(("e.txt", 0)), report
    assert not at, at
    assert cloze.json("corpus", "show", "given")["source"] == "given (--clean space --minimum-words 3 --deduplicate)"
    report, found = import_files(cloze, {"a.csv": rows}, "--minimum-length", 4, name="long")
    assert "éàü" not in found["a.csv"] and "one two" in found["a.csv"], found
    assert "no words" in cloze.refused(1, "corpus", "import", "x", cloze.path("given"), "--minimum-words", "-1")
    # Many, in files of long names: the first of each is found again.
    names = {f"folder/of a rather long name {i % 7}/{i}.txt": f"text {i % 100}" for i in range(300)}
    report, found = import_files(cloze, names, "--deduplicate", name="many")
    assert len([name for name in found if name.startswith("folder")]) == 100, len(found)
    for skip in report["skipped"]:
        first = skip["reason"].removeprefix("it is the same as ")
        assert skip["path"] != first and open(skip["path"]).read() == open(first).read(), skip


def csv_is_read_in_its_dialects(cloze):
    rows = [("1", "a, \"quoted\"; text | here", "x"), ("2", "of two\nlines\t", "y"), ("3", "", "z"), ("4", "Ünï ^", "x")]
    texts_of = [text for _, text, _ in rows if text]
    files = {}
    for name, separator in (("comma", ","), ("semicolon", ";"), ("tab", "\t"), ("pipe", "|"), ("caret", "^")):
        out = io.StringIO(newline="")
        writer = csv.writer(out, delimiter=separator, lineterminator="\n" if name == "pipe" else "\r\n")
        writer.writerows([("id", "text", "kind"), *rows])
        files[name + ".csv"] = ("\ufeff" if name == "semicolon" else "") + out.getvalue()
    files |= {
        "hint.csv": "sep=;\r\nid;text\r\n1;a, b, c\r\n2;d, e, f\r\n",
        "one.csv": "review\nGood, very good\nBad; bad\n\n\"quoted, too\"\n",
        "bare.tsv": 'id\ttext\n1\t"Well" he said\n2\t"open\n3\tlast\n',
        "quoted.tsv": 'id\ttext\n1\t"a\tb ""c"""\n2\td\n',
        "lenient.csv": 'id,text\n1,"Hello" he said\n2,6" disk\n',
        "headless.csv": '3,"Wall St. falls"\n4,"Oil rises"\n',
        "open.csv": 'id,text\n1,fine\n2,"open\n3,lost\n4,lost too\n',
        "windows.csv": "text;n\r\ncaf\xe9, na\xefve;1\r\n".encode("latin-1"),
    }
    report, found = import_files(cloze, files)
    for name in ("comma", "semicolon", "tab", "pipe", "caret"):
        assert found.pop(name + ".csv") == texts_of, (name, found)
    assert found == {
        "hint.csv": ["a, b, c", "d, e, f"], "one.csv": ["Good, very good", "Bad; bad", "quoted, too"],
        "bare.tsv": ['"Well" he said', '"open', "last"], "quoted.tsv": ['a\tb "c"', "d"],
        "lenient.csv": ["Hello he said", '6" disk'], "headless.csv": ["Wall St. falls", "Oil rises"], "open.csv": "fine",
        "windows.csv": "café, naïve",
    }, found
    reasons = told(report["skipped"])
    assert "3 lines" in reasons.pop("open.csv") and len(reasons) == 5, report
    assert "no names" in told(report["notes"])["headless.csv"] and "1252" in told(report["notes"])["windows.csv"], report
    tables = {os.path.basename(table["path"]): table for table in report["tables"]}
    assert tables["caret.csv"]["columns"] == ["id", "text", "kind"] and tables["caret.csv"]["text"] == "text", tables


def json_is_read_in_its_shapes(cloze):
    files = {
        "nested.jsonl": '{"id": 1, "data": {"title": "T", "body": {"text": "deep text"}}, "n": [1, 2]}\n{"data": {"body": {"text": "two"}}}\n',
        "turns.jsonl": '{"messages": [{"role": "a", "content": "Hello there"}, {"role": "b", "content": "Hi"}]}\n'
                       '{"messages": [{"role": "a", "content": "Third"}]}\n',
        "squad.json": '{"version": "1.1", "count": 2, "data": [{"title": "x", "paragraphs": [{"context": "One."}, {"context": "Two."}]},'
                      ' {"title": "y", "paragraphs": []}, {"title": "z", "paragraphs": [{"context": "Three."}]}]}',
        "splits.json": '{"train": [{"text": "a"}, {"text": "b"}], "test": [{"text": "c"}]}',
        "strings.json": '["one", "two \\"quoted\\"", ["no"]]',
        "strings.jsonl": '"one"\n"two"\n',
        "lists.json": '[{"text": ["a", ["b", "c"]]}, {"text": "d"}]',
        "pandas.json": '{"text": {"0": "a", "1": "b"}, "label": {"0": 1, "1": 2}}',
        "columns.json": '{"text": ["a", "b"], "label": [0, 1]}',
        "paper.json": '{\n "paper_id": "p",\n "metadata": {"title": "T"},\n "body_text": [{"text": "One."}, {"text": "Two."}]\n}',
        "stream.json": '{\n "text": "s1"\n}\n{\n "text": "s2"\n}\n',
        "after.json": '[{"text": "before"}] [{"text": "after"}]',
        "objects.json": '{"k": {"text": "only"}}',
        "single.json": '{\n  "text": "pretty",\n  "id": 1\n}',
    }
    report, found = import_files(cloze, files)
    assert found == {
        "nested.jsonl": ["deep text", "two"], "turns.jsonl": ["Hello there\nHi", "Third"], "squad.json": ["One.\nTwo.", "Three."],
        "splits.json": ["a", "b", "c"], "strings.json": ["one", 'two "quoted"'], "strings.jsonl": ["one", "two"],
        "lists.json": ["a\nb\nc", "d"], "objects.json": "only",
        "single.json": "pretty", "paper.json": "One.\nTwo.", "stream.json": ["s1", "s2"], "after.json": "before",
    }, found
    reasons = told(report["skipped"])
    assert set(reasons) == {"squad.json", "strings.json", "pandas.json", "columns.json", "after.json"}, report
    assert "records" in reasons["pandas.json"] and "records" in reasons["columns.json"], reasons
    splits = {split["name"]: split["documents"] for split in cloze.json("corpus", "show", "given")["splits"]}
    assert splits["train"] == 2 and splits["test"] == 1, splits
    report, found = import_files(cloze, {"nested.jsonl": files["nested.jsonl"]}, "--text-column", "data.title", name="title")
    assert found == {"nested.jsonl": "T"} and report["skipped"][0]["row"] == 2, report
    rows = [{"question": "Is it so?", "passage": f"a longer text {i}", "kind": "ab"[i % 2], "part": ["train", "test"][i % 2]} for i in range(10)]
    report, found = import_files(cloze, {"kinds.json": json.dumps(rows)}, name="kinds")
    assert [report["tables"][0][key] for key in ("text", "label", "split")] == ["passage", "kind", "part"], report["tables"]
    # Of several columns that name kinds: the one that is called like a label, no model's, of few kinds.
    for expected, columns in {"final_decision": {"asked_by": 2, "decision_pred": 2, "genre": 5, "final_decision": 3},
                              "True Label": {"label_predicted": 2, "True Label": 2}, "tone": {"place": 5, "tone": 2, "pred": 2}}.items():
        rows = [{"passage": f"a text {i}", **{column: "abcde"[i % n] for column, n in columns.items()}} for i in range(20)]
        report, found = import_files(cloze, {"kinds.json": json.dumps(rows)}, name=expected)
        assert report["tables"][0]["label"] == expected, report["tables"]


# The first sentence of the Universal Declaration, article 1, or thereabouts.
LANGUAGES = {
    "ru": ("Все люди рождаются свободными и равными в своем достоинстве и правах. Они наделены разумом и совестью.",
           ["koi8-r", "windows-1251", "iso8859-5", "cp866"]),
    "el": ("Όλοι οι άνθρωποι γεννιούνται ελεύθεροι και ίσοι στην αξιοπρέπεια και τα δικαιώματα.", ["iso8859-7", "utf-16-le"]),
    "ja": ("すべての人間は、生まれながらにして自由であり、かつ、尊厳と権利とについて平等である。",
           ["shift_jis", "euc-jp", "iso-2022-jp", "utf-16-be", "utf-32-le"]),
    "zh": ("人人生而自由，在尊严和权利上一律平等。他们赋有理性和良心，并应以兄弟关系的精神相对待。", ["gb18030", "utf-16-le"]),
    "zt": ("人人生而自由，在尊嚴和權利上一律平等。他們賦有理性和良心，並應以兄弟關係的精神互相對待。", ["big5"]),
    "ko": ("모든 인간은 태어날 때부터 자유로우며 그 존엄과 권리에 있어 동등하다.", ["euc-kr"]),
    "pl": ("Wszyscy ludzie rodzą się wolni i równi pod względem swej godności i swych praw. Zażółć gęślą jaźń.", ["iso8859-2", "cp1250"]),
    "fr": ("Tous les êtres humains naissent libres et égaux en dignité et en droits. L’été dernier, où étiez-vous allé ?", ["cp1252"]),
    "en": ("He said the café was “naïve” – and left for the day.", ["cp1252", "utf-16-le", "utf-16-be", "utf-32-be"]),
    "es": ("¿Qué pasó mañana? El niño pequeño comió.", ["latin-1"]),
}


def encodings_are_found(cloze):
    files, expected = {}, {}
    for language, (text, encodings) in LANGUAGES.items():
        for encoding in encodings:
            for kind in ("txt", "csv"):
                name = f"{language} {encoding}.{kind}"
                whole = text + "\n" if kind == "txt" else f"id,text\n1,\"{text}\"\n2,{text.replace(',', '')}\n"
                files[name] = whole.encode(encoding)
                expected[name] = whole if kind == "txt" else [text, text.replace(",", "")]
    for mark, encoding in (("utf-8-sig", "utf-8"), ("utf-16", "utf-16"), ("utf-32", "utf-32")):
        files[f"mark {encoding}.txt"] = "größer".encode(mark)
        expected[f"mark {encoding}.txt"] = "größer"
    files["short.txt"], expected["short.txt"] = b"\xe9", "é"
    files["nul.txt"], expected["nul.txt"] = b"a \0b, one \0 two", "a \0b, one \0 two"
    files["breaks.txt"], expected["breaks.txt"] = "a\u2029b\rc\u2028d\x85e", "a\u2029b\rc\u2028d\x85e"
    files["windows.txt"], expected["windows.txt"] = b"the \x93best\x94 caf\xe9 \x81 in town", "the “best” café \x81 in town"
    # Foreign letters that come late, or with a character cut by the first block's end.
    files["late.txt"] = b"plain English text. " * 5000 + LANGUAGES["ru"][0].encode("koi8-r") * 3
    expected["late.txt"] = "plain English text. " * 5000 + LANGUAGES["ru"][0] * 3
    files["long.txt"] = b"x" + LANGUAGES["ja"][0].encode("shift_jis") * 3000
    expected["long.txt"] = "x" + LANGUAGES["ja"][0] * 3000
    report, found = import_files(cloze, files)
    wrong = [name for name in expected if found.get(name) != expected[name]]
    assert not wrong, [(name, found.get(name, "")[:60]) for name in wrong]
    assert report["skipped"] == [], report["skipped"]
    guessed = {name for name in files if not any(word in name for word in ("utf-", "mark", "nul", "breaks"))}
    assert set(told(report["notes"])) == guessed, set(told(report["notes"])) ^ guessed
    report, found = import_files(cloze, {"a.txt": "ÄÖ".encode("cp437")}, "--encoding", "cp437", name="asked")
    assert found == {"a.txt": "ÄÖ"} and report["notes"] == [], report


main([
    pages_are_what_a_reader_sees, pdfs_give_their_text, markdown_is_stored_as_it_is, text_is_cleaned_as_asked,
    documents_are_cut_as_asked, short_and_equal_documents_are_left_out, csv_is_read_in_its_dialects,
    json_is_read_in_its_shapes, encodings_are_found,
])
