import type { RunContext } from "../../core/context.ts";
import { type Dataset, positionsWhere, selectExamples } from "../../core/dataset.ts";
import type { NumberSpec } from "../../core/params.ts";
import { toDense } from "../../numeric/matrices/matrix.ts";
import { type FeatureBox, type InvertedTrigger, invertTrigger } from "./invert-trigger.ts";
import { inputSlopes } from "../network/network-gradients.ts";
import type { NetworkModel } from "../network/relu-network.ts";
import { medianOf, spreadOf } from "../../numeric/statistics/robust-spread.ts";

export interface ClassTriggerParams {
  rounds: number;
  index: number;
  largestShare: number;
}

export const classTriggerParams: { readonly rounds: NumberSpec; readonly index: NumberSpec; readonly largestShare: NumberSpec } = {
  rounds: {
    type: "number",
    default: 60,
    min: 1,
    max: 100_000,
    integer: true,
    help: "of eight steps each, in the search for a class's trigger",
  },
  index: {
    type: "number",
    default: 2,
    min: 0,
    max: 1000,
    help: "robust standard deviations by which a suspect class needs less than the median",
  },
  largestShare: {
    type: "number",
    default: 0.5,
    min: 0,
    max: 1,
    help: "and it needs at most this share of what the median class needs; the paper has no such bound, and finds a suspect in one clean model of ten",
  },
};

/** The trigger of one class beside those of the others. */
export interface ClassTrigger extends InvertedTrigger {
  /** (median − size) / (1.4826 · MAD) over the classes: the paper's anomaly index, positive where the class needs less than most. */
  readonly index: number;
  readonly isSuspect: boolean;
  /** ‖m‖₁ of the median class. */
  readonly usualSize: number;
  /** Lowest value of each feature, and how far from the highest. Shapes: [features]. */
  readonly low: Float64Array;
  readonly width: Float64Array;
}

const steps = { stepsPerRound: 8, batchRows: 64, success: 0.99 };
/** Rows of other classes that triggers are tried on, fewer where they would take up too many numbers. */
const most = { rows: 512, numbers: 8e6 };

/**
 * For every class that is not alone the smallest trigger that turns rows of the others into it, and which classes need suspiciously little (Wang et al. 2019,
 * section IV). A feature may be set to anything between the least and the greatest value of its raw column, so also to what no row has there.
 */
export function classTriggers(model: NetworkModel, data: Dataset, params: ClassTriggerParams, context: RunContext): ClassTrigger[] {
  if (data.target.kind !== "classes") return [];
  const box = boxOf(data);
  const slopes = inputSlopes(model, data.target, steps.batchRows);
  const found = data.target.names.flatMap((_, label): InvertedTrigger[] => {
    context.progress?.(label / (data.target.kind === "classes" ? data.target.names.length : 1));
    const others = positionsWhere(data.y.length, (i) => data.y[i] !== label);
    if (others.length === 0) return [];
    const rng = context.rng.fork("class").fork(label);
    const count = Math.max(1, Math.min(others.length, most.rows, Math.floor(most.numbers / Math.max(1, data.x.cols))));
    const pool = selectExamples(
      data,
      rng
        .fork("pool")
        .sample(others.length, count)
        .map((k) => others[k]),
    );
    const rows = { x: toDense(pool.x).data, rows: count };
    return [invertTrigger(slopes, rows, label, box, { ...steps, rounds: params.rounds }, { rng, signal: context.signal })];
  });
  const sizes = Float64Array.from(found, ({ size }) => size);
  const width = box.high.map((value, j) => value - box.low[j]);
  const [usualSize, spread] = [medianOf(sizes), spreadOf(sizes)];
  return found.map((trigger) => {
    const index = spread > 0 ? (usualSize - trigger.size) / spread : 0;
    const isSuspect = index > params.index && trigger.size <= params.largestShare * usualSize && trigger.success >= steps.success;
    return { ...trigger, index, isSuspect, usualSize, low: box.low, width };
  });
}

/** Cells of the mask that are more on than off, the strongest first. */
export function cellsOf({ mask }: InvertedTrigger): number[] {
  return Array.from(mask.keys())
    .filter((j) => mask[j] > 0.5)
    .sort((a, b) => mask[b] - mask[a] || a - b);
}

function boxOf({ x, features }: Dataset): FeatureBox {
  const { data, rows, cols } = toDense(x);
  const [low, high] = [new Float64Array(cols), new Float64Array(cols)];
  const ranges = new Map<string, { low: number; high: number }>();
  for (let j = 0; j < cols; j++) {
    let range = ranges.get(features.groups[j]);
    if (range === undefined) ranges.set(features.groups[j], (range = { low: Infinity, high: -Infinity }));
    for (let i = 0; i < rows; i++) {
      range.low = Math.min(range.low, data[i * cols + j]);
      range.high = Math.max(range.high, data[i * cols + j]);
    }
  }
  features.groups.forEach((group, j) => {
    const range = ranges.get(group) ?? { low: 0, high: 0 };
    [low[j], high[j]] = rows === 0 ? [0, 0] : [range.low, range.high];
  });
  return { low, high };
}
