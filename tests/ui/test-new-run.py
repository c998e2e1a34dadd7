"""New run through the real window: preset and plan, a value that is wrong, a sweep of 2 × 2 that is
queued, the queue ordered, shortened, paused and worked off, notices, a run as an old one,
training a run's model further, and a run beside another at work."""
import json, os, subprocess, sys, tempfile
from ui import *
from ui import _started

tmp = tempfile.mkdtemp(); library = os.path.join(tmp, 'library.sqlite')
cloze = os.path.join(BUILD, 'cli', 'cloze')
if not os.path.exists(os.path.join(os.environ.get('CZ_SOURCE_ROOT', ''), 'resources/starter/model/config.json')):
    print('the starter model is not there'); sys.exit(1 if os.environ.get('CI') == 'true' else 77)

def run(*arguments):
    r = subprocess.run([cloze, '--library', library, '--json', *arguments], capture_output=True, text=True)
    assert r.returncode == 0, r.stderr
    return json.loads(r.stdout) if r.stdout.strip() else None
def queue(): return [r['run'] for r in run('run', 'queue')]
def show(n): return run('run', 'show', str(n))
def state(n): return show(n)['state']

texts = os.path.join(tmp, 'texts'); os.mkdir(texts)
for i in range(60):
    open(os.path.join(texts, f'{i}.txt'), 'w').write(' '.join(f'The {w} river of valley {i * j} was deep and the {w} bridge over it was old.' for j, w in enumerate(('great', 'cold', 'long', 'quiet') * 4)))
run('corpus', 'import', 'rivers', texts)

process, app = start_app('--library', library)
win = get(app, 'frame', T('Clozebench'))
wait(lambda: all_of(win, 'label', 'rivers'), 'the library is open', 20)

# 1. Preset: planned without a word.
def open_dialog():
    key('ctrl+n'); dialog = window(app, T('New run'), 15)
    return dialog, there(dialog, 'push button', T('_Cancel'))
dialog, cancel = open_dialog()
start = there(dialog, 'push button', T('_Start'))
wait(lambda: has(start, S.SENSITIVE), 'planned', 60); shot('1-preset')
assert any(has(n, S.CHECKED) and T('Quick') in (n.get_name() or '') for n in walk(dialog)), 'quick is preselected on a processor'

# 2. Own values; one makes no sense: its field says so, and so does the plan.
def unfold(group, one):
    click(scroll_to(dialog, 'label', T(group)))
    there(dialog, 'text', T(one))
def fill(**typed):
    entries = all_of(dialog, 'text')
    for key, text in typed.items(): set_text(next(n for n in entries if T(key.replace('_', ' ')) in n.get_name()), text)
unfold('Training', 'Epochs')
fill(Epochs='2.5.1', Batch_size='8')
wait(lambda: not has(start, S.SENSITIVE) and any((n.get_name() or '').startswith(T('Epochs') + ': ') for n in all_of(dialog, 'label')), 'what is wrong is told')
shot('2-wrong')

# 3. A sweep: two rates, two seeds. The queue is paused, so that it can be looked at.
run('run', 'queue', 'pause')
fill(Epochs='1', Learning_rate='1e-4; 5e-4', Seed='1 2')
# The same button: it now tells how many.
go = lambda: next((n for n in all_of(dialog, 'push button') if n == start and '4' in n.get_name() and has(n, S.SENSITIVE)), None)
wait(go, 'four runs are planned', 60)
assert says(dialog, '×'), 'what the runs differ in'
shot('3-sweep')
press(start); gone(app, T('New run'))
wait(lambda: len(queue()) == 4, 'four wait'); first = queue()
rates = [show(n)['parameters']['learning_rate'] for n in first]
assert sorted(rates) == [1e-4, 1e-4, 5e-4, 5e-4], rates

# 4. The queue in the header's popover: earlier, later, out of it.
activity = wait(lambda: next((n for n in walk(win) if T('Device and running work: %s').split(':')[0] in (n.get_name() or '') and has(n, S.VISIBLE)), None), 'activity button')
def popover():
    if not any(seen(n) for n in all_of(win, 'push button', T('Later (Alt+Down)'))): click(activity)
    return wait(lambda: [n for n in all_of(win, 'push button', T('Later (Alt+Down)')) if has(n, S.VISIBLE)], 'the queue is shown')
later = popover(); time.sleep(.3); shot('4-queue')
press(later[0]); wait(lambda: queue() == [first[1], first[0], first[2], first[3]], 'by its button')
key('Tab'); key('Down'); time.sleep(.3); key('alt+Up')  # from the queue's button into its list, to the second
wait(lambda: queue() == first, 'by the keyboard')
remove = [n for n in all_of(win, 'push button', T('Take out of the queue (Delete)')) if has(n, S.VISIBLE)]
press(remove[3]); wait(lambda: queue() == first[:3], 'taken out')
press([n for n in all_of(win, 'push button', T('Take out of the queue (Delete)')) if has(n, S.VISIBLE)][2])
wait(lambda: queue() == first[:2], 'another one taken out'); shot('5-ordered')

# 5. It goes on, pauses with its run, goes on to the end. The window starts the process.
press(there(win, 'push button', T('_Go on')))
wait(lambda: state(first[0]) == 'running' and show(first[0])['step'] > 0, 'the first is at work', 60)
press(there(win, 'push button', T('_Pause queue')))
wait(lambda: state(first[0]) in ('paused', 'finished'), 'paused', 60); shot('6-paused')
assert state(first[1]) == 'queued'
press(there(win, 'push button', T('_Go on')))
# A notice stays some seconds only, so it is looked for before all else.
wait(lambda: any(has(n, S.VISIBLE) and '→' in (n.get_name() or '') for n in all_of(win, 'label', T('“%s” has finished').replace('“%s” ', ''))), 'a notice', 60); shot('7-notice')
wait(lambda: state(first[1]) == 'finished' and not queue(), 'worked off', 120)
assert state(first[0]) == 'finished'
key('Escape')

# 6. What fails stays on the screen until it was seen.
failed = run('run', 'create', '--model', 'starter', '--corpus', 'rivers', '--name', 'broken', '--set', 'epochs=1', '--set', 'train_blocks=8', '--set', 'test_blocks=2')['run']
subprocess.run([cloze, '--library', library, 'run', 'start', str(failed)], capture_output=True, env={**os.environ, 'CZ_GPU_FAULT': 'submit:2'})
wait(lambda: state(str(failed)) == 'failed' and says(win, 'broken'), 'the failure is told', 15); shot('8-failed')

# 7. As an old run: what differs from the preset is filled in.
dialog, cancel = open_dialog()
press(get(dialog, 'push button', T('As an _old run…')))
chooser = window(app, T('As an old run')); time.sleep(.3); type_text('1e-4'); time.sleep(.5); shot('9-choose')
key('Return'); gone(app, T('As an old run'))
wait(lambda: any('rivers, token masking, lr' in n.get_name() and has(n, S.VISIBLE) for n in all_of(dialog, 'label')), 'the old run is named')
wait(lambda: any(T('Batch size') + ': 8' in (n.get_name() or '') for n in all_of(dialog, 'label')), 'its values are filled in', 30); shot('10-old-run')
# 8. Train further from what a run has kept.
press(get(dialog, 'push button', T('Train _further from a run…')))
chooser = window(app, T("Train a run's model further")); time.sleep(.3); type_text('1e-4'); time.sleep(.5); key('Return'); gone(app, T("Train a run's model further"))
wait(lambda: says(dialog, T('The best one')), 'the best one is offered'); shot('11-further')
start = there(dialog, 'push button', T('_Start')); wait(lambda: has(start, S.SENSITIVE), 'planned', 60)
# 9. Another run is at work: asked, and started all the same.
long = run('run', 'create', '--model', 'starter', '--corpus', 'rivers', '--name', 'long', '--set', 'epochs=1000')['run']
trainer = subprocess.Popen([cloze, '--library', library, '--quiet', 'run', 'start', str(long)], stdout=subprocess.DEVNULL); _started.append(trainer)
wait(lambda: any('long' in (n.get_name() or '') for n in walk(win) if T('Device and running work: %s').split(':')[0] in (n.get_name() or '')), 'the window knows of the long one', 30)
there_were = len(run('run', 'list')); press(start)
press(wait(lambda: next((n for w in windows(app) for n in all_of(w, 'push button', T('Start _now anyway')) if seen(n)), None), 'asked')); gone(app, T('New run'))
wait(lambda: len(run('run', 'list')) == there_were + 1, 'made'); second = max(r['run'] for r in run('run', 'list')); assert second not in queue()
wait(lambda: show(second)['step'] > 0, 'both are at work', 60); assert show(long)['state'] == 'running'
for n in second, long:
    if state(n) == 'running': subprocess.run([cloze, '--library', library, '--quiet', 'run', 'stop', str(n)])
trainer.wait(60)

key('ctrl+w'); ended(process)
assert not complaints(), complaints()
print('new runs are planned, queued and told of')
