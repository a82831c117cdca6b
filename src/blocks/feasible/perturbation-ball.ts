import { toDense } from "../../numeric/matrices/matrix.ts";
import type { Dataset } from "../../core/dataset.ts";
import type { ChoiceSpec, NumberSpec } from "../../core/params.ts";
import { type Table, columnOf } from "../../core/table.ts";
import type { Domain } from "./domain.ts";
import { observedEnds } from "./injection-domain.ts";

export const norms = ["box", "ball"] as const;
export type Norm = (typeof norms)[number];

export interface PerturbationBallParams {
  norm: Norm;
  radius: number;
}

export const perturbationBallParams: {
  readonly norm: ChoiceSpec & { readonly default: Norm; readonly options: typeof norms };
  readonly radius: NumberSpec;
} = {
  norm: { type: "choice", default: "box", options: norms, help: "box: each feature moves so far; ball: the whole row does" },
  radius: {
    type: "number",
    default: 0.3,
    min: 0,
    max: 1,
    help: "how far at most: of a box, as a share of the feature's range (of a vector, of all its places); of a ball, of how far rows lie from their mean",
  },
};

/**
 * Near where a row was, and within what is seen of each feature; the unit of a feature is how far it may move. Numbers and the places of vectors move, so that a moved row can be written to a file. Only where a table has neither do words, in feature space. Categories
 * and marks of missing cells never do. Any place of a vector may hold what another holds: a pixel that is dark in all images can be lit.
 *
 * @param data clean rows, which are to be moved
 */
export function perturbationBall({ x, features }: Dataset, table: Table, { norm, radius }: PerturbationBallParams): Domain {
  const cols = x.cols;
  const [low, high] = observedEnds(x);
  const kindOf = new Map(table.roles.features.map((name) => [name, columnOf(table, name).kind]));
  const hasCells = [...kindOf.values()].some((kind) => kind === "number" || kind === "vector");
  const ends = new Map<string, [number, number]>();
  for (let j = 0; j < cols; j++) {
    const [a, b] = ends.get(features.groups[j]) ?? [Infinity, -Infinity];
    ends.set(features.groups[j], [Math.min(a, low[j]), Math.max(b, high[j])]);
  }
  const reach = new Float64Array(cols);
  for (let j = 0; j < cols; j++) {
    const kind = kindOf.get(features.groups[j]);
    if (kind === "vector") [low[j], high[j]] = ends.get(features.groups[j]) as [number, number];
    const moves = features.kinds[j] !== "indicator" && (kind === "number" || kind === "vector" || !hasCells);
    reach[j] = moves && high[j] > low[j] ? (norm === "box" ? radius : 1) * (high[j] - low[j]) : 0;
  }
  const length = norm === "ball" ? radius * usualDistance(toDense(x).data, cols, reach) : Infinity;
  return {
    scale: reach,
    projectInPlace(row, { home }) {
      let squares = 0;
      for (let j = 0; j < cols; j++) {
        const from = Math.max(low[j], home[j] - reach[j]);
        const to = Math.min(high[j], home[j] + reach[j]);
        row[j] = reach[j] === 0 ? home[j] : Math.min(to, Math.max(from, row[j]));
        squares += (row[j] - home[j]) ** 2;
      }
      if (squares <= length * length) return;
      const share = length / Math.sqrt(squares);
      for (let j = 0; j < cols; j++) row[j] = home[j] + share * (row[j] - home[j]);
    },
  };
}

/** Root mean squared distance of rows from their mean, in the features that move. */
function usualDistance(data: Float64Array, cols: number, reach: Float64Array): number {
  const rows = data.length / Math.max(1, cols);
  let sum = 0;
  for (let j = 0; j < cols; j++) {
    if (reach[j] === 0) continue;
    let mean = 0;
    for (let i = 0; i < rows; i++) mean += data[i * cols + j] / rows;
    for (let i = 0; i < rows; i++) sum += (data[i * cols + j] - mean) ** 2 / rows;
  }
  return Math.sqrt(sum);
}
