// DistilBERT with random weights as an ONNX model, in bytes: what an export from PyTorch computes, logits everywhere.
// Written by hand because the library onnx is one more thing to install; the format is onnx.proto's (protocol buffers).

const FLOAT = 1, INT64 = 7;

// ---- Protocol buffers ----

const varint = (value) => {
  const bytes = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  for (; rest > 127n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128);
  bytes.push(Number(rest));
  return Buffer.from(bytes);
};
const number = (field, value) => Buffer.concat([varint(field << 3), varint(value)]);
const bytes = (field, value) => Buffer.concat([varint((field << 3) | 2), varint(value.length), value]);
const text = (field, value) => bytes(field, Buffer.from(value));
const float = (field, value) => {
  const four = Buffer.alloc(4);
  four.writeFloatLE(value);
  return Buffer.concat([varint((field << 3) | 5), four]);
};

// ---- ONNX ----

const attribute = (name, value) => {
  const kinds = {
    float: () => [float(2, value.float), number(20, 1)],
    int: () => [number(3, value.int), number(20, 2)],
    ints: () => [...value.ints.map((i) => number(8, i)), number(20, 7)],
    string: () => [text(4, value.string), number(20, 3)],
  };
  return Buffer.concat([text(1, name), ...kinds[Object.keys(value)[0]]()]);
};
const node = (operation, inputs, outputs, attributes = {}) => Buffer.concat([
  ...inputs.map((name) => text(1, name)), ...outputs.map((name) => text(2, name)), text(4, operation),
  ...Object.entries(attributes).map(([name, value]) => bytes(5, attribute(name, value))),
]);
const tensor = (name, shape, type, data) => Buffer.concat([
  ...shape.map((size) => number(1, size)), number(2, type), text(8, name),
  bytes(9, Buffer.from(data.buffer, data.byteOffset, data.byteLength)),
]);
const value = (name, shape, type) => {
  const dimensions = Buffer.concat(shape.map((size) => bytes(1, number(1, size))));
  return Buffer.concat([text(1, name), bytes(2, bytes(1, Buffer.concat([number(1, type), bytes(2, dimensions)])))]);
};

// ids (blocks, size) in; logits (blocks, size, words) out, or with labels (blocks · size) the loss.
exports.make = (config, blocks, size, withLoss) => {
  const { dim, hidden_dim: hidden, n_layers: layers, n_heads: heads, vocab_size: words } = config;
  const nodes = [], tensors = [];
  let last = 0, state = 1;
  const draw = () => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    return state / 2 ** 31 * 0.035; // evenly, as wide as a deviation of 0.02
  };
  const op = (operation, inputs, attributes, output = `t${++last}`) => {
    nodes.push(node(operation, inputs, [output], attributes));
    return output;
  };
  const constant = (shape, fill) => {
    const name = `w${++last}`;
    tensors.push(tensor(name, shape, FLOAT, Float32Array.from({ length: shape.reduce((a, b) => a * b) }, fill)));
    return name;
  };
  const integers = (list, shape = [list.length]) => {
    const name = `i${++last}`;
    tensors.push(tensor(name, shape, INT64, BigInt64Array.from(list.map(BigInt))));
    return name;
  };
  const scalar = (given) => constant([1], () => given);
  const linear = (x, inside, out) => op('Add', [op('MatMul', [x, constant([inside, out], draw)]), constant([out], () => 0)]);
  const norm = (x) => op('LayerNormalization', [x, constant([dim], () => 1), constant([dim], () => 0)],
    { axis: { int: -1 }, epsilon: { float: 1e-12 } });
  const [root, one, half, scale] = [Math.SQRT2, 1, 0.5, Math.sqrt(dim / heads)].map(scalar);
  const gelu = (x) => op('Mul', [op('Mul', [x, op('Add', [op('Erf', [op('Div', [x, root])]), one])]), half]);
  const split = integers([blocks, size, heads, dim / heads]), joined = integers([blocks, size, dim]);
  const head = (x, order) => op('Transpose', [op('Reshape', [x, split])], { perm: { ints: order } });

  const table = constant([words, dim], draw);
  let x = norm(op('Add', [op('Gather', [table, 'ids']), constant([size, dim], draw)]));
  for (let layer = 0; layer < layers; layer++) {
    const q = head(op('Div', [linear(x, dim, dim), scale]), [0, 2, 1, 3]);
    const k = head(linear(x, dim, dim), [0, 2, 3, 1]), v = head(linear(x, dim, dim), [0, 2, 1, 3]);
    const mixed = op('MatMul', [op('Softmax', [op('MatMul', [q, k])], { axis: { int: -1 } }), v]);
    const together = op('Reshape', [op('Transpose', [mixed], { perm: { ints: [0, 2, 1, 3] } }), joined]);
    x = norm(op('Add', [linear(together, dim, dim), x]));
    x = norm(op('Add', [linear(gelu(linear(x, dim, hidden)), hidden, dim), x]));
  }
  x = norm(gelu(linear(x, dim, dim)));
  const output = op('MatMul', [x, op('Transpose', [table], { perm: { ints: [1, 0] } })]);
  op('Add', [output, constant([words], () => 0)], {}, 'logits');
  if (withLoss)
    op('SoftmaxCrossEntropyLoss', [op('Reshape', ['logits', integers([blocks * size, words])]), 'labels'],
      { ignore_index: { int: -100 }, reduction: { string: 'mean' } }, 'loss');
  const graph = Buffer.concat([
    ...nodes.map((n) => bytes(1, n)), text(2, 'distilbert'), ...tensors.map((t) => bytes(5, t)),
    bytes(11, value('ids', [blocks, size], INT64)),
    ...(withLoss ? [bytes(11, value('labels', [blocks * size], INT64))] : []),
    bytes(12, withLoss ? value('loss', [], FLOAT) : value('logits', [blocks, size, words], FLOAT)),
  ]);
  return Buffer.concat([number(1, 8), text(2, 'clozebench'), bytes(7, graph), bytes(8, number(2, 17))]);
};
