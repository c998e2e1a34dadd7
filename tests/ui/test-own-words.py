"""A model from nothing and more words for a model, through the real window: sizes told before it is
made, word pieces learnt, words proposed, ticked off and added, the gain told."""
import json, os, sqlite3, subprocess, sys, tempfile
from ui import *

tmp = tempfile.mkdtemp(); library = os.path.join(tmp, 'library.sqlite')
cloze = os.path.join(BUILD, 'cli', 'cloze')
def ask(*arguments):
    r = subprocess.run([cloze, '--library', library, '--json', '--quiet', *arguments], capture_output=True, text=True)
    assert r.returncode == 0, (arguments, r.stderr)
    return json.loads(r.stdout) if r.stdout.strip() else None

texts = os.path.join(tmp, 'clinic.txt')
with open(texts, 'w') as file:
    for i in range(400): file.write(f'The patient number {i} had a tachycardia, and the cardiologist of the clinic saw a fibrillation in the echocardiogram.\n')
ask('corpus', 'import', 'clinic', texts, '--format', 'lines')
starter = ask('model', 'show', 'starter')['vocabulary']
# A command that does not end by itself, where a model of this name is made; closing the dialog ends it.
wrapper = os.path.join(tmp, 'cloze')
with open(wrapper, 'w') as file: file.write(f'#!/bin/sh\ncase "$*" in *endless*) exec sleep 987;; esac\nexec "{cloze}" "$@"\n')
os.chmod(wrapper, 0o755)
process, app = start_app('--library', library, env={'CLOZE': wrapper})
def working(): return sh('pgrep', '-P', str(process.pid), '-f', 'sleep 987') != ''
def leave_endless(button):
    press(get(dialog, 'push button', T(button))); wait(working, 'it is at work'); title = dialog.get_name()
    key('Escape'); gone(app, title); wait(lambda: not working(), 'closing ended it')
win = get(app, 'frame', T('Clozebench')); get(win, 'label', 'clinic', 20)

# ---- A model from nothing ----
key('ctrl+shift+n'); dialog = window(app, T('New model'))
def told(part): return any(part in (n.name or '').replace(',', '').replace('.', '') + (n.name or '') for n in all_of(dialog, 'label'))
# What it will be is told at once: two layers of 128 and 8,000 pieces at most, then four.
wait(lambda: told(T('Give the model a name.')), 'a name is asked for')
assert not has(get(dialog, 'push button', T('_Make')), S.SENSITIVE)
set_text(get(dialog, 'text', T('Name')), 'starter'); wait(lambda: told(T('There is a model of this name already.')), 'the name is taken')
set_text(get(dialog, 'text', T('Name')), 'own words')
# (8000 + 512) × 128 embeddings and 8000 biases; 198,272 a layer; 256 of the embeddings' norm, 16,768 of the head.
def count(layers, pieces): return str((pieces + 512) * 128 + pieces + layers * 198272 + 256 + 16768)
wait(lambda: told(count(2, 8000)), 'parameters of two layers')
shot('new-model')
set_value(there(dialog, 'spin button', T('Layers')), 3); wait(lambda: told(count(3, 8000)), 'parameters of three layers')
name = get(dialog, 'text', T('Name')); set_text(name, 'endless'); leave_endless('_Make')
key('ctrl+shift+n'); dialog = window(app, T('New model')); set_text(get(dialog, 'text', T('Name')), 'own words')
set_value(there(dialog, 'spin button', T('Layers')), 1); set_value(get(dialog, 'spin button', T('Word pieces at most')), 1000)
press(get(dialog, 'push button', T('_Make')))
gone(app, T('New model')); get(win, 'label', 'own words', 20)
shown = ask('model', 'show', 'own words'); assert (shown['origin'], shown['dim'], shown['layers'], shown['lowercase']) == ('random', 128, 1, True) and 40 < shown['vocabulary'] <= 1000, shown

# ---- Words that the corpus breaks, from its statistics ----
key('ctrl+1')
def turned():
    if any(seen(n) for n in all_of(win, 'button', T('_Add words…')) + all_of(win, 'push button', T('_Add words…'))): return True
    for tab in [n for n in all_of(win, 'page tab', T('Statistics')) if seen(n)][:1]: click(tab); time.sleep(.5)
    scroll_step()
def scroll_step(): move(win, .6, .7); sh('xdotool', 'click', '--repeat', '4', '--delay', '15', '5')
wait(turned, 'the statistics offer to add words', 20)
title = T('Add words to %s') % 'starter'
def propose():
    press(next(n for n in all_of(win, 'push button', T('_Add words…')) if seen(n))); dialog = window(app, title)
    wait(lambda: any(n.name == 'tachycardia' for n in all_of(dialog, 'check box')), 'words are proposed', 20)
    return dialog
dialog = propose(); set_text(get(dialog, 'text', T('Name of the new model')), 'endless'); leave_endless('_Add words')
dialog = propose()
names = [n.name for n in all_of(dialog, 'check box')]
assert {'tachycardia', 'cardiologist', 'fibrillation', 'echocardiogram'} <= set(names) and 'patient' not in names, names
# One is ticked off, one of one's own comes in, one that the vocabulary has is left out and told.
click(get(dialog, 'check box', 'echocardiogram')); wait(lambda: not has(get(dialog, 'check box', 'echocardiogram'), S.CHECKED), 'ticked off')
own = get(dialog, 'text', T('Add words of your own')); click(own); type_text('arrhythmia'); key('Return')
get(dialog, 'check box', 'arrhythmia'); click(own); type_text('patient'); shot('extend-model')  # which is not applied: adding takes it
set_text(get(dialog, 'text', T('Name of the new model')), 'clinic words')
press(get(dialog, 'push button', T('_Add words')))
get(dialog, 'label', T('Bits per character'), 30); get(dialog, 'label', T('Tokens per word')); shot('gain')
wait(lambda: any('patient' in n.name for n in all_of(dialog, 'label')), 'what was left out is told')
made = ask('model', 'show', 'clinic words'); assert made['origin'] == 'extended' and made['vocabulary'] == starter + len(names), (made, names)
words = open(os.path.join(made['folder'], 'vocab.txt')).read().split('\n')
assert words[starter] == 'arrhythmia' and 'tachycardia' in words and 'echocardiogram' not in words, words[starter - 2:]
press(get(dialog, 'push button', T('_Close'))); gone(app, title)
key('ctrl+2'); get(win, 'label', 'clinic words'); shot('models')
key('ctrl+w'); ended(process)
print('done')
