import type { Dataset, Target } from "./dataset.ts";
import type { MethodInfo } from "./method.ts";

/** What a metric looks at. Shapes: scores [rows, outputs]; predictions [rows]; unit [tasks]. */
export interface Measured {
  readonly data: Dataset;
  readonly scores: Float64Array;
  readonly outputs: number;
  /** Class indices or values. */
  readonly predictions: Float64Array;
  /** What an error of 1 is divided by in each task: 1, or the spread of the task's clean labels where several labels have units of their own. */
  readonly unit: Float64Array;
  /** Whether each task is a label of its own, with a mean of its own, and not some rows of one label. */
  readonly ownLabels: boolean;
}

/** How a figure is named, read and compared. */
export interface Quantity {
  /** The name that it has in the JSON. */
  readonly id: string;
  readonly better: "higher" | "lower";
  /** How an attacked model is compared with the clean one: clean − attacked, attacked − clean, or attacked / clean; null where the figure compares already. */
  readonly damage: { readonly id: string; readonly as: "drop" | "rise" | "ratio" } | null;
  /** Smallest and largest value that it can have. */
  readonly range: readonly [number, number];
  /** A figure that is a share of rows gets Wilson's interval. */
  readonly isRate: boolean;
}

/** One figure of a model on test rows. */
export interface Metric extends MethodInfo<Record<string, never>>, Quantity {
  readonly kind: "metric";
  readonly damage: { readonly id: string; readonly as: "drop" | "ratio" };
  /** Whether it has a meaning for such labels at all. */
  appliesTo(target: Target): boolean;
  /** null where it is not defined, such as the AUC of one class; absence is never zero. */
  measure(measured: Measured): number | null;
}

/** AUC when one of two classes is below this share, because accuracy then rewards a model that never says it. */
const rareClassShare = 0.2;

/** Share of each class among labels; empty for a real target. Shapes: y [examples], result [classes]. */
export function classShares(target: Target, y: Float64Array): number[] {
  if (target.kind === "real") return [];
  const counts = new Float64Array(target.names.length);
  for (const label of y) counts[label]++;
  return Array.from(counts, (count) => count / y.length);
}

/**
 * Whether some class is so rare that accuracy hides what becomes of it: the smallest share is below half of an even one, 1 / (2 classes); of two classes, below 1/4.
 * Share [classes] of the labelled rows.
 */
export function areUneven(shares: readonly number[]): boolean {
  return shares.length > 1 && shares.some((share) => share * shares.length < 0.5);
}

/**
 * The metric that a study is judged by. Share [classes] of the labelled rows; empty for a real target.
 */
export function primaryMetricId(target: Target, shares: readonly number[]): "accuracy" | "auc" | "rmse" {
  if (target.kind === "real") return "rmse";
  return shares.length === 2 && Math.min(...shares) < rareClassShare ? "auc" : "accuracy";
}
