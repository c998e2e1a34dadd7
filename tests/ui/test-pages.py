"""The window by itself: a fresh library, keyboard, dialogs, folding, an import with everything that
can be wrong with it, a predictor that dies. A stand-in answers for the command cloze."""
import json, os, sys, tarfile, tempfile
from ui import *

tmp = tempfile.mkdtemp()
library = os.path.join(tmp, 'library.sqlite')
crashes = os.path.join(tmp, 'crashes')
fake = os.path.realpath(sys.argv[1])
process, app = start_app('--library', library, env={'CLOZE': fake, 'FAKE_CRASHES': crashes})
win = get(app, 'frame', T('Clozebench'))

# A fresh library: every page offers the one next step.
leave_welcome(win); get(win, 'label', T('Bring your texts')); shot('1-fresh')
wait(lambda: any('Fake device' in (n.get_name() or '') for n in walk(win)), 'the device is named')
key('ctrl+3'); get(win, 'label', T('Start a first run')); get(win, 'push button', T('_Import a corpus first…'))
key('ctrl+2'); wait(lambda: says(win, T('Add a model')) or all_of(win, 'label', 'starter'), 'models page')
key('ctrl+4'); get(win, 'text', T('Text with masked words'))
key('ctrl+1'); get(win, 'label', T('Bring your texts'))

# Help, shortcuts and about open and close by keyboard.
key('F1'); help_window = window(app, T('Help')); wait(lambda: says(help_window, T('Four steps')), 'help'); key('Escape'); gone(app, T('Help'))
key('ctrl+question'); wait(lambda: len(windows(app)) == 2, 'shortcuts'); shot('2-shortcuts'); key('Escape'); wait(lambda: len(windows(app)) == 1, 'shortcuts closed')
# A window that has just closed may still be asked for: with a hidden window about, GTK 4.8 crashes.
app.ask('Accessible', 'GetChildAtIndex', '(i)', 1); assert len(windows(app)) == 1
key('F10'); press(there(win, 'menu item', T('_About Clozebench'))); wait(lambda: len(windows(app)) == 2, 'about'); shot('3-about'); key('Escape'); wait(lambda: len(windows(app)) == 1, 'about closed')

# Ctrl+N with nothing to run on says what to do first.
key('ctrl+n'); dialog = window(app, T('New run')); wait(lambda: says(dialog, T('Import a corpus first (Ctrl+I).')), 'told to import')
key('Escape'); gone(app, T('New run')); key('ctrl+1')

# A folder with good and bad files: seen before importing, told afterwards.
folder = os.path.join(tmp, 'reviews'); os.makedirs(folder)
for i in range(30): open(os.path.join(folder, f'{i:03}.txt'), 'w').write(f'Review number {i}.\nThis was a great film, and the ending was better. ' + 'Word ' * i)
open(os.path.join(folder, 'empty.txt'), 'w')
archive = os.path.join(tmp, 'reviews.tar.gz')
with tarfile.open(archive, 'w:gz') as tar: tar.add(folder, 'reviews')
key('ctrl+i'); dialog = window(app, T('Import a corpus')); press(get(dialog, 'push button', T('Choose _files…')))
choose_file(app, T('Files to import'), archive, T('_Choose'))
dialog = window(app, T('Import a corpus')); get(dialog, 'label', T('What was found'))
name = get(dialog, 'text', T('_Name of the corpus')); wait(lambda: text(name) == 'reviews', 'a name is proposed: ' + text(name))
wait(lambda: says(dialog, 'Review number 0'), 'the first documents are shown'); shot('4-found')
press(get(dialog, 'push button', T('I_mport'))); get(dialog, 'push button', T('_Show the corpus')); shot('5-imported')
press(get(dialog, 'push button', T('_Show the corpus'))); gone(app, T('Import a corpus'))
wait(lambda: says(win, 'Review number 7.'), 'documents are listed'); shot('6-corpus')

# The same again gets another name; a name that is taken cannot be imported to.
key('ctrl+i'); dialog = window(app, T('Import a corpus')); press(get(dialog, 'push button', T('Choose _files…')))
choose_file(app, T('Files to import'), archive, T('_Choose'))
name = get(dialog, 'text', T('_Name of the corpus')); wait(lambda: text(name) == 'reviews 2', 'another name is proposed: ' + text(name))
set_text(name, 'reviews'); wait(lambda: says(dialog, T('There is a corpus of this name already: update it, or choose another name.')), 'told'); shot('7-taken')
assert not has(there(dialog, 'push button', T('I_mport')), S.SENSITIVE)
key('Escape'); gone(app, T('Import a corpus'))

# What cannot be read is told, and nothing is made of it.
broken = os.path.join(tmp, 'broken.tar.gz'); open(broken, 'wb').write(open(archive, 'rb').read()[:100])
key('ctrl+i'); dialog = window(app, T('Import a corpus')); press(get(dialog, 'push button', T('Choose _files…')))
choose_file(app, T('Files to import'), broken, T('_Choose'))
get(dialog, 'label', T("This can't be imported")); shot('7-broken')
key('Escape'); gone(app, T('Import a corpus'))

# What is dropped on the window is looked at like what is chosen.
drop(archive, win); dialog = window(app, T('Import a corpus')); get(dialog, 'label', T('What was found')); shot('7-dropped')
key('Escape'); gone(app, T('Import a corpus'))

# Search, read a document, statistics.
key('ctrl+f'); type_text('"number 17"'); wait(lambda: says(win, 'number') and says(win, '1'), 'search'); time.sleep(.6); shot('8-search')
rows = wait(lambda: [r for r in all_of(win, 'table row') if seen(r) and all_of(r, 'label')], 'rows'); click(rows[-1]); get(win, 'text', T('Text of the document')); shot('9-reading')
key('ctrl+f'); key('ctrl+a'); key('BackSpace')
click(get(win, 'label', T('Statistics'))); wait(lambda: says(win, T('Median document, in words')), 'statistics'); shot('10-statistics')

# New run: own values are checked, the plan comes from cloze, its refusal is shown.
if not all_of(win, 'label', 'starter'):
    model = os.path.join(os.environ.get('CZ_SHARED', ''), 'reference/model_a/model_A')
    if os.path.isdir(model):
        key('ctrl+2'); click(get(win, 'push button', T('Add a model'))); press(there(win, 'menu item', T('_Add a folder…'))); choose_file(app, T('Add a model\'s folder'), model, T('_Add'))
        wait(lambda: says(win, T('sha256 of the weights')), 'model added'); shot('11-model')
key('ctrl+n'); dialog = window(app, T('New run')); start = there(dialog, 'push button', T('_Start'))
if says(dialog, T('Add a model first, on the page Models.')): print('no model: New run is not tested further')
else:
    wait(lambda: says(dialog, '313'), 'plan'); wait(lambda: has(start, S.SENSITIVE), 'can start'); shot('12-new-run')
    click(scroll_to(dialog, 'label', T('Training')))
    epochs = there(dialog, 'text', T('Epochs'))
    set_text(epochs, 'three'); wait(lambda: all_of(dialog, 'label', T('This is not a number.')), 'checked'); assert not has(start, S.SENSITIVE); shot('13-wrong')
    set_text(epochs, '7'); wait(lambda: says(dialog, 'lower the batch size'), 'refusal is shown'); assert not has(start, S.SENSITIVE)
    set_text(epochs, '2'); wait(lambda: has(start, S.SENSITIVE), 'can start again')
key('Escape'); gone(app, T('New run'))

# Playground: predictions follow typing; Ctrl+M masks; a predictor that dies comes back.
key('ctrl+4'); prompt = get(win, 'text', T('Text with masked words'))
if not says(win, T('Add a model first')):
    wait(lambda: [n for n in all_of(win, 'label', 'movie') if seen(n)], 'predictions'); shot('14-playground')
    click(prompt); key('ctrl+a'); type_text('The ending was better'); wait(lambda: says(win, T('Nothing is masked yet')), 'nothing masked')
    key('ctrl+m'); wait(lambda: text(prompt) == 'The ending was [MASK]', 'masked: ' + text(prompt)); wait(lambda: [n for n in all_of(win, 'label', 'movie') if seen(n)], 'predictions again')
    key('ctrl+m'); wait(lambda: text(prompt) == 'The ending was better', 'shown again: ' + text(prompt))
    open(crashes, 'w').write('1'); set_text(prompt, 'A crash and a [MASK].')
    wait(lambda: says(win, T('The process that predicts ended unexpectedly and was started again.')), 'told'); wait(lambda: [n for n in all_of(win, 'label', 'movie') if seen(n)], 'it answers again')
    open(crashes, 'w').write('9'); set_text(prompt, 'A crash for good, [MASK].')
    wait(lambda: says(win, T('The process that predicts ended twice on this text; the graphics driver may have failed.')), 'told that it does not work'); shot('15-crashed')
    open(crashes, 'w').write('0'); set_text(prompt, 'This is a great [MASK] and [MASK].'); wait(lambda: says(win, T('Mask %u') % 2), 'two masks'); shot('16-two-masks')

# Narrow: the sidebar folds, nothing is cut, and there is a way back.
key('ctrl+1'); resize(app, T('Clozebench'), 1000, 700); shot('17-1000x700')
resize(app, T('Clozebench'), 480, 700); time.sleep(.5); shot('18-narrow')

# Removing asks first, and the empty page is back.
resize(app, T('Clozebench'), 1120, 760)
click(get(win, 'push button', T('More about this corpus')))
press(there(win, 'menu item', T('_Remove the corpus…'))); dialog = wait(lambda: next((w for w in windows(app) if w != win), None), 'question'); shot('19-remove')
press(get(dialog, 'push button', T('_Remove'))); get(win, 'label', T('Bring your texts')); wait(lambda: says(win, T('The corpus was removed.')), 'told')

# Nothing was complained about on the way.
key('ctrl+w'); ended(process)
assert not complaints(), complaints()
print('the window stands')
