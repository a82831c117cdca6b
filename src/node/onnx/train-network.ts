import { layersOfTheta, type NetworkShape, thetaOfLayers } from "../../blocks/network/relu-network.ts";
import { targetOf } from "../../blocks/linear/layout.ts";
import { type RunContext, stopIfCancelled } from "../../core/context.ts";
import type { Dataset } from "../../core/dataset.ts";
import { NumericalError } from "../../core/errors.ts";
import { type Tensor, loadRuntime, openSession } from "./runtime.ts";
import { type StepSettings, adamScalars, nextOf, stateOf, trainingStep } from "./training-step.ts";
import { writeOnnx } from "./write-onnx.ts";

export interface TrainingSettings extends StepSettings {
  readonly epochs: number;
  readonly batchRows: number;
}

/**
 * θ after `epochs` passes over the rows in batches, from `start`; each pass in an order of its own. Sums are of 32-bit floats: equal on one machine, and
 * nearly so on others.
 *
 * @param realScale what a real label is measured in: (label − middle) / unit is learned
 * @throws NumericalError where training runs away
 */
export async function trainNetwork(
  data: Dataset,
  shape: NetworkShape,
  start: Float64Array,
  settings: TrainingSettings,
  context: RunContext & { readonly realScale: RealScale },
): Promise<Float64Array> {
  const runtime = await loadRuntime();
  const session = await openSession(runtime, writeOnnx(trainingStep(shape, settings)));
  const make = (values: Float32Array, dims: readonly number[]): Tensor => new runtime.Tensor("float32", values, dims);
  try {
    const parts = stateOf(shape, settings);
    const layers = layersOfTheta(shape, start);
    let state: Record<string, Tensor> = {};
    for (const { name, shape: dims } of parts) {
      const size = (dims as number[]).reduce((product, d) => product * d, 1);
      const layer = layers[Number(/\d+/.exec(name)?.[0])];
      const initial = name.includes(" ") ? new Float32Array(size) : Float32Array.from(name.startsWith("w") ? layer.weights : layer.biases);
      state[name] = make(initial, dims as number[]);
    }
    const rows = data.x.rows;
    const batchRows = Math.min(settings.batchRows, rows);
    const batch = makeBatch(data, shape, batchRows, context.realScale);
    const order = Int32Array.from({ length: rows }, (_, i) => i);
    let step = 0;
    for (let epoch = 0; epoch < settings.epochs; epoch++) {
      context.rng.fork("order").fork(epoch).shuffleInPlace(order);
      for (let from = 0; from < rows; from += batchRows) {
        stopIfCancelled(context.signal);
        const count = Math.min(batchRows, rows - from);
        batch.fill(order, from, count);
        step += 1;
        const { rate, floor } = adamScalars(settings.learningRate, step);
        const scalars =
          settings.optimiser === "adam" ? { rate: make(Float32Array.of(rate), [1]), floor: make(Float32Array.of(floor), [1]) } : {};
        const next = await session.run({
          x: make(batch.x.subarray(0, count * data.x.cols), [count, data.x.cols]),
          t: make(batch.t.subarray(0, count * batch.outputs), [count, batch.outputs]),
          share: make(batch.share.subarray(0, count), [count, 1]),
          ...scalars,
          ...state,
        });
        state = Object.fromEntries(parts.map(({ name }) => [name, next[nextOf(name)]]));
      }
      context.progress?.((epoch + 1) / settings.epochs);
    }
    const floats = (name: string): Float32Array => state[name].data;
    const theta = thetaOfLayers(
      shape,
      layers.map((_, l) => ({ weights: floats(`w${l}`), biases: floats(`b${l}`) })),
    );
    if (!theta.every(Number.isFinite)) throw new NumericalError("training ran away to infinite weights: a smaller learningRate may help");
    return theta;
  } finally {
    await session.release();
  }
}

export interface RealScale {
  readonly middle: number;
  readonly unit: number;
}

/** The inputs of a step, filled from picked rows; shares are those of the mean loss over all rows, so that the mean batch has the gradient of all. */
function makeBatch({ x, y, weight, target }: Dataset, { sizes, loss }: NetworkShape, batchRows: number, { middle, unit }: RealScale) {
  const outputs = sizes[sizes.length - 1];
  const floats = x.kind === "dense" ? new Float32Array(x.data) : new Float32Array(0);
  const batch = {
    x: new Float32Array(batchRows * x.cols),
    t: new Float32Array(batchRows * outputs),
    share: new Float32Array(batchRows),
  };
  let total = weight === null ? x.rows : 0;
  for (const own of weight ?? []) total += own;
  function fill(order: Int32Array, from: number, count: number): void {
    if (x.kind === "sparse") batch.x.fill(0);
    for (let i = 0; i < count; i++) {
      const row = order[from + i];
      const at = i * x.cols;
      if (x.kind === "dense") batch.x.set(floats.subarray(row * x.cols, (row + 1) * x.cols), at);
      else for (let p = x.indptr[row]; p < x.indptr[row + 1]; p++) batch.x[at + x.indices[p]] = x.values[p];
      for (let k = 0; k < outputs; k++) {
        const wanted = target.kind === "real" ? (y[row] - middle) / unit : targetOf(target, k, y[row]);
        batch.t[i * outputs + k] = loss === "cross-entropy" ? Number(wanted > 0) : wanted;
      }
      batch.share[i] = total > 0 ? ((weight?.[row] ?? 1) * x.rows) / (total * count) : 0;
    }
  }
  return { ...batch, outputs, fill };
}
