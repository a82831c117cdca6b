import type { Features } from "../../core/dataset.ts";
import type { LabelGroup } from "./label-groups.ts";

/** Where a row's score stands among those of its group. */
export interface PercentileRank {
  /** Of the other rows of the group, the share that scores lower, in [0, 1]. */
  readonly share: number;
  /** "other rows labelled "spam"", or "other rows". */
  readonly others: string;
  /** "99.8 % of them", or "all of them". */
  readonly howMany: string;
}

/** Reasons are given from here on: who is like most others needs no explanation. */
const leastShare = 0.9;

/** The standing of a row that scores higher than nine tenths of its group; null for any other. What is sorted is sorted when first asked for. */
export function percentileRanksOf(values: Float64Array, groups: readonly LabelGroup[]): (row: number) => PercentileRank | null {
  let sorted: Float64Array[] | null = null;
  const groupOf = new Int32Array(values.length);
  groups.forEach(({ rows }, k) => rows.forEach((row) => (groupOf[row] = k)));
  return (row) => {
    sorted ??= groups.map(({ rows }) => Float64Array.from(rows, (i) => values[i]).sort());
    const own = sorted[groupOf[row]];
    const share = own.length < 2 ? 0 : below(own, values[row]) / (own.length - 1);
    if (share < leastShare) return null;
    const { label } = groups[groupOf[row]];
    const percent = Math.floor(1000 * share) / 10;
    return {
      share,
      others: label === null ? "other rows" : `other rows labelled "${label}"`,
      howMany: share === 1 ? "all of them" : `${percent} % of them`,
    };
  };
}

/** How many of the sorted values are smaller. */
function below(sorted: Float64Array, value: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle] < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** `; mostly by "length"`: the feature that counts most, nothing where none counts. Shape: parts [features]. */
export function mostlyBy(features: Features, parts: Float64Array): string {
  let top = 0;
  for (let j = 1; j < parts.length; j++) if (parts[j] > parts[top]) top = j;
  return parts.length > 0 && parts[top] > 0 ? `; mostly by "${features.names[top]}"` : "";
}
