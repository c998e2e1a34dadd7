"""The window's main thread under work: see bench-ui.sh. The application itself writes how long each
turn of its main loop took (CZ_WATCHDOG). While it is measured nothing is asked over the accessibility
bus, which would be work of its own; what is done is done with the pointer and keys."""
import argparse, json, os, re, subprocess, sys, tempfile, time
from ui import *
from ui import _started

parser = argparse.ArgumentParser()
parser.add_argument('--stalls', action='store_true')
parser.add_argument('--seconds', type=float, default=8)
parser.add_argument('--only', default='')  # phases, by a pattern of their names
options = parser.parse_args()
GOAL = 50
tmp = tempfile.mkdtemp()
library = os.path.join(tmp, 'library', 'library.sqlite'); os.makedirs(os.path.dirname(library))
source = os.environ['CZ_SOURCE_ROOT']; cloze = os.path.join(BUILD, 'cli', 'cloze')
def ask(*arguments):
    return json.loads(subprocess.run([cloze, '--library', library, '--json', '--quiet', *arguments], check=True, stdout=subprocess.PIPE).stdout)

# Four hundred runs of five curves, one more at work, and texts to import for some minutes.
subprocess.run([sys.executable, os.path.join(source, 'tests', 'make-library.py'), cloze, library, '--runs', '400', '--values', '1000000'], check=True)
small = os.path.join(tmp, 'small.txt'); words = 'storm whale harbour lantern rope captain island morning'.split()
line = lambda i: ' '.join(words[i // 8 ** k % 8] for k in range(4)) + f' and a great {words[i % 8]} of number {i}, which was told of at length.\n'
with open(small, 'w') as out: out.writelines(map(line, range(4000)))
large = os.path.join(tmp, 'large.jsonl')
with open(large, 'w') as out:
    for i in range(200000): out.write(json.dumps({'text': (line(i) + line(i * 7)) * 8, 'split': ('train', 'test')[i % 5 == 0]}) + '\n')
ask('model', 'add', os.path.join(source, 'resources', 'starter', 'model'), '--name', 'small starter')
for name in 'sea', 'land': ask('corpus', 'import', name, small, '--format', 'lines')
sets = dict(block_size=16, batch_size=4, train_blocks=800, test_blocks=16, epochs=100, eval_every=20, checkpoint_every=200, split='blocks')
run = ask('run', 'create', '--name', 'watched', '--model', 'small starter', '--corpus', 'sea', *(f'--set={key}={value}' for key, value in sets.items()))['run']
trainer = subprocess.Popen([cloze, '--library', library, '--quiet', 'run', 'start', str(run)], stdout=subprocess.DEVNULL); _started.append(trainer)
wait(lambda: ask('run', 'show', str(run))['step'] >= 5, 'the run trains', 60)

written = os.path.join(tmp, 'turns.jsonl')
process, app = start_app('--library', library, env={'CZ_WATCHDOG': written})
win = get(app, 'frame', T('Clozebench')); key('ctrl+1')
corpora = [point(get(win, 'label', name, 20)) for name in ('sea', 'land')]
key('ctrl+3')  # the newest run is in view
chart = get(win, 'image', T('Chart of the perplexity'), 20)
places = [point(chart, x, y) for x, y in ((.3, .3), (.45, .5), (.5, .4), (.6, .6), (.75, .7))]
key('ctrl+i'); dialog = window(app, T('Import a corpus')); press(get(dialog, 'push button', T('Choose _files…')))
choose_file(app, T('Files to import'), large, T('_Choose')); get(dialog, 'label', T('What was found'), 20)
press(get(dialog, 'push button', T('I_mport'))); time.sleep(.5); key('Escape'); gone(app, T('Import a corpus'))

def at(place): sh('xdotool', 'mousemove', *map(str, place))
def hover():
    for place in places: at(place); time.sleep(.05)
def zoom():
    at(places[1]); sh('xdotool', 'mousedown', '1'); at(places[2]); at(places[3]); time.sleep(.05); sh('xdotool', 'mouseup', '1'); time.sleep(.3)
    hover(); sh('xdotool', 'click', '--repeat', '2', '--delay', '80', '1'); time.sleep(.3)
def turn(): [(key('ctrl+' + page), time.sleep(.4)) for page in '1243']
def scroll(): [sh('xdotool', 'click', '--repeat', '30', '--delay', '25', button) for button in '54']
def other_runs(): [(key('Down'), time.sleep(.3)) for _ in range(5)]
def list_and_table(): key('ctrl+t'); time.sleep(.6)
def other_corpora():
    for corpus in corpora: at(corpus); sh('xdotool', 'click', '1'); time.sleep(.8)
phases = []
def phase(name, act):
    if not re.search(options.only, name): return
    time.sleep(1); since = time.monotonic()
    while time.monotonic() < since + options.seconds: act()
    phases.append((name, since, time.monotonic())); shot(name.replace(' ', '-'))
phase('watching', lambda: time.sleep(.5)); phase('hovering', hover); phase('zooming', zoom)
phase('pages', turn)
key('ctrl+t'); time.sleep(1.5); phase('table', scroll); phase('choosing runs', other_runs); key('ctrl+t'); time.sleep(1)
phase('list and table', list_and_table); key('ctrl+1'); phase('choosing corpora', other_corpora)
imported = subprocess.run([cloze, '--library', library, '--json', 'corpus', 'list'], stdout=subprocess.PIPE, text=True).stdout
going_on = 'large' not in [corpus['name'] for corpus in json.loads(imported)]
process.kill(); process.wait()  # it would ask about the import
trained = ask('run', 'show', str(run))['step']
trainer.terminate(); trainer.wait(60)

# ---- Figures ----
def names(stack):
    """Functions, from their places in the files: what the application's linker left no names for, too."""
    found = []
    for frame in stack:
        path, inside, place = re.match(r'(.*?)\((.*?)\) \[(.*)\]', frame).groups()
        if inside.startswith('+') and path.endswith('clozebench'):
            inside = sh('addr2line', '-f', '-s', '-e', path, inside[1:]).replace('\n', ' ')
        found.append(f'{inside or place} {os.path.basename(path)}')
    return found
turns = [json.loads(line) for line in open(written)]
def tell(name, chosen):
    took = sorted(turn['ms'] for turn in chosen)
    longest = max(chosen, key=lambda turn: turn['ms'])
    print(json.dumps({'bench': 'ui ' + name, 'value': round(longest['ms'], 1), 'unit': 'ms', 'goal': GOAL, 'cpu': round(max(turn['cpu_ms'] for turn in chosen), 1),
                      'p95': round(took[len(took) * 95 // 100], 2), 'over_goal': sum(ms > GOAL for ms in took), 'turns': len(took)}), flush=True)
measured = []
for name, since, until in phases:
    chosen = [turn for turn in turns if since <= turn['at'] <= until]; measured += chosen
    assert chosen, 'no turn of the main loop while ' + name
    tell(name, chosen)
    for turn in chosen if options.stalls else []:
        if 'stack' in turn: print(f"  {turn['ms']:.0f} ms, {turn['cpu_ms']:.0f} of them at work:\n    " + '\n    '.join(names(turn['stack'][2:])))
tell('longest', measured)
print(json.dumps({'bench': 'ui surroundings', 'steps_trained': trained, 'import_to_the_end': going_on, 'load': os.getloadavg()[0]}))
