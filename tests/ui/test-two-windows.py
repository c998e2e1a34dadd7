"""Two windows, each a process of its own, over one library: what happens in one is seen in the other,
what the command does in both, and nothing is lost or refused: also where a run or a window is killed.
How soon each is shown is told."""
import json, os, sqlite3, subprocess, tempfile, time
from ui import *
from ui import _started

tmp = tempfile.mkdtemp()
library = os.path.join(tmp, 'library.sqlite')
cloze = os.path.join(BUILD, 'cli', 'cloze')
lines = os.path.join(tmp, 'notes.txt')
open(lines, 'w').write('One line of a text.\nAnother line of it.\n')

first, app_1 = start_app('--library', library)
win_1 = get(app_1, 'frame', T('Clozebench')); leave_welcome(win_1); get(win_1, 'label', T('Bring your texts'), 15)
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

# A run of the command: created, at work, killed. Both windows show it; so does one that was itself killed.
def ask(*arguments): return json.loads(subprocess.run([cloze, '--library', library, '--json', '--quiet', *arguments], check=True, stdout=subprocess.PIPE).stdout)
def turn(win, page): press(wait(lambda: next((n for n in walk(win) if n.name.startswith(page) and n.role in ('push button', 'toggle button', 'radio button', 'page tab')), None), page))
def state_of(win):
    """Asks the label of the run's state alone, which is quick."""
    label = wait(lambda: next((all_of(n, 'label')[-1] for n in all_of(win, 'list item') if seen(n) and all_of(n, 'label', 'sea run')), None), 'the run is listed', 15)
    return lambda: label.property('Accessible', 'Name')
def both(state, states, since):
    while not all(of().startswith(T(state)) for of in states):
        if time.monotonic() > since + 15 * PATIENCE: shot('failed'); raise AssertionError(f'both show {state}: {[of() for of in states]}')
        time.sleep(.01)
    print(f'{state}: shown after {time.monotonic() - since:.2f} s')
def in_library(column, value):
    """Waits for it without the command, whose start takes a while."""
    with sqlite3.connect(library, timeout=30) as db: wait(lambda: db.execute(f'SELECT {column} FROM run').fetchone()[0] >= value, f'{column} is {value}', 60)
words = 'storm whale harbour lantern rope captain island morning'.split(); sea = os.path.join(tmp, 'sea.txt')
open(sea, 'w').write(''.join(f'the {a} saw the {b} near the {c}, and it was a great {b}.\n' for a in words for b in words for c in words))
ask('model', 'add', os.path.join(os.environ['CZ_SOURCE_ROOT'], 'tests/model_a/model_A'), '--name', 'A'); ask('corpus', 'import', 'sea', sea, '--format', 'lines')
for win in (win_1, win_2): turn(win, T('Experiments'))
run = str(ask('run', 'create', '--name', 'sea run', '--model', 'A', '--corpus', 'sea', *(f'--set={key}' for key in ('block_size=16', 'batch_size=2', 'test_blocks=8', 'epochs=500', 'eval_every=200')))['run'])
states = [state_of(win) for win in (win_1, win_2)]; both('not started', states, time.monotonic())
trainer = subprocess.Popen([cloze, '--library', library, '--quiet', 'run', 'start', run], stdout=subprocess.DEVNULL); _started.append(trainer)
in_library("state = 'running'", 1); both('running', states, time.monotonic())
in_library('step', 5)
trainer.kill(); trainer.wait(); both('interrupted', states, time.monotonic()); shot('interrupted')
second.kill(); second.wait()
second, app_2 = start_app('--library', library); win_2 = get(app_2, 'frame', T('Clozebench')); turn(win_2, T('Experiments')); both('interrupted', [states[0], state_of(win_2)], time.monotonic())

# The second closes; the first goes on.
turn(win_1, T('Corpora'))
key('ctrl+w'); ended(second)
subprocess.run([cloze, '--library', library, '--quiet', 'corpus', 'import', 'more', lines], check=True, stdout=subprocess.DEVNULL)
wait(lambda: says(win_1, 'more'), 'the first goes on')
assert not complaints(), complaints()
print('two windows get on')
