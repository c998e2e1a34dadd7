"""The import dialog: every format at once, how they will be stored, wrong choices, an import that goes
on without its dialog, cancelling, bringing a corpus up to date. With real keys and a real pointer."""
import io, json, os, subprocess, sys, tarfile, tempfile
sys.path.insert(1, os.path.join(os.path.dirname(os.path.realpath(__file__)), '..', 'cli'))
from ui import *
from ui import _translations
from pdf_file import pdf

tmp = tempfile.mkdtemp()
# In a folder of its own: a file chooser that looks into files of its folder makes the window lose its
# locks on the library (closing a file drops all of a process's POSIX locks on it).
library = os.path.join(tmp, 'library', 'library.sqlite'); os.makedirs(os.path.dirname(library))
cloze = os.path.join(BUILD, 'cli', 'cloze')
hub = os.path.join(os.path.dirname(os.path.realpath(__file__)), '..', 'data', 'parquet', 'hub.parquet')
def ask(*arguments):
    r = subprocess.run([cloze, '--library', library, '--json', *arguments], capture_output=True, text=True)
    assert r.returncode == 0, r.stderr
    return json.loads(r.stdout)
def put(path, data):
    path = os.path.join(tmp, path); os.makedirs(os.path.dirname(path), exist_ok=True)
    open(path, 'wb').write(data if isinstance(data, bytes) else data.encode()); return path

# A folder with a file of each kind, and three that hold no text.
rows = [{'text': f'Row {i} of {{}} tells of <b>films</b>.<br />It has a second line.', 'mood': ('good', 'bad')[i % 2], 'remark': '', 'split': ('train', 'test')[i % 2]} for i in range(3)]
table = lambda what, by: ''.join(by.join(cells) + '\n' for cells in [list(rows[0])] + [[c.format(what) for c in row.values()] for row in rows])
lines = lambda what: [{k: v.format(what) for k, v in row.items()} for row in rows]
put('all/a-text.txt', 'Una cançó en català: «déu vos guard».\n\nUn altre paràgraf.'.encode('cp1252'))
put('all/b-marked.md', '# A heading\n\nSome *marked* text.'); put('all/c-page.html', '<html><body><h1>A page</h1><p>With a paragraph.</p><script>no()</script></body></html>')
put('all/d-printed.pdf', pdf(['A printed page\nof two lines'])); table_file = put('all/e-table.csv', table('CSV', ','))
put('all/f-table.tsv', table('TSV', '\t')); put('all/g-list.json', json.dumps(lines('JSON'))); put('all/h-lines.jsonl', ''.join(json.dumps(r) + '\n' for r in lines('JSONL')))
put('all/i-empty.txt', ''); put('all/j-scan.pdf', pdf([''])); put('all/k-picture.png', b'\x89PNG\r\n\x1a\n' + bytes(range(256)) * 4)
everything = os.path.join(tmp, 'all'); wanted = ask('corpus', 'import', 'wanted', everything)
subprocess.run([cloze, '--library', library, '--quiet', 'corpus', 'remove', 'wanted'], check=True, stdout=subprocess.DEVNULL)

process, app = start_app('--library', library)
win = get(app, 'frame', T('Clozebench')); leave_welcome(win); get(win, 'label', T('Bring your texts'), 15)
title = T('Import a corpus')
def begin(path):
    key('ctrl+i'); dialog = window(app, title); press(get(dialog, 'push button', T('Choose _files…')))
    choose_file(app, T('Files to import'), path, T('_Choose')); return dialog
def shows(dialog, part): return part in text(there(dialog, 'text', T('Text of the document')))
def tells(dialog, part): return any(has(n, S.VISIBLE) for n in all_of(dialog, 'label', part))  # or would, scrolled there
def can(dialog): return has(there(dialog, 'push button', T('I_mport')), S.SENSITIVE)
def alt(text): key('alt+' + _translations.gettext(text).split('_')[1][0].lower())  # the key underlined
def choose_in(dialog, row, item):
    """Chooses from a list as a person does: a click on the row, then keys to what it offers."""
    row = get(dialog, 'combo box', T(row)); click(row)
    offered = wait(lambda: [n for n in all_of(row, 'list item') if has(n, S.VISIBLE)], 'a list')
    at = wait(lambda: [next((l.get_name() for l in all_of(n, 'label')), '') for n in offered].index(item) + 1, f'{item} is offered')
    wait(lambda: any(has(n, S.FOCUSED) for n in walk(row)), 'the list has the keys'); key('Home', *['Down'] * (at - 1), 'Return')
    wait(lambda: any(l.get_name() == item and seen(l) for l in all_of(row, 'label')), f'{item} is chosen')

# 1. Dropped on another page: looked at, each kind as it will be stored, what is skipped and why.
for _ in range(6):  # a look lasts less than a second, which may not do for two PDFs on a busy machine
    key('ctrl+2'); drop(everything, win); dialog = window(app, title); get(dialog, 'label', T('What was found'), 15)
    if not tells(dialog, T('Only the beginning was looked at.')): break
    key('Escape'); gone(app, title)
name = get(dialog, 'text', T('_Name of the corpus')); wait(lambda: text(name) == 'all', 'a name is proposed')
click(wait(lambda: next((n for n in all_of(dialog, 'list item') if seen(n) and all_of(n, 'label', 'Una cançó')), None), 'the first document'))
full = there(dialog, 'text', T('Text of the document')); seen_in_full = [text(full)]
for _ in range(wanted['documents'] - 1):
    key('Down'); wait(lambda: text(full) != seen_in_full[-1], 'the next document'); seen_in_full.append(text(full))
for part in ('«déu vos guard»', 'With a paragraph.', 'of two lines', 'Some *marked* text.', 'Row 2 of CSV', 'Row 1 of TSV', 'Row 2 of JSON ', 'Row 0 of JSONL'):
    assert any(part in t for t in seen_in_full), (part, seen_in_full)
assert not any('no()' in t for t in seen_in_full)
shot('1-all')
click(get(dialog, 'page tab', T('Skipped (%s)') % 3)); wait(lambda: says(dialog, 'all/j-scan.pdf'), 'what is skipped is listed'); shot('2-skipped')
press(get(dialog, 'push button', T('I_mport'))); get(dialog, 'push button', T('_Show the corpus'), 30)
wait(lambda: any(str(wanted['documents']) in n.get_name() for n in all_of(dialog, 'label')), 'the documents are counted')
search = wait(lambda: next((n for n in walk(dialog) if T('Search files and reasons') in (n.get_name() or '') and seen(n)), None), 'search entry'); click(search); type_text('SCAN'); wait(lambda: says(dialog, 'all/j-scan.pdf') and not says(dialog, 'all/i-empty.txt'), 'the list is searched')
press(get(dialog, 'push button', T('Cop_y'))); get(dialog, 'push button', T('Copied')); click(search); key('ctrl+a', 'ctrl+v'); wait(lambda: os.path.join(everything, 'j-scan.pdf') in text(search), 'the list is copied: ' + text(search)); shot('3-result')
press(get(dialog, 'push button', T('_Show the corpus'))); gone(app, title); wait(lambda: says(win, T('Documents')), 'the corpus is shown')
corpus = ask('corpus', 'show', 'all'); assert corpus['documents'] == wanted['documents'], corpus

# 2. One table: cleaned with the keyboard, columns chosen with the pointer, a wrong one told.
dialog = begin(table_file); get(dialog, 'label', T('What was found'), 15); assert can(dialog)
wait(lambda: shows(dialog, '<b>films</b>.<br />'), 'stored as it is')
name = get(dialog, 'text', T('_Name of the corpus')); click(name); key('ctrl+a'); type_text('all')
wait(lambda: not can(dialog) and says(dialog, T('There is a corpus of this name already: update it, or choose another name.')), 'a name that is taken is told'); shot('4-taken')
key('ctrl+a'); type_text('table'); wait(lambda: can(dialog), 'another name will do')
choose_in(dialog, 'Column with the _text', 'remark'); wait(lambda: says(dialog, T("This can't be imported")) and not can(dialog), 'a column without text is told'); shot('5-wrong')
choose_in(dialog, 'Column with the _text', 'text'); wait(lambda: can(dialog) and shows(dialog, 'Row 0 of CSV'), 'the right one is read')
choose_in(dialog, 'Column with the _label', 'mood'); wait(lambda: tells(dialog, T('Labels: %s') % 'good, bad'), 'labels are found')
choose_in(dialog, 'Column with the _split', T('None')); wait(lambda: can(dialog) and not tells(dialog, T('Splits: %s') % ''), 'no splits')
alt('Cle_an the text'); alt('Take _HTML out'); wait(lambda: shows(dialog, 'tells of films.') and not shows(dialog, '<br'), 'HTML is taken out'); shot('6-clean')
press(get(dialog, 'push button', T('I_mport'))); press(get(dialog, 'push button', T('_Show the corpus'), 30)); gone(app, title)
corpus = ask('corpus', 'show', 'table'); assert sorted(g['name'] for g in corpus['labels']) == ['bad', 'good'], corpus
assert [g['name'] for g in corpus['splits']] in ([], ['']), corpus

# 3. Goes on without its dialog; closing the window asks; cancelled, nothing of it is left.
large = os.path.join(tmp, 'large.tar')
body = ' '.join(f'film number {i % 9973} was great and long' for i in range(400))
with tarfile.open(large, 'w') as tar:
    for i in range(20000):
        data = f'Review {i}. {body}'.encode()
        info = tarfile.TarInfo(f'large/{i}.txt'); info.size = len(data); tar.addfile(info, io.BytesIO(data))
dialog = begin(large); get(dialog, 'label', T('What was found'), 15); press(get(dialog, 'push button', T('I_mport')))
get(dialog, 'progress bar', T('Progress of the import')); key('Escape'); gone(app, title)
key('ctrl+w'); question = wait(lambda: next((w for w in windows(app) if says(w, T('An import is under way'))), None), 'closing asks'); shot('7-closing')
press(get(question, 'push button', T('_Keep importing'))); wait(lambda: len(windows(app)) == 1, 'kept')
button = wait(lambda: next((n for n in all_of(win, 'push button') if 'large' in (n.get_name() or '')), None), 'the button tells of it'); click(button)
row = wait(lambda: [n for n in all_of(win, 'push button') if all_of(n, 'label', T('Importing “%s”') % 'large')][-1], 'it is listed'); shot('8-activity')
press(row); dialog = window(app, title); get(dialog, 'progress bar', T('Progress of the import')); shot('9-progress')
press(get(dialog, 'push button', T('_Cancel'))); gone(app, title)
wait(lambda: not [n for n in all_of(win, 'push button') if 'large' in (n.get_name() or '')], 'nothing is under way', 20); shot('10-cancelled')
assert sorted(c['name'] for c in ask('corpus', 'list')) == ['all', 'table']

# 4. Imported again, changed: the corpus that is there is brought up to date.
put('all/b-marked.md', '# A heading\n\nSome other text.'); put('all/l-new.txt', 'A new one.')
drop(everything, win); dialog = window(app, title); get(dialog, 'label', T('What was found'), 15)
name = get(dialog, 'text', T('_Name of the corpus')); wait(lambda: text(name) == 'all 2', 'another name is proposed: ' + text(name))
alt('_Update “%s”'); wait(lambda: text(name) == 'all' and can(dialog), 'to be updated'); shot('11-update')
press(get(dialog, 'push button', T('I_mport'))); get(dialog, 'label', T('“%s” is up to date') % 'all', 30)
assert says(dialog, T('Added: %s · changed: %s · unchanged: %s') % (1, 1, wanted['documents'] - 1)); shot('12-updated')
key('Escape'); gone(app, title); assert ask('corpus', 'show', 'all')['documents'] == wanted['documents'] + 1

# 5. From a corpus's menu: it is the one that is to be updated, or else another. A Parquet file, which names its labels.
click(get(win, 'push button', T('More about this corpus'))); press(there(win, 'menu item', T('Update from _files…'))); dialog = window(app, title)
press(get(dialog, 'push button', T('Choose _files…'))); choose_file(app, T('Files to import'), put('hub.parquet', open(hub, 'rb').read()), T('_Choose'))
get(dialog, 'label', T('What was found'), 15); name = get(dialog, 'text', T('_Name of the corpus')); wait(lambda: text(name) == 'all' and can(dialog), 'it is proposed: ' + text(name))
wait(lambda: tells(dialog, T('Labels: %s') % 'neg, pos'), 'labels by their names'); shot('13-parquet')
alt('_Update “%s”'); wait(lambda: not can(dialog), 'a new one of this name cannot be made'); set_text(name, 'hub'); wait(lambda: can(dialog), 'of another name')
press(get(dialog, 'push button', T('I_mport'))); press(get(dialog, 'push button', T('_Show the corpus'), 30)); gone(app, title)
corpus = ask('corpus', 'show', 'hub'); assert corpus['documents'] == 226 and {'neg', 'pos'} <= {g['name'] for g in corpus['labels']}, corpus

key('ctrl+w'); ended(process)
assert not complaints(), complaints()
print('imports do what they say')
