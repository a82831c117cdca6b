import { weightedGramInto } from "../../numeric/matrices/gram.ts";
import type { Matrix } from "../../numeric/matrices/matrix.ts";
import { addScaledRowsInto, multiplyRowsInto } from "../../numeric/matrices/matrix-vector.ts";
import type { BiasKind } from "../linear/layout.ts";
import { type TaskRows, rowRange } from "./rows.ts";

/**
 * The curvature of the losses in the penalised parameters W alone. A bias that is free is eliminated: for task i with
 * C_i = Σ_j c_ij ℓ''_ij x̃ x̃ᵀ, split into features and bias, what is left is C_ww − C_wb C_bw / C_bb, so that the biases follow from W.
 *
 * `width` = features, or features + 1 where the bias is penalised with the rest.
 */
export interface Curvature {
  readonly width: number;
  /** C_bb of each task where the bias is free, else empty. */
  readonly biasBend: Float64Array;
  /** C_wb / C_bb of each task where the bias is free, else empty. Shape: [tasks, width]. */
  readonly centre: Float64Array;
  /** out = blockdiag(C_i) v. Shapes: out, v [tasks, width]. */
  multiplyInto(out: Float64Array, v: Float64Array): void;
  mean(): MeanCurvature;
}

/** The mean of the C_i over the tasks that have rows. Shapes: matrix [width, width], null where it would be too large; diagonal [width]. */
export interface MeanCurvature {
  readonly matrix: Float64Array | null;
  readonly diagonal: Float64Array;
}

/** The most features for which the mean is worth having whole. */
const meanWidth = 512;

/** The most numbers that Gram matrices may take. */
const gramRoom = 4e7;

export function curvatureOf(rows: TaskRows, bias: BiasKind, curvature: Float64Array): Curvature {
  return prefersGrams(rows) ? gramCurvature(rows, bias, curvature) : rowCurvature(rows, bias, curvature);
}

/** Whether products with the Gram matrices of the tasks are cheaper than products with their rows. */
function prefersGrams({ x, tasks }: TaskRows): boolean {
  const grams = tasks * (x.cols + 1) ** 2;
  return grams <= gramRoom && grams <= 2 * numbersOf(x) + 1e5;
}

function numbersOf(x: Matrix): number {
  return x.kind === "dense" ? x.data.length : x.values.length;
}

function gramCurvature(rows: TaskRows, bias: BiasKind, curvature: Float64Array): Curvature {
  const { x, starts, tasks } = rows;
  const full = x.cols + 1;
  const isFree = bias === "free";
  const width = isFree ? x.cols : full;
  const grams = new Float64Array(tasks * width * width);
  const gram = new Float64Array(full * full);
  const biasBend = new Float64Array(isFree ? tasks : 0);
  const centre = new Float64Array(isFree ? tasks * width : 0);
  for (let task = 0; task < tasks; task++) {
    const from = starts[task];
    const to = starts[task + 1];
    if (from === to) continue;
    weightedGramInto(gram, rowRange(x, from, to), curvature.subarray(from, to));
    const at = task * width * width;
    const bend = gram[full * full - 1];
    const last = x.cols * full;
    for (let j = 0; j < width; j++)
      for (let k = 0; k <= j; k++) {
        const value = isFree && bend > 0 ? gram[j * full + k] - (gram[last + j] * gram[last + k]) / bend : gram[j * full + k];
        grams[at + j * width + k] = value;
        grams[at + k * width + j] = value;
      }
    if (isFree) {
      biasBend[task] = bend;
      for (let j = 0; j < width; j++) centre[task * width + j] = bend > 0 ? gram[last + j] / bend : 0;
    }
  }
  const filled = filledTasks(rows);
  let mean: MeanCurvature | null = null;
  return {
    width,
    biasBend,
    centre,
    multiplyInto(out, v) {
      for (let task = 0; task < tasks; task++) {
        const to = task * width;
        for (let j = 0; j < width; j++) {
          const start = (to + j) * width;
          let even = 0;
          let odd = 0;
          let k = 0;
          for (; k + 1 < width; k += 2) {
            even += grams[start + k] * v[to + k];
            odd += grams[start + k + 1] * v[to + k + 1];
          }
          if (k < width) even += grams[start + k] * v[to + k];
          out[to + j] = even + odd;
        }
      }
    },
    mean() {
      if (mean !== null) return mean;
      const matrix = new Float64Array(width * width);
      for (let task = 0; task < tasks; task++)
        for (let j = 0; j < matrix.length; j++) matrix[j] += grams[task * matrix.length + j] / filled;
      return (mean = { matrix, diagonal: diagonalOf(matrix, width) });
    },
  };
}

function rowCurvature(rows: TaskRows, bias: BiasKind, curvature: Float64Array): Curvature {
  const { x, starts, tasks } = rows;
  const { cols } = x;
  const isFree = bias === "free";
  const width = isFree ? cols : cols + 1;
  const biasBend = new Float64Array(isFree ? tasks : 0);
  const centre = new Float64Array(isFree ? tasks * width : 0);
  for (let task = 0; isFree && task < tasks; task++) {
    const at = task * width;
    addScaledRowsInto(centre, at, x, curvature, starts[task], starts[task + 1]);
    for (let i = starts[task]; i < starts[task + 1]; i++) biasBend[task] += curvature[i];
    for (let j = at; j < at + width; j++) centre[j] = biasBend[task] > 0 ? centre[j] / biasBend[task] : 0;
  }
  const z = new Float64Array(x.rows);
  const filled = filledTasks(rows);
  let mean: MeanCurvature | null = null;

  function meanMatrix(): Float64Array {
    const full = cols + 1;
    const gram = new Float64Array(full * full);
    weightedGramInto(gram, x, curvature);
    const matrix = new Float64Array(width * width);
    for (let j = 0; j < width; j++)
      for (let k = 0; k <= j; k++) {
        let value = gram[j * full + k];
        for (let task = 0; isFree && task < tasks; task++) value -= biasBend[task] * centre[task * width + j] * centre[task * width + k];
        matrix[j * width + k] = matrix[k * width + j] = value / filled;
      }
    return matrix;
  }

  function meanDiagonal(): Float64Array {
    const diagonal = new Float64Array(width);
    addSquaresInto(diagonal, x, curvature);
    if (!isFree) for (const bend of curvature) diagonal[cols] += bend;
    for (let j = 0; j < width; j++) {
      for (let task = 0; isFree && task < tasks; task++) diagonal[j] -= biasBend[task] * centre[task * width + j] ** 2;
      diagonal[j] /= filled;
    }
    return diagonal;
  }

  return {
    width,
    biasBend,
    centre,
    multiplyInto(out, v) {
      out.fill(0);
      for (let task = 0; task < tasks; task++) {
        const from = starts[task];
        const to = starts[task + 1];
        const at = task * width;
        multiplyRowsInto(z, x, v, at, from, to);
        let shift = isFree ? 0 : v[at + cols];
        if (isFree) for (let j = at; j < at + width; j++) shift -= centre[j] * v[j];
        let sum = 0;
        for (let i = from; i < to; i++) {
          z[i] = curvature[i] * (z[i] + shift);
          sum += z[i];
        }
        addScaledRowsInto(out, at, x, z, from, to);
        if (isFree) for (let j = at; j < at + width; j++) out[j] -= sum * centre[j];
        else out[at + cols] += sum;
      }
    },
    mean() {
      if (mean !== null) return mean;
      if (width > meanWidth) return (mean = { matrix: null, diagonal: meanDiagonal() });
      const matrix = meanMatrix();
      return (mean = { matrix, diagonal: diagonalOf(matrix, width) });
    },
  };
}

function diagonalOf(matrix: Float64Array, width: number): Float64Array {
  return Float64Array.from({ length: width }, (_, j) => matrix[j * width + j]);
}

function filledTasks({ starts, tasks }: TaskRows): number {
  let count = 0;
  for (let task = 0; task < tasks; task++) if (starts[task + 1] > starts[task]) count++;
  return Math.max(1, count);
}

/** out += Σ_i scale_i x_i², entry by entry. Shapes: out [cols or more], scale [rows]. */
function addSquaresInto(out: Float64Array, x: Matrix, scale: Float64Array): void {
  for (let i = 0; i < x.rows; i++) {
    const c = scale[i];
    if (x.kind === "dense") for (let j = 0, p = i * x.cols; j < x.cols; j++, p++) out[j] += c * x.data[p] * x.data[p];
    else for (let p = x.indptr[i]; p < x.indptr[i + 1]; p++) out[x.indices[p]] += c * x.values[p] * x.values[p];
  }
}
