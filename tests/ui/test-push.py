"""The Hub's writing side through the real window: signing in with a token (and nowhere but in the
keyring), a push that fails and is repeated, what a run's view shows of it, and the new run's row."""
import json, os, subprocess, sys, tempfile
from ui import *

TOKEN = 'hf_typedIntoTheWindow'
here = os.path.dirname(os.path.abspath(__file__)); sys.path[:0] = [os.path.join(here, '..', 'hub'), os.path.join(here, '..', 'cli')]
import server
tmp = tempfile.mkdtemp(); library = os.path.join(tmp, 'library.sqlite'); model = os.path.join(here, '..', 'model_a', 'model_A')
for name in ('HF_TOKEN', 'HF_HUB_OFFLINE', 'http_proxy', 'https_proxy'): os.environ.pop(name, None)
os.mkdir(os.path.join(tmp, 'hub'))
with open(os.path.join(tmp, 'hub', 'hub.json'), 'w') as file: json.dump({'users': {TOKEN: {'name': 'anna', 'orgs': ['lab']}}}, file)
hub = server.start(os.path.join(tmp, 'hub'))
keyring = subprocess.Popen(['/usr/bin/python3', os.path.join(here, '..', 'hub', 'keyring.py'), 'open'], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
keyring_bus = keyring.stdout.readline().strip(); assert keyring_bus
# The window's own bus is the accessibility's; only cloze asks the keyring.
wrapper = os.path.join(tmp, 'cloze')
with open(wrapper, 'w') as file: file.write(f'#!/bin/sh\nexport DBUS_SESSION_BUS_ADDRESS={keyring_bus}\nexec "{BUILD}/cli/cloze" "$@"\n')
os.chmod(wrapper, 0o755)
os.environ.update(HF_ENDPOINT=hub.address, CLOZE=wrapper, CZ_HTTP_TIMES='2000,2000,10')

def run(*arguments):
    r = subprocess.run([wrapper, '--library', library, '--json', *arguments], capture_output=True, text=True)
    assert r.returncode == 0, r.stderr
    return json.loads(r.stdout) if r.stdout.strip() else None
run('model', 'add', model, '--name', 'A')
with open(os.path.join(tmp, 'c.txt'), 'w') as file: file.write('\n\n'.join('The great whale saw the storm near the harbour.' for _ in range(400)))
run('corpus', 'import', 'c', os.path.join(tmp, 'c.txt'))
run('train', '--model', 'A', '--corpus', 'c', '--name', 'film run', '--set', 'block_size=16', '--set', 'train_blocks=16', '--set', 'test_blocks=8', '--set', 'epochs=1', '--set', 'batch_size=8')

process, app = start_app('--library', library)
win = get(app, 'frame', T('Clozebench'))
wait(lambda: all_of(win, 'label', 'c'), 'the library is open', 20)

# 1. Nobody is signed in, which the dialog says as a window does. Signing in.
key('ctrl+3'); wait(lambda: says(win, 'film run'), 'the run is listed'); click(next(n for n in all_of(win, 'label', 'film run') if seen(n)))
press(scroll_to(win, 'push button', T('_Push…'))); dialog = window(app, T('Push to the Hub'))
wait(lambda: says(dialog, T('Sign in to the Hub to push the model.')), 'nobody is signed in'); key('Escape'); gone(app, T('Push to the Hub'))
key('F10'); press(there(win, 'menu item', T('_Hub account…')))
dialog = window(app, T('Hub account'))
button = get(dialog, 'push button', T('_Sign in')); assert not says(dialog, 'cloze hub login'), 'the page itself asks for a token'
assert not has(button, S.SENSITIVE); shot('1-account')
type_text('hf_wrong'); key('Return'); wait(lambda: says(dialog, '401'), 'a wrong token is told of')
wait(lambda: any(seen(n) for n in all_of(dialog, 'push button', T('_Sign in'))), 'it asks again')
type_text(TOKEN); key('Return'); wait(lambda: says(dialog, 'anna'), 'signed in'); wait(lambda: says(dialog, 'lab'), 'with the organization'); shot('2-signed-in')
assert run('hub', 'whoami')['where'] == 'keyring'
key('Escape'); gone(app, T('Hub account'))

# 2. A run's model is pushed: refused first, then again.
press(scroll_to(win, 'push button', T('_Push…')))
dialog = window(app, T('Push to the Hub')); start = there(dialog, 'push button', T('_Push'))
assert any('film-run' in text(n) for n in all_of(dialog, 'text')); shot('3-push')
hub.faults = [{'path': '/api/repos/create', 'status': 403}]
click(start); wait(lambda: says(dialog, '403'), 'the failure is told'); shot('4-failed')
hub.faults = []
press(there(dialog, 'push button', T('_Again'))); wait(lambda: says(dialog, T('The model is on the Hub.')), 'it is pushed', 20); shot('5-pushed')
assert os.path.exists(os.path.join(tmp, 'hub/models/anna/film-run/model.safetensors'))
key('Escape'); gone(app, T('Push to the Hub'))
wait(lambda: any(n.name == T('On the Hub') for n in walk(win)), 'the run tells'); scroll_to(win, 'push button', T('_Push…')); shot('6-run')
assert run('run', 'show', '1')['pushes'][0]['state'] == 'pushed'

# 3. A new run's row.
key('ctrl+n'); dialog = window(app, T('New run'), 15)
scroll_to(dialog, 'label', T('Push after each epoch')); shot('7-new-run'); key('Escape'); gone(app, T('New run'))

for folder, _, names in os.walk(tmp):
    for name in names:
        if name != 'hub.json': assert TOKEN.encode() not in open(os.path.join(folder, name), 'rb').read(), name
assert TOKEN not in log()
assert not complaints(), complaints()
key('ctrl+q'); ended(process)
keyring.stdin.close(); keyring.wait(10)
