"""The page of one corpus: search, concordance, a sample, editing, excluding and deleting with undo,
splitting, statistics, and the blocks a model sees."""
import json, os, subprocess, tempfile
from ui import *
from ui import _translations

tmp = tempfile.mkdtemp()
library = os.path.join(tmp, 'library.sqlite')
lines = os.path.join(tmp, 'notes.jsonl')
with open(lines, 'w') as out:
    for i in range(30):
        note = f'Note {i}. ' + ('The <old> lighthouse & its keeper; a lighthouse. ' if i in (7, 19) else 'A quiet day at sea. ') + 'Waves and wind, wind and waves. ' * (1 if i == 12 else 5 + i)
        if i == 28: note = 'Note 28. ' + 'הים היה שקט בלילה והגלים היו נמוכים. ' * 6 + 'השומר הדליק radar, ' + 'והאור נראה מרחוק עד הבוקר. ' * 6
        out.write(json.dumps({'text': note, 'label': 'night' if i % 3 == 0 else 'day'}) + '\n')
subprocess.run([os.path.join(BUILD, 'cli', 'cloze'), '--library', library, '--quiet', 'corpus', 'import', 'notes', lines, '--label-column', 'label'], check=True)

process, app = start_app('--library', library)
win = get(app, 'frame', T('Clozebench'))
def rows(): return [r for r in all_of(win, 'table row') if seen(r) and any(len(n.get_name() or '') > 12 for n in all_of(r, 'label'))]
def row(i): return wait(lambda: rows()[i], f'row {i}')
def told(part): wait(lambda: says(win, part), f'told {part!r}')
def menu(item): click(get(win, 'push button', T('More about this corpus'))); press(there(win, 'menu item', item))
def search(query): key('ctrl+f'); key('ctrl+a'); type_text(query) if query else key('BackSpace')
def counted(n): told((T('%s document') if n == 1 else _translations.ngettext('%s document', '%s documents', n)) % n)

told('Note 3.'); shot('1-documents')

# A document is read whole, edited, saved; undone it is found no more.
click(row(3)); reading = get(win, 'text', T('Text of the document')); wait(lambda: text(reading).startswith('Note 3.'), 'read')
press(get(win, 'push button', T('Edit the text'))); wait(lambda: has(reading, S.EDITABLE), 'editable'); shot('2-editing')
set_text(reading, 'Note 3, written anew.'); press(get(win, 'push button', T('_Save')))
wait(lambda: any('anew' in n.get_name() for r in rows() for n in all_of(r, 'label')), 'the list shows it'); shot('3-edited')
click(row(2)); key('ctrl+z'); wait(lambda: not says(win, 'anew'), 'undone')

# Search: hits are marked and stepped through; as a concordance each place has a line.
search('lighthouse'); counted(2); click(row(0)); wait(lambda: 'lighthouse' in text(reading), 'read'); told(T('%s of %s') % ('1', '2'))
press(get(win, 'push button', T('Next hit (Ctrl+G)'))); told(T('%s of %s') % ('2', '2')); shot('4-hits')
press(get(win, 'push button', T('Each place with what stands around it (concordance)')))
places = wait(lambda: [n for n in all_of(win, 'label', 'lighthouse') if seen(n) and n.get_name().startswith('lighthouse')], 'places')
told(_translations.ngettext('%s place', '%s places', 4) % 4); assert len({extents(n).x for n in places}) == 1, 'hits stand below one another'; shot('5-concordance')
click(places[3], fx=.1); wait(lambda: text(reading).startswith('Note 19.'), 'read from the concordance'); told(T('%s of %s') % ('2', '2'))
# In Hebrew what comes before a hit is at the right of it, be the hit itself in Latin letters.
search('radar'); hit = wait(lambda: [n for n in all_of(win, 'label', 'radar') if seen(n) and n.get_name().lstrip('\u200f').startswith('radar')], 'a place in Hebrew')[0]
before = [n for n in all_of(win, 'label', 'השומר') if seen(n) and 'radar' not in n.get_name()]
assert len(before) == 1 and extents(before[0]).x > extents(hit).x, 'what comes before stands at the right'; shot('5-hebrew')
search('penguin'); told(T('No document holds all of these words.')); press(get(win, 'push button', T('Show _all documents'))); counted(30)

# By size: the smallest, the largest, and in order again.
def first_row(part): wait(lambda: any(part in n.get_name() for n in all_of(rows()[0], 'label')), f'{part} comes first')
def header(name): click(wait(lambda: next(n for n in all_of(win, 'label', name) if seen(n) and n.get_name() == name), 'header ' + name))
header(T('Size')); first_row('Note 12.'); header(T('Size')); first_row('Note 29.'); shot('5-by-size'); header(T('No.')); first_row('Note 0.')

# Several are excluded at once and included again with Ctrl+Z.
click(row(1)); sh('xdotool', 'keydown', 'shift'); click(row(3)); sh('xdotool', 'keyup', 'shift')
told(_translations.ngettext('%s document chosen', '%s documents chosen', 3) % 3); press(get(win, 'push button', T('_Exclude')))
told(T(' · %s excluded') % 3); shot('6-excluded')
click(row(0)); key('ctrl+z'); wait(lambda: not says(win, T(' · %s excluded') % 3), 'included')
key('Delete'); counted(29)
menu(T('_Undo the last change')); counted(30); key('Escape')  # a menu stays open when its item is pressed so

# Three at random: the same ones again.
def draw():
    move(get(win, 'label', T('Documents'))); click(get(win, 'push button', T('_Sample'))); press(there(win, 'push button', T('_Draw'))); get(win, 'push button', T('Back to all documents'))
    return wait(lambda: len(rows()) == 3 and [n.get_name() for r in rows() for n in all_of(r, 'label', 'Note ')], 'three documents')
first = draw(); shot('7-sample'); press(get(win, 'push button', T('Back to all documents'))); wait(lambda: len(rows()) > 3, 'all again'); assert draw() == first
press(get(win, 'push button', T('Back to all documents')))

# A split is checked before it is made.
menu(T('_Split into train and test…')); dialog = window(app, T('Split the documents')); share = get(dialog, 'spin button', T('Test, in percent'))
set_value(share, 0); wait(lambda: says(dialog, T('Give a share above 0.')), 'checked'); assert not has(get(dialog, 'push button', T('_Split')), S.SENSITIVE)
set_value(share, 20); wait(lambda: says(dialog, '24'), 'counts are shown'); shot('8-split')
press(get(dialog, 'push button', T('_Split'))); wait(lambda: len([n for n in all_of(win, 'label', 'test') if seen(n)]) > 1, 'splits are shown'); key('Escape')

# Statistics: counted here, and by cloze as a model reads it.
click(get(win, 'label', T('Statistics'))); told(T('Median document, in words')); there(win, 'label', T('Test documents that stand in training, too')); shot('9-statistics')
there(win, 'label', T('Word pieces per word'), 30)

# What the model sees: the masks follow the seed at once, and are the same for the same one.
click(get(win, 'label', T('What the model sees'))); told(T('The first blocks of the training split: exactly what a run with these values sees.')); shot('10-masked')
def masked(): return [n.get_name() for n in all_of(win, 'label', '[MASK]') if seen(n)]
before = wait(masked, 'hidden words'); seed = get(win, 'spin button', T('Seed of the run'))
set_value(seed, 7); wait(lambda: masked() and masked() != before, 'other masks')
set_value(seed, 42); wait(lambda: masked() == before, 'the same masks again')
click(get(win, 'label', T('Word pieces'))); wait(lambda: says(win, '[CLS]'), 'word pieces'); shot('11-pieces')

key('ctrl+w'); ended(process)
assert not complaints(), complaints()
print('the corpus can be read, searched, and changed')
