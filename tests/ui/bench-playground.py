"""From a key to new predictions on the screen: see bench-playground.sh. The application writes down
when keys came, answers were shown and frames painted (CZ_KEY_TRACE), and how long each turn of its
main loop took (CZ_WATCHDOG). The keys are typed as a person types, by xdotool."""
import argparse, json, os, shutil, subprocess, tempfile, time
from ui import *
from ui import _started
from playground_library import Library

parser = argparse.ArgumentParser()
parser.add_argument('--keys', type=int, default=60)
parser.add_argument('--base')
options = parser.parse_args()
GOALS = {'one model': 50, 'two models': 100, 'base model': 150}
tmp = tempfile.mkdtemp()
source = os.environ['CZ_SOURCE_ROOT']; starter = os.path.join(source, 'resources', 'starter', 'model')
library = Library(os.path.join(BUILD, 'cli', 'cloze'), tmp, starter)
SENTENCE = 'This is a great [MASK] and '
WORDS = 'the long day was a story of ships that went over the sea to find a new land for all of us '

def measure(name, state, models):
    """Types into a window of its own. Of each key: how long until the first answer that came after its edit was painted."""
    library.execute("INSERT INTO setting (key, value) VALUES ('playground', ?1) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
                    [(json.dumps({'text': SENTENCE, 'models': models}),)])
    trace, turns = (os.path.join(tmp, f'{what}-{name}-{state}'.replace(' ', '-')) for what in ('trace', 'turns'))
    process, app = start_app('--library', library.path, env={'CZ_KEY_TRACE': trace, 'CZ_WATCHDOG': turns})
    win = get(app, 'frame', T('Clozebench')); key('ctrl+4'); prompt = get(win, 'text', T('Text with masked words'))
    wait(lambda: text(prompt) == SENTENCE, 'the text'); click(prompt, fy=.15, fx=.9); key('ctrl+End'); time.sleep(4)
    shot(f'{name}-{state}'.replace(' ', '-'))
    since = time.monotonic()
    sh('xdotool', 'type', '--delay', '140', '--', (WORDS * 9)[:options.keys]); time.sleep(2)
    process.terminate(); process.wait(10)
    events = [json.loads(line) for line in open(trace)]; events = [e for e in events if e['at'] >= since]
    took = []
    for i, e in enumerate(events):
        if e['what'] != 'key': continue
        later = iter(events[i + 1:])
        # From its question on no answer is to an earlier one.
        if all(any(x['what'] == what for x in later) for what in ('edited', 'asked', 'answered')):
            painted = next((x for x in later if x['what'] == 'painted'), None)
            if painted: took.append((painted['at'] - e['at']) * 1000 + e['waited'])
    took.sort(); assert len(took) > options.keys // 2, (len(took), len(events))
    longest = max((json.loads(line) for line in open(turns)), key=lambda t: t['ms'] if t['at'] >= since else 0)
    print(json.dumps({'bench': f'playground {name}, {state}', 'value': round(took[len(took) // 2], 1), 'unit': 'ms', 'goal': GOALS[name],
                      'p95': round(took[len(took) * 95 // 100], 1), 'max': round(took[-1], 1), 'keys': len(took),
                      'longest_turn': round(longest['ms'], 1), 'its_cpu': round(longest['cpu_ms'], 1), 'load': os.getloadavg()[0]}), flush=True)

copy = os.path.join(tmp, 'copy'); shutil.copytree(starter, copy); library.ask('model', 'add', copy, '--name', 'a copy')
measure('one model', 'idle', ['starter']); measure('two models', 'idle', ['starter', 'a copy'])
if options.base:
    name = 'base model'; library.ask('model', 'add', options.base, '--name', name); measure(name, 'idle', [name])

# The same while a run trains.
sets = dict(block_size=64, batch_size=8, train_blocks=800, test_blocks=4, epochs=100, split='blocks')
run = library.ask('run', 'create', '--name', 'beside', '--model', 'starter', '--corpus', 'films', *(f'--set={k}={v}' for k, v in sets.items()))['run']
trainer = subprocess.Popen([library.cloze, '--library', library.path, '--quiet', 'run', 'start', str(run)], stdout=subprocess.DEVNULL); _started.append(trainer)
wait(lambda: library.ask('run', 'show', str(run))['step'] >= 3, 'the run trains', 60)
measure('one model', 'training', ['starter']); measure('two models', 'training', ['starter', 'a copy'])
trainer.terminate(); trainer.wait(60)
