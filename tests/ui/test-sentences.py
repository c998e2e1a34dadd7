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
# Entries of long ago, with the hash that the library has of texts.
def fnv(text):
    value = 14695981039346656037
    for byte in text.encode(): value = (value ^ byte) * 1099511628211 & (1 << 64) - 1
    return value - (value >> 63 << 64)
with sqlite3.connect(library) as database:
    database.executemany('INSERT INTO playground_history (text, models, targets, view, bytes, hash, tried) VALUES (?, ?, ?, ?, ?, ?, 1700000000)',
                         [(t := f'Number {i} of the [MASK].', '["starter"]', '[]', 'predictions', len(t.encode()), fnv(t)) for i in range(10000)])
    database.execute("INSERT OR REPLACE INTO setting VALUES ('playground', ?)", (json.dumps({'text': 'The [MASK] is mine.', 'models': ['starter', 'films']}),))
database.close()

process, app = start_app('--library', library)
win = get(app, 'frame', T('Clozebench'))
key('ctrl+4'); prompt = get(win, 'text', T('Text with masked words'), 20)
def turn(view, role, name):
    """Turns to a view; a click that comes while the window is still being put in its place misses."""
    def turned():
        if any(seen(n) for n in all_of(win, role, T(name))): return True
        click(next(n for n in all_of(win, 'page tab', T(view)) if seen(n))); time.sleep(.3)
    wait(turned, view)
def row(text): return get(win, 'label', text)
def choose(part, sentence):
    """Clicks a sentence until it is in the prompt: a row that was made just now has no place yet."""
    def chosen():
        if text(prompt) == sentence: return True
        click(next(n for n in all_of(win, 'label', part) if seen(n))); time.sleep(.4)
    wait(chosen, 'the sentence is in the prompt')
def shown(text): return any(text in (n.get_name() or '') and has(n, S.VISIBLE) for n in all_of(win, 'label'))
def menu(item):
    """What chose an item before may have left the menu open."""
    for attempt in range(8):
        click(get(win, 'push button', T('What can be done with the set'))); time.sleep(.3 + .2 * attempt)
        found = [n for n in all_of(win, 'menu item', T(item)) if has(n, S.VISIBLE)]
        if found: return press(found[0])
    raise AssertionError('no menu item ' + item)
def save_as(title, path):
    wait(lambda: sh('xdotool', 'getactivewindow', 'getwindowname') == title, 'chooser is active'); time.sleep(.3)
    key('ctrl+a'); type_text(path); time.sleep(.2)
    press(get(window(app, title), 'push button', T('_Save')), 'click')
def dialog(): return wait(lambda: next((w for w in windows(app) if w != win), None), 'dialog')
def no_dialog(): wait(lambda: windows(app) == [win], 'dialog gone')
def query(sql, *values):
    with sqlite3.connect(library) as database: found = database.execute(sql, values).fetchall()
    database.close(); return found
def own(name): return query('SELECT text, answers FROM sentence JOIN sentence_set s ON s.id = sentence_set WHERE s.name = ? ORDER BY position', name)
def sets(): return [name for name, in query('SELECT name FROM sentence_set ORDER BY name')]
def undo(): press(get(win, 'push button', T('_Undo')), 'click')

# 1. A set of the program's under two models.
turn('Sentences', 'push button', '_Ask the models')
click(get(win, 'combo box', T('Set of sentences')))
wait(lambda: [n for n in all_of(win, 'label', 'medicine') if has(n, S.VISIBLE)], 'the list of sets'); time.sleep(.6); key('Down'); time.sleep(.4); key('Return')
there(win, 'label', 'Avoid this movie'); time.sleep(.5)
assert shown('12'), 'how many sentences'
press(get(win, 'push button', T('_Ask the models')), 'click')
for result in expected: get(win, 'label', T('%.1f %%') % (100 * result['accuracy']), 30)
assert any('▲' in (n.get_name() or '') for n in all_of(win, 'label')), 'what is better under the second model is marked'
hits = [s for s in expected[1]['sentences'] if s['hit']]
assert hits and sum('✓' in (n.get_name() or '') for n in all_of(win, 'label')) == len(hits), 'hits are marked'
shot('1-asked')
choose('in the theater last night', 'I saw this [MASK] in the theater last night.'); shot('2-chosen')
menu('Export re_sults as CSV…'); save_as(T('Export results'), os.path.join(tmp, 'results'))
wait(lambda: os.path.exists(os.path.join(tmp, 'results.csv')), 'results are saved')
with open(os.path.join(tmp, 'results.csv'), newline='', encoding='utf-8') as file: saved = list(csv.DictReader(file))
assert [int(r['rank']) for r in saved] == [s['rank'] for result in expected for s in result['sentences']]
assert saved[12]['model'] == 'films' and saved[0]['text'] == 'This is a great [MASK].'

# 2. A copy of it is the person's own: rows moved, removed, brought back, changed, added.
menu('_Duplicate'); wait(lambda: sets() == ['film copy'], 'a copy'); get(win, 'push button', T('Remove the sentence'))
before = own('film copy')
choose('gives the best performance', 'The [MASK] gives the best performance of her career.'); key('alt+Up')
wait(lambda: own('film copy') == [before[0], before[2], before[1], *before[3:]], 'moved up')
key('alt+Down'); wait(lambda: own('film copy') == before, 'moved down')
key('Delete'); wait(lambda: own('film copy') == before[:2] + before[3:], 'removed'); shot('3-removed')
undo(); wait(lambda: own('film copy') == before, 'brought back')
choose('I saw this', 'I saw this [MASK] in the theater last night.'); key('F2'); form = dialog()
set_text(get(form, 'text', T('Accepted words, between commas')), 'film, "movie"'); press(get(form, 'push button', T('_Change'))); no_dialog()
wait(lambda: own('film copy')[3] == (before[3][0], 'film, "movie"'), 'changed')
set_text(prompt, 'A «[MASK]» of my own, שלום.'); press(get(win, 'push button', T('Add the text above to the set')), 'click'); form = dialog()
set_text(get(form, 'text', T('Accepted words, between commas')), 'word'); shot('4-add'); press(get(form, 'push button', T('_Add'))); no_dialog()
wait(lambda: own('film copy')[12] == ('A «[MASK]» of my own, שלום.', 'word'), 'added')
menu('_Rename…'); form = dialog(); name = get(form, 'text', T('Name')); change = get(form, 'push button', T('_Rename'))
set_text(name, 'law'); wait(lambda: not has(change, S.SENSITIVE), 'a taken name is refused'); set_text(name, 'my film'); press(change); no_dialog()
wait(lambda: sets() == ['my film'], 'renamed'); shot('5-own')

# 3. Out, gone, brought back, and in again; a wrong file names its row.
mine = own('my film')
menu('E_xport as CSV…'); save_as(T('Export sentences'), os.path.join(tmp, 'mine.csv'))
wait(lambda: os.path.exists(os.path.join(tmp, 'mine.csv')), 'saved')
menu('R_emove the set'); wait(lambda: sets() == [], 'set removed'); undo(); wait(lambda: sets() == ['my film'] and own('my film') == mine, 'set brought back')
menu('_Import from CSV…'); choose_file(app, T('Import sentences'), os.path.join(tmp, 'mine.csv'), T('_Open'))
form = wait(lambda: next(w for w in windows(app) if w != win and all_of(w, 'text', T('Name'))), 'form'); assert text(get(form, 'text', T('Name'))) == 'mine'; press(get(form, 'push button', T('_Create'))); no_dialog()
wait(lambda: sets() == ['mine', 'my film'] and own('mine') == mine, 'imported')
with open(os.path.join(tmp, 'wrong.csv'), 'w') as file: file.write('text,answers\na [MASK],b\nno gap,c\n')
menu('_Import from CSV…'); choose_file(app, T('Import sentences'), os.path.join(tmp, 'wrong.csv'), T('_Open'))
form = wait(lambda: next(w for w in windows(app) if all_of(w, 'label', T('Nothing was imported'))), 'what is wrong'); wait(lambda: any('3' in (n.get_name() or '') and '[MASK]' in (n.get_name() or '') for n in all_of(form, 'label')), 'the row is named'); shot('6-wrong')
key('Escape'); no_dialog()

# 4. History: what rested and was answered is kept, what was half typed is not.
def rows(where): return query(f'SELECT count (*) FROM playground_history WHERE {where}')[0][0]
turn('Predictions', 'text', 'Words to score')
set_text(prompt, 'Half a [MASK]'); time.sleep(.3); set_text(prompt, 'A whole [MASK] and more.')
wait(lambda: rows("text = 'A whole [MASK] and more.' AND models LIKE '%films%' AND view = 'predictions'") == 1, 'kept')
assert rows("text LIKE 'Half%'") == 0 and rows('true') == 10000
key('ctrl+f'); search = get(win, 'entry', T('Search the history')); wait(lambda: says(win, T('%s entries') % '10000'), 'all are there', 20); shot('7-history')
type_text('number 98 mask'); wait(lambda: says(win, T('%s of %s entries') % ('299', '10000')), 'found'); shot('8-found')
key('ctrl+a'); type_text('9898 THE'); wait(lambda: says(win, T('%s of %s entries') % ('1', '10000')), 'one is found'); click(row('Number 9898')); wait(lambda: text(prompt) == 'Number 9898 of the [MASK].', 'text is back'); get(win, 'text', T('Words to score'))
wait(lambda: len([n for n in all_of(win, 'label', 'films') if seen(n)]) == 0, 'and its model alone')
wait(lambda: query('SELECT text FROM playground_history ORDER BY id DESC LIMIT 1')[0][0].startswith('Number 9898'), 'tried anew')
turn('History', 'entry', 'Search the history'); press(get(win, 'push button', T('Remove this entry')), 'click')
wait(lambda: rows('true') == 9999, 'one is gone'); undo(); wait(lambda: rows('true') == 10000, 'it is back')
press(get(win, 'push button', T('_Clear history')), 'click'); get(win, 'label', T('Nothing tried yet')); wait(lambda: rows('true') == 0, 'cleared'); shot('9-cleared')
undo(); wait(lambda: rows('true') == 10000, 'all are back'); wait(lambda: says(win, '10000'), 'and shown')
assert not complaints(), complaints()
print('ok')
