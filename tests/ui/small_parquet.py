"""A Parquet file of one column of texts, written as the format says: so few rows that a list of them
is looked at in no time, which the shared fixtures' hundreds are not."""
import struct

def _number(n):
    out = bytearray()
    while n > 127: out.append(n & 127 | 128); n >>= 7
    return bytes(out) + bytes([n])
# Thrift's compact protocol: a value is its type's number and its bytes.
def i32(n): return 5, _number(n << 1)
def i64(n): return 6, _number(n << 1)
def text(s): return 8, _number(len(s)) + s.encode()
def several(*values): return 9, bytes([len(values) << 4 | values[0][0]]) + b''.join(v[1] for v in values)
def fields(**values):
    """fields (_1=…, _3=…): a struct, its fields by their numbers."""
    out, last = b'', 0
    for name, (kind, value) in values.items(): out += bytes([int(name[1:]) - last << 4 | kind]) + value; last = int(name[1:])
    return 12, out + b'\0'

def write(path, texts):
    values = b''.join(struct.pack('<I', len(t.encode())) + t.encode() for t in texts)
    page = fields(_1=i32(0), _2=i32(len(values)), _3=i32(len(values)), _5=fields(_1=i32(len(texts)), _2=i32(0), _3=i32(3), _4=i32(3)))[1] + values
    column = fields(_1=i32(6), _2=several(i32(0)), _3=several(text('text')), _4=i32(0), _5=i64(len(texts)), _6=i64(len(page)), _7=i64(len(page)), _9=i64(4))
    schema = several(fields(_4=text('schema'), _5=i32(1)), fields(_1=i32(6), _3=i32(0), _4=text('text'), _6=i32(0)))
    groups = several(fields(_1=several(fields(_2=i64(4), _3=column)), _2=i64(len(page)), _3=i64(len(texts))))
    foot = fields(_1=i32(1), _2=schema, _3=i64(len(texts)), _4=groups)[1]
    with open(path, 'wb') as file: file.write(b'PAR1' + page + foot + struct.pack('<I', len(foot)) + b'PAR1')
