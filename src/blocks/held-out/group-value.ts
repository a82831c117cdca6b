import { stopIfCancelled } from "../../core/context.ts";
import type { DetectorContext } from "../../core/detector.ts";
import { type Dataset, positionsWhere, selectExamples } from "../../core/dataset.ts";
import { NumericalError } from "../../core/errors.ts";
import type { Model } from "../../core/learner.ts";
import type { Objective } from "../../core/objective.ts";
import { orderBy } from "../../numeric/orders/ranks.ts";
import { type Folds, stratifiedFolds } from "./folds.ts";
import { groupsOf } from "./calibrated-out-of-fold.ts";
import { nearCopies } from "../copies/near-copies.ts";
import { splitAtFold } from "./out-of-fold.ts";

/** What the model loses or wins without each group of rows (those of a source, those of a task). */
export interface GroupValues {
  /**
   * How much the held-out loss of the other groups falls, a row of the data, when models are trained without the group: measured where it was trained again,
   * to first order elsewhere, 0 where the learner has no derivative, or a singular one. Shape: [groups].
   */
  readonly harm: Float64Array;
  /** Of each group that was left out in a training: how much the loss falls in all, in nats, and that over its standard error. */
  readonly measured: ReadonlyMap<number, { readonly nats: number; readonly deviations: number }>;
  /** Mean held-out loss with all groups. */
  readonly loss: number;
}

export interface GroupOptions extends Pick<DetectorContext, "fit" | "objective" | "rng" | "signal" | "progress" | "table"> {
  readonly folds: number;
  /** Groups that are left out in turn, those first that seem to harm most. */
  readonly refits: number;
}

interface Part {
  readonly train: Dataset;
  readonly trainRows: Int32Array;
  readonly held: Dataset;
  readonly heldRows: Int32Array;
  readonly model: Model;
  readonly losses: Float64Array;
}

/** More groups than this share one direction even where each should have its own. */
const mostDirections = 64;
/** An effect to first order is less exact than that. */
const solveTolerance = 1e-3;

/**
 * Rows are left out by their position, never by what they hold. Held-out rows share no source and no near-copy with those trained on, so a campaign does not
 * vouch for itself.
 *
 * @param group group of each example; −1 = none. Shape: [examples]
 */
export async function groupValues(data: Dataset, group: Int32Array, groups: number, options: GroupOptions): Promise<GroupValues> {
  const copies = nearCopies(data, options);
  const folds = stratifiedFolds({ ...data, source: groupsOf(data, copies) }, options.folds, options.rng);
  const parts = await trainParts(data, folds, options);
  const harm = new Float64Array(groups);
  let hasDerivative = true;
  for (const part of parts) hasDerivative = hasDerivative && addFirstOrder(harm, part, { group, groups, data, options });
  if (!hasDerivative) harm.fill(0);
  const order = hasDerivative ? orderBy(harm.map((value) => -value)) : orderBy(lossesOf(parts, group, groups).map((value) => -value));
  const loss = parts.reduce((sum, { losses }) => sum + losses.reduce((a, b) => a + b, 0), 0) / data.y.length;
  const measured = new Map<number, { nats: number; deviations: number }>();
  for (const g of order.subarray(0, options.refits)) {
    if (hasDerivative && !(harm[g] > 0)) break;
    const gain = await measure(g, parts, group, options);
    if (gain === null) continue;
    harm[g] = gain.sum / data.y.length;
    measured.set(g, { nats: data.target.kind === "classes" ? gain.sum : gain.sum / (2 * loss), deviations: gain.deviations });
    options.progress?.(0.5 + (0.5 * measured.size) / options.refits);
  }
  return { harm, measured, loss };
}

async function trainParts(data: Dataset, folds: Folds, { fit, signal, progress }: GroupOptions): Promise<Part[]> {
  const parts: Part[] = [];
  for (let f = 0; f < folds.count && folds.count > 1; f++) {
    stopIfCancelled(signal);
    const { train, held, heldRows } = splitAtFold(data, folds, f);
    const trainRows = positionsWhere(data.y.length, (i) => folds.fold[i] !== f);
    const model = await fit(train, parts[f - 1]?.model ?? null);
    parts.push({ train, trainRows, held, heldRows, model, losses: model.losses(held) });
    progress?.((0.5 * (f + 1)) / folds.count);
  }
  return parts;
}

interface FirstOrder {
  readonly group: Int32Array;
  readonly groups: number;
  readonly data: Dataset;
  readonly options: GroupOptions;
}

/**
 * With v = H⁻¹ ∇U, U the held-out loss, and shares that what is left takes over: −dU = −Σ_S c_i v·∇ℓ_i + ρ Σ_T c_i v·∇ℓ_i, over 1 − ρ, where T are the
 * rows that share with those of S (all, or those of the task) and ρ the share of S in them; without the second term where nothing is left.
 * False where the learner has no derivative, or one that no direction comes from.
 */
function addFirstOrder(harm: Float64Array, part: Part, { group, groups, data, options }: FirstOrder): boolean {
  const { train, trainRows, held, heldRows, model } = part;
  const objective = options.objective(train);
  const theta = model.parameters?.theta;
  if (objective === null || theta === undefined || theta.length !== objective.size) return false;
  const share = Float64Array.from(train.y, (_, i) => objective.rowShare(train.task[i]) * (train.weight?.[i] ?? 1));
  const isPooled = Math.abs(share.reduce((sum, c) => sum + c, 0) - 1) < 1e-9;
  const pool = isPooled ? new Int32Array(train.y.length) : train.task;
  const pools = isPooled ? 1 : train.tasks.length;
  const own = Int32Array.from(trainRows, (i) => group[i]);
  const heldGroup = Int32Array.from(heldRows, (i) => group[i]);
  const present = Array.from(new Set(own)).filter((g) => g >= 0);
  const isOverlapping = present.some((g) => heldGroup.includes(g));
  try {
    if (!isOverlapping || groups > mostDirections) addAlong(harm, directionOf(objective, theta, held, null), null);
    else
      for (const g of present)
        addAlong(
          harm,
          directionOf(objective, theta, held, (k) => heldGroup[k] !== g),
          g,
        );
  } catch (error) {
    if (error instanceof NumericalError) return false;
    throw error;
  }
  return true;

  function addAlong(out: Float64Array, v: Float64Array, only: number | null): void {
    const sensitivity = new Float64Array(train.y.length);
    (objective as Objective).rowSensitivitiesInto(sensitivity, theta as Float64Array, v, train);
    const sums = new Float64Array(pools);
    const shares = new Float64Array(pools);
    sensitivity.forEach((s, i) => {
      sums[pool[i]] += share[i] * s;
      shares[pool[i]] += share[i];
    });
    const ownSums = new Map<number, Map<number, { sum: number; share: number }>>();
    sensitivity.forEach((s, i) => {
      if (own[i] < 0 || (only !== null && own[i] !== only)) return;
      const byPool = ownSums.get(own[i]) ?? new Map<number, { sum: number; share: number }>();
      ownSums.set(own[i], byPool);
      const before = byPool.get(pool[i]) ?? { sum: 0, share: 0 };
      byPool.set(pool[i], { sum: before.sum + share[i] * s, share: before.share + share[i] });
    });
    for (const [g, byPool] of ownSums)
      for (const [p, mine] of byPool) {
        const rho = mine.share / shares[p];
        const change = rho > 1 - 1e-9 ? mine.sum : (mine.sum - rho * sums[p]) / (1 - rho);
        out[g] -= change / data.y.length;
      }
  }
}

/** H⁻¹ times the gradient of the summed loss of the held-out rows that count. */
function directionOf(objective: Objective, theta: Float64Array, held: Dataset, counts: ((k: number) => boolean) | null): Float64Array {
  const total = new Float64Array(objective.size);
  for (let k = 0; k < held.y.length; k++) if (counts === null || counts(k)) objective.addRowGradientInto(total, theta, held, k);
  return total.some((value) => value !== 0) ? objective.solveHessian(theta, total, solveTolerance) : total;
}

/** Summed held-out loss of the rows of each group. Shape: [groups]. */
function lossesOf(parts: readonly Part[], group: Int32Array, groups: number): Float64Array {
  const sums = new Float64Array(groups);
  for (const { heldRows, losses } of parts)
    heldRows.forEach((i, k) => {
      if (group[i] >= 0) sums[group[i]] += losses[k];
    });
  return sums;
}

/** Trains without the group wherever it was trained on; null where that is nowhere, or where a class would have no rows left. */
async function measure(
  g: number,
  parts: readonly Part[],
  group: Int32Array,
  { fit, signal }: GroupOptions,
): Promise<{ sum: number; deviations: number } | null> {
  const gains: number[] = [];
  for (const { train, trainRows, held, heldRows, model, losses } of parts) {
    stopIfCancelled(signal);
    const left = positionsWhere(trainRows.length, (k) => group[trainRows[k]] !== g);
    if (left.length === trainRows.length) continue;
    const rest = selectExamples(train, left);
    if (train.target.kind === "classes" && new Set(rest.y).size < new Set(train.y).size) return null;
    if (rest.y.length === 0) return null;
    const without = (await fit(rest, model)).losses(held);
    heldRows.forEach((i, k) => {
      if (group[i] !== g) gains.push(losses[k] - without[k]);
    });
  }
  if (gains.length === 0) return null;
  const sum = gains.reduce((a, b) => a + b, 0);
  const mean = sum / gains.length;
  const variance = gains.reduce((a, gain) => a + (gain - mean) ** 2, 0) / Math.max(1, gains.length - 1);
  return { sum, deviations: variance > 0 ? mean / Math.sqrt(variance / gains.length) : 0 };
}
