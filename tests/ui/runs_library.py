"""A library with runs in it for tests of the window: made by the command cloze and by rows, so that
nothing has to be trained. Numbers are made up by formulas and the same every time."""
import json, math, os, sqlite3, struct, subprocess

SENTENCES = ['This is a great [MASK].', 'The [MASK] was written by the director.']
WORDS = [('deal', 'idea', 'day', 'story'), ('book', 'film', 'script', 'letter')]


class Library:
    def __init__(self, cloze, folder, model, texts):
        self.cloze, self.path = cloze, os.path.join(folder, 'library.sqlite')
        self.ask('model', 'add', model, '--name', 'A')
        for name, lines in texts.items():
            path = os.path.join(folder, name + '.txt')
            open(path, 'w').write('\n'.join(lines) + '\n')
            self.ask('corpus', 'import', name, path, '--format', 'lines')

    def ask(self, *arguments):
        r = subprocess.run([self.cloze, '--library', self.path, '--json', '--quiet', *arguments], capture_output=True, text=True)
        assert r.returncode == 0, (arguments, r.stderr)
        return json.loads(r.stdout) if r.stdout.strip() else None

    def create(self, name, corpus, **parameters):
        sets = [f'--set={key}={value}' for key, value in parameters.items()]
        return self.ask('run', 'create', '--name', name, '--model', 'A', '--corpus', corpus, *sets)['run']

    def execute(self, sql, rows=((),)):
        with sqlite3.connect(self.path, timeout=30) as library:
            library.execute('PRAGMA foreign_keys = ON')
            library.executemany(sql, rows)
        library.close()

    def metrics(self, run, name, values):
        """values: (step, value) pairs; 10 steps are an epoch and take 5 seconds."""
        self.execute('INSERT OR IGNORE INTO metric_name (name) VALUES (?)', [(name,)])
        self.execute('INSERT INTO metric SELECT ?1, id, ?2, ?2 / 10.0, ?2 * 0.5, ?3 FROM metric_name WHERE name = ?4',
                     [(run, step, value, name) for step, value in values])

    def finish(self, run, steps, before, best, fingerprint, blocks=200, seed=1, state='finished'):
        """A run that went well: curves, five evaluations, examples, evaluations block by block."""
        fall = lambda step: best + (before - best) * math.exp(-6 * step / steps)
        noise = lambda step: 0.15 * math.sin(step * 12.9898 * seed) * math.cos(step * 0.731)
        self.metrics(run, 'train_loss', [(s, fall(s) + 0.1 + noise(s)) for s in range(1, steps + 1)])
        self.metrics(run, 'learning_rate', [(s, 5e-5 * (1 - s / steps)) for s in range(1, steps + 1)])
        self.metrics(run, 'gradient_norm', [(s, 1.5 + noise(s)) for s in range(1, steps + 1)])
        self.metrics(run, 'tokens_per_second', [(s, 2000 + 400 * noise(s)) for s in range(1, steps + 1)])
        evaluated = [steps * i // 5 for i in range(6)]
        losses = {s: before if s == 0 else best + 0.02 * (5 - i) for i, s in enumerate(evaluated)}
        self.metrics(run, 'eval_loss', losses.items())
        self.execute('DELETE FROM run_sentence WHERE run = ?', [(run,)])
        self.execute('INSERT INTO run_sentence VALUES (?, ?, ?)', [(run, i, text) for i, text in enumerate(SENTENCES)])
        self.execute('INSERT INTO run_prediction VALUES (?, ?, ?, ?)',
                     [(run, s, i, self.prediction(run, text, WORDS[i], e)) for e, s in enumerate(evaluated) for i, text in enumerate(SENTENCES)])
        for kind, step, loss in (('before', 0, before), ('best', steps, best), ('after', steps, best)):
            scored = [20 + b % 3 for b in range(blocks)]
            # What makes a block hard is the same for every run.
            nats = [n * (loss + 0.5 * math.sin(b) - 0.5 * sum(map(math.sin, range(blocks))) / blocks + 0.02 * math.cos(b * seed)) for b, n in enumerate(scored)]
            self.execute('INSERT INTO run_evaluation VALUES (?, ?, ?, ?, ?, ?)',
                         [(run, kind, step, fingerprint, struct.pack(f'<{blocks}d', *nats), struct.pack(f'<{blocks}I', *scored))])
        device = json.dumps({'name': 'llvmpipe (made up)', 'type': 'cpu', 'driver': 'llvmpipe 22.3.6', 'engine': '1.0', 'micro_batch': 8})
        self.execute("UPDATE run SET state = ?, steps = ?, step = ?, epoch = ?, seconds = ?, before = ?, best = ?, after = ?, best_step = ?,"
                     " tokens_per_second = 2000, eval_fingerprint = ?, device = ?, result_folder = ?, queue_position = 0, started = 1, ended = 2 WHERE id = ?",
                     [(state, steps, steps, steps / 10, steps * 0.5, before, best, best, steps, fingerprint, device,
                       self.ask('model', 'show', 'A')['folder'], run)])
        self.execute('INSERT INTO checkpoint VALUES (?, ?, ?, ?, ?, ?)',
                     [(run, 'best', steps, steps / 10, 'best', best), (run, 'epoch', steps // 2, 1, 'epoch-1', best + 0.05), (run, 'epoch', steps, 2, 'epoch-2', best)])

    def prediction(self, run, text, words, evaluation):
        scores = [0.3 / (1 + i) for i in range(len(words))]
        # The third word rises from evaluation to evaluation.
        scores[2] += 0.09 * evaluation * (1 + run % 3 * 0.1)
        top = sorted(zip(words, scores), key=lambda pair: -pair[1])
        return json.dumps({'model': f'run:{run}', 'text': text, 'masks': [{'position': 5, 'targets': [], 'top': [
            {'token': word, 'id': 100 + words.index(word), 'score': round(score, 4), 'sequence': text.replace('[MASK]', word)} for word, score in top]}]})
