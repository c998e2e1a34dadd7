"""Models and data sets from the Hub, which is one of our own on loopback: named, looked at, fetched
with progress, cut off and gone on with, imported; and all that can be wrong with a repository, with
the Hub and with the command that asks it. With real keys and a real pointer."""
import json, os, shutil, socket, subprocess, sys, tempfile, threading, urllib.request
here = os.path.dirname(os.path.realpath(__file__))
sys.path.insert(1, os.path.join(here, '..', 'hub'))
from ui import *
import server, small_parquet

tmp = tempfile.mkdtemp()
library = os.path.join(tmp, 'library', 'library.sqlite'); os.makedirs(os.path.dirname(library))
cloze = os.environ.get('CLOZE') or os.path.join(BUILD, 'cli', 'cloze')
os.environ['XDG_CACHE_HOME'] = os.path.join(tmp, 'cache')  # nothing of an earlier time
def ask(*arguments):
    r = subprocess.run([cloze, '--library', library, '--json', *arguments], capture_output=True, text=True)
    assert r.returncode == 0, r.stderr
    return json.loads(r.stdout)

# The Hub: a model that was renamed, one for those let in alone, one that is a pickle, a data set.
model = os.path.join(here, '..', 'model_a', 'model_A')
def repository(kind, name, about, files):
    folder = os.path.join(tmp, 'hub', kind, name); os.makedirs(folder)
    json.dump(about, open(os.path.join(folder, '.hub.json'), 'w'))
    for path, source in files.items():
        os.makedirs(os.path.dirname(os.path.join(folder, path)), exist_ok=True)
        shutil.copyfile(source, os.path.join(folder, path))
    if 'model.safetensors' in files:  # of its own, lest the cache have it from another
        with open(os.path.join(folder, 'model.safetensors'), 'r+b') as weights: weights.seek(-4, 2); weights.write(name.encode()[-4:])
files = {name: os.path.join(model, name) for name in ('config.json', 'model.safetensors', 'vocab.txt', 'tokenizer_config.json')}
parquet = os.path.join(tmp, 'imdb.parquet'); small_parquet.write(parquet, [f'The film number {i} was a long story about a great day.' for i in range(6)])
repository('models', 'distilbert/distilbert-base-uncased', {'cardData': {'license': 'apache-2.0'}}, files)
repository('models', 'some/gated', {'gated': 'auto', 'cardData': {'license': 'cc-by-nc-4.0'}}, files)
repository('models', 'some/pickle', {}, {'config.json': files['config.json'], 'vocab.txt': files['vocab.txt'], 'pytorch_model.bin': files['vocab.txt']})
repository('models', 'some/slow', {}, files)
repository('datasets', 'stanfordnlp/imdb', {}, {f'plain_text/{split}-00000-of-00001.parquet': parquet for split in ('train', 'test', 'unsupervised')} | {'README.md': files['vocab.txt']})
json.dump({'renames': {'distilbert-base-uncased': 'distilbert/distilbert-base-uncased', 'imdb': 'stanfordnlp/imdb'}}, open(os.path.join(tmp, 'hub', 'hub.json'), 'w'))
hub = server.start(os.path.join(tmp, 'hub'))
def faults(*them): urllib.request.urlopen(urllib.request.Request(hub.address + '/_faults', json.dumps(them).encode(), method='POST'))
# Sends the first half of the weights, then nothing until the cut.
HELD, NOTHING, cut, send = {'path': '/cdn/*.safetensors', 'times': 1, 'drip': [20000, .06], 'held': 300000}, {'path': '/cdn/*.safetensors', 'cut': 0}, threading.Event(), server.Handler.send
def held(self, body):
    if self.record.get('sent', 0) >= self.fault_now.get('held', 1 << 40): cut.wait(); self.connection.shutdown(socket.SHUT_RDWR)
    send(self, body)
server.Handler.send = held

environment = {'CLOZE': os.path.join(here, 'fake-hub.py'), 'FAKE_HUB_CLOZE': cloze, 'HF_ENDPOINT': hub.address, 'CZ_HTTP_TIMES': '2000,60000,50'}
for name in ('HF_TOKEN', 'HF_HUB_OFFLINE', 'http_proxy', 'https_proxy', 'all_proxy'): os.environ.pop(name, None)
process, app = start_app('--library', library, env=environment)
win = get(app, 'frame', T('Clozebench')); leave_welcome(win); get(win, 'label', T('Bring your texts'), 15)
MODEL, DATASET, IMPORT = T('A model from the Hub'), T('A data set from the Hub'), T('Import a corpus')
def entry(dialog): return there(dialog, 'text', T('Name or address of a repository'))
def name_repository(dialog, typed, enter=True):
    wait(lambda: sh('xdotool', 'getactivewindow', 'getwindowname') == dialog.get_name(), 'the dialog is in front')
    field = entry(dialog)
    if not has(field, S.FOCUSED): click(field)
    key('ctrl+a'); type_text(typed)
    if enter: wait(lambda: text(field) == typed, 'typed'); key('Return')
def can(dialog, button): return has(there(dialog, 'push button', T(button)), S.SENSITIVE)
def shows(dialog, *parts): wait(lambda: all(says(dialog, part) for part in parts), f'it says {parts}', 12)
def children(): return [c for c in sh('pgrep', '-P', str(process.pid), '-f', 'hub show|model add').split()]

# 1. A data set: suggested, renamed, its files chosen with the pointer, then imported as any other.
press(get(win, 'push button', T('From the _Hub…'))); dialog = window(app, DATASET); shows(dialog, 'imdb', 'fancyzhu/ag_news'); shot('1-suggestions')
assert not can(dialog, '_Get and import…')
type_text('im'); wait(lambda: not says(dialog, 'fancyzhu/ag_news'), 'the suggestions are narrowed')
click(wait(lambda: next((n for n in all_of(dialog, 'list item') if seen(n) and all_of(n, 'label', 'imdb')), None), 'imdb is suggested'))
shows(dialog, 'stanfordnlp/imdb', T('“%s” is called this now.') % 'imdb', T('None said')); wait(lambda: can(dialog, '_Get and import…'), 'it can be fetched')
checks = wait(lambda: [n for n in all_of(dialog, 'check box') if seen(n)], 'files'); assert len(checks) == 3 and all(has(n, S.CHECKED) for n in checks); shot('2-dataset')
press(get(dialog, 'push button', T('Choose _none'))); wait(lambda: not can(dialog, '_Get and import…'), 'nothing to fetch'); shows(dialog, T('Choose the files to import'))
for split in ('test', 'train'): click(next(n for n in all_of(dialog, 'check box') if split in n.get_name()))
wait(lambda: can(dialog, '_Get and import…'), 'two are chosen'); press(get(dialog, 'push button', T('_Get and import…')))
dialog = window(app, IMPORT, 20); get(dialog, 'label', T('What was found'), 15); shot('3-import')
wait(lambda: text(get(dialog, 'text', T('_Name of the corpus'))) == 'imdb', 'it is called as the data set')
press(get(dialog, 'push button', T('I_mport'))); press(get(dialog, 'push button', T('_Show the corpus'), 30)); gone(app, IMPORT)
wait(lambda: any('hub:stanfordnlp/imdb@' in n.get_name() for n in all_of(win, 'label')), 'the corpus says where it is from'); shot('4-corpus')
assert sorted(g['name'] for g in ask('corpus', 'show', 'imdb')['splits']) == ['test', 'train']

# 2. A model, by an address that was pasted into the wrong dialog. Cut off for good, it goes on later.
key('ctrl+i'); dialog = window(app, IMPORT); press(get(dialog, 'push button', T('From the _Hub…'))); dialog = window(app, DATASET)
name_repository(dialog, 'https://huggingface.co/distilbert-base-uncased/tree/main', False); press(get(dialog, 'push button', T('Look at the _model')))
dialog = window(app, MODEL); shows(dialog, 'distilbert/distilbert-base-uncased', 'Apache 2.0', T('To download'), 'DistilBertForMaskedLM'); shot('5-model')
name = get(dialog, 'text', T('_Name in the library')); wait(lambda: text(name) == 'distilbert-base-uncased', 'a name is proposed')
if any(m['name'] == 'starter' for m in ask('model', 'list')):
    set_text(name, 'starter'); shows(dialog, T('There is a model of this name already; choose another name.')); assert not can(dialog, '_Get')
set_text(name, 'of the Hub'); wait(lambda: can(dialog, '_Get'), 'a free name')
faults(HELD, NOTHING)
press(get(dialog, 'push button', T('_Get'))); get(dialog, 'progress bar', T('Progress of the download')); wait(lambda: any('kB' in n.get_name() for n in all_of(dialog, 'label') if seen(n)), 'it says how much came'); shot('6-progress')
press(get(dialog, 'push button', T('_Hide'))); gone(app, MODEL)
button = wait(lambda: next((n for n in all_of(win, 'push button') if 'distilbert-base-uncased' in (n.get_name() or '')), None), 'the button tells of it'); click(button)
row = wait(lambda: [n for n in all_of(win, 'push button') if all_of(n, 'label', 'distilbert-base-uncased')][-1], 'it is listed'); shot('7-activity')
cut.set(); press(row); dialog = window(app, MODEL); again = get(dialog, 'push button', T('_Go on'), 20); shot('8-cut')
assert not ask('model', 'list') or all(m['name'] != 'of the Hub' for m in ask('model', 'list'))
faults(); press(again); shows(win, T('“%s” is in the library.') % 'of the Hub'); shot('9-model'); gone(app, MODEL)
wait(lambda: any(n.get_name() == 'of the Hub' for n in all_of(win, 'label') if seen(n)), 'the page shows it')
assert any(r['range'] for r in json.load(urllib.request.urlopen(hub.address + '/_log')) if r['path'].endswith('.safetensors')), 'it went on from where it was'
press(wait(lambda: [n for n in all_of(win, 'push button', T('_Try it')) if seen(n)][0], 'it can be tried')); get(win, 'text', T('Text with masked words'))

# 3. What can be wrong: each is told, none stays in the way of the next.
key('ctrl+i'); dialog = window(app, IMPORT); press(get(dialog, 'push button', T('From the _Hub…'))); dialog = window(app, DATASET)
name_repository(dialog, 'no such name', False); shows(dialog, T('“%s” cannot be a repository\'s name: that is like “distilbert-base-uncased” or “owner/name”, with letters, digits, “-”, “_” and “.”.').split('«-»')[0].split('“-”')[0] % 'no such name'); shot('10-wrong')
name_repository(dialog, 'https://huggingface.co/some/pickle', False); press(get(dialog, 'push button', T('Look at the _model')))
dialog = window(app, MODEL); shows(dialog, 'some/pickle', 'safe_serialization'); assert not can(dialog, '_Get'); shot('11-pickle')
name_repository(dialog, 'some/gated'); shows(dialog, 'some/gated', 'CC BY-NC 4.0'); get(dialog, 'push button', T('_Sign in…')); shot('12-gated')
wait(lambda: can(dialog, '_Get'), 'one may be let in'); press(get(dialog, 'push button', T('_Get'))); get(dialog, 'push button', T('_Go on'), 15); get(dialog, 'push button', T('_Sign in…')); shot('13-locked')
press(get(dialog, 'push button', T('_Back'))); shows(dialog, 'some/gated')
name_repository(dialog, 'some/gone'); get(dialog, 'label', T('Nothing was found'), 15); get(dialog, 'push button', T('_Sign in…')); shot('14-gone')
name_repository(dialog, 'bad/offline'); wait(lambda: says(dialog, '127.0.0.1') and not all_of(dialog, 'push button', T('_Sign in…')) , 'being offline is said', 5); shot('15-offline')
name_repository(dialog, 'bad/nonsense'); wait(lambda: any(T('The command cloze gave an answer that can\'t be read (%s).').split('(')[0] in n.get_name() for n in all_of(dialog, 'label') if seen(n)), 'nonsense is told')
name_repository(dialog, 'bad/odd'); shows(dialog, 'bad/odd', T("It can't be used here.")); shot('16-odd')
name_repository(dialog, 'bad/crash'); shows(dialog, T('The command cloze ended unexpectedly; its driver may have failed. Try again.')); shot('17-crash')
name_repository(dialog, 'bad/hang'); shows(dialog, T('Asking the Hub…')); wait(children, 'it is asked'); shot('18-hang')
name_repository(dialog, 'distilbert-base-uncased'); shows(dialog, 'distilbert/distilbert-base-uncased'); assert not says(dialog, T('Asking the Hub…'))
name = get(dialog, 'text', T('_Name in the library')); shows(dialog, T('All of it, %s, is here already from an earlier time.').split('%s')[0]); shot('19-here')
name_repository(dialog, 'bad/hang'); wait(lambda: says(dialog, T('Asking the Hub…')), 'asked again'); key('Escape'); gone(app, MODEL)
wait(lambda: not children(), 'nobody waits for an answer, nobody gives one')

# 4. Stopped; gone on with; closing the window asks, and ends what is under way.
cut.clear(); faults(HELD); key('ctrl+i'); dialog = window(app, IMPORT); press(get(dialog, 'push button', T('From the _Hub…'))); dialog = window(app, DATASET)
name_repository(dialog, 'https://huggingface.co/some/slow', False); press(get(dialog, 'push button', T('Look at the _model'))); dialog = window(app, MODEL)
wait(lambda: can(dialog, '_Get'), 'it can be fetched'); press(get(dialog, 'push button', T('_Get'))); press(get(dialog, 'push button', T('_Stop'))); get(dialog, 'label', T('Stopped')); shot('20-stopped')
faults(HELD); press(get(dialog, 'push button', T('_Go on'))); get(dialog, 'progress bar', T('Progress of the download')); key('Escape'); gone(app, MODEL)
key('ctrl+w'); question = wait(lambda: next((w for w in windows(app) if says(w, T('A download is under way'))), None), 'closing asks'); shot('21-closing')
press(get(question, 'push button', T('_Keep going'))); wait(lambda: len(windows(app)) == 1, 'kept'); assert children()
working = children(); key('ctrl+w'); question = wait(lambda: next((w for w in windows(app) if says(w, T('A download is under way'))), None), 'closing asks again')
press(get(question, 'push button', T('_Stop and close'))); ended(process)
wait(lambda: not [c for c in working if sh('ps', '-o', 'stat=', '-p', c) not in ('', 'Z')], 'what fetched has ended too')
assert all(m['name'] != 'slow' for m in ask('model', 'list'))
assert not complaints(), complaints()
print('the Hub is at hand')
