// onnxruntime for `cloze bench --peer`: evaluation, and words for one mask.
const { find, now, seconds, serve } = require('./peer.cjs'), { make } = require('./onnx-model.cjs');

const MASK = 4, FIRST = 5, SHARE = 0.15;

// A session, on the GPU where one is asked for and the library can.
const open = async (library, model, threads, gpu) => {
  const options = { intraOpNumThreads: threads, interOpNumThreads: 1, graphOptimizationLevel: 'all' };
  if (gpu)
    try {
      return [await library.InferenceSession.create(model, { ...options, executionProviders: ['cuda'] }), 'cuda'];
    } catch {}
  return [await library.InferenceSession.create(model, options), 'cpu'];
};

// The five likeliest words at a position, with their probabilities.
const choose = (logits, start, words) => {
  let most = -Infinity, sum = 0;
  for (let i = 0; i < words; i++) most = Math.max(most, logits[start + i]);
  for (let i = 0; i < words; i++) sum += Math.exp(logits[start + i] - most);
  const top = [];
  for (let i = 0; i < words; i++)
    if (top.length < 5 || logits[start + i] > top[4][0]) {
      top.push([logits[start + i], i]);
      top.sort((a, b) => b[0] - a[0]);
      top.length = Math.min(top.length, 5);
    }
  return top.map(([logit, id]) => [id, Math.exp(logit - most) / sum]);
};

serve(async (task) => {
  const found = find(['onnxruntime-node']);
  if (found === undefined) return undefined;
  const fills = task.bench === 'fill', [blocks, size] = fills ? [1, 16] : [task.blocks, task.block_size];
  const words = task.config.vocab_size, tokens = blocks * size;
  const [session, device] = await open(found.library, make(task.config, blocks, size, !fills), task.threads, task.gpu);
  const draw = () => BigInt(FIRST + Math.floor(Math.random() * (words - FIRST)));
  const ids = BigInt64Array.from({ length: tokens }, draw);
  const integers = (list, shape) => new found.library.Tensor('int64', list, shape);
  const fill = async () => {
    const { logits } = await session.run({ ids: integers(ids, [blocks, size]) });
    choose(logits.data, 5 * words, words);
  };
  const evaluate = async () => {
    const labels = ids.map((id) => Math.random() < SHARE ? id : -100n);
    const inputs = ids.map((id, i) => labels[i] >= 0n && Math.random() < 0.8 ? BigInt(MASK) : id);
    await session.run({ ids: integers(inputs, [blocks, size]), labels: integers(labels, [tokens]) });
  };
  const run = async () => {
    const began = now();
    await (fills ? fill() : evaluate());
    return seconds(began);
  };
  return { about: { ready: `onnxruntime ${found.version}`, device }, run };
});
