#!/usr/bin/env python3
"""make-library.py CLOZE LIBRARY [--runs N] [--values M]: a library with N runs (10,000) as years of
work would leave them, and M measured values (0). Written with SQL: training would take those years.
Nothing in it is random: the same numbers give the same library."""
import argparse, json, os, sqlite3, subprocess

parser = argparse.ArgumentParser()
parser.add_argument('cloze'), parser.add_argument('library')
parser.add_argument('--runs', type=int, default=10000)
parser.add_argument('--values', type=int, default=0)
options = parser.parse_args()

# The schema is cloze's.
subprocess.run([options.cloze, '--library', options.library, '--quiet', 'run', 'list'], check=True, stdout=subprocess.DEVNULL)
db = sqlite3.connect(options.library, isolation_level=None)
db.execute('PRAGMA synchronous = OFF'); db.execute('PRAGMA cache_size = -200000')

CORPORA = ['film reviews', 'contracts', 'novel·les catalanes', 'forum', 'legal notices', 'songs']
MODELS = ['distilbert-base', 'starter', 'distil-multilingual']
DEVICES = ['llvmpipe (LLVM 15.0.6, 256 bits)', 'NVIDIA RTX A2000', 'Intel Arc A380']
TAGS = ['', 'film', 'first try', 'film, thesis', 'sweep', '', 'thesis', '']
NAMES = ['token masking', 'word masking', 'small rate', 'long warm-up', 'more epochs', 'frozen embeddings']
STATES = ['finished'] * 14 + ['stopped', 'failed', 'paused', 'queued', 'finished', 'finished']

def run(i):
    corpus, model, state = CORPORA[i % 6], MODELS[i // 7 % 3], STATES[i * 7 % 20]
    rate = [1e-5, 2e-5, 5e-5, 1e-4][i // 3 % 4]; batch = [16, 32, 64][i // 5 % 3]; epochs = 1 + i // 11 % 5
    steps = 0 if state == 'queued' else 200 * epochs
    step = steps if state in ('finished', 'stopped') else steps // 2
    parameters = {
        'block_size': '128', 'last_block': 'drop', 'split': 'auto', 'split_seed': '42', 'train_blocks': '0', 'test_blocks': '1000',
        'mask': 'word' if i % 4 == 1 else 'token', 'mask_probability': '0.2' if i % 4 == 1 else '0.15', 'epochs': str(epochs),
        'batch_size': str(batch), 'micro_batch': '8', 'learning_rate': repr(rate), 'warmup': '0.06', 'schedule': 'linear',
        'weight_decay': '0.01', 'beta1': '0.9', 'beta2': '0.999', 'epsilon': '1e-08', 'clip_norm': '1', 'dropout': 'config',
        'precision': 'fp32', 'seed': str(i * 31 % 997), 'eval_mask': 'token', 'eval_mask_probability': '0.15', 'eval_seed': '0',
        'eval_every': 'epoch', 'checkpoint_every': '5min', 'keep_epochs': '1', 'early_stopping': '0', 'freeze': 'none'}
    device = {'device': DEVICES[i // 13 % 3], 'driver': 'Mesa 22.3.6', 'type': 'cpu', 'subgroup_size': 8, 'micro_batch': 8,
              'kernel_table': 'fixed', 'engine': '0.1'}
    before = 3 + (i * 37 % 400) / 1000; best = before - (i * 53 % 900) / 1000
    known = steps > 0 and state != 'failed'
    return (f'{corpus}, {NAMES[i // 6 % 6]} {i + 1}', state, f'/models/{model}', model, model, corpus, corpus,
            json.dumps(parameters, separators=(',', ':')), json.dumps(device, separators=(',', ':')) if steps else None, steps, step,
            epochs * step / max(steps, 1), step * .7, before if known else None, best if known else None,
            best + .01 if state == 'finished' else None, step, 2100 + i % 700 if steps else None,
            f'{corpus}-{i % 2 if i % 60 < 2 else 0}' if known else None, TAGS[i % 8], 'A note about it.\nSecond line.' if i % 9 == 0 else '',
            int(i % 17 == 0), 1700000000 + i * 3600, 1700000060 + i * 3600, 1700000060 + i * 3600 + int(step * .7), best + .2 if known else None,
            'The disk is full: free some space, then resume the run.' if state == 'failed' else None, int(state == 'paused'))

db.execute('BEGIN')
db.executemany('''INSERT INTO run (name, state, model_folder, model, model_hash, corpus, corpus_hash, parameters, device, steps, step,
  epoch, seconds, before, best, after, best_step, tokens_per_second, eval_fingerprint, tags, notes, starred, created, started, ended,
  last_loss, message, resumable)
  VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)''', map(run, range(options.runs)))
db.execute('COMMIT')

# In the order of the key, so that pages are filled one after another.
if options.values > 0:
    names = ['train_loss', 'eval_loss', 'learning_rate', 'gradient_norm', 'tokens_per_second']
    db.executemany('INSERT OR IGNORE INTO metric_name (name) VALUES (?)', [(name,) for name in names])
    steps = options.values // options.runs // len(names)
    for first in range(1, options.runs + 1, 100):
        db.execute('BEGIN')
        db.execute('''WITH RECURSIVE r (value) AS (SELECT ?1 UNION ALL SELECT value + 1 FROM r WHERE value < ?2),
          s (value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM s WHERE value < ?3)
          INSERT INTO metric (run, name, step, epoch, seconds, value)
          SELECT r.value, n.id, s.value, s.value / 200.0, s.value * 0.7, 2.5 + 1.0 / (s.value + 1) + n.id
          FROM r CROSS JOIN (SELECT id FROM metric_name ORDER BY id) n CROSS JOIN s''',
          (first, min(first + 99, options.runs), steps))
        db.execute('COMMIT')
db.execute('PRAGMA wal_checkpoint (TRUNCATE)')
db.close()
