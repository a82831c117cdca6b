import { existsSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { UsageError, didYouMean } from "../../../core/errors.ts";
import type { SparseMatrix } from "../../../numeric/matrices/matrix.ts";
import type { Reader, ReaderInput, VectorData } from "../reader.ts";
import type { Note, SourceFile } from "../request.ts";
import type { Texts } from "../texts.ts";
import { readWhole } from "../whole-file.ts";
import { readZip } from "../zip.ts";

/** Arrays of NumPy: features [rows, cols] with labels [rows] in the same archive, or in another file. */
export const npyReader: Reader = {
  format: "npy",
  title: "NumPy arrays",
  endings: ["npy", "npz"],
  magic: "\x93NUMPY",
  inZip: ".npy",
  options: ["labelFile"],
  memoryFactor: 6,
  hasLines: false,
  vectors: readArrays,
  noCopy: (path) => `${path}: a changed copy of NumPy arrays is not written: save them as CSV, with numpy.savetxt, and name that`,
};

/** An array as it is written. `at` counts in the order of rows, whatever the order in the file. */
interface NpyArray {
  /** For messages. */
  readonly where: string;
  readonly shape: readonly number[];
  at(position: number): number | string;
}

const usual = {
  labels: ["y_train", "y", "labels", "label", "train_labels", "targets", "target"],
  features: ["x_train", "x", "features", "data", "train_images", "images"],
};

async function readArrays({ found, request, limitBytes }: ReaderInput): Promise<VectorData> {
  const [path, another] = found.paths;
  if (another !== undefined) throw new UsageError(`${path} and ${basename(another)}: arrays are read from one file, name it`);
  const file = readWhole(path, "npy", "file of NumPy arrays");
  const notes: Note[] = [];
  const files: SourceFile[] = [];
  let [x, y]: [NpyArray | null, NpyArray | null] = [null, null];
  let names = { name: "features", labelName: "label" };
  if (file.bytes[0] === 0x93) x = parseNpy(path, file.bytes);
  else {
    const archive = await readZip(path, file.bytes, limitBytes, (name) => name.endsWith(".npy"));
    const arrays = new Map(Object.entries(archive).map(([name, bytes]) => [name.slice(0, -4), bytes]));
    const parse = (name: string): NpyArray => parseNpy(`${path}: array "${name}"`, Buffer.from(arrays.get(name)!));
    const labels = request.labelFile === undefined ? chooseArray(path, "--label", request.labels, usual.labels, [...arrays.keys()]) : null;
    const others = [...arrays.keys()].filter((name) => name !== labels);
    const features = others.length === 1 ? others[0] : chooseArray(path, "--features", request.features, usual.features, others);
    const left = others.filter((name) => name !== features);
    if (left.length > 0)
      notes.push({ level: "info", text: `${path}: the arrays ${left.join(", ")} are left out (--features and --label name others)` });
    names = { name: features, labelName: labels ?? "label" };
    [x, y] = [parse(features), labels === null ? null : parse(labels)];
  }
  if (y === null) {
    const labelPath = request.labelFile ?? labelsBeside(path);
    if (request.labelFile === undefined) notes.push({ level: "info", text: `labels from ${labelPath} (override with --label-file)` });
    const own = readWhole(labelPath, "npy", "NumPy array");
    if (own.bytes[0] !== 0x93) throw new UsageError(`${labelPath} must be one array (.npy) of labels`);
    y = parseNpy(labelPath, own.bytes);
    files.push({ path: labelPath, bytes: own.bytes.length, sha256: own.sha256, rows: 0 });
  }
  const matrix = matrixOf(x);
  const labels = labelsOf(y, matrix.rows);
  if (x.shape.length > 2)
    notes.push({ level: "info", text: `${x.where} has the shape ${shapeText(x)}: each row is read as ${matrix.cols} numbers` });
  return {
    ...{ ...names, matrix, labels, notes },
    files: [{ path, bytes: file.bytes.length, sha256: file.sha256, rows: matrix.rows }, ...files],
    dialect: {
      ...{ format: "npy", compression: "none", byteOrderMark: false, delimiter: "", quoted: false, header: false, newline: "\n" },
      ...{ columns: [names.labelName, names.name], firstIndex: 0 },
    },
  };
}

/** One array of numbers (.npy). @throws UsageError where it is none */
export function readNumberArray(path: string): { readonly shape: readonly number[]; readonly values: Float64Array } {
  const { bytes } = readWhole(path, "npy", "NumPy array");
  if (bytes[0] !== 0x93) throw new UsageError(`${path} must be one array (.npy)`);
  const array = parseNpy(path, bytes);
  const count = array.shape.reduce((product, side) => product * side, 1);
  const values = Float64Array.from({ length: count }, (_, position) => {
    const value = array.at(position);
    if (typeof value === "string") throw new UsageError(`${path} holds texts where numbers are needed`);
    return value;
  });
  return { shape: array.shape, values };
}

/** The array that was asked for, or the one with a usual name. @throws UsageError where there is none, or none that tells */
function chooseArray(path: string, option: string, asked: readonly string[], usually: readonly string[], names: readonly string[]): string {
  const [name] = asked;
  if (name !== undefined) {
    if (names.includes(name)) return name;
    throw new UsageError(`${path}: ${option}: there is no array "${name}"${didYouMean(name, names)}; there are: ${names.join(", ")}`);
  }
  for (const one of usually) {
    const found = names.find((candidate) => candidate.toLowerCase() === one);
    if (found !== undefined) return found;
  }
  const hint = option === "--label" ? ", or the file of the labels with --label-file" : "";
  throw new UsageError(
    `${path}: no array is named like the ${option === "--label" ? "labels" : "features"}: name it with ${option}${hint}; there are: ${names.join(", ") || "none"}`,
  );
}

/** `y_train.npy` beside `X_train.npy`, `labels.npy` beside `features.npy`. */
function labelsBeside(path: string): string {
  const name = basename(path);
  const beside = [name.replace(/^x(?=[_.-])/i, "y"), name.replace(/features|images|data/i, "labels"), "labels.npy", "y.npy"];
  const found = beside.map((own) => join(dirname(path), own)).find((own) => basename(own) !== name && existsSync(own));
  if (found !== undefined) return found;
  throw new UsageError(
    `${path} needs the labels of its rows: name the array (.npy) of them with --label-file, or save both with numpy.savez("data.npz", x=…, y=…)`,
  );
}

function matrixOf(array: NpyArray): SparseMatrix {
  const [rows, ...sides] = array.shape;
  if (sides.length === 0)
    throw new UsageError(
      `${array.where} is a list of ${rows ?? "one"} values, and features need rows and columns: of one feature reshape it to (-1, 1)`,
    );
  const cols = sides.reduce((product, side) => product * side, 1);
  if (rows === 0 || cols === 0) throw new UsageError(`${array.where} holds nothing: its shape is ${shapeText(array)}`);
  const indptr = new Int32Array(rows + 1);
  const indices: number[] = [];
  const values: number[] = [];
  for (let row = 0, p = 0; row < rows; row++) {
    for (let j = 0; j < cols; j++, p++) {
      const value = array.at(p);
      if (typeof value === "string")
        throw new UsageError(`${array.where} holds texts, and features must be numbers: write a table with texts as CSV or Parquet`);
      if (!Number.isFinite(value))
        throw new UsageError(`${array.where}: row ${row + 1}, value ${j + 1} is not finite: fill it, or leave the row out`);
      if (value === 0) continue;
      indices.push(j);
      values.push(value);
    }
    indptr[row + 1] = indices.length;
  }
  return { kind: "sparse", rows, cols, indptr, indices: Int32Array.from(indices), values: Float64Array.from(values) };
}

function labelsOf(array: NpyArray, rows: number): Float64Array | Texts {
  const { shape, where } = array;
  if (shape[0] !== rows || shape.slice(1).some((side) => side !== 1)) {
    const isOneHot = shape.length === 2 && shape[0] === rows;
    const hint = isOneHot ? ": of one column for each class take argmax(axis=1)" : "";
    throw new UsageError(`${where} must hold one label for each of the ${rows} rows, and its shape is ${shapeText(array)}${hint}`);
  }
  const given = Array.from({ length: rows }, (_, row) => array.at(row));
  if (given.every((label) => typeof label === "number")) {
    const wrong = given.findIndex((label) => !Number.isFinite(label));
    if (wrong >= 0) throw new UsageError(`${where}: label ${wrong + 1} is not finite`);
    return Float64Array.from(given);
  }
  const texts = given.map(String);
  const names = [...new Set(texts)].filter((text) => text !== "");
  const places = new Map(names.map((name, code) => [name, code]));
  return { codes: Int32Array.from(texts, (text) => places.get(text) ?? -1), names };
}

function shapeText({ shape }: NpyArray): string {
  return shape.length === 0 ? "that of a single value" : shape.join(" × ");
}

/** https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html: magic, version, a header in Python's words, the values. */
function parseNpy(where: string, bytes: Buffer): NpyArray {
  const damaged = (why: string): never => {
    throw new UsageError(`${where} is no sound NumPy array: ${why}`);
  };
  if (bytes.toString("latin1", 0, 6) !== "\x93NUMPY" || bytes.length < 12) damaged("it does not begin as one");
  const isFirst = bytes[6] === 1;
  const start = (isFirst ? 10 : 12) + (isFirst ? bytes.readUInt16LE(8) : bytes.readUInt32LE(8));
  const header = bytes.toString("latin1", isFirst ? 10 : 12, start);
  const shapeIn = /'shape'\s*:\s*\(([\d,\sL]*)\)/.exec(header)?.[1] ?? damaged("its header names no shape");
  const shape = shapeIn.split(",").flatMap((side) => (side.trim() === "" ? [] : [parseInt(side, 10)]));
  const isFortran = /'fortran_order'\s*:\s*True/.test(header);
  const descr = /'descr'\s*:\s*(?:'([^']*)'|\[)/.exec(header) ?? damaged("its header names no type");
  const type = typeOf(where, descr[1] ?? "a record");
  const count = shape.reduce((product, side) => product * side, 1);
  if (bytes.length - start !== count * type.bytes)
    damaged(
      `${shape.join(" × ")} values of ${type.bytes} bytes need ${count * type.bytes}, and ${Math.max(0, bytes.length - start)} are there: it is cut off`,
    );
  const place = isFortran && shape.length > 1 ? fortranPlace(shape) : (position: number): number => position;
  return { where, shape, at: (position) => type.read(bytes, start + type.bytes * place(position)) };
}

/** From the place in the order of rows to that in the order of columns, in which Fortran writes. */
function fortranPlace(shape: readonly number[]): (position: number) => number {
  const strides = shape.map((_, d) => shape.slice(0, d).reduce((product, side) => product * side, 1));
  return (position) => {
    let place = 0;
    for (let d = shape.length - 1; d >= 0; d--) {
      place += (position % shape[d]) * strides[d];
      position = Math.floor(position / shape[d]);
    }
    return place;
  };
}

/** @throws UsageError on what is no number and no text, with what to do instead */
function typeOf(where: string, descr: string): { readonly bytes: number; read(bytes: Buffer, at: number): number | string } {
  const [, order, kind, width] = /^([<>|=]?)([a-zA-Z?])(\d*)$/.exec(descr) ?? [];
  const isBig = order === ">";
  const bytes = Number(width);
  const view = (data: Buffer): DataView => new DataView(data.buffer, data.byteOffset, data.byteLength);
  switch (`${kind}${width}`) {
    case "b1":
    case "u1":
      return { bytes, read: (data, at) => data[at] };
    case "i1":
      return { bytes, read: (data, at) => data.readInt8(at) };
    case "i2":
      return { bytes, read: (data, at) => view(data).getInt16(at, !isBig) };
    case "u2":
      return { bytes, read: (data, at) => view(data).getUint16(at, !isBig) };
    case "i4":
      return { bytes, read: (data, at) => view(data).getInt32(at, !isBig) };
    case "u4":
      return { bytes, read: (data, at) => view(data).getUint32(at, !isBig) };
    case "i8":
      return { bytes, read: (data, at) => Number(view(data).getBigInt64(at, !isBig)) };
    case "u8":
      return { bytes, read: (data, at) => Number(view(data).getBigUint64(at, !isBig)) };
    case "f2":
      return { bytes, read: (data, at) => halfOf(view(data).getUint16(at, !isBig)) };
    case "f4":
      return { bytes, read: (data, at) => view(data).getFloat32(at, !isBig) };
    case "f8":
      return { bytes, read: (data, at) => view(data).getFloat64(at, !isBig) };
  }
  if (kind === "S" && bytes > 0) return { bytes, read: (data, at) => data.toString("utf8", at, at + bytes).replace(/\0+$/, "") };
  if (kind === "U" && bytes > 0) return { bytes: 4 * bytes, read: (data, at) => codePoints(view(data), at, bytes, !isBig) };
  if (kind === "O")
    throw new UsageError(
      `${where} holds Python objects, and nothing is run that a file holds: save numbers or texts, as with array.astype(float)`,
    );
  throw new UsageError(
    `${where} holds values of the type ${descr.slice(0, 20)}: numbers, truth values and texts are read, so convert it, as with array.astype(float)`,
  );
}

function codePoints(view: DataView, at: number, most: number, isLittle: boolean): string {
  let text = "";
  for (let i = 0; i < most; i++) {
    const code = view.getUint32(at + 4 * i, isLittle);
    if (code === 0) break;
    text += code > 0x10ffff ? "\ufffd" : String.fromCodePoint(code);
  }
  return text;
}

/** IEEE 754 half precision. */
function halfOf(bits: number): number {
  const sign = bits >> 15 === 0 ? 1 : -1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  return exponent === 31 ? (fraction === 0 ? sign * Infinity : NaN) : sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
