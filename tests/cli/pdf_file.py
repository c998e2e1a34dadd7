"""Small PDFs for tests, by the letter of the format (ISO 32000-1; encryption: 7.6, revision 2)."""
import hashlib

PADDING = bytes.fromhex("28BF4E5E4E758A4164004E56FFFA01082E2E00B6D0683E802F0CA9FE6453697A")
IDENTITY = b"0123456789abcdef"
OWNER_MAY = -64  # neither print nor copy


def rc4(key, data):
    state, j = list(range(256)), 0
    for i in range(256):
        j = (j + state[i] + key[i % len(key)]) % 256
        state[i], state[j] = state[j], state[i]
    out, i, j = bytearray(), 0, 0
    for byte in data:
        i = (i + 1) % 256
        j = (j + state[i]) % 256
        state[i], state[j] = state[j], state[i]
        out.append(byte ^ state[(state[i] + state[j]) % 256])
    return bytes(out)


def draw(page):
    """Lines of text; a tab goes a column on. An empty page has a box only, as a scan has."""
    if not page:
        return b"0 0 10 10 re f"
    lines = []
    for i, line in enumerate(page.split("\n")):
        for j, part in enumerate(line.split("\t")):
            escaped = part.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
            lines.append(f"1 0 0 1 {50 + 24 * j} {700 - 14 * i} Tm ({escaped}) Tj")
    return ("BT /F 12 Tf " + " ".join(lines) + " ET").encode("latin-1")


def pdf(pages, password=None):
    """A PDF of these pages' lines; password (bytes): what must be given to open it, b"" for none."""
    key = None
    if password is not None:
        owner = rc4(hashlib.md5((b"owner" + PADDING)[:32]).digest()[:5], (password + PADDING)[:32])
        key = hashlib.md5((password + PADDING)[:32] + owner + (OWNER_MAY & 0xffffffff).to_bytes(4, "little")
                          + IDENTITY).digest()[:5]
    kids = " ".join(f"{4 + 2 * i} 0 R" for i in range(len(pages)))
    objects = {1: b"<</Type/Catalog/Pages 2 0 R>>",
               2: f"<</Type/Pages/Kids[{kids}]/Count {len(pages)}>>".encode(),
               3: b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>"}
    for i, page in enumerate(pages):
        number, contents = 5 + 2 * i, draw(page)
        if key is not None:
            contents = rc4(hashlib.md5(key + number.to_bytes(3, "little") + b"\0\0").digest()[:10], contents)
        objects[4 + 2 * i] = (f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Resources<</Font<</F 3 0 R>>>>"
                              f"/Contents {number} 0 R>>").encode()
        objects[number] = b"<</Length %d>>stream\n%s\nendstream" % (len(contents), contents)
    trailer = b"/Root 1 0 R"
    if key is not None:
        last = max(objects) + 1
        objects[last] = (f"<</Filter/Standard/V 1/R 2/O<{owner.hex()}>/U<{rc4(key, PADDING).hex()}>"
                         f"/P {OWNER_MAY}>>").encode()
        trailer += f"/Encrypt {last} 0 R/ID[<{IDENTITY.hex()}><{IDENTITY.hex()}>]".encode()
    out, places = b"%PDF-1.4\n", {}
    for number in sorted(objects):
        places[number] = len(out)
        out += b"%d 0 obj\n%s\nendobj\n" % (number, objects[number])
    table = b"".join(b"%010d 00000 n \n" % places[number] for number in sorted(objects))
    return out + (b"xref\n0 %d\n0000000000 65535 f \n%strailer<</Size %d%s>>\nstartxref\n%d\n%%%%EOF\n"
                  % (len(objects) + 1, table, len(objects) + 1, trailer, len(out)))
