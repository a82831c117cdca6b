import { createHash } from "node:crypto";
import { closeSync, fstatSync, openSync, readFileSync } from "node:fs";
import { UsageError } from "../../core/errors.ts";
import { type NetworkShape, thetaOfLayers } from "../../blocks/network/relu-network.ts";
import { type Field, fieldsOf, floatsOf, textOf, wholeNumbers } from "./protobuf.ts";

/** A fully connected encoder: a relu follows every layer. */
export interface EncoderNetwork {
  /** Width of each layer: features, then hidden layers. */
  readonly sizes: readonly number[];
  /** As `relu-network.ts` lays it out, without the layer of the answers. */
  readonly theta: Float64Array;
  readonly sha256: string;
}

/** Larger files are not opened. */
const mostBytes = 256 * 2 ** 20;
const passing = ["Identity", "Flatten", "Dropout"];
const known = ["Gemm", "MatMul", "Add", "Relu", ...passing, "Softmax", "Sigmoid", "Constant"];

interface Layer {
  readonly inputs: number;
  readonly units: number;
  /** Shape: [units, inputs]. */
  readonly weights: Float64Array;
  biases: Float64Array;
  hasRelu: boolean;
}

/**
 * Reads the layers of an ONNX file up to its last relu. The file is taken apart here and never handed to a runtime: what is no chain of fully connected layers with
 * relu, or refers to anything outside the file, is refused.
 *
 * @throws UsageError in one line
 */
export function readNetwork(path: string): EncoderNetwork {
  const bytes = readWhole(path);
  try {
    const { sizes, layers } = layersOf(bytes);
    return { sizes, theta: thetaOf(sizes, layers), sha256: createHash("sha256").update(bytes).digest("hex") };
  } catch (error) {
    if (error instanceof RangeError) throw new UsageError(`${path} is no ONNX file, or cut off: ${error.message}`);
    if (error instanceof UsageError) throw new UsageError(`${path} cannot be used as an encoder: ${error.message}`);
    throw error;
  }
}

function readWhole(path: string): Buffer {
  let file: number | null = null;
  try {
    file = openSync(path, "r");
    const stat = fstatSync(file);
    if (!stat.isFile()) throw new UsageError(`${path} is no file`);
    if (stat.size > mostBytes) throw new UsageError(`${path} has ${stat.size} bytes, and an encoder may have ${mostBytes}`);
    return readFileSync(file);
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(`${path} cannot be read: ${(error as Error).message}`);
  } finally {
    if (file !== null) closeSync(file);
  }
}

/** Field numbers are those of onnx.proto3. */
function layersOf(bytes: Buffer): { sizes: number[]; layers: Layer[] } {
  const model = fieldsOf(bytes);
  const graphs = model.filter(({ number }) => number === 7);
  if (graphs.length !== 1) throw new UsageError("it must hold one graph");
  if (model.some(({ number }) => number === 20 || number === 25)) throw new UsageError("it holds functions or training graphs of its own");
  const graph = fieldsOf(graphs[0].bytes);
  if (graph.some(({ number }) => number === 15)) throw new UsageError("it holds sparse tensors");
  const tensors = new Map(graph.filter(({ number }) => number === 5).map(({ bytes: own }) => tensorOf(own)));
  const inputs = graph
    .filter(({ number }) => number === 11)
    .map(({ bytes: own }) => nameIn(fieldsOf(own), 1))
    .filter((name) => !tensors.has(name));
  if (inputs.length !== 1) throw new UsageError(`it must have one input, and has ${inputs.length}`);

  const layers: Layer[] = [];
  let current = inputs[0];
  for (const { bytes: own } of graph.filter(({ number }) => number === 1)) {
    const node = nodeOf(own);
    if (!known.includes(node.op) || node.domain !== "") {
      const name = `${node.domain === "" ? "" : `${node.domain}.`}${node.op}`.slice(0, 60);
      throw new UsageError(`operator ${JSON.stringify(name)} is not among ${known.filter((op) => op !== "Constant").join(", ")}`);
    }
    if (node.op === "Constant") throw new UsageError("constants must be stored as initializers");
    const [first, second] = node.inputs;
    const isAdd = node.op === "Add";
    if (first !== current && !(isAdd && second === current))
      throw new UsageError(`it must be one chain, and ${node.op} takes another input`);
    current = node.output;
    const last = layers.at(-1);
    const parameter = (name: string | undefined): Tensor => {
      const tensor = name === undefined ? undefined : tensors.get(name);
      if (tensor === undefined) throw new UsageError(`${node.op} must take its weights from the file`);
      return tensor;
    };
    if (node.op === "Relu") {
      if (last === undefined) throw new UsageError("a relu comes before the first layer");
      last.hasRelu = true;
    } else if (isAdd) {
      const bias = parameter(first !== undefined && tensors.has(first) ? first : second);
      if (last === undefined || last.hasRelu || bias.values.length !== last.units)
        throw new UsageError("Add must add one bias to each unit of a layer");
      last.biases = last.biases.map((value, k) => value + bias.values[k]);
    } else if (node.op === "Gemm" || node.op === "MatMul") {
      if (last !== undefined && !last.hasRelu) throw new UsageError("between two layers there must be a relu");
      const layer = layerOf(node, parameter(second), node.inputs[2] === undefined ? null : parameter(node.inputs[2]));
      if (last !== undefined && layer.inputs !== last.units)
        throw new UsageError(`a layer of ${layer.inputs} inputs follows one of ${last.units} units`);
      layers.push(layer);
    } else if (passing.includes(node.op)) continue;
    else break; // Softmax or Sigmoid: what follows is about answers.
  }
  const kept = layers.filter(({ hasRelu }) => hasRelu);
  if (kept.length === 0) throw new UsageError("it has no layer with a relu");
  return { sizes: [kept[0].inputs, ...kept.map(({ units }) => units)], layers: kept };
}

interface Node {
  readonly op: string;
  readonly domain: string;
  readonly inputs: readonly string[];
  readonly output: string;
  readonly attributes: ReadonlyMap<string, readonly Field[]>;
}

function nodeOf(bytes: Buffer): Node {
  const fields = fieldsOf(bytes);
  const attributes = new Map(
    fields
      .filter(({ number }) => number === 5)
      .map(({ bytes: own }) => {
        const parts = fieldsOf(own);
        if (parts.some(({ number }) => number === 6 || number === 11)) throw new UsageError("it holds graphs within graphs");
        return [nameIn(parts, 1), parts] as const;
      }),
  );
  const names = (wanted: number): string[] => fields.filter(({ number }) => number === wanted).map(textOf);
  const [output = ""] = names(2);
  return { op: names(4)[0] ?? "", domain: names(7)[0] ?? "", inputs: names(1), output, attributes };
}

function layerOf({ op, attributes }: Node, weights: Tensor, bias: Tensor | null): Layer {
  const setting = (name: string, field: number, otherwise: number): number => {
    const found = attributes.get(name)?.find(({ number }) => number === field);
    return found === undefined ? otherwise : field === 2 ? floatsOf(found)[0] : Number(found.value);
  };
  if (weights.shape.length !== 2)
    throw new UsageError(`${op} must have a matrix of weights, and its shape is ${weights.shape.join(" × ") || "that of a single number"}`);
  if (op === "Gemm" && (setting("transA", 3, 0) !== 0 || setting("alpha", 2, 1) !== 1 || setting("beta", 2, 1) !== 1))
    throw new UsageError("Gemm must have alpha and beta 1 and transA 0");
  const isTransposed = op === "Gemm" && setting("transB", 3, 0) === 1;
  const [units, inputs] = isTransposed ? weights.shape : [weights.shape[1], weights.shape[0]];
  const own = isTransposed
    ? weights.values
    : Float64Array.from({ length: units * inputs }, (_, p) => weights.values[(p % inputs) * units + Math.floor(p / inputs)]);
  if (bias !== null && bias.values.length !== units) throw new UsageError(`a layer of ${units} units has ${bias.values.length} biases`);
  return { inputs, units, weights: own, biases: bias?.values ?? new Float64Array(units), hasRelu: false };
}

interface Tensor {
  readonly shape: readonly number[];
  readonly values: Float64Array;
}

const [floatType, doubleType] = [1, 11];

/** A tensor by its name; those that are neither 32- nor 64-bit floats hold no values, and no layer can take them. */
function tensorOf(bytes: Buffer): [string, Tensor] {
  const fields = fieldsOf(bytes);
  const name = nameIn(fields, 8);
  if (fields.some(({ number, value }) => number === 13 || (number === 14 && value !== 0n)))
    throw new UsageError("its weights lie in another file; they must be stored in it");
  const shape = fields.filter(({ number }) => number === 1).flatMap(wholeNumbers);
  const type = Number(fields.find(({ number }) => number === 2)?.value ?? 0n);
  const count = shape.reduce((product, side) => product * side, 1);
  if (type !== floatType && type !== doubleType) return [name, { shape: [], values: new Float64Array(0) }];
  const raw = fields.find(({ number }) => number === 9);
  const width = type === floatType ? 4 : 8;
  const listed = fields.filter(({ number }) => number === (type === floatType ? 4 : 10)).flatMap((field) => floatsOf(field, width));
  const length = raw === undefined ? listed.length : raw.bytes.length / width;
  if (length !== count) throw new UsageError(`a tensor of shape ${shape.join(" × ")} holds ${length} numbers`);
  const values = raw === undefined ? Float64Array.from(listed) : Float64Array.from(floatsOf(raw, width));
  if (!values.every(Number.isFinite)) throw new UsageError("a weight is not finite");
  return [name, { shape, values }];
}

function nameIn(fields: readonly Field[], number: number): string {
  const found = fields.find((field) => field.number === number);
  return found === undefined ? "" : textOf(found);
}

function thetaOf(sizes: readonly number[], layers: readonly Layer[]): Float64Array {
  const shape: NetworkShape = { sizes, loss: "square" };
  return thetaOfLayers(shape, layers);
}
