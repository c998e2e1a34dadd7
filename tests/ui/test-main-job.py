"""The main job through the real window and the real command cloze: import, new run, watch, pause,
resume, close and open again while it runs, stop, playground. In any language."""
import json, os, subprocess, sys, tarfile, tempfile
from ui import *

tmp = tempfile.mkdtemp()
# In a folder of its own: a file chooser that looks into files of its folder makes the window lose its
# locks on the library.
library = os.path.join(tmp, 'library', 'library.sqlite'); os.makedirs(os.path.dirname(library))
shared = os.environ.get('CZ_SHARED', '')
cloze = os.path.join(BUILD, 'cli', 'cloze')
starter = os.path.join(os.environ.get('CZ_SOURCE_ROOT', ''), 'resources/starter/model/config.json')
small = os.path.join(shared, 'reference/model_a/model_A')
if not os.path.exists(starter) and not os.path.isdir(small):
    print('no model: neither the starter nor ../shared is there')
    sys.exit(1 if os.environ.get('CI') == 'true' else 77)

def ask(*arguments):
    r = subprocess.run([cloze, '--library', library, '--json', *arguments], capture_output=True, text=True)
    assert r.returncode == 0, r.stderr
    return json.loads(r.stdout)
def state(): return ask('run', 'show', '1')['state']
def step(): return ask('run', 'show', '1')['step']

archive, documents = os.path.join(shared, 'corpora/film/aclImdb_sample6000.tar.gz'), 6000
if not os.path.exists(archive) or not os.environ['LC_ALL'].startswith('C.'):  # the film corpus once; in other languages a small one of the same layout
    archive, documents = os.path.join(tmp, 'aclImdb_made.tar.gz'), 400
    with tarfile.open(archive, 'w:gz') as tar:
        for i in range(documents):
            path = os.path.join(tmp, 'review.txt')
            open(path, 'w').write(' '.join(f'This was a {w} film and the {w} ending made me think of film number {i * j}.' for j, w in enumerate(('great', 'dull', 'long', 'quiet') * 8)))
            tar.add(path, f"aclImdb/{'test' if i % 3 == 0 else 'train'}/{'pos' if i % 2 else 'neg'}/{i}_7.txt")

process, app = start_app('--library', library)
win = get(app, 'frame', T('Clozebench'))

# 1. Import: choose, see what was found, watch, read the result.
leave_welcome(win); get(win, 'label', T('Bring your texts'), 15)
key('ctrl+i'); dialog = window(app, T('Import a corpus')); press(get(dialog, 'push button', T('Choose _files…')))
choose_file(app, T('Files to import'), archive, T('_Choose'))
get(dialog, 'label', T('What was found'), 15)
name = get(dialog, 'text', T('_Name of the corpus')); set_text(name, 'films')
wait(lambda: says(dialog, 'pos') and says(dialog, 'train'), 'labels and splits are found'); shot('1-found')
press(get(dialog, 'push button', T('I_mport'))); shot('2-importing')
press(get(dialog, 'push button', T('_Show the corpus'), 60)); gone(app, T('Import a corpus'))
corpus = ask('corpus', 'show', 'films'); assert corpus['documents'] == documents, corpus
wait(lambda: len([r for r in all_of(win, 'table row') if seen(r)]) > 5, 'documents are listed'); shot('3-corpus')
click(get(win, 'label', T('What the model sees'))); time.sleep(1.5); shot('4-model-sees')

# 2. A model: the starter, or else a folder is added.
if not os.path.exists(starter):
    key('ctrl+2'); click(get(win, 'push button', T('Add a model'))); press(there(win, 'menu item', T('_Add a folder…'))); choose_file(app, T("Add a model's folder"), small, T('_Add'))
    wait(lambda: says(win, T('sha256 of the weights')), 'model added'); shot('5-model')

# 3. New run: the plan beforehand, own values, Start.
key('ctrl+n'); dialog = window(app, T('New run')); start = there(dialog, 'push button', T('_Start'))
for group in (T('Training'), T('Data')):
    click(scroll_to(dialog, 'label', group)); time.sleep(.3)
for title, typed in (('Epochs', '30'), ('Training blocks', '64'), ('Test blocks', '8'), ('Batch size', '8'), ('Learning rate', '0,0005')):
    set_text(there(dialog, 'text', T(title)), typed)
wait(lambda: has(start, S.SENSITIVE), 'planned', 60); shot('6-new-run')
press(start); gone(app, T('New run'))

# 4. Watch: it is running, the chart grows, the evaluation before is there.
wait(lambda: all_of(win, 'push button', T('_Pause')), 'running', 30)
chart = get(win, 'image', T('Chart of the perplexity'), 60)
wait(lambda: step() >= 3, 'steps', 90)
wait(lambda: T('training') in (chart.get_description() or ''), 'the chart is described: ' + (chart.get_description() or ''))
shot('7-running')
click(get(win, 'push button', T('Loss'))); get(win, 'image', T('Chart of the loss, in nats'))
click(get(win, 'push button', T('Learning rate'))); get(win, 'image', T('Chart of the learning rate'))
click(get(win, 'push button', T('Speed'))); speed = get(win, 'image', T('Chart of the speed')); move(speed); time.sleep(.3); shot('8-speed')
click(get(win, 'push button', T('Perplexity')))

# 5. Pause and resume.
press(get(win, 'push button', T('_Pause'))); wait(lambda: state() == 'paused', 'paused', 60)
paused = step(); resume = get(win, 'push button', T('_Resume')); shot('9-paused')
press(resume); wait(lambda: state() == 'running' and step() > paused, 'resumed and going on', 60)
# A driver refuses memory: the window says so, and its Resume takes fewer blocks at a time.
press(get(win, 'push button', T('_Pause'))); wait(lambda: state() == 'paused', 'paused again', 60)
refused = subprocess.run([cloze, '--library', library, 'run', 'resume', '1'], capture_output=True, env={**os.environ, 'CZ_GPU_FAULT': 'submit-memory:4'})
assert refused.returncode == 1 and state() == 'paused', refused.stderr
wait(lambda: says(win, 'micro_batch=4'), 'the offer is shown', 15); paused = step(); shot('9-refused')
press(get(win, 'push button', T('_Resume'))); wait(lambda: state() == 'running' and step() > paused, 'resumed with less', 60)
changes = ask('run', 'show', '1')['changes']; assert len(changes) == 1 and changes[0]['to'] == 4, changes

# 6. Close the window: the run goes on. Open it again: the chart is there and grows.
key('ctrl+w'); ended(process)
closed = step(); wait(lambda: step() > closed + 1, 'the run goes on without a window', 60)
process, app = start_app('--library', library); win = get(app, 'frame', T('Clozebench'))
key('ctrl+3'); chart = get(win, 'image', T('Chart of the perplexity'), 15)
wait(lambda: T('training') in (chart.get_description() or ''), 'the chart is there again')
before = chart.get_description(); wait(lambda: chart.get_description() != before, 'and grows', 60); shot('10-reopened')

wait(lambda: ask('run', 'show', '1')['best'], 'evaluated on the way', 120)
# 7. Stop: the model is written, before and after are told.
press(get(win, 'push button', T('_Stop'))); wait(lambda: state() == 'stopped', 'stopped', 90)
run = ask('run', 'show', '1'); assert run['model_folder'] and os.path.exists(os.path.join(run['model_folder'], 'model.safetensors')), run
digits = lambda t: ''.join(c for c in t if c.isdigit())
for part in ('before', 'best'):
    number = digits(f'{run[part]["perplexity"]:.2f}')
    wait(lambda: any(digits(n.get_name()) == number and seen(n) for n in all_of(win, 'label')), f'the perplexity {part} is told: {number}')
time.sleep(.6); shot('11-stopped')

# 8. Playground: base and adapted model side by side.
key('ctrl+4'); prompt = get(win, 'text', T('Text with masked words')); set_text(prompt, 'This is a great [MASK].')
wait(lambda: len([n for n in all_of(win, 'label') if seen(n) and (n.get_name() or '').replace(',', '.').startswith('0.')]) >= 10 or len([n for n in all_of(win, 'label') if seen(n) and '0' in (n.get_name() or '') and len(n.get_name()) <= 6]) >= 10, 'two columns of predictions', 60)
time.sleep(.4); shot('12-playground')

key('ctrl+w'); ended(process)
assert not complaints(), complaints()
print('the main job is done')
