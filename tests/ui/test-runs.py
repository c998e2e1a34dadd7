"""Runs in the window: found by words, and in a table that is sorted by its headers."""
import os, sqlite3, subprocess, sys, tempfile, time
from ui import *

tmp = tempfile.mkdtemp()
library = os.path.join(tmp, 'library.sqlite')
cloze = os.path.join(BUILD, 'cli', 'cloze')
subprocess.run([sys.executable, os.path.join(os.environ['CZ_SOURCE_ROOT'], 'tests', 'make-library.py'), cloze, library, '--runs', '24'], check=True)
def ask(sql, *values):
    with sqlite3.connect(library) as db: return db.execute(sql, values).fetchall()
def toggle_table(): key('ctrl+t')
def titles(): return all_of(win, 'filler', 'GtkColumnViewTitle')
def names(): return [label.get_name() for title in titles() if has(title, S.VISIBLE) for label in all_of(title, 'label')]
def header(name): return wait(lambda: next((t for t in titles() if any(n.get_name() == name and seen(n) for n in all_of(t, 'label'))), None), 'header ' + name)
def rows(): return [n for n in all_of(win, 'table row') if seen(n) and all_of(n, 'label') and not all_of(n, 'filler', 'GtkColumnViewTitle')]
def first_row(): return ' '.join(n.get_name() for n in all_of(rows()[0], 'label'))

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

key('ctrl+w'); wait(lambda: process.poll() is not None, 'closed')
assert not complaints(), complaints()
print('runs are found and sorted')
