"""The playground's page and its view Predictions: what models say while a person types, compared,
scored, followed through training, put into the text and taken out of the window; and what becomes
of models that go, come anew, or cannot be asked. In any language."""
import atexit, csv, io, json, os, re, signal, subprocess, tempfile, time
from ui import *
from playground_library import Library, adapt

tmp = tempfile.mkdtemp()
cloze = os.path.join(BUILD, 'cli', 'cloze')
library = Library(cloze, tmp, os.path.join(os.environ['CZ_SOURCE_ROOT'], 'resources/starter/model'))
film = library.run('film, token'); contracts = library.run('contracts', {'person': 3.0})
library.ask('run', 'trash', str(contracts)); library.ask('run', 'restore', str(contracts))
SENTENCE = 'This is a great [MASK].'
film_best, film_last = f'run:{film}@best', f'run:{film}@last'

def clipboard(kind='text'):
    """What lies on the clipboard, asked for by a process of its own as any other program would."""
    return subprocess.run(['/usr/bin/python3', '-c', """
import gi, sys
gi.require_version('Gdk', '4.0'); gi.require_version('Gtk', '4.0')
from gi.repository import Gdk, GLib, Gtk
Gtk.init(); loop = GLib.MainLoop(); board = Gdk.Display.get_default().get_clipboard()
def read(board, result):
    try:
        if sys.argv[1] == 'text': print(board.read_text_finish(result) or '')
        else: t = board.read_texture_finish(result); print(t.get_width(), t.get_height())
    finally: loop.quit()
(board.read_text_async if sys.argv[1] == 'text' else board.read_texture_async)(None, read); GLib.timeout_add(3000, loop.quit); loop.run()""", kind], capture_output=True, text=True).stdout
def save_as(title, name):
    path = os.path.join(tmp, name)
    wait(lambda: sh('xdotool', 'getactivewindow', 'getwindowname') == title, 'chooser is active'); time.sleep(.3)
    key('ctrl+a'); type_text(path); time.sleep(.2)
    press(get(window(app, title), 'push button', T('_Save')), 'click')
    wait(lambda: os.path.exists(path) and os.path.getsize(path) > 0, 'saved: ' + name, 20)
    return path
def sheet():
    """Rows by column, from left to right, each a list of (word, number, widget) from the top. Asks for
    the places of lists alone."""
    lists = {}
    for n in all_of(win, 'push button'):
        told = re.fullmatch(r'(.*), ([-<]?[\d.,]+( [·→] <?[\d.,]+)?)', n.get_name())
        if told and has(n, S.VISIBLE): lists.setdefault(n.get_parent().path, (n.get_parent(), []))[1].append((told[1], told[2], n))
    columns = {}
    for parent, rows in lists.values():
        e = extents(parent)
        if e and e.width > 0: columns.setdefault(e.x, []).append((e.y, rows))
    return [[row for _, rows in sorted(columns[x], key=lambda part: part[0]) for row in rows] for x in sorted(columns)]
def now(): return wait(sheet, 'rows')
def words(column): return [row[0] for row in column]
def number(row): return float(row[1].replace(',', '.').replace('<', ''))
def places(column): return [extents(row[2]).y for row in column]
def find(column, name): return wait(lambda: next(row for row in sheet()[column] if row[0] == name), name)[2]
def says_row(column, name): return name in words(sheet()[column])
def button(name): return get(win, 'push button', name)
server = subprocess.Popen([cloze, '--library', library.path, 'serve'], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True); atexit.register(server.kill)
def serve(question):
    server.stdin.write(json.dumps({'id': 1, **question}) + '\n'); server.stdin.flush()
    return json.loads(server.stdout.readline())['result']
def start(*arguments, **more):
    global process, app, win, prompt
    process, app = start_app('--library', library.path, *arguments, **more); win = get(app, 'frame', T('Clozebench')); key('ctrl+4')
def is_open(): return any(has(n, S.VISIBLE) for n in all_of(win, 'spin button'))
def options(): click(get(win, 'push button', T('%u words') % top)); wait(is_open, 'the popover is open'); time.sleep(.3)
def close():
    key('Escape'); wait(lambda: not is_open(), 'the popover is closed'); move(prompt); time.sleep(.2)
def focus(n):
    for _ in range(30):
        if has(n, S.FOCUSED) or any(has(part, S.FOCUSED) for part in walk(n)): return
        key('Tab'); time.sleep(.05)
    raise AssertionError('no focus on ' + n.get_name())
def choose_pieces(move):
    focus(there(win, 'combo box', T('Words of several pieces'))); key('space'); time.sleep(.3); key(move); key('Return'); time.sleep(.2)

# Two models side by side without asking: the first there is, and the newest run's.
start(); prompt = get(win, 'text', T('Text with masked words')); top = 10
wait(lambda: len(sheet()) == 2, 'two columns', 30); shot('1-start')
press(button(T('Take %s away') % 'contracts'))
wait(lambda: len(sheet()) == 1, 'one alone')
def check(label):
    """By the keyboard: where a popover's contents lie on the screen, GTK 4.8 does not tell."""
    box = there(win, 'check box', label)
    focus(box); key('space'); time.sleep(.2)
def choose(search, *labels):
    """Checks what runs have kept, found by words."""
    time.sleep(.3); click(button(T('Choose the models that are shown side by side'))); there(win, 'label', T('Up to four are shown side by side.')); time.sleep(.2)
    type_text(search); time.sleep(.5)
    for label in labels: check(label)
    shot('2-chooser'); key('Escape'); time.sleep(.3); move(prompt)
choose('TOKEN', T('Best model'))
wait(lambda: len(sheet()) == 2 and says_row(1, 'film'), 'the run beside it')

# Columns begin at the same height, probabilities are those of cloze, and what rose says by how much.
answers = serve({'request': 'fill', 'models': ['starter', film_best], 'text': SENTENCE, 'top_k': 10, 'compare': True})
left, right = now()
for column, answer in zip((left, right), answers):
    entries = answer['masks'][0]['top']
    assert words(column[:10]) == [e['token'] for e in entries], column
    for row, entry in zip(column, entries): assert abs(number(row) - entry['score']) < .0006 or entry['score'] < .001, (row, entry)
assert places(left[:10]) == places(right[:10]), 'aligned'
risen = find(1, 'film'); entry = answers[1]['masks'][0]['top'][0]; assert entry['token'] == 'film'
move(risen); time.sleep(.9); shot('3-hover')
told = risen.get_description()
for part in (f"{entry['log_probability']:.3f}", str(entry['id']), str(entry['before_rank']), 'starter'): assert part in told.replace(',', '.'), (part, told)
assert any('▲' in n.get_name() or n.get_name().startswith(T('Risen from %s') % '') for n in all_of(risen, 'label')), [n.get_name() for n in all_of(risen, 'label')]
mask = answers[1]['masks'][0]
wait(lambda: says(win, T('%.3f bits apart from %s').replace('%.3f', f"{mask['divergence']:.3f}").replace('%s', 'starter')), 'divergence')
there(win, 'label', T('Moved most')); moved = words(right[10:])
assert moved == [m['token'] for m in mask['moved']] and len(moved) == 10, moved
click(button(T('What the divergence means'))); time.sleep(.3); shot('4-divergence'); key('Escape'); time.sleep(.2)

# Typing goes on and the words follow; several masks; headings at the same height.
click(prompt, fx=.95, fy=.5); key('ctrl+End'); type_text(' And a bad [MASK].')
wait(lambda: says(win, T('Mask %u') % 2) or all_of(win, 'label', T('Mask %u') % 2), 'two masks'); time.sleep(.3)
left, right = now(); assert places(left[:10]) == places(right[:10])
assert len(left) == 20 and places(left[10:]) == places(right[20:30]), 'the second mask is aligned too'; shot('5-two-masks')

# A click puts a word in its mask's place, Ctrl+Z takes it back; Enter does the same.
wait(lambda: says_row(1, 'film')); click(find(1, 'film'), fx=.1)
wait(lambda: text(prompt) == 'This is a great film. And a bad [MASK].', 'put in: ' + text(prompt))
key('ctrl+z'); wait(lambda: text(prompt) == 'This is a great [MASK]. And a bad [MASK].', 'taken back: ' + text(prompt))
wait(lambda: all_of(win, 'label', T('Mask %u') % 2), 'two masks again')
row = find(0, 'time')
focus(row); shot('6-focus'); key('Return'); wait(lambda: text(prompt).startswith('This is a great time.'), 'put in by Enter: ' + text(prompt))
set_text(prompt, SENTENCE); wait(lambda: len(sheet()) == 2 and says_row(1, 'film'), 'one mask')

# Any number of words from 1 to 100, chosen or typed; long lists scroll.
options(); press(there(win, 'push button', '20')); wait(lambda: len(sheet()[0]) == 20, 'twenty words'); set_value(there(win, 'spin button'), 7)
wait(lambda: len(sheet()[0]) == 7, 'seven words'); top = 7; shot('7-options'); close()

# Words to score, each whole: one of several pieces says so.
targets = get(win, 'text', T('Words to score')); click(targets); type_text('man, unbelievable; film')
wait(lambda: says_row(0, 'unbelievable'), 'scored')
scored = serve({'request': 'fill', 'models': ['starter'], 'text': SENTENCE, 'targets': ['man', 'unbelievable', 'film']})[0]['masks'][0]['targets']
left = now()[0]; assert words(left[:3]) == ['man', 'unbelievable', 'film']
for row, target in zip(left, scored):
    assert f"{target['log_probability']:.2f}" in row[1].replace(',', '.'), (row, target)
    if len(target['pieces']) > 1: assert all_of(row[2], 'label', ' '.join(target['pieces'])), target
shot('8-targets')
options(); check(T("Scored words in the first model's order")); close()
ranked = [t['word'] for t in sorted(scored, key=lambda t: -t['log_probability'])]
wait(lambda: all(words(column[:3]) == ranked for column in sheet()), 'in the first model\'s order')
set_text(targets, ''); wait(lambda: len(sheet()[0]) == 7 and len(sheet()[1]) == 17, 'nothing is scored')

# Words of several pieces, and several masks filled together: both orders, each marked.
set_text(prompt, SENTENCE + ' And [MASK].'); options(); check(T('Several masks filled together too'))
choose_pieces('Down'); close()
wait(lambda: any(n for n in all_of(win, 'label', T('Masks filled together')) if has(n, S.VISIBLE)), 'filled together', 15); time.sleep(.4); shot('9-together')
together = serve({'request': 'fill', 'models': ['starter'], 'text': SENTENCE + ' And [MASK].', 'top_k': 1, 'words': 2, 'joint': True})[0]
shown = words(now()[0])
for entry in together['joint']: assert ' · '.join(entry['tokens']) in shown, (entry, shown)
for entry in together['masks'][0]['words']: assert entry['word'] in shown, (entry, shown)
for order in (T('left to right'), T('most certain first')): assert all_of(win, 'label', order), order
click(find(0, ' · '.join(together['joint'][0]['tokens'])), fx=.1)
filled = SENTENCE.replace('[MASK]', together['joint'][0]['tokens'][0]) + ' And ' + together['joint'][0]['tokens'][1] + '.'
wait(lambda: text(prompt) == filled, 'both are put in: ' + text(prompt))
options(); check(T('Several masks filled together too')); close()
set_text(prompt, SENTENCE); wait(lambda: len(sheet()) == 2 and len(sheet()[0]) >= 7, 'one mask again')
options(); choose_pieces('Up'); close()
wait(lambda: len(sheet()[0]) == 7 and len(sheet()[1]) == 17, 'words of one piece alone')

# Through training: the slider goes over all that was kept, from before it on.
slider = get(win, 'slider', T('When during training')); assert value(slider) == 2
seen_at = {}
for stop, label in enumerate((T('Before training'), T('After epoch %ld') % 1, T('After epoch %ld') % 2 + ' · ' + T('Best model'), T('After epoch %ld') % 3 + ' · ' + T('Last state'))):
    set_value(slider, stop); wait(lambda: says(win, label), 'at ' + label)
    model = ['starter', f'run:{film}@epoch:1', film_best, film_last][stop]
    best = serve({'request': 'fill', 'models': [model], 'text': SENTENCE, 'top_k': 1})[0]['masks'][0]['top'][0]
    seen_at[stop] = wait(lambda: next(r[:2] for r in sheet()[1][:1] if r[0] == best['token'] and abs(number(r) - best['score']) < .006), 'the prediction ' + label)
    if stop == 1: shot('9-epoch')
assert seen_at[0] != seen_at[1] != seen_at[3], seen_at
click(slider, fx=.97); key('Left'); wait(lambda: value(slider) == 2 and sheet()[1][0][:2] == seen_at[2], 'back by the keyboard, as it was told before')

# Up to four models, in an order of one's own: the first is what others are compared with.
choose('token', T('Last state'), T('After epoch %ld') % 1); wait(lambda: len(sheet()) == 4, 'four models'); shot('10-four')
names = lambda: [n.get_name() for n in sorted((n for n in all_of(win, 'push button') if n.get_name().startswith(T('Take %s away').split('%s')[0]) and seen(n)), key=lambda n: extents(n).x)]
last = 'film, token · ' + T('Last state'); epoch = 'film, token · ' + T('After epoch %ld') % 1
assert names() == [T('Take %s away') % n for n in ('starter', 'film, token', last, epoch)], names()
click(button(T('Place of %s') % last)); there(win, 'push button', T('_Compare the others with it')); time.sleep(.2); key('Return')
wait(lambda: names() == [T('Take %s away') % n for n in (last, 'starter', 'film, token', epoch)], 'the last state is the first')
wait(lambda: says(win, T('%.3f bits apart from %s').split('%.3f')[1].replace('%s', last).strip()), 'compared with it')
click(button(T('Take %s away') % epoch)); wait(lambda: len(names()) == 3, 'three models')
press(button(T('Take %s away') % last)); wait(lambda: len(names()) == 2 and len(sheet()) == 2, 'as before')

# Weights written anew are asked again; what goes into the trash leaves with a sentence.
adapt(library.starter, library.folder(film, 'best'), {'person': 8.0})
wait(lambda: sheet()[1][0][0] == 'person', 'the new weights are asked', 15)
choose('contracts', T('Best model')); wait(lambda: len(sheet()) == 3, 'the other run')
library.ask('run', 'trash', str(contracts)); wait(lambda: len(sheet()) == 2, 'it left', 15)
wait(lambda: says(win, T('“%s” is not there any more.') % 'contracts'), 'told why'); shot('11-gone')

# Out of the window: as text, as a table with all there is, as an image.
def take(label):
    click(button(T('Copy or save the predictions'))); item = there(win, 'menu item', T(label)); time.sleep(.2); press(item); time.sleep(.2); move(prompt)
take('Copy as _text'); wait(lambda: says(win, T('The predictions were copied.')), 'told')
copied = clipboard(); assert copied.startswith(SENTENCE) and '\nfilm, token\n' in copied and 'person\t' in copied, copied
take('Copy as a _table (CSV)'); time.sleep(.4)
table = list(csv.DictReader(io.StringIO(clipboard())))
tops = [r for r in table if r['kind'] == 'top' and r['model'] == 'film, token']
assert len(tops) == 7 and tops[0]['word'] == 'person' and float(tops[0]['before']) < float(tops[0]['probability']) <= 1 and tops[0]['rank'] == '1' and tops[0]['before_rank'], tops
assert len([r for r in table if r['kind'] == 'moved']) == 10 and float(tops[0]['divergence_bits']) > 0
take('Copy as an _image'); wait(lambda: says(win, T('The predictions were copied as an image.')), 'told')
width, height = map(int, clipboard('image').split()); assert width > 1000 and height > 400, (width, height)
take('_Save as a table…'); saved = save_as(T('Save the predictions as a table'), 'predictions.csv')
assert open(saved, newline='').read().count('\r\n') == len(table) + 1
take('Save as an i_mage…'); saved = save_as(T('Save the predictions as an image'), 'predictions.png'); assert open(saved, 'rb').read(8) == b'\x89PNG\r\n\x1a\n'

# No text, no mask, only masks, a text longer than the model's window: a sentence each.
set_text(prompt, ''); get(win, 'label', T('Type a sentence')); shot('12-no-text')
set_text(prompt, 'This is a great deal.'); get(win, 'label', T('Nothing is masked yet'))
set_text(prompt, '[MASK] [MASK]'); wait(lambda: says(win, T('There are only masks: the models guess without any word to go by.')), 'only masks')
set_text(prompt, 'It was a long day. ' * 80 + SENTENCE); wait(lambda: any('256' in n.get_name() and seen(n) for n in all_of(win, 'label')), 'the window is told'); shot('13-long')
set_text(prompt, 'هذا فيلم [MASK] جدا'); wait(lambda: len(sheet()) == 2, 'from right to left'); time.sleep(.3); shot('14-right-to-left')
set_text(prompt, SENTENCE); wait(lambda: len(sheet()) == 2 and says_row(1, 'person'), 'words again')

# The process that predicts is killed: told, and it goes on.
children = lambda: [int(p) for p in sh('pgrep', '-P', str(process.pid)).split() if 'serve' in open(f'/proc/{p}/cmdline').read()]
for child in children(): os.kill(child, signal.SIGKILL)
click(prompt); key('ctrl+End'); type_text(' It is so.'); wait(lambda: len(sheet()) == 2 and children(), 'it goes on', 15)

# What was chosen is there the next time.
set_text(targets, 'man; woman'); wait(lambda: says_row(0, 'woman'), 'scored'); time.sleep(1.6)
key('ctrl+w'); ended(process)
start(); prompt = get(win, 'text', T('Text with masked words')); wait(lambda: len(sheet()) == 2 and says_row(0, 'woman'), 'as it was left', 15)
assert text(prompt) == SENTENCE + ' It is so.' and len(sheet()[0]) == 9, text(prompt); get(win, 'push button', T('%u words') % 7)
key('ctrl+w'); ended(process)

# Without any device there is nothing to ask, and it says so.
start(env={'VK_DRIVER_FILES': '/nonexistent', 'VK_ICD_FILENAMES': '/nonexistent'}); get(win, 'label', T('There is nothing to compute with'), 15); shot('15-no-device')
key('ctrl+w'); ended(process)
assert not complaints(), complaints()
print('the playground plays')
