/** A graph of ONNX operators on 32-bit floats, written as the protobuf that any ONNX runtime reads. */
export interface OnnxGraph {
  readonly nodes: readonly OnnxNode[];
  /** Name and shape; a text stands for a size that each run fixes. */
  readonly inputs: readonly OnnxValue[];
  readonly outputs: readonly OnnxValue[];
  /** Scalars by name. */
  readonly constants: Readonly<Record<string, number>>;
  /** Lists of whole numbers by name (axes). */
  readonly integers: Readonly<Record<string, readonly number[]>>;
}

export interface OnnxValue {
  readonly name: string;
  readonly shape: readonly (number | string)[];
}

export interface OnnxNode {
  readonly op: string;
  readonly inputs: readonly string[];
  readonly output: string;
  readonly floats?: Readonly<Record<string, number>>;
  readonly ints?: Readonly<Record<string, number>>;
}

/** Operator set 13 is the first in which ReduceSum takes its axes as an input; IR version 8 goes with it and later ones. */
const [operatorSet, irVersion] = [13, 8];
const [floatType, int64Type] = [1, 7];
const [floatAttribute, intAttribute] = [1, 2];

/** Bytes of the model. Field numbers are those of onnx.proto3. */
export function writeOnnx(graph: OnnxGraph): Uint8Array {
  const body = concat([
    ...graph.nodes.map((node) => field(1, nodeBytes(node))),
    text(2, "graph"),
    ...Object.entries(graph.constants).map(([name, value]) => field(5, concat([varint(2, floatType), float(4, value), text(8, name)]))),
    ...Object.entries(graph.integers).map(([name, values]) =>
      field(5, concat([varint(1, values.length), varint(2, int64Type), ...values.map((value) => varint(7, value)), text(8, name)])),
    ),
    ...graph.inputs.map((value) => field(11, valueBytes(value))),
    ...graph.outputs.map((value) => field(12, valueBytes(value))),
  ]);
  return concat([varint(1, irVersion), text(2, "theriac"), field(7, body), field(8, concat([text(1, ""), varint(2, operatorSet)]))]);
}

function nodeBytes({ op, inputs, output, floats = {}, ints = {} }: OnnxNode): Uint8Array {
  const attribute = (name: string, value: Uint8Array, type: number): Uint8Array =>
    field(5, concat([text(1, name), value, varint(20, type)]));
  return concat([
    ...inputs.map((name) => text(1, name)),
    text(2, output),
    text(4, op),
    ...Object.entries(floats).map(([name, value]) => attribute(name, float(2, value), floatAttribute)),
    ...Object.entries(ints).map(([name, value]) => attribute(name, varint(3, value), intAttribute)),
  ]);
}

function valueBytes({ name, shape }: OnnxValue): Uint8Array {
  const dimensions = shape.map((size) => field(1, typeof size === "number" ? varint(1, size) : text(2, size)));
  const tensor = concat([varint(1, floatType), field(2, concat(dimensions))]);
  return concat([text(1, name), field(2, field(1, tensor))]);
}

/** A whole number in [0, 2^53). */
function varint(number: number, value: number): Uint8Array {
  return concat([key(number, 0), base128(value)]);
}

function float(number: number, value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setFloat32(0, value, true);
  return concat([key(number, 5), bytes]);
}

function text(number: number, value: string): Uint8Array {
  return field(number, new TextEncoder().encode(value));
}

function field(number: number, bytes: Uint8Array): Uint8Array {
  return concat([key(number, 2), base128(bytes.length), bytes]);
}

function key(number: number, wireType: number): Uint8Array {
  return base128(number * 8 + wireType);
}

function base128(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128);
  bytes.push(rest);
  return Uint8Array.from(bytes);
}

function concat(parts: readonly Uint8Array[]): Uint8Array {
  return Buffer.concat(parts);
}
