import type { Dataset } from "../../core/dataset.ts";
import { UsageError } from "../../core/errors.ts";
import type { Model } from "../../core/learner.ts";
import type { Objective } from "../../core/objective.ts";
import type { SymmetricOperator } from "../../numeric/solvers/lanczos.ts";
import { selectRows } from "../../numeric/matrices/matrix.ts";
import { passOverRows } from "../../numeric/matrices/row-pass.ts";
import { addScaledInto, dot } from "../../numeric/matrices/vector.ts";

/**
 * Gradients of row losses in the parameters of a model that is linear in the features: g_i = (s_i1 x̃_i, s_i2 x̃_i, …) with x̃ = (x, 1) and s_ik the
 * derivative of the loss in the k-th decision value. They are never made: only slopes and rows are held. Of related tasks each row's gradient lies in the
 * block of its own task; here the blocks are laid over each other.
 */
export interface RowGradients {
  /** Shape: [rows, outputs]. */
  readonly slopes: Float64Array;
  readonly outputs: number;
}

/** @throws UsageError for a model that does not know its slopes */
export function rowGradientsOf(id: string, model: Model, data: Dataset): RowGradients {
  if (model.lossSlopes === undefined) throw new UsageError(`${id} needs a model that is linear in its features`);
  return { slopes: model.lossSlopes(data), outputs: model.outputs };
}

/** Σ over the picked rows of g_i / picked. Shape: [outputs * (features + 1)]. */
export function meanGradient(data: Dataset, gradients: RowGradients, picked: Int32Array): Float64Array {
  const part = partOf(data, gradients, picked);
  const out = new Float64Array(gradients.outputs * (data.x.cols + 1));
  passOverRows(part.x, { blocks: null, sums: out }, (z, from, count, stride) => {
    for (let k = 0; k < gradients.outputs; k++)
      for (let r = 0; r < count; r++) z[k * stride + r] = part.slopes[(from + r) * gradients.outputs + k] / picked.length;
  });
  return out;
}

/**
 * v ↦ Σ (g_i − mean)(g_i − mean)ᵀ v over the picked rows, of which `mean` must be the mean gradient: then the centred projections sum to 0, and nothing of the
 * mean is left to take out of the sums.
 */
export function gradientScatter(data: Dataset, gradients: RowGradients, picked: Int32Array, mean: Float64Array): SymmetricOperator {
  const { outputs } = gradients;
  const { x, slopes } = partOf(data, gradients, picked);
  return {
    size: mean.length,
    multiplyInto(out, v) {
      const middle = dot(mean, v);
      passOverRows(x, { blocks: v, sums: out }, (z, from, count, stride) => {
        for (let r = 0, i = from * outputs; r < count; r++, i += outputs) {
          let along = -middle;
          for (let k = 0; k < outputs; k++) along += slopes[i + k] * z[k * stride + r];
          for (let k = 0; k < outputs; k++) z[k * stride + r] = slopes[i + k] * along;
        }
      });
    },
  };
}

/** g_i · v of every row. Shape: [rows]. */
export function projectGradients(data: Dataset, { slopes, outputs }: RowGradients, v: Float64Array): Float64Array {
  const out = new Float64Array(data.x.rows);
  passOverRows(data.x, { blocks: v, sums: null }, (z, from, count, stride) => {
    for (let r = 0, i = from; r < count; r++, i++) for (let k = 0; k < outputs; k++) out[i] += slopes[i * outputs + k] * z[k * stride + r];
  });
  return out;
}

/** ∇θ of the weighted mean loss of these rows at the model's θ, the penalty left out; zeros where nothing has weight. Shape: [objective.size]. */
export function meanLossGradient(objective: Objective, model: Model, rows: Dataset): Float64Array {
  const out = new Float64Array(objective.size);
  const weight = (i: number): number => rows.weight?.[i] ?? 1;
  let total = 0;
  for (let i = 0; i < rows.y.length; i++) total += weight(i);
  if (!(total > 0)) return out;
  const slopes = objective.size === model.outputs * (rows.x.cols + 1) ? model.lossSlopes?.(rows) : undefined;
  if (slopes !== undefined) {
    const { outputs } = model;
    passOverRows(rows.x, { blocks: null, sums: out }, (z, from, count, stride) => {
      for (let r = 0, i = from; r < count; r++, i++)
        for (let k = 0; k < outputs; k++) z[k * stride + r] = (weight(i) / total) * slopes[i * outputs + k];
    });
    return out;
  }
  const theta = model.parameters?.theta;
  if (theta === undefined) throw new Error("a model with an objective has parameters");
  const one = new Float64Array(objective.size);
  for (let i = 0; i < rows.y.length; i++) {
    objective.rowGradientInto(one, theta, rows, i);
    addScaledInto(out, weight(i) / total, one);
  }
  return out;
}

function partOf(data: Dataset, { slopes, outputs }: RowGradients, picked: Int32Array): { x: Dataset["x"]; slopes: Float64Array } {
  if (picked.length === data.x.rows) return { x: data.x, slopes };
  const kept = new Float64Array(picked.length * outputs);
  picked.forEach((row, i) => kept.set(slopes.subarray(row * outputs, (row + 1) * outputs), i * outputs));
  return { x: selectRows(data.x, picked), slopes: kept };
}
