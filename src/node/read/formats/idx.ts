import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { gunzipSync } from "node:zlib";
import { UsageError } from "../../../core/errors.ts";
import type { SparseMatrix } from "../../../numeric/matrices/matrix.ts";
import { isGzip } from "../find/ending.ts";
import type { Reader } from "../reader.ts";
import { printBytes } from "../memory.ts";
import { narrowRange } from "../images/read-images.ts";
import type { Dialect, Note, SourceFile } from "../request.ts";

/** Handwritten digits come as train-images-idx3-ubyte; the labels beside them, idx1, are no data of their own. */
export const idxReader: Reader = {
  format: "idx",
  title: "IDX",
  endings: ["idx"],
  names: /[-.]idx[2-9]-[a-z]+(\.gz)?$/,
  options: ["labelFile"],
  memoryFactor: 13,
  hasLines: false,
  vectors: ({ found, request, limitBytes }) => ({
    name: "image",
    labelName: "label",
    ...readIdx(found.paths, request.labelFile, limitBytes),
  }),
  noCopy: (path) => `${path}: a changed copy of images cannot be written`,
};

/** Images of an IDX file, as handwritten digits come, with the labels of another. Pixels in one byte become numbers in [0, 1]. */
export interface IdxData {
  /** Shape: [images, pixels]. */
  readonly matrix: SparseMatrix;
  readonly labels: Float64Array;
  readonly files: readonly SourceFile[];
  readonly dialect: Dialect;
  readonly notes: readonly Note[];
}

interface IdxArray {
  readonly shape: readonly number[];
  at(position: number): number;
  readonly isBytes: boolean;
  readonly file: SourceFile;
}

/** Bytes and reader of each type code. */
const types: Readonly<Record<number, { readonly bytes: number; read(data: Buffer, at: number): number }>> = {
  0x08: { bytes: 1, read: (data, at) => data.readUInt8(at) },
  0x09: { bytes: 1, read: (data, at) => data.readInt8(at) },
  0x0b: { bytes: 2, read: (data, at) => data.readInt16BE(at) },
  0x0c: { bytes: 4, read: (data, at) => data.readInt32BE(at) },
  0x0d: { bytes: 4, read: (data, at) => data.readFloatBE(at) },
  0x0e: { bytes: 8, read: (data, at) => data.readDoubleBE(at) },
};

/** @param labelFile default: beside the images, under their name with idx1 for idx3 and labels for images. @throws UsageError naming the file */
export function readIdx(paths: readonly string[], labelFile: string | undefined, limitBytes: number): IdxData {
  if (paths.length > 1) throw new UsageError(`${paths[0]} and ${basename(paths[1])}: images are read from one IDX file, name it`);
  const [path] = paths;
  const images = readArray(path, limitBytes);
  if (images.shape.length < 2)
    throw new UsageError(
      `${path} holds a list of ${images.shape[0] ?? 0} numbers and no images: name the file of the images, and this one with --label-file`,
    );
  const labelPath = labelFile ?? labelsBeside(path);
  const labels = readArray(labelPath, limitBytes);
  const [rows, ...sides] = images.shape;
  if (labels.shape[0] !== rows || labels.shape.slice(1).some((side) => side !== 1)) {
    const hint = labels.shape.length > 2 ? ": it holds images itself" : "";
    throw new UsageError(
      `${labelPath} must hold one label for each of the ${rows} images, and its shape is ${labels.shape.join(" × ")}${hint}`,
    );
  }
  if (rows === 0) throw new UsageError(`${path} holds no images`);
  if (sides.includes(0)) throw new UsageError(`${path} holds ${rows} images of ${sides.join(" × ")} pixels, which is none`);
  const notes: Note[] = labelFile === undefined ? [{ level: "info", text: `labels from ${labelPath} (override with --label-file)` }] : [];
  const pixels = sides.reduce((product, side) => product * side, 1);
  const matrix = sparsePixels(path, images, rows, pixels);
  const range = images.isBytes ? narrowPixels(matrix) : null;
  if (range !== null) notes.push(range);
  const values = Float64Array.from({ length: rows }, (_, row) => labels.at(row));
  const wrong = values.findIndex((value) => !Number.isFinite(value));
  if (wrong >= 0) throw new UsageError(`${labelPath}: label ${wrong + 1} is not finite`);
  const dialect: Dialect = {
    format: "idx",
    compression: isGzip(path) ? "gzip" : "none",
    byteOrderMark: false,
    delimiter: "",
    quoted: false,
    header: false,
    newline: "\n",
    columns: ["label", "image"],
    firstIndex: 0,
  };
  return { matrix, labels: values, files: [images.file, { ...labels.file, rows: 0 }], dialect, notes };
}

function sparsePixels(path: string, images: IdxArray, rows: number, pixels: number): SparseMatrix {
  const scale = images.isBytes ? 1 / 255 : 1;
  const indptr = new Int32Array(rows + 1);
  let count = 0;
  for (let row = 0, p = 0; row < rows; row++) {
    for (let j = 0; j < pixels; j++, p++) {
      const value = images.at(p);
      if (!Number.isFinite(value)) throw new UsageError(`${path}: image ${row + 1}, value ${j + 1} is not finite`);
      if (value !== 0) count++;
    }
    indptr[row + 1] = count;
  }
  const [indices, values] = [new Int32Array(count), new Float64Array(count)];
  for (let row = 0, p = 0, at = 0; row < rows; row++)
    for (let j = 0; j < pixels; j++, p++) {
      const value = images.at(p);
      if (value === 0) continue;
      indices[at] = j;
      values[at++] = images.isBytes ? value * scale : value;
    }
  return { kind: "sparse", rows, cols: pixels, indptr, indices, values };
}

function narrowPixels({ rows, cols, values }: SparseMatrix): Note | null {
  const hasZero = values.length < rows * cols;
  let [low, high] = hasZero ? [0, 0] : [1, 0];
  for (let p = 0; p < values.length; p++) {
    if (values[p] < low) low = values[p];
    if (values[p] > high) high = values[p];
  }
  return narrowRange(low, high, 255);
}

/** http://yann.lecun.com/exdb/mnist: two zeros, type, number of dimensions, each as 4 bytes, then the numbers; big-endian, the last dimension fastest. */
function readArray(path: string, limitBytes: number): IdxArray {
  const packed = readBytes(path);
  const data = isGzip(path) ? unpack(path, packed, limitBytes) : packed;
  const type = data.length < 4 || data[0] !== 0 || data[1] !== 0 ? undefined : types[data[2]];
  const dimensions = data[3] ?? 0;
  if (type === undefined || dimensions === 0 || data.length < 4 + 4 * dimensions)
    throw new UsageError(`${path} is no IDX file: it must begin with two zeros, a type of number and its dimensions`);
  const shape = Array.from({ length: dimensions }, (_, d) => data.readUInt32BE(4 + 4 * d));
  const start = 4 + 4 * dimensions;
  const expected = start + type.bytes * shape.reduce((product, side) => product * side, 1);
  if (data.length !== expected)
    throw new UsageError(
      `${path} has ${data.length} bytes, and ${shape.join(" × ")} numbers of ${type.bytes} need ${expected}: it is cut off or damaged`,
    );
  return {
    shape,
    at: (position) => type.read(data, start + type.bytes * position),
    isBytes: data[2] === 0x08,
    file: { path, bytes: packed.length, sha256: createHash("sha256").update(packed).digest("hex"), rows: shape[0] },
  };
}

function readBytes(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new UsageError(`${path} cannot be read: ${(error as Error).message}`);
  }
}

function unpack(path: string, packed: Buffer, limitBytes: number): Buffer {
  try {
    return gunzipSync(packed, { maxOutputLength: Math.max(1, Math.min(limitBytes, 2 ** 32 - 1)) });
  } catch (error) {
    const isLarge = (error as { code?: string }).code === "ERR_BUFFER_TOO_LARGE";
    throw new UsageError(
      isLarge ? `${path} unpacks to more than ${printBytes(limitBytes)}` : `${path} cannot be unpacked: ${(error as Error).message}`,
    );
  }
}

function labelsBeside(path: string): string {
  const name = basename(path).replace("images", "labels").replace(/idx\d/, "idx1");
  const beside = [name, name.endsWith(".gz") ? name.slice(0, -3) : `${name}.gz`].map((own) => join(dirname(path), own));
  const found = beside.find((own) => own !== path && basename(own) !== basename(path) && existsSync(own));
  if (found !== undefined) return found;
  throw new UsageError(`${path} needs the labels of its images: name their IDX file with --label-file`);
}
