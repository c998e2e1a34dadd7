// Writes the Parquet files of this folder with the programs that people use, reads them with
// another reader (hyparquet), and notes in expected.tsv what came out. The files are kept; this is
// run only to add one:
//
//   cd tests/data/parquet && npm install && node make.mjs
//
// A line of expected.tsv: file, text column, label column, documents, SHA-256 of all texts and of
// all labels, each followed by a NUL. A row without text is no document; a list's elements are
// joined by newlines, nulls left out; a decimal has all digits behind its point.
import crypto from 'node:crypto'
import fs from 'node:fs'
import * as arrow from 'apache-arrow'
import * as wasm from 'parquet-wasm'
import pl from 'nodejs-polars'
import { DuckDBInstance } from '@duckdb/node-api'
import { parquetReadObjects } from 'hyparquet'
import { compressors } from 'hyparquet-compressors'
import { parquetWriteBuffer } from 'hyparquet-writer'

const N = 240
const words = 'the court shall not be liable for any loss of data café naïve 中文 🙂 and so on'.split(' ')
const text = i => Array.from({ length: 3 + i % 9 }, (_, k) => words[(i * 7 + k * 5) % words.length]).join(' ') + ` (${i})`
const kinds = ['fair', 'unfair', 'unclear']
const rows = Array.from({ length: N }, (_, i) => ({
  id: i,
  text: i % 17 === 5 ? null : i === 30 ? 'long '.repeat(400) + 'end' : text(i),
  kind: i % 23 === 7 ? null : kinds[i * i % 3],
  label: i % 2,
  stars: i % 11 === 3 ? null : 1 + i % 5 + (i % 2) / 2,
  good: i % 3 === 0,
  tags: i % 13 === 4 ? null : Array.from({ length: i % 4 }, (_, k) => i % 19 === 6 && k === 1 ? null : `tag ${k} of ${i}`),
  marks: Array.from({ length: i % 3 }, (_, k) => k % 2),
  answers: i % 29 === 8 ? null : { text: Array.from({ length: i % 3 }, (_, k) => `answer ${k}\nof ${i}`), start: [i] },
  turns: Array.from({ length: i % 4 }, (_, k) => k === 2 ? null : { who: kinds[k], said: k === 1 && i % 7 === 0 ? null : text(i + k) }),
}))

function save (name, bytes) {
  fs.writeFileSync(name, bytes)
}

// ---- arrow-rs, through parquet-wasm ----

const { Compression, Encoding, WriterVersion, WriterPropertiesBuilder } = wasm
const f = (name, type) => new arrow.Field(name, type, true)
const utf8 = new arrow.Utf8()
const types = {
  id: new arrow.Int32(),
  text: utf8,
  kind: utf8,
  label: new arrow.Int64(),
  stars: new arrow.Float64(),
  good: new arrow.Bool(),
  tags: new arrow.List(f('item', utf8)),
  marks: new arrow.List(f('item', new arrow.Int64())),
  answers: new arrow.Struct([f('text', new arrow.List(f('item', utf8))), f('start', new arrow.List(f('item', new arrow.Int32())))]),
  turns: new arrow.List(f('item', new arrow.Struct([f('who', utf8), f('said', utf8)]))),
}

function arrowTable (names) {
  const value = (name, x) => name === 'label' ? BigInt(x) : name === 'marks' ? x.map(BigInt) : x
  return new arrow.Table(Object.fromEntries(names.map(name =>
    [name, arrow.vectorFromArray(rows.map(row => value(name, row[name])), types[name])])))
}

function arrowRs (file, names, set) {
  const table = wasm.Table.fromIPCStream(arrow.tableToIPC(arrowTable(names), 'stream'))
  save(file, wasm.writeParquet(table, set(new WriterPropertiesBuilder()).build()))
}

const flat = ['id', 'text', 'kind', 'label', 'stars', 'good']
const nested = ['tags', 'marks', 'answers', 'turns']
arrowRs('arrow-rs-v2-zstd.parquet', flat, b => b.setWriterVersion(WriterVersion.V2).setCompression(Compression.ZSTD)
  .setDataPageSizeLimit(600).setWriteBatchSize(20).setMaxRowGroupSize(100))
arrowRs('arrow-rs-v1-gzip.parquet', flat, b => b.setWriterVersion(WriterVersion.V1).setCompression(Compression.GZIP)
  .setDictionaryPageSizeLimit(900).setWriteBatchSize(10))
arrowRs('arrow-rs-plain.parquet', flat, b => b.setDictionaryEnabled(false).setCompression(Compression.UNCOMPRESSED)
  .setMaxRowGroupSize(150))
arrowRs('arrow-rs-delta.parquet', flat, b => b.setDictionaryEnabled(false).setCompression(Compression.SNAPPY)
  .setColumnEncoding('text', Encoding.DELTA_LENGTH_BYTE_ARRAY).setColumnEncoding('kind', Encoding.DELTA_BYTE_ARRAY)
  .setColumnEncoding('label', Encoding.DELTA_BINARY_PACKED).setColumnEncoding('id', Encoding.DELTA_BINARY_PACKED)
  .setColumnEncoding('stars', Encoding.BYTE_STREAM_SPLIT).setDataPageSizeLimit(500).setWriteBatchSize(25))
arrowRs('arrow-rs-nested.parquet', nested, b => b.setCompression(Compression.ZSTD).setDataPageSizeLimit(300)
  .setWriteBatchSize(10).setMaxRowGroupSize(90))
arrowRs('arrow-rs-nested-v2.parquet', nested, b => b.setWriterVersion(WriterVersion.V2).setCompression(Compression.SNAPPY)
  .setDataPageSizeLimit(300).setWriteBatchSize(10))
arrowRs('arrow-rs-brotli.parquet', ['text'], b => b.setCompression(Compression.BROTLI))
arrowRs('arrow-rs-lz4.parquet', ['text'], b => b.setCompression(Compression.LZ4_RAW))

// ---- DuckDB ----

const duck = await (await DuckDBInstance.create(':memory:')).connect()
fs.writeFileSync('rows.json', JSON.stringify(rows))
await duck.run(`CREATE TABLE t AS SELECT text, kind::ENUM('fair', 'unfair', 'unclear') AS kind, label::UTINYINT AS label,
  stars::DECIMAL(4, 1) AS stars, good, DATE '2020-01-01' + id::INT AS day, tags, answers, turns,
  MAP {'k': kind} AS m, md5(text)::UUID AS u FROM read_json('rows.json', maximum_depth=10) ORDER BY id`)
fs.unlinkSync('rows.json')
await duck.run("COPY t TO 'duckdb.parquet' (FORMAT parquet)")
await duck.run("COPY t TO 'duckdb-v2.parquet' (FORMAT parquet, PARQUET_VERSION V2, CODEC zstd, DICTIONARY_SIZE_LIMIT 1)")

// ---- Polars ----

const frame = pl.DataFrame({ text: rows.map(r => r.text), kind: rows.map(r => r.kind), tags: rows.map(r => r.tags ?? []) })
frame.writeParquet('polars.parquet', { compression: 'zstd' })

// ---- as the datasets library writes them, with names for labels ----

const feature = _type => ({ dtype: _type === 'ClassLabel' ? undefined : 'string', _type })
save('hub.parquet', Buffer.from(parquetWriteBuffer({
  columnData: [
    { name: 'text', data: rows.map(r => r.text ?? ''), type: 'STRING' },
    { name: 'label', data: rows.map((r, i) => i % 31 === 2 ? -1n : BigInt(r.label)), type: 'INT64' },
  ],
  rowGroupSize: 70,
  kvMetadata: [{ key: 'huggingface', value: JSON.stringify({ info: { features: {
    text: feature('Value'), label: { names: ['neg', 'pos'], ...feature('ClassLabel') } } } }) }],
})))

// ---- what another reader finds ----

const join = value => value == null ? null : Array.isArray(value) ? value.map(join).filter(x => x != null).join('\n') : String(value)
const get = (value, path) => value == null || path.length === 0 ? value
  : Array.isArray(value) ? value.map(x => get(x, path)) : get(value[path[0]], path.slice(1))

async function expect (file, column, labelColumn, show = join) {
  const bytes = fs.readFileSync(file)
  const buffer = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length)
  const found = await parquetReadObjects({ file: buffer, compressors })
  const texts = crypto.createHash('sha256'), labels = crypto.createHash('sha256')
  let n = 0
  for (const row of found) {
    const text = join(get(row, column.split('.')))
    if (text == null || text === '') continue
    const label = show(get(row, labelColumn.split('.')))
    texts.update(text + '\0')
    labels.update((label ?? '').replaceAll('\n', ' ') + '\0')
    n++
  }
  return [file, column, labelColumn, n, texts.digest('hex'), labels.digest('hex')].join('\t')
}

const lines = []
for (const file of ['arrow-rs-v2-zstd', 'arrow-rs-v1-gzip', 'arrow-rs-plain', 'arrow-rs-delta']) {
  for (const label of ['kind', 'label', 'stars', 'good']) lines.push(await expect(file + '.parquet', 'text', label))
}
for (const file of ['arrow-rs-nested', 'arrow-rs-nested-v2']) {
  for (const [column, label] of [['tags', 'marks'], ['answers.text', 'answers.start'], ['turns.said', 'turns.who']]) {
    lines.push(await expect(file + '.parquet', column, label))
  }
}
for (const file of ['duckdb', 'duckdb-v2']) {
  for (const [column, label] of [['text', 'kind'], ['text', 'label'], ['text', 'stars'], ['text', 'u'], ['tags', 'good'], ['answers.text', 'answers.start'], ['turns.said', 'turns.who']]) {
    lines.push(await expect(file + '.parquet', column, label, label === 'stars' ? x => x?.toFixed(1) : join))
  }
}
lines.push(await expect('polars.parquet', 'text', 'kind'), await expect('polars.parquet', 'tags', 'kind'))
lines.push(await expect('hub.parquet', 'text', 'label', x => ['neg', 'pos'][x]))
fs.writeFileSync('expected.tsv', lines.join('\n') + '\n')
