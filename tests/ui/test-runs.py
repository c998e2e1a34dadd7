"""Runs in the window: found, checked and compared, in a table that is sorted, narrowed and
remembered; starred, tagged, renamed, trashed, restored and removed for good, several at once; and
what another process does to them meanwhile."""
import os, sqlite3, subprocess, sys, tempfile, time
from ui import *

tmp = tempfile.mkdtemp()
library = os.path.join(tmp, 'library.sqlite')
cloze = os.path.join(BUILD, 'cli', 'cloze')
subprocess.run([sys.executable, os.path.join(os.environ['CZ_SOURCE_ROOT'], 'tests', 'make-library.py'), cloze, library, '--runs', '24'], check=True)
def ask(sql, *values):
    with sqlite3.connect(library) as db: return db.execute(sql, values).fetchall()
def wait_for(sql, *values): wait(lambda: ask(sql, *values)[0][0], sql)
def toggle_table(): key('ctrl+t')
def titles(): return all_of(win, 'filler', 'GtkColumnViewTitle')
def names(): return at_once(lambda: [label.get_name() for title in titles() if has(title, S.VISIBLE) for label in all_of(title, 'label')])
def header(name): return wait(lambda: next((t for t in titles() if any(n.get_name() == name and seen(n) for n in all_of(t, 'label'))), None), 'header ' + name)
def rows(): return at_once(lambda: [n for n in all_of(win, 'table row') if seen(n) and all_of(n, 'label') and not all_of(n, 'filler', 'GtkColumnViewTitle')])
def first_row(): return at_once(lambda: ' '.join(n.get_name() for n in all_of(rows()[0], 'label')))
def row(name): return wait(lambda: next((r for r in rows() if all_of(r, 'label', name)), None), 'row of ' + name)
def choose(*names):
    click(row(names[0]), fx=.3); wait(lambda: says(win, T('%s run chosen') % '1'), 'one is chosen')
    for name in names[1:]:
        sh('xdotool', 'keydown', 'ctrl'); click(row(name), fx=.3); sh('xdotool', 'keyup', 'ctrl')
def dialog_of(app): return wait(lambda: next((w for w in windows(app) if w != win), None), 'dialog')

process, app = start_app('--library', library)
win = get(app, 'frame', T('Clozebench'))
key('ctrl+3'); wait(lambda: says(win, 'songs, long warm-up 24'), 'runs are listed'); shot('1-list')

# Found by words, whatever their case; none fits; all again.
key('ctrl+f'); type_text('FILM thesis'); wait(lambda: says(win, T('%s of %s runs') % ('4', '24')), 'found'); shot('2-found')
key('ctrl+a'); type_text('nothing of the kind'); wait(lambda: says(win, T('No run fits')), 'nothing fits'); shot('3-nothing')
press(get(win, 'push button', T('Show _all runs'))); wait(lambda: says(win, 'songs, long warm-up 24'), 'all again')

# The table: sorted by a click on a header, the other way by another.
toggle_table(); wait(lambda: len(rows()) > 10, 'the table'); shot('4-table')
click(header(T('Best')))
wait(lambda: says(win, T('These runs were evaluated on different masks; only those of one group compare. The column Masks numbers the groups.')), 'told of masks'); shot('5-by-best')
best = ask("SELECT name FROM run WHERE best IS NOT NULL AND eval_fingerprint = (SELECT eval_fingerprint FROM run WHERE eval_fingerprint IS NOT NULL ORDER BY id LIMIT 1) ORDER BY best LIMIT 1")[0][0]
worst = ask("SELECT name FROM run WHERE best IS NOT NULL AND eval_fingerprint = (SELECT eval_fingerprint FROM run WHERE eval_fingerprint IS NOT NULL ORDER BY id LIMIT 1) ORDER BY best DESC LIMIT 1")[0][0]
wait(lambda: best in first_row(), 'the best first: ' + best)
click(header(T('Best'))); wait(lambda: worst in first_row(), 'the worst first: ' + worst)

# Columns are hidden and shown; of parameters those that differ.
assert T('Model') in names(), names()
key('alt+c'); check = there(win, 'check box', T('Model')); time.sleep(.3)
for _ in range(8):
    if has(check, S.FOCUSED): break
    key('Tab'); time.sleep(.15)
key('space'); shot('6-columns'); key('Escape')
wait(lambda: T('Model') not in names(), 'a column is hidden')
press(get(win, 'push button', T('Only what _differs')[:9])); time.sleep(.5); shot('7-differs')
wait(lambda: T('Seed') in names() and T('Block size') not in names() and T('Model') not in names(), 'what differs: ' + repr(names()))

press(get(win, 'push button', T('Only what _differs')[:9])); wait(lambda: T('Seed') not in names(), 'all that was chosen again')

# Chosen in the table: a star and a tag for two at once, a name for one.
# (Columns still move when they come and go: a click may miss.)
for _ in range(3):
    if 'contracts' in first_row(): break
    click(header(T('Name')))
    try: wait(lambda: 'contracts' in first_row(), 'by name', 2)
    except AssertionError: pass
assert 'contracts' in first_row()
one, two, three = 'contracts, long warm-up 20', 'contracts, small rate 14', 'contracts, token masking 2'
choose(one, two); wait(lambda: says(win, T('%s runs chosen') % '2'), 'two are chosen')
press([n for n in all_of(win, 'push button', T('_Star')) if seen(n)][-1])  # each row has one too
wait_for("SELECT count (*) = 2 FROM run WHERE starred AND name IN (?, ?)", one, two)
press(get(win, 'push button', T('T_ags…'))); dialog = dialog_of(app); shot('8-tags')
set_text(get(dialog, 'text', T('Separated by commas')), 'night, late'); press(get(dialog, 'push button', T('_Apply')))
wait_for("SELECT count (*) = 2 FROM run WHERE tags LIKE '%night, late' AND name IN (?, ?)", one, two)
assert 'thesis' in ask('SELECT tags FROM run WHERE name = ?', one)[0][0]  # what only one of them has stays
choose(three); key('F2'); dialog = dialog_of(app); set_text(get(dialog, 'text', T('Name')), 'a better name'); press(get(dialog, 'push button', T('_Rename')))
wait(lambda: row('a better name'), 'renamed'); shot('9-changed')

# Into the trash and back by Undo; again, and restored there; removed for good after a question.
choose(one, two); key('Delete'); wait_for('SELECT count (*) = 2 FROM run WHERE trashed'); shot('10-trashed')
press(get(win, 'push button', T('_Undo'))); wait_for('SELECT count (*) = 0 FROM run WHERE trashed')
row(one); choose(one, two); key('Delete'); wait_for('SELECT count (*) = 2 FROM run WHERE trashed')
toggle_table(); press(get(win, 'push button', T('Runs in the trash'))); get(win, 'label', T('Trash')); row(one); shot('11-trash')
choose(one); press(get(win, 'push button', T('_Restore'))); wait_for('SELECT count (*) = 1 FROM run WHERE trashed')
choose(two); press(get(win, 'push button', T('Remove for _good…'))); dialog = dialog_of(app); shot('12-remove'); press(get(dialog, 'push button', T('_Remove')))
wait_for('SELECT count (*) = 23 FROM run'); get(win, 'label', T('The trash is empty')); toggle_table()

# Checked in the list they are compared.
for name in (one, 'songs, long warm-up 24'): click(get(win, 'check box', T('Compare %s') % name))
wait(lambda: says(win, T('%u checked') % 2), 'two are checked'); time.sleep(.5); shot('13-compared')
press(get(win, 'push button', T('Check none')))

# What another process does is seen: a state, a new run, one that is gone.
with sqlite3.connect(library) as db: db.execute("UPDATE run SET name = 'from elsewhere' WHERE id = 24")
wait(lambda: says(win, 'from elsewhere'), 'a change from elsewhere')
subprocess.run([cloze, '--library', library, '--quiet', 'run', 'trash', '24'], check=True, stdout=subprocess.DEVNULL)
wait(lambda: not any(seen(n) for n in all_of(win, 'label', 'from elsewhere')), 'trashed from elsewhere')
# Running in the record, and nobody at work on it.
with sqlite3.connect(library) as db: db.execute("UPDATE run SET state = 'running' WHERE id = 23")
wait(lambda: says(win, T('interrupted')), 'interrupted')

# All of it is remembered: the table, its columns and order.
toggle_table(); wait(lambda: len(rows()) > 5, 'the table'); time.sleep(1); key('ctrl+w'); ended(process)
process, app = start_app('--library', library)
win = get(app, 'frame', T('Clozebench')); key('ctrl+3'); wait(lambda: len(rows()) > 5, 'the table again')
assert T('Model') not in names(), names()
wait(lambda: 'a better name' in first_row(), 'by name again: ' + first_row()); shot('14-again')
resize(app, T('Clozebench'), 1000, 700); shot('15-1000x700')
toggle_table(); resize(app, T('Clozebench'), 780, 700); time.sleep(.4); shot('16-folded')
key('ctrl+w'); ended(process)
assert not complaints(), complaints()
print('runs are kept in order')
