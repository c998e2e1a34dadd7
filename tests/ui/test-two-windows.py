"""Two windows, each a process of its own, over one library: what happens in one is seen in the other,
what the command does in both, and nothing is lost or refused."""
import os, subprocess, tempfile
from ui import *

tmp = tempfile.mkdtemp()
library = os.path.join(tmp, 'library.sqlite')
cloze = os.path.join(BUILD, 'cli', 'cloze')
lines = os.path.join(tmp, 'notes.txt')
open(lines, 'w').write('One line of a text.\nAnother line of it.\n')

first, app_1 = start_app('--library', library)
win_1 = get(app_1, 'frame', T('Clozebench')); get(win_1, 'label', T('Bring your texts'), 15)
second, app_2 = start_app('--library', library)
win_2 = get(app_2, 'frame', T('Clozebench')); get(win_2, 'label', T('Bring your texts'), 15)

# What the command imports appears in both.
subprocess.run([cloze, '--library', library, '--quiet', 'corpus', 'import', 'notes', lines, '--format', 'lines'], check=True, stdout=subprocess.DEVNULL)
for win in (win_1, win_2): wait(lambda: says(win, 'notes') and says(win, 'Another line of it.'), 'the corpus appears')

# Removed in the second, it is gone from the first, which offers to import again.
os.environ['UITEST_PID'] = str(second.pid)
key('ctrl+1'); click(get(win_2, 'push button', T('More about this corpus')))
press(there(win_2, 'menu item', T('_Remove the corpus…'))); dialog = wait(lambda: next((w for w in windows(app_2) if w != win_2), None), 'question')
press(get(dialog, 'push button', T('_Remove')))
for win in (win_2, win_1): get(win, 'label', T('Bring your texts'))
shot('two-windows')

# The second closes; the first goes on.
key('ctrl+w'); wait(lambda: second.poll() is not None, 'the second closed')
subprocess.run([cloze, '--library', library, '--quiet', 'corpus', 'import', 'more', lines], check=True, stdout=subprocess.DEVNULL)
wait(lambda: says(win_1, 'more'), 'the first goes on')
assert not complaints(), complaints()
print('two windows get on')
