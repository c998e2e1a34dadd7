// What the JavaScript peers of `cloze bench --peer` share: the talk with cloze, as peer.py tells it.
const fs = require('fs'), path = require('path'), readline = require('readline');

// Where `npm install --global` puts libraries, which require () does not look into.
const everyone = path.join(path.dirname(process.execPath), '..', 'lib', 'node_modules');

// The first of these libraries that is there, with its version; undefined where none is.
exports.find = (names) => {
  for (const name of names)
    for (const place of ['', everyone + path.sep])
      try {
        const library = require(place + name);
        let folder = path.dirname(require.resolve(place + name)), version = '';
        for (; version === '' && folder !== path.dirname(folder); folder = path.dirname(folder))
          try { version = JSON.parse(fs.readFileSync(path.join(folder, 'package.json'), 'utf8')).version || ''; } catch {}
        return { library, version };
      } catch (error) {
        if (error.code !== 'MODULE_NOT_FOUND') throw error;
      }
  return undefined;
};

exports.seconds = (began) => Number(process.hrtime.bigint() - began) / 1e9;
exports.now = () => process.hrtime.bigint();

// prepare (task) gives { about, run }, or undefined where the library is missing; run () gives the seconds of a run.
exports.serve = async (prepare) => {
  const say = (answer) => fs.writeSync(1, JSON.stringify(answer) + '\n');
  try { fs.writeFileSync('/proc/self/oom_score_adj', '1000'); } catch {}
  try {
    const prepared = await prepare(JSON.parse(process.argv[2]));
    if (prepared === undefined) {
      say({ missing: true });
      return;
    }
    say(prepared.about);
    for await (const line of readline.createInterface({ input: process.stdin }))
      say({ seconds: await prepared.run(JSON.parse(line)) });
  } catch (error) {
    say({ error: String(error).split('\n')[0].slice(0, 300) });
  }
};
