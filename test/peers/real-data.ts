import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { gunzipSync } from "node:zlib";
import type { Dataset, Target } from "../../src/core/dataset.ts";
import { type SparseMatrix, denseMatrix } from "../../src/numeric/matrices/matrix.ts";
import { datasetOf } from "../small-data.ts";

/** The folder of research data that lies beside the project, where there is one. */
export const dataFolder = process.env["THERIAC_DATA"] ?? resolve(import.meta.dirname, "../../../shared/data");
export const hasData = existsSync(resolve(dataFolder, "README.md"));

export const twoClasses: Target = { kind: "classes", names: ["0", "1"] };

function read(path: string): Buffer {
  const bytes = readFileSync(resolve(dataFolder, path));
  return path.endsWith(".gz") ? gunzipSync(bytes) : bytes;
}

/** A plain numeric CSV: every column but the target standardised (population standard deviation, constant columns 0). */
export function numericData(path: string, options: { skip?: number; target?: number; kind: Target }): Dataset {
  const lines = read(path)
    .toString("utf8")
    .trim()
    .split(/\r?\n/)
    .slice(options.skip ?? 0);
  const cells = lines.map((line) => line.split(",").map(Number));
  const target = options.target ?? cells[0].length - 1;
  const y = Float64Array.from(cells, (row) => row[target]);
  const columns = cells[0].map((_, j) => j).filter((j) => j !== target);
  const x = denseMatrix(cells.length, columns.length);
  columns.forEach((from, j) => {
    const mean = cells.reduce((sum, row) => sum + row[from], 0) / cells.length;
    const sd = Math.sqrt(cells.reduce((sum, row) => sum + (row[from] - mean) ** 2, 0) / cells.length);
    for (let i = 0; i < cells.length; i++) x.data[i * x.cols + j] = (cells[i][from] - mean) / (sd > 1e-12 ? sd : 1);
  });
  return datasetOf(x, y, options.kind);
}

/** Counts of [a-z]+ words that are in five reviews or more, each row of length 1. */
export function reviewData(): Dataset {
  const [header, ...rows] = parseCsv(read("reviews/reviews.csv").toString("utf8"));
  const [text, label] = [header.indexOf("text"), header.indexOf("label")];
  const counts = rows.map((row) => {
    const found = new Map<string, number>();
    for (const [word] of row[text].toLowerCase().matchAll(/[a-z]+/g)) found.set(word, (found.get(word) ?? 0) + 1);
    return found;
  });
  const frequency = new Map<string, number>();
  for (const found of counts) for (const word of found.keys()) frequency.set(word, (frequency.get(word) ?? 0) + 1);
  const words = [...frequency.keys()].filter((word) => frequency.get(word)! >= 5).sort();
  const column = new Map(words.map((word, j) => [word, j]));
  const indptr = new Int32Array(rows.length + 1);
  const indices: number[] = [];
  const values: number[] = [];
  counts.forEach((found, i) => {
    const kept = [...found]
      .flatMap(([word, count]) => (column.has(word) ? [{ j: column.get(word)!, count }] : []))
      .sort((a, b) => a.j - b.j);
    const length = Math.sqrt(kept.reduce((sum, { count }) => sum + count * count, 0));
    for (const { j, count } of kept) {
      indices.push(j);
      values.push(count / length);
    }
    indptr[i + 1] = indices.length;
  });
  const x: SparseMatrix = {
    kind: "sparse",
    rows: rows.length,
    cols: words.length,
    indptr,
    indices: Int32Array.from(indices),
    values: Float64Array.from(values),
  };
  const y = Float64Array.from(rows, (row) => (row[label] === "positive" ? 1 : 0));
  return datasetOf(x, y, twoClasses);
}

/** Enron counts, `part` = train or test; spam is class 1. */
export function enronData(part: "train" | "test"): Dataset {
  const buffer = (name: string): ArrayBuffer => Uint8Array.from(read(`enron/${part}_${name}.bin`)).buffer;
  const values = Float64Array.from(new Float32Array(buffer("data.f32")));
  const indptr = new Int32Array(buffer("indptr.i32"));
  const y = Float64Array.from(new Int8Array(buffer("y.i8")), (label) => (label > 0 ? 1 : 0));
  const x: SparseMatrix = { kind: "sparse", rows: y.length, cols: 5116, indptr, indices: new Int32Array(buffer("indices.i32")), values };
  return datasetOf(x, y, { kind: "classes", names: ["ham", "spam"] });
}

function parseCsv(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  for (const [, quoted, plain, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/g)) {
    row.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
    if (end === ",") continue;
    if (row.length > 1) rows.push(row);
    row = [];
  }
  return rows;
}
