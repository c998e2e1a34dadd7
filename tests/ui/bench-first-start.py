"""One first start, as a person does it: see bench-first-start.sh. A line of JSON. The answers count as
seen when the probabilities of both models stand side by side."""
import json, os, re, subprocess, time
from ui import *

clicks = 0
began = time.monotonic()
process, app = start_app()
win = get(app, 'frame', T('Clozebench')); start = get(win, 'push button', T('_Start'), 20)
shown = time.monotonic() - began
click(start); clicks += 1
prompt = get(win, 'text', T('Text with masked words'), 400 / PATIENCE)
wait(lambda: len([n for n in all_of(win, 'label') if seen(n) and re.fullmatch(r'0[.,]\d+', n.get_name() or '')]) >= 8, 'both models answer', 60)
seconds = time.monotonic() - began; shot('first-start')
cloze = os.path.join(BUILD, 'cli', 'cloze')
run = json.loads(subprocess.run([cloze, '--json', 'run', 'show', '1'], capture_output=True, text=True, check=True).stdout)
answers = json.loads(subprocess.run([cloze, '--json', 'fill', '--model', 'starter', '--model', 'run:1@best', '--top-k', '3', text(prompt)], capture_output=True, text=True, check=True).stdout)
print(json.dumps({'seconds': round(seconds, 1), 'page_shown': round(shown, 2), 'clicks': clicks, 'steps': run['steps'], 'stopped_early': run['state'] == 'stopped',
                  'before': round(run['before']['perplexity'], 2), 'after': round(run['best']['perplexity'], 2), 'sentence': text(prompt),
                  'answers': [[word['token'] for word in answer['masks'][0]['top']] for answer in answers], 'load': os.getloadavg()[0]}, ensure_ascii=False), flush=True)
key('ctrl+w'); ended(process)
