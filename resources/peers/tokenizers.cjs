// The Rust library tokenizers for `cloze bench tokenize --peer`: the same text, line by line, in one thread.
const fs = require('fs'), { find, now, seconds, serve } = require('./peer.cjs');

const LINES = 1000; // handed over at once

serve(async (task) => {
  const found = find(['tokenizers', '@anush008/tokenizers']);
  if (found === undefined) return undefined;
  const words = fs.readFileSync(task.vocabulary, 'utf8').split('\n').filter((word) => word !== '');
  const vocab = Object.fromEntries(words.map((word, id) => [word, id]));
  const special = [task.pad, task.unknown, task.cls, task.sep, task.mask];
  const tokenizer = found.library.Tokenizer.fromString(JSON.stringify({
    version: '1.0', truncation: null, padding: null,
    added_tokens: special.map((content) => ({
      id: vocab[content], content, single_word: false, lstrip: false, rstrip: false, normalized: false, special: true,
    })),
    normalizer: {
      type: 'BertNormalizer', clean_text: true, handle_chinese_chars: task.cjk,
      strip_accents: task.accents, lowercase: task.lowercase,
    },
    pre_tokenizer: { type: 'BertPreTokenizer' }, post_processor: null, decoder: null,
    model: {
      type: 'WordPiece', unk_token: task.unknown, continuing_subword_prefix: '##', max_input_chars_per_word: 100, vocab,
    },
  }));
  const lines = fs.readFileSync(task.text, 'utf8').split('\n');
  const run = async () => {
    const began = now();
    for (let i = 0; i < lines.length; i += LINES)
      await tokenizer.encodeBatch(lines.slice(i, i + LINES), { addSpecialTokens: false });
    return seconds(began);
  };
  return { about: { ready: `tokenizers ${found.version}`, device: 'host' }, run };
});
