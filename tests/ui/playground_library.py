"""A library for tests of the playground: the starter, and a run whose kept models are the starter
with some words made likelier, more with each epoch. Nothing is trained."""
import json, os, sqlite3, struct, subprocess

STEPS = 30
BOOSTS = {'film': 7.5, 'movie': 6.5, 'time': -3.0}  # logits added by the last epoch


def adapt(source, target, boosts):
    """Copies a model's folder with numbers added to its head's bias, by word."""
    os.makedirs(target, exist_ok=True)
    for name in os.listdir(source):
        if name != 'model.safetensors': open(os.path.join(target, name), 'wb').write(open(os.path.join(source, name), 'rb').read())
    words = open(os.path.join(source, 'vocab.txt'), encoding='utf-8').read().split('\n')
    weights = bytearray(open(os.path.join(source, 'model.safetensors'), 'rb').read())
    length, = struct.unpack('<Q', weights[:8])
    start = 8 + length + json.loads(weights[8:8 + length])['vocab_projector.bias']['data_offsets'][0]
    for word, boost in boosts.items():
        at = start + 2 * words.index(word)
        weights[at:at + 2] = struct.pack('<e', struct.unpack('<e', weights[at:at + 2])[0] + boost)
    path = os.path.join(target, 'model.safetensors')
    open(path + '.new', 'wb').write(weights); os.replace(path + '.new', path)


class Library:
    def __init__(self, cloze, folder, starter):
        self.cloze, self.path, self.starter = cloze, os.path.join(folder, 'library.sqlite'), starter
        texts = os.path.join(folder, 'films.txt')
        open(texts, 'w').write('The film was a great story about a long day.\n' * 60)
        self.ask('corpus', 'import', 'films', texts, '--format', 'lines')

    def ask(self, *arguments):
        r = subprocess.run([self.cloze, '--library', self.path, '--json', '--quiet', *arguments], capture_output=True, text=True)
        assert r.returncode == 0, (arguments, r.stderr)
        return json.loads(r.stdout) if r.stdout.strip() else None

    def execute(self, sql, rows=((),)):
        with sqlite3.connect(self.path, timeout=30) as library:
            library.execute('PRAGMA foreign_keys = ON')
            library.executemany(sql, rows)
        library.close()

    def folder(self, run, which): return os.path.join(self.path + '.files', 'runs', str(run), which)

    def run(self, name, boosts=BOOSTS, epochs=(1, 2, 3)):
        """A finished run that has kept each epoch, the best (the last but one) and the last."""
        run = self.ask('run', 'create', '--name', name, '--model', 'starter', '--corpus', 'films', '--set=block_size=16', '--set=batch_size=4', '--set=test_blocks=4')['run']
        for i, epoch in enumerate(epochs):
            adapt(self.starter, self.folder(run, f'epoch-{epoch}'), {word: boost * (i + 1) / len(epochs) for word, boost in boosts.items()})
        for which, epoch in (('best', epochs[-2]), ('last', epochs[-1])):
            adapt(self.folder(run, f'epoch-{epoch}'), self.folder(run, which), {})
        step = lambda epoch: STEPS * epoch // epochs[-1]
        self.execute('INSERT INTO checkpoint VALUES (?, ?, ?, ?, ?, ?)',
                     [(run, 'epoch', step(e), e, f'epoch-{e}', 2.5 - 0.1 * e) for e in epochs] +
                     [(run, 'best', step(epochs[-2]), epochs[-2], 'best', 2.3), (run, 'last', STEPS, epochs[-1], 'last', 2.35)])
        self.execute("UPDATE run SET state = 'finished', steps = ?1, step = ?1, epoch = 3, before = 3.0, best = 2.3, after = 2.35, best_step = ?2,"
                     " result_folder = ?3, started = 1, ended = 2 WHERE id = ?4", [(STEPS, step(epochs[-2]), self.folder(run, 'best'), run)])
        return run
