"""What becomes of pages, of encodings and of text that is to be cleaned: a folder of files each, one import for all."""
import bz2
import gzip
import os
import sqlite3
import zipfile

from harness import main
from pdf_file import pdf


def import_files(cloze, files, *options):
    """Imports files (name: contents) from a folder; the report, and the texts by the files' names."""
    folder = cloze.path("given")
    for name, contents in files.items():
        path = os.path.join(folder, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(contents if isinstance(contents, bytes) else contents.encode())
    report = cloze.json("corpus", "import", "given", folder, *options)
    return report, texts(cloze, folder)


def texts(cloze, folder):
    """Name below the folder: the text, or a list of those of several documents."""
    found = {}
    database = sqlite3.connect(cloze.path("library.sqlite"))
    for path, text in database.execute("SELECT path, text.text FROM document JOIN source ON source.id = document.source"
                                       " JOIN text ON text.id = document.id ORDER BY document.id"):
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


main([pages_are_what_a_reader_sees, pdfs_give_their_text, markdown_is_stored_as_it_is])
