"""Sets of sentences and the history, through the real window: a set of the program's asked of two models,
a set of one's own made, changed, taken out and in, results saved; what was tried found and restored."""
import csv, json, os, shutil, sqlite3, struct, subprocess, sys, tempfile
from ui import *

tmp = tempfile.mkdtemp(); folder = os.path.join(tmp, 'library'); os.makedirs(folder)
library = os.path.join(folder, 'library.sqlite')
cloze = os.path.join(BUILD, 'cli', 'cloze')
starter = os.path.join(os.environ.get('CZ_SOURCE_ROOT', ''), 'resources/starter/model')
if not os.path.exists(os.path.join(starter, 'config.json')):
    print('the starter model is not there'); sys.exit(1 if os.environ.get('CI') == 'true' else 77)

def ask(*arguments):
    r = subprocess.run([cloze, '--library', library, '--json', '--quiet', *arguments], capture_output=True, text=True)
    assert r.returncode == 0, (arguments, r.stderr)
    return json.loads(r.stdout) if r.stdout.strip() else None

# The starter as if it had seen films: its last bias says so.
adapted = os.path.join(tmp, 'adapted'); shutil.copytree(starter, adapted)
with open(os.path.join(adapted, 'model.safetensors'), 'r+b') as file:
    size, = struct.unpack('<Q', file.read(8)); header = json.loads(file.read(size))
    words = open(os.path.join(adapted, 'vocab.txt'), encoding='utf-8').read().split('\n')
    begin, _end = header['vocab_projector.bias']['data_offsets']; assert header['vocab_projector.bias']['dtype'] == 'F16'
    for word in ('film', 'movie'):
        place = 8 + size + begin + 2 * words.index(word)
        file.seek(place); bias, = struct.unpack('<e', file.read(2)); file.seek(place); file.write(struct.pack('<e', bias + 6))
ask('model', 'add', adapted, '--name', 'films')
expected = ask('sentences', 'run', 'film', '--model', 'starter', '--model', 'films')
# Entries of long ago.
with sqlite3.connect(library) as database:
    database.executemany('INSERT INTO playground_history (text, models, targets, view, bytes, tried) VALUES (?, ?, ?, ?, ?, 1700000000)',
                         [(t := f'Number {i} of the [MASK].', '["starter"]', '[]', 'predictions', len(t.encode())) for i in range(10000)])
database.close()

process, app = start_app('--library', library)
win = get(app, 'frame', T('Clozebench'))
key('ctrl+4'); prompt = get(win, 'text', T('Text with masked words'), 20)
def turn(view): click(wait(lambda: next((n for n in all_of(win, 'radio button') + all_of(win, 'toggle button') + all_of(win, 'page tab') if T(view) == (n.get_name() or '') and seen(n)), None), view))
def said(part): return any(part in (n.get_name() or '') for n in all_of(win, 'label') if has(n, S.VISIBLE))
