import { type Matrix, rowSquaredNorm } from "../../numeric/matrices/matrix.ts";

/** `euclidean` = ‖a − b‖; `cosine` = 1 − a·b / (‖a‖ ‖b‖), which is 1 for a row of zeros. */
export type Metric = "euclidean" | "cosine";

export const metricParam = {
  type: "choice",
  default: "auto",
  options: ["auto", "euclidean", "cosine"],
  help: "what nearness is; auto: cosine where rows are sparse, as for text, else euclidean",
} as const;

export function metricFor(x: Matrix, asked: Metric | "auto"): Metric {
  return asked !== "auto" ? asked : x.kind === "sparse" ? "cosine" : "euclidean";
}

/**
 * How products of queries with rows become numbers that rise with the distance from a query: offset_r − scale_r · product, which is ‖x_r‖²/2 − x_r·z or
 * −x_r·z/‖x_r‖. Shapes: offset, scale [rows], centre [cols].
 */
export interface DistanceRule {
  readonly metric: Metric;
  /** Taken off dense rows: far from the origin, differences of squares would drown in rounding. Null where nothing is taken off. */
  readonly centre: Float64Array | null;
  readonly offset: Float64Array;
  readonly scale: Float64Array;
}

export function distanceRule(rows: Matrix, metric: Metric): DistanceRule {
  const offset = new Float64Array(rows.rows);
  const scale = new Float64Array(rows.rows);
  const centre = metric === "euclidean" && rows.kind === "dense" ? centreOf(rows.data, rows.rows, rows.cols) : null;
  for (let i = 0; i < rows.rows; i++) {
    const squared = squaredNorm(rows, i, centre);
    offset[i] = metric === "euclidean" ? squared / 2 : 0;
    scale[i] = metric === "euclidean" ? 1 : squared > 0 ? 1 / Math.sqrt(squared) : 0;
  }
  return { metric, centre, offset, scale };
}

/** The distance that a number of the rule stands for, from this query. */
export function distanceOf(rule: DistanceRule, querySquaredNorm: number, rank: number): number {
  if (rule.metric === "euclidean") return Math.sqrt(Math.max(0, 2 * rank + querySquaredNorm));
  return Math.max(0, querySquaredNorm > 0 ? 1 + rank / Math.sqrt(querySquaredNorm) : 1);
}

/** Sum of the squares of a row, after the centre is taken off. */
export function squaredNorm(a: Matrix, row: number, centre: Float64Array | null): number {
  if (a.kind === "sparse" || centre === null) return rowSquaredNorm(a, row);
  let sum = 0;
  for (let j = 0, p = row * a.cols; j < a.cols; j++, p++) sum += (a.data[p] - centre[j]) * (a.data[p] - centre[j]);
  return sum;
}

/**
 * About the middle of each column, as a multiple of a power of two no larger than its spread: whole numbers stay whole, so that equal distances of counts and
 * indicators stay equal. Shape: [cols].
 */
function centreOf(data: Float64Array, rows: number, cols: number): Float64Array {
  const low = new Float64Array(cols).fill(Infinity);
  const high = new Float64Array(cols).fill(-Infinity);
  for (let i = 0, p = 0; i < rows; i++)
    for (let j = 0; j < cols; j++, p++) {
      if (data[p] < low[j]) low[j] = data[p];
      if (data[p] > high[j]) high[j] = data[p];
    }
  return low.map((least, j) => {
    const spread = high[j] - least;
    if (!(spread > 0)) return rows === 0 ? 0 : least;
    const step = 2 ** Math.floor(Math.log2(spread));
    return Math.round(least / step + spread / step / 2) * step;
  });
}
