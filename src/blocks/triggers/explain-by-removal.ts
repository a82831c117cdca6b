import { type Dataset, selectExamples } from "../../core/dataset.ts";

/** These examples with 0 in some features: for an encoded number its mean, for a word or a category its absence. Shape: isBlank [features]. */
export function withoutFeatures(data: Dataset, examples: Int32Array | null, isBlank: Uint8Array): Dataset {
  const picked = examples === null ? data : selectExamples(data, examples);
  const { x } = picked;
  if (x.kind === "dense") {
    const values = examples === null ? x.data.slice() : x.data;
    for (let j = 0; j < x.cols; j++) if (isBlank[j] === 1) for (let p = j; p < values.length; p += x.cols) values[p] = 0;
    return { ...picked, x: { ...x, data: values } };
  }
  const indptr = new Int32Array(x.rows + 1);
  const indices = new Int32Array(x.indices.length);
  const values = new Float64Array(x.values.length);
  let length = 0;
  for (let i = 0; i < x.rows; i++) {
    for (let p = x.indptr[i]; p < x.indptr[i + 1]; p++) {
      if (isBlank[x.indices[p]] === 1) continue;
      indices[length] = x.indices[p];
      values[length++] = x.values[p];
    }
    indptr[i + 1] = length;
  }
  return { ...picked, x: { ...x, indptr, indices: indices.slice(0, length), values: values.slice(0, length) } };
}

/** 1 for each word, category or count that fewer than this many examples have. Shape: [features]. */
export function rareFeatures(data: Dataset, fewerThan: number): Uint8Array {
  const { x, features } = data;
  const held = new Int32Array(x.cols);
  if (x.kind === "dense")
    for (let j = 0; j < x.cols; j++) for (let p = j; p < x.data.length; p += x.cols) held[j] += x.data[p] === 0 ? 0 : 1;
  else for (const j of x.indices) held[j]++;
  return Uint8Array.from(held, (count, j) => (features.kinds[j] !== "real" && count < fewerThan ? 1 : 0));
}

/** The same examples with every number held within the inner nine tenths of its feature, so that a value far out gives a model no leverage. */
export function heldNumbers(data: Dataset): Dataset {
  const { x, features } = data;
  if (x.kind === "sparse") return data;
  const values = x.data.slice();
  const column = new Float64Array(x.rows);
  for (let j = 0; j < x.cols; j++) {
    if (features.kinds[j] !== "real") continue;
    for (let i = 0; i < x.rows; i++) column[i] = x.data[i * x.cols + j];
    const sorted = column.slice().sort();
    const low = sorted[Math.floor(0.05 * (x.rows - 1))];
    const high = sorted[Math.floor(0.95 * (x.rows - 1))];
    for (let i = 0; i < x.rows; i++) values[i * x.cols + j] = Math.min(high, Math.max(low, column[i]));
  }
  return { ...data, x: { ...x, data: values } };
}
