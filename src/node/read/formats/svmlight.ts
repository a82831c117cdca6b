import type { Cell } from "../../../core/table.ts";
import type { SparseMatrix } from "../../../numeric/matrices/matrix.ts";
import { UsageError } from "../../../core/errors.ts";
import type { FoundFiles, Reader } from "../reader.ts";
import type { Rewriter } from "../rewrite/rewriter.ts";
import { readText } from "../delimited/read-text.ts";
import type { Dialect, Note, SourceFile } from "../request.ts";
import { recordsOf } from "../delimited/scan-records.ts";
import { lineDialect, recordShape } from "../delimited/sniff-dialect.ts";

/** Labels and sparse vectors, a row a line. */
export const svmlightReader: Reader = {
  format: "svmlight",
  title: "svmlight",
  endings: ["svm", "svmlight", "libsvm"],
  options: [],
  memoryFactor: 4,
  hasLines: true,
  vectors: ({ found, limitBytes }) => ({ name: "features", labelName: "label", ...readSvmlight(found, limitBytes) }),
  rewrite: svmlightRewriter,
};

/** svmlight: `label index:value …`, with an optional qid (left out, with a warning) and comments. Shape: labels [rows]. */
export interface SvmlightData {
  readonly matrix: SparseMatrix;
  readonly labels: Float64Array;
  readonly files: readonly SourceFile[];
  readonly dialect: Dialect;
  readonly notes: readonly Note[];
}

/** Bytes that training takes for each feature at least, in several vectors of weights and of the optimiser. */
const bytesPerFeature = 256;

/** Features are counted from 1, or from 0 when one of them bears a 0. Throws UsageError that names file and line. */
function readSvmlight(found: FoundFiles, memoryLimitBytes: number = Infinity): SvmlightData {
  const labels: number[] = [];
  const indptr = [0];
  const indices: number[] = [];
  const values: number[] = [];
  const files: SourceFile[] = [];
  let queries = 0;
  let dialect: Dialect | null = null;
  for (const path of found.paths) {
    const { bytes, encoding, sha256, size } = readText(path);
    const own = lineDialect(path, "svmlight", bytes, encoding);
    dialect ??= own;
    const shape = recordShape(own);
    const before = labels.length;
    for (const { start, end, line } of recordsOf(path, bytes, shape)) {
      const row = parseSvmlightLine(path, line, bytes.toString("utf8", start, end));
      if (row === null) continue;
      if (row.hasQuery) queries++;
      const last = row.indices.at(-1) ?? 0;
      if (last * bytesPerFeature > memoryLimitBytes)
        throw new UsageError(
          `${path}: line ${line} has the index ${last}: a model of so many features does not fit into the memory allowed for it; number the features that occur one after the other`,
        );
      labels.push(row.label);
      for (const index of row.indices) indices.push(index);
      for (const value of row.values) values.push(value);
      indptr.push(indices.length);
    }
    if (labels.length === before) throw new UsageError(`${path} holds no rows`);
    files.push({ path, bytes: size, sha256, rows: labels.length - before });
  }
  let [low, high] = [Infinity, -1];
  for (const index of indices) {
    low = Math.min(low, index);
    high = Math.max(high, index);
  }
  if (dialect === null || high < 0) throw new UsageError(`${found.paths[0]} holds no feature at all`);
  const firstIndex = low === 0 ? 0 : 1;
  const cols = high - firstIndex + 1;
  const matrix: SparseMatrix = {
    kind: "sparse",
    rows: labels.length,
    cols,
    indptr: Int32Array.from(indptr),
    indices: Int32Array.from(indices, (index) => index - firstIndex),
    values: Float64Array.from(values),
  };
  const query = `the qid of ${queries} of ${labels.length} rows is left out: rows of one query are not kept together, and what is learned is the label and no ranking`;
  return {
    matrix,
    labels: Float64Array.from(labels),
    files,
    dialect: { ...dialect, firstIndex, columns: ["label", "features"] },
    notes: queries === 0 ? [] : [{ level: "warning", text: query }],
  };
}

/** One line, or null when it holds only a comment. Indices as written, ascending and distinct. */
function parseSvmlightLine(
  path: string,
  line: number,
  text: string,
): { label: number; indices: number[]; values: number[]; hasQuery: boolean } | null {
  const hash = text.indexOf("#");
  const parts = (hash < 0 ? text : text.slice(0, hash)).trim().split(/\s+/);
  if (parts[0] === "") return null;
  const label = Number(parts[0]);
  if (!Number.isFinite(label))
    throw new UsageError(`${path}: line ${line} must begin with a finite number as its label, got "${parts[0]}"`);
  const indices: number[] = [];
  const values: number[] = [];
  let hasQuery = false;
  for (const part of parts.slice(1)) {
    if (part.startsWith("qid:")) {
      hasQuery = true;
      continue;
    }
    const match = /^(\d+):(\S+)$/.exec(part);
    const value = match === null ? NaN : Number(match[2]);
    if (match === null || !Number.isFinite(value)) {
      throw new UsageError(`${path}: line ${line} must hold index:value pairs of finite numbers, got "${part}"`);
    }
    const index = Number(match[1]);
    if (index > 0x7fffffff) throw new UsageError(`${path}: line ${line} has the index ${match[1]}, the largest allowed is 2147483647`);
    if (indices.length > 0 && index <= indices[indices.length - 1]) {
      throw new UsageError(`${path}: line ${line} must have ascending indices, got ${index} after ${indices[indices.length - 1]}`);
    }
    indices.push(index);
    values.push(value);
  }
  return { label, indices, values, hasQuery };
}

/** svmlight. A change of features rewrites the pairs and keeps label, qid and comment as they stand. */
function svmlightRewriter(path: string, bytes: Buffer, dialect: Dialect): Rewriter {
  const textOf = (start: number, end: number): string => bytes.toString("utf8", start, end);
  const printPairs = (cell: Cell): string[] => {
    if (cell === null || typeof cell !== "object") throw new Error("svmlight features are sparse cells");
    return cell.indices.map((index, p) => `${index + dialect.firstIndex}:${cell.values[p]}`);
  };
  return {
    records: recordsOf(path, bytes, recordShape(dialect)).filter(
      ({ start, end, line }) => parseSvmlightLine(path, line, textOf(start, end)) !== null,
    ),
    rewrite(record, changes) {
      let text = textOf(record.start, record.end);
      const features = changes.get("features");
      if (features !== undefined) {
        const hash = text.indexOf("#");
        const body = hash < 0 ? text : text.slice(0, hash);
        const kept = body
          .trim()
          .split(/\s+/)
          .filter((part, i) => i === 0 || part.startsWith("qid:"));
        text = [...kept, ...printPairs(features), ...(hash < 0 ? [] : [text.slice(hash)])].join(" ");
      }
      const label = changes.get("label");
      return label === undefined ? text : text.replace(/^\s*\S+/, String(label));
    },
    render(cells) {
      return [String(cells.label), ...printPairs(cells.features ?? { indices: [], values: [] })].join(" ");
    },
  };
}
