"""The first start on a fresh account: what the computer is, the sample from one click to the playground
with base and adapted model side by side, cancelled on the way; doing it again; what stands in the way.
The sample is a part of the real one, and its run as short as it can be."""
import json, os, re, sqlite3, subprocess, sys, tempfile
from ui import *

tmp = tempfile.mkdtemp()
source = os.environ['CZ_SOURCE_ROOT']; sample = os.path.join(source, 'resources', 'sample')
cloze = os.path.join(BUILD, 'cli', 'cloze')
if not os.path.exists(os.path.join(source, 'resources/starter/model/config.json')):
    print('there is no starter'); sys.exit(1 if os.environ.get('CI') == 'true' else 77)

small = os.path.join(tmp, 'sample'); os.makedirs(small)
with open(os.path.join(small, 'jargon-file.jsonl'), 'w') as out: out.writelines(open(os.path.join(sample, 'jargon-file.jsonl')).readlines()[::12])
own = [line.strip() for line in open(os.path.join(sample, 'run-arguments.txt')) if not line.startswith('--seconds')]
with open(os.path.join(small, 'run-arguments.txt'), 'w') as out: out.write('\n'.join(own + ['--seconds=8', '--set=train_blocks=160', '--set=test_blocks=8', '--set=epochs=1']))
sentences = [line.strip() for line in open(os.path.join(sample, 'sentences.txt'))][:4]
with open(os.path.join(small, 'sentences.txt'), 'w') as out: out.write('\n'.join(sentences))

def ask(*arguments):
    r = subprocess.run([cloze, '--json', *arguments], capture_output=True, text=True)
    assert r.returncode == 0, r.stderr
    return json.loads(r.stdout)
digits = lambda text: ''.join(c for c in text if c.isdigit())
def first_steps(win): key('F10'); press(there(win, 'menu item', T('_First steps'))); get(win, 'label', heading)

# Nothing in the home folder, and nothing asked for: the page is there, and tells what this computer is.
heading = T('Teach a model your field’s words')
process, app = start_app(env={'CZ_SAMPLE': small})
win = get(app, 'frame', T('Clozebench')); get(win, 'label', heading, 15)
wait(lambda: says(win, T('Processor, no GPU')) or says(win, 'NVIDIA') or says(win, 'AMD'), 'the device is told', 15)
told = T('%s blocks; measured here: %s tokens a second').split('%s')[1]
wait(lambda: says(win, told), 'the course run is measured', 20); assert says(win, T('%s free').replace('%s', ''))
shot('1-welcome')
# What a busy hour told goes when it is asked to.
again = there(win, 'push button', T('Measure again')); wait(lambda: has(again, S.SENSITIVE), 'all is measured', 60)
def speeds(sql, *values):
    with sqlite3.connect(os.path.join(os.environ['XDG_DATA_HOME'], 'clozebench', 'library.sqlite'), timeout=30) as library: return library.execute(sql, values).fetchall()
speeds("UPDATE setting SET value = '1e9' WHERE key LIKE 'speed:%'"); click(again); wait(lambda: not has(again, S.SENSITIVE), 'it is measured'); wait(lambda: has(again, S.SENSITIVE), 'measured again', 60)
found = [float(value) for value, in speeds("SELECT value FROM setting WHERE key LIKE 'speed:%'")]; assert len(found) == 4 and max(found) < 1e9, found

# One click. It is cancelled as soon as it learns, and goes on where it was.
press(get(win, 'push button', T('_Start'))); wait(lambda: says(win, T('Adapting the starter')), 'learning', 40)
shot('2-progress'); press(get(win, 'push button', T('_Cancel')))
go_on = get(win, 'push button', T('_Resume'), 30); assert ask('run', 'show', '1')['state'] == 'paused'; shot('3-paused')
press(go_on)
wait(lambda: sum('→' in (n.get_name() or '') and seen(n) for n in all_of(win, 'label')) > 0, 'perplexity falls as it goes', 40); shot('4-falling')

# Ends in the playground: both models, a sentence of the sample's, before → after.
prompt = get(win, 'text', T('Text with masked words'), 60)
wait(lambda: text(prompt) in sentences, 'a sentence is chosen: ' + text(prompt))
run = ask('run', 'show', '1'); assert run['state'] == 'finished' and run['best']['perplexity'] < run['before']['perplexity'], run
bar = next(n for n in all_of(win, 'label') if seen(n) and digits(f"{run['before']['perplexity']:.2f}") in digits(n.get_name() or ''))
assert digits(f"{run['best']['perplexity']:.2f}") in digits(bar.get_name()), bar.get_name()
wait(lambda: len([n for n in all_of(win, 'label') if seen(n) and re.fullmatch(r'0[.,]\d+', n.get_name() or '')]) >= 8, 'two columns of predictions', 20)
shot('5-playground')
answers = {s: ask('fill', '--model', 'starter', '--model', 'run:1@best', '--top-k', '1', s) for s in sentences}
moved = [s for s in sentences if len({a['masks'][0]['top'][0]['token'] for a in answers[s]}) == 2]
assert not moved or text(prompt) in moved, (text(prompt), moved)
first = text(prompt); press(get(win, 'push button', T('_Another sentence'))); wait(lambda: text(prompt) != first and text(prompt) in sentences, 'another sentence')

# Again: what is there is used.
first_steps(win); press(get(win, 'push button', T('_Open the playground'))); wait(lambda: seen(prompt), 'the playground again')
wait(lambda: text(prompt) == first, 'the same sentence')
assert [c['name'] for c in ask('corpus', 'list')] == ['Jargon File'] and len(ask('run', 'list')) == 1
key('ctrl+w'); ended(process)

# The page doesn't come by itself any more.
process, app = start_app(env={'CZ_SAMPLE': small}); win = get(app, 'frame', T('Clozebench'))
get(win, 'label', 'Jargon File', 15); assert not says(win, heading)
key('ctrl+w'); ended(process)

# Over a library that was left as it was it doesn't either; and what stands in the way is told: no device, no sample.
empty = os.path.join(tmp, 'empty.sqlite'); nothing = {'CZ_SAMPLE': tmp, 'VK_DRIVER_FILES': '/dev/null', 'VK_ICD_FILENAMES': '/dev/null'}
process, app = start_app('--library', empty, env=nothing); win = get(app, 'frame', T('Clozebench'))
get(win, 'label', heading, 15); wait(lambda: says(win, T('none that can be used')), 'no device', 15)
press(get(win, 'push button', T('_Start'))); wait(lambda: sum(seen(n) for n in all_of(win, 'label', 'mesa-vulkan-drivers')) > 1, 'told why, and what to do'); shot('6-no-device')
key('ctrl+1'); get(win, 'label', T('Bring your texts')); key('ctrl+w'); ended(process)
process, app = start_app('--library', empty, env={'CZ_SAMPLE': tmp}); win = get(app, 'frame', T('Clozebench'))
get(win, 'label', T('Bring your texts'), 15); first_steps(win)
wait(lambda: says(win, T('Processor, no GPU')) or says(win, told), 'the device is known', 15)
press(get(win, 'push button', T('_Start'))); get(win, 'label', T('The sample corpus is missing: install Clozebench completely, or import texts of your own.')); shot('7-no-sample')
key('ctrl+w'); ended(process)
assert not complaints(), complaints()
print('the first start is done')
