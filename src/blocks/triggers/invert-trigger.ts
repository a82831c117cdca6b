import { stopIfCancelled } from "../../core/context.ts";
import type { Signal } from "../../core/context.ts";
import type { Rng } from "../../numeric/random.ts";
import type { InputSlopes } from "../network/network-gradients.ts";

/** The smallest change found that turns rows into a class: x ← (1 − m) x + m p, feature by feature. */
export interface InvertedTrigger {
  readonly label: number;
  /** In [0, 1]. Shape: [features]. */
  readonly mask: Float64Array;
  /** Within the box. Shape: [features]. */
  readonly pattern: Float64Array;
  /** ‖m‖₁. */
  readonly size: number;
  /** Share of the rows looked at that it turns. */
  readonly success: number;
}

export interface InversionSettings {
  readonly rounds: number;
  readonly stepsPerRound: number;
  readonly batchRows: number;
  /** Share of rows that a trigger has to turn. */
  readonly success: number;
}

const learningRate = 0.1;
const decay = { first: 0.5, second: 0.9, floor: 1e-8 };
/** λ at first, what it is multiplied by where triggers are large enough to work, and after how many rounds in a row. */
const cost = { first: 1e-3, factor: 1.5, patience: 2 };

/** What features may be set to. Shapes: [features]. */
export interface FeatureBox {
  readonly low: Float64Array;
  readonly high: Float64Array;
}

/**
 * Minimises mean ℓ(f((1 − m) x + m p), label) + λ ‖m‖₁ by Adam (β = 0.5, 0.9) over m = (tanh a + 1) / 2 and p = low + (high − low) (tanh b + 1) / 2, as Wang
 * et al. 2019 (eq. 2 and 3, and their code): λ grows by half while the trigger turns enough rows and falls, faster, while it does not. The smallest mask
 * that turned enough of the rows of a round counts; where none did, the last one that turned most.
 *
 * @param x rows of other classes. Shape: [rows, features]
 */
export function invertTrigger(
  slopes: InputSlopes,
  { x, rows }: { readonly x: Float64Array; readonly rows: number },
  label: number,
  { low, high }: FeatureBox,
  settings: InversionSettings,
  { rng, signal }: { readonly rng: Rng; readonly signal?: Signal | undefined },
): InvertedTrigger {
  const features = low.length;
  const { batchRows } = settings;
  const [a, b] = [new Float64Array(features), new Float64Array(features)];
  const draw = rng.fork("start");
  for (let j = 0; j < features; j++) [a[j], b[j]] = [Math.atanh(1.8 * draw.uniform() - 0.9), Math.atanh(1.8 * draw.uniform() - 0.9)];
  const [mask, pattern] = [new Float64Array(features), new Float64Array(features)];
  const [batch, slope] = [new Float64Array(batchRows * features), new Float64Array(batchRows * features)];
  const labels = new Int32Array(batchRows).fill(label);
  const starts = new Int32Array(batchRows);
  const moments = Array.from({ length: 4 }, () => new Float64Array(features));
  const [toMask, toPattern] = [new Float64Array(features), new Float64Array(features)];
  let lambda = cost.first;
  let [up, down, step] = [0, 0, 0];
  let best = { mask: mask.slice(), pattern: pattern.slice(), size: Infinity, success: -1 };
  const picks = rng.fork("rows");

  const place = (): number => {
    let size = 0;
    for (let j = 0; j < features; j++) {
      const width = high[j] - low[j];
      mask[j] = width > 0 ? (Math.tanh(a[j]) + 1) / 2 : 0;
      pattern[j] = low[j] + (width * (Math.tanh(b[j]) + 1)) / 2;
      size += mask[j];
    }
    return size;
  };

  for (let round = 0; round < settings.rounds; round++) {
    stopIfCancelled(signal);
    let right = 0;
    for (let k = 0; k < settings.stepsPerRound; k++) {
      place();
      for (let i = 0; i < batchRows; i++) {
        const from = picks.integer(rows) * features;
        for (let j = 0, p = i * features; j < features; j++, p++) batch[p] = x[from + j] + mask[j] * (pattern[j] - x[from + j]);
        starts[i] = from;
      }
      right += slopes.slopesInto(slope, batch, labels, batchRows).right;
      toMask.fill(lambda);
      toPattern.fill(0);
      for (let i = 0; i < batchRows; i++)
        for (let j = 0, p = i * features, q = starts[i]; j < features; j++, p++, q++) {
          toMask[j] += (slope[p] * (pattern[j] - x[q])) / batchRows;
          toPattern[j] += slope[p] / batchRows;
        }
      step++;
      for (let j = 0; j < features; j++) {
        const width = high[j] - low[j];
        if (width === 0) continue;
        const inPattern = (pattern[j] - low[j]) / width;
        a[j] -= adamStep(moments[0], moments[1], j, toMask[j] * 2 * mask[j] * (1 - mask[j]), step);
        b[j] -= adamStep(moments[2], moments[3], j, toPattern[j] * mask[j] * width * 2 * inPattern * (1 - inPattern), step);
      }
    }
    const success = right / (settings.stepsPerRound * batchRows);
    const size = place();
    if (success >= settings.success ? size < best.size || best.success < settings.success : success > best.success)
      best = { mask: mask.slice(), pattern: pattern.slice(), size, success };
    [up, down] = success >= settings.success ? [up + 1, 0] : [0, down + 1];
    if (up >= cost.patience) [lambda, up] = [lambda * cost.factor, 0];
    if (down >= cost.patience) [lambda, down] = [lambda / cost.factor ** 1.5, 0];
  }
  return { label, ...best };
}

/** Adam's step for entry j, whose moments it updates. */
function adamStep(mean: Float64Array, square: Float64Array, j: number, slope: number, step: number): number {
  mean[j] += (1 - decay.first) * (slope - mean[j]);
  square[j] += (1 - decay.second) * (slope * slope - square[j]);
  const corrected = mean[j] / (1 - decay.first ** step);
  return (learningRate * corrected) / (Math.sqrt(square[j] / (1 - decay.second ** step)) + decay.floor);
}
