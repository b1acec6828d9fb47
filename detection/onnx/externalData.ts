/**
 * Looks for tensors whose numbers are in other files. An ONNX file may name any path there, and the runtime would open it.
 * Reads the wire format of protobuf itself: only the few fields that lead to tensors.
 *
 * @returns the first path that is named, or `null`
 * @throws RangeError where the bytes are no ONNX model
 */
export function externalDataOf(model: Uint8Array): string | null {
  return lookInto(model, MODEL, 0);
}

interface Kind {
  /** What the messages in which fields are. */
  inside: Readonly<Record<number, () => Kind>>;
  /** Of a tensor: the fields of a key and a value that say where its numbers are. */
  external?: number;
}

// Field numbers of onnx.proto, version 3.
const TENSOR: Kind = { inside: {}, external: 13 };
const SPARSE: Kind = { inside: { 1: () => TENSOR, 2: () => TENSOR } };
const ATTRIBUTE: Kind = {
  inside: {
    ...{ 5: () => TENSOR, 10: () => TENSOR, 6: () => GRAPH, 11: () => GRAPH },
    ...{ 22: () => SPARSE, 23: () => SPARSE },
  },
};
const NODE: Kind = { inside: { 5: () => ATTRIBUTE } };
const GRAPH: Kind = { inside: { 1: () => NODE, 5: () => TENSOR, 15: () => SPARSE } };
const FUNCTION: Kind = { inside: { 7: () => NODE, 11: () => ATTRIBUTE } };
const TRAINING: Kind = { inside: { 1: () => GRAPH, 2: () => GRAPH } };
const MODEL: Kind = { inside: { 7: () => GRAPH, 20: () => TRAINING, 25: () => FUNCTION } };

/** Graphs in graphs that nobody writes. */
const DEEPEST = 64;

function lookInto(bytes: Uint8Array, kind: Kind, depth: number): string | null {
  if (depth > DEEPEST) throw new RangeError('The graphs of the model lie too deep in each other.');
  for (const { field, value } of fieldsOf(bytes)) {
    if (value === null) continue;
    if (field === kind.external) return pathOf(value);
    const inner = kind.inside[field]?.();
    const found = inner === undefined ? null : lookInto(value, inner, depth + 1);
    if (found !== null) return found;
  }
  return null;
}

/** The value of an entry, whose key is nearly always `location`. */
function pathOf(entry: Uint8Array): string {
  const texts = [...fieldsOf(entry)].flatMap(({ value }) =>
    value === null ? [] : [Buffer.from(value).toString('utf8')],
  );
  return texts.at(-1) ?? '';
}

function* fieldsOf(bytes: Uint8Array): Generator<{ field: number; value: Uint8Array | null }> {
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let shift = 0; shift < 64; shift += 7) {
      const byte = bytes[at];
      if (byte === undefined) throw new RangeError('The file ends too early.');
      at += 1;
      // Beyond 2^53 it is no length that could be right.
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
    throw new RangeError('The file is no protobuf.');
  };
  while (at < bytes.length) {
    const tag = varint();
    const field = Math.floor(tag / 8);
    const wire = tag % 8;
    const length = wire === 0 ? null : wire === 1 ? 8 : wire === 5 ? 4 : wire === 2 ? varint() : -1;
    if (field === 0 || length === -1) throw new RangeError('The file is no protobuf.');
    if (length === null) varint();
    else if (at + length > bytes.length) throw new RangeError('The file ends too early.');
    yield { field, value: wire === 2 && length !== null ? bytes.subarray(at, at + length) : null };
    at += length ?? 0;
  }
}
