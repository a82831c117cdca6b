import type { Heard } from "../../core/detector.ts";
import { areaUnderCurve } from "../../numeric/orders/ranks.ts";
import type { NearRows } from "./near-rows.ts";
import type { PlantedPoison } from "./planted-poison.ts";

/** What planted poison says of detectors of rows. */
export interface LearnedMerge {
  /** By id, of those that have a part in it: what a tail of theirs counts for wrong labels, more than 0. */
  readonly weights: ReadonlyMap<string, number>;
  /** The same for far rows under a wrong label; null where none were planted or nothing finds them. */
  readonly far: ReadonlyMap<string, number> | null;
  /** By id: how often a planted label scores above another; below one half, the detector is reversed on these data. */
  readonly areas: ReadonlyMap<string, number>;
  /** Twice the standard error of such an area where nothing is told apart. */
  readonly chance: number;
  /** Who vouches for whom; absent where the taught ranking is not heard. */
  readonly near?: NearRows;
}

const sweeps = 60;
/** Of the square of each weight, on tails of variance 1. */
const penalty = 1;

/**
 * Merges of what detectors say, learned from planted wrong labels and from planted far rows. Null where no detector has a part in the first.
 *
 * @param heard what detectors say of the data with what is planted
 * @param suspected 1 where a label may be wrong already: such rows teach nothing. Shape: [rows]
 */
export function learnMerge(
  heard: readonly Heard[],
  { labels, far }: Pick<PlantedPoison, "labels" | "far">,
  suspected: Uint8Array,
): LearnedMerge | null {
  const clean = labels.map((is, i) => (is === 1 || far[i] === 1 ? 0 : 1));
  const tails = heard
    .filter(({ method }) => method.subject === "row")
    .map(({ method, scores }) => ({
      id: method.id,
      tails: tailsOf(
        scores.values,
        scores.values.filter((_, i) => clean[i] === 1),
      ),
    }));
  const rest = clean.map((is, i) => (is === 1 && suspected[i] === 0 ? 1 : 0));
  const { weights, areas } = weigh(tails, labels, rest);
  const ofFar = weigh(tails, far, rest).weights;
  const rows = labels.reduce((sum, is) => sum + is, 0);
  return weights.size === 0
    ? null
    : { weights, far: ofFar.size === 0 ? null : ofFar, areas, chance: 2 / Math.sqrt(12 * Math.max(1, rows)) };
}

/**
 * A logistic regression of planted against other rows on the tails of what detectors say, with weights that are not negative: two that say the same share a weight,
 * and one that says nothing has none; those that rank planted rows no higher than others are left out. Coordinate descent, each step Newton's: O(rows × detectors)
 * a sweep.
 *
 * @param planted 1 for what is to be found. Shape: [rows]
 * @param rest 1 for what it is told from. Shape: [rows]
 */
function weigh(
  said: readonly { readonly id: string; readonly tails: Float64Array }[],
  planted: Uint8Array,
  rest: Uint8Array,
): Pick<LearnedMerge, "weights" | "areas"> {
  const taught = Int32Array.from(planted.keys()).filter((i) => planted[i] === 1 || rest[i] === 1);
  const areas = new Map<string, number>();
  const used = said.flatMap(({ id, tails }) => {
    const own = Float64Array.from(taught, (i) => tails[i]);
    const area = areaUnderCurve(own, (at) => planted[taught[at]] === 1) ?? 0.5;
    areas.set(id, area);
    const scale = standardDeviation(own);
    return area > 0.5 && scale > 0 ? [{ id, scale, column: own.map((tail) => tail / scale) }] : [];
  });
  const found = nonNegativeLogistic(
    used.map(({ column }) => column),
    Uint8Array.from(taught, (i) => planted[i]),
  );
  return { areas, weights: new Map(used.flatMap(({ id, scale }, k) => (found[k] > 0 ? [[id, found[k] / scale] as const] : []))) };
}

/** True where planted labels tell of a detector that it looks for wrong labels: the merge weighs what it says, and what its rule says with it. */
export function looksForLabels(id: string, { areas, chance }: LearnedMerge): boolean {
  return (areas.get(id) ?? 0.5) > 0.5 + chance;
}

/** What is said of a detector that ranks planted labels below others by more than chance; null where it does not. */
export function reversalOf(id: string, { areas, chance }: LearnedMerge): string | null {
  const area = areas.get(id) ?? 0.5;
  if (area >= 0.5 - chance) return null;
  return `reversed on these data: it ranks planted wrong labels below others (AUC ${area.toFixed(2)}), and the ranking leaves it out`;
}

/** −ln of the share of `others` at or above each value, equal ones half; of a value above all, half of one is. Shapes: values [rows], result [rows]. */
export function tailsOf(values: Float64Array, others: Float64Array = values): Float64Array {
  const sorted = others.slice().sort();
  return values.map((value) => {
    const below = countBelow(sorted, value, false);
    const upTo = countBelow(sorted, value, true);
    return -Math.log((sorted.length - upTo + Math.max(1, upTo - below) / 2) / (sorted.length + 0.5));
  });
}

function nonNegativeLogistic(columns: readonly Float64Array[], truth: Uint8Array): Float64Array {
  const weights = new Float64Array(columns.length);
  const margin = new Float64Array(truth.length);
  const ones = new Float64Array(truth.length).fill(1);
  for (let sweep = 0; sweep < sweeps; sweep++) {
    let moved = move(ones, step(ones, 0, 0));
    for (let k = 0; k < columns.length; k++) {
      const by = Math.max(-weights[k], step(columns[k], weights[k], penalty));
      weights[k] += by;
      moved = Math.max(moved, move(columns[k], by));
    }
    if (moved < 1e-6) break;
  }
  return weights;

  function move(column: Float64Array, by: number): number {
    if (by !== 0) for (let i = 0; i < margin.length; i++) margin[i] += by * column[i];
    return Math.abs(by);
  }

  /** Newton's, at most 2 long. */
  function step(column: Float64Array, weight: number, pull: number): number {
    let slope = pull * weight;
    let curvature = pull + 1e-9;
    for (let i = 0; i < margin.length; i++) {
      const p = 1 / (1 + Math.exp(-margin[i]));
      slope += (p - truth[i]) * column[i];
      curvature += p * (1 - p) * column[i] * column[i];
    }
    return Math.min(2, Math.max(-2, -slope / curvature));
  }
}

function standardDeviation(values: Float64Array): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / Math.max(1, values.length));
}

/** How many of the sorted values are smaller, or no larger. */
function countBelow(sorted: Float64Array, value: number, equal: boolean): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle] < value || (equal && sorted[middle] === value)) low = middle + 1;
    else high = middle;
  }
  return low;
}
