import type { CertificateInput } from "../../core/certificate.ts";
import { type RunContext, stopIfCancelled } from "../../core/context.ts";
import { NumericalError } from "../../core/errors.ts";
import { listExamples, targetOf } from "../../core/examples.ts";
import type { ParamSpecs } from "../../core/params.ts";
import type { Table } from "../../core/table.ts";
import { rowWiseFeatures } from "../../data/row-wise/row-wise-features.ts";
import { blockedCholeskyInPlace, blockedCholeskySolveInPlace } from "../../numeric/solvers/blocked-cholesky.ts";
import { type View, gram, kernelInPlace, rowsOfView, scaledViews, spectrumScale, squaresOf } from "../kernels/row-kernels.ts";

export interface KernelParams {
  width: number;
  decay: number;
}

/** Neither may be chosen by labels. */
export const kernelParams: ParamSpecs<KernelParams> = {
  width: {
    type: "number",
    default: 0.5,
    min: 0,
    max: 1000,
    help: "of the kernel exp(−width · distance²) of rows of about unit length; 0 = linear. No label may choose it",
  },
  decay: {
    type: "number",
    default: 0.5,
    min: 1e-4,
    max: 1000,
    help: "ridge parameter over the size of the eigenvalues of the centred kernel, which no label enters: larger = larger radii and, from some value on, more wrong answers",
  },
};

export interface SmootherParams extends KernelParams {
  sharing: number;
  mostRows: number;
}

export const smootherParams: ParamSpecs<SmootherParams> = {
  ...kernelParams,
  sharing: {
    type: "number",
    default: 0.5,
    min: 0,
    max: 1,
    help: "with a task column: the kernel of rows of different tasks is multiplied by this; 0 = tasks apart, 1 = pooled",
  },
  mostRows: {
    type: "number",
    default: 8000,
    min: 1,
    max: 30000,
    integer: true,
    help: "training rows at most: memory goes by their square, time by their cube",
  },
};

/** Classes that are linear in the labels: the decision value of class c is Σ α_i [y_i = c], and α depends on no label. */
export interface LabelSmoother {
  readonly classes: number;
  /** Class indices. Shape: [train]. */
  readonly labels: Int32Array;
  /** Shapes: [train], [test]. */
  readonly trainTask: Int32Array;
  readonly testTask: Int32Array;
  /** Gives α block by block of test examples. Shape: alpha [rows, train], gone after the call. */
  forEachBlock(context: RunContext, visit: (alpha: Float64Array, from: number, rows: number) => void): void;
}

/** Test examples that are solved for together. */
const block = 128;

/** Why no such model can be made, in words; null where it can. */
export function refusesSmoother({ table, train }: CertificateInput, mostRows: number): string | null {
  if (table.roles.labels.length > 1) return "it takes one label at a time, and these data have several: name one with --label";
  const rows = listExamples(table, train).row.length;
  if (rows > mostRows)
    return `it solves for all ${rows} training rows at once, and takes at most mostRows=${mostRows}; partition-label-flips takes any number`;
  return null;
}

/**
 * Kernel ridge regression on one-hot labels: α(x) = (K + λ I)⁻¹ k(x), with K multiplied by ρ + (1 − ρ) [same task]. Numbers are scaled and words weighted by all training rows,
 * of which the labels do not enter.
 */
export function labelSmoother({ table, train, test }: CertificateInput, { width, decay, sharing }: SmootherParams): LabelSmoother {
  const target = targetOf(table);
  const own = listExamples(table, train);
  const asked = listExamples(table, test);
  const size = own.row.length;
  const views = labelFreeViews(table, own.row, asked.row);
  const squares = squaresOf(views.own);
  const [trainTask, testTask] = [own.task, asked.task];
  return {
    classes: target.kind === "classes" ? target.names.length : 0,
    labels: Int32Array.from(own.y),
    trainTask,
    testTask,
    forEachBlock(context, visit) {
      if (size === 0) return;
      const factor = gram(views.own, views.own);
      kernelInPlace(factor, squares, squares, width);
      // Of the rows pooled: tasks apart are so many large directions of their own, which tell nothing of how smooth an answer has to be.
      const ridge = decay * spectrumScale(factor, size);
      shareInPlace(factor, trainTask, trainTask);
      for (let i = 0; i < size; i++) factor[i * size + i] += ridge;
      stopIfCancelled(context.signal);
      if (!blockedCholeskyInPlace(factor, size)) throw new NumericalError("the kernel matrix is singular: take a larger decay");
      for (let from = 0; from < asked.row.length; from += block) {
        stopIfCancelled(context.signal);
        const rows = Math.min(block, asked.row.length - from);
        const view = rowsOfView(
          views.asked,
          Int32Array.from({ length: rows }, (_, i) => from + i),
        );
        const alpha = gram(view, views.own);
        kernelInPlace(alpha, squaresOf(view), squares, width);
        shareInPlace(alpha, testTask.subarray(from, from + rows), trainTask);
        blockedCholeskySolveInPlace(alpha, rows, factor, size);
        visit(alpha, from, rows);
        context.progress?.((from + rows) / asked.row.length);
      }
    },
  };

  function shareInPlace(kernel: Float64Array, a: Int32Array, b: Int32Array): void {
    if (table.roles.task === null || sharing === 1) return;
    for (let i = 0; i < a.length; i++) for (let j = 0; j < b.length; j++) if (a[i] !== b[j]) kernel[i * b.length + j] *= sharing;
  }
}

/** Features of rows of which no label is known; the task is no feature. */
export function labelFreeViews(table: Table, own: Int32Array, asked: Int32Array): { own: View; asked: View } {
  const features = rowWiseFeatures({ ...table, roles: { ...table.roles, task: null } }, Int32Array.from([...own, ...asked]));
  return scaledViews(
    features,
    Int32Array.from(own, (_, i) => i),
    Int32Array.from(asked, (_, i) => own.length + i),
  );
}
