import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { targetOf } from "../../blocks/linear/layout.ts";
import { type NetworkShape, parameterCount, reluNetwork, shapeOf } from "../../blocks/network/relu-network.ts";
import type { Dataset } from "../../core/dataset.ts";
import { makeRng } from "../../numeric/random.ts";
import { toDense } from "../../numeric/matrices/matrix.ts";
import { type Scalar, add, constant, differentiate, exp, log, relu, sum, times } from "../../../test/tape.ts";
import { smallData, smallDataArbitrary } from "../../../test/small-data.ts";
import { missingRuntime } from "./runtime.ts";
import { type TrainingSettings, trainNetwork } from "./train-network.ts";
import { adamDecay } from "./training-step.ts";

const plain: TrainingSettings = { optimiser: "sgd", learningRate: 1, momentum: 0, weightDecay: 0, epochs: 1, batchRows: 65_536 };
const context = { rng: makeRng("train"), realScale: { middle: 0, unit: 1 } };

function startOf(shape: NetworkShape, seed: number): Float64Array {
  const rng = makeRng("start").fork(seed);
  return Float64Array.from({ length: parameterCount(shape) }, () => Math.fround(rng.normal()));
}

/** Σ_i weight_i ℓ_i / Σ weight on the tape, with its parameters. */
function lossOnTape(data: Dataset, { sizes, loss }: NetworkShape, theta: Float64Array): { top: Scalar; parameters: Scalar[] } {
  const parameters = Array.from(theta, constant);
  const x = toDense(data.x);
  const total = data.weight === null ? data.x.rows : data.weight.reduce((a, b) => a + b, 0);
  const losses = Array.from(data.y, (y, i) => {
    let h = Array.from({ length: x.cols }, (_, j) => constant(x.data[i * x.cols + j]));
    let at = 0;
    for (let l = 1; l < sizes.length; l++) {
      h = Array.from({ length: sizes[l] }, () => {
        const terms = h.map((value) => times(value, parameters[at++]));
        const z = add(sum(terms), parameters[at++]);
        return l === sizes.length - 1 ? z : relu(z);
      });
    }
    const minus = constant(-1);
    let own: Scalar;
    if (loss === "square")
      own = sum(
        h.map((z, k) => {
          const error = add(z, constant(-targetOf(data.target, k, y)));
          return times(constant(0.5), times(error, error));
        }),
      );
    else if (h.length === 1) own = log(add(constant(1), exp(times(constant(-targetOf(data.target, 0, y)), h[0]))));
    else own = add(log(sum(h.map(exp))), times(minus, h[y]));
    return times(constant((data.weight?.[i] ?? 1) / total), own);
  });
  return { top: sum(losses), parameters };
}

const cases = fc.record({
  data: smallDataArbitrary([0, 2, 3]),
  hidden: fc.constantFrom([], [3], [4, 2]),
  loss: fc.constantFrom("cross-entropy" as const, "square" as const),
  seed: fc.nat({ max: 1000 }),
});

describe.skipIf(missingRuntime() !== null)("a training step", () => {
  it("goes down the gradient that automatic differentiation finds, and that the loss of the model changes by", async () => {
    await fc.assert(
      fc.asyncProperty(cases, async ({ data: options, hidden, loss, seed }) => {
        const data = smallData(options);
        const shape = shapeOf(data.x.cols, hidden, data.target, loss);
        const theta = startOf(shape, seed);
        const stepped = await trainNetwork(data, shape, theta, plain, context);
        const { top, parameters } = lossOnTape(data, shape, theta);
        differentiate(top);
        const scale = Math.max(1, ...parameters.map(({ slope }) => Math.abs(slope)));
        parameters.forEach(({ slope }, p) => expect(Math.abs(theta[p] - stepped[p] - slope) / scale).toBeLessThan(1e-5));

        const value = (moved: Float64Array): number => {
          const losses = reluNetwork({ shape, theta: moved, features: data.features, target: data.target }).losses(data);
          const weight = data.weight ?? new Float64Array(losses.length).fill(1);
          return losses.reduce((total, own, i) => total + own * weight[i], 0) / weight.reduce((a, b) => a + b, 0);
        };
        expect(value(theta)).toBeCloseTo(top.value, 9);
        const p = seed % theta.length;
        const [up, down] = [1e-6, -1e-6].map((by) => theta.map((own, q) => (q === p ? own + by : own)));
        const difference = (value(up) - value(down)) / 2e-6;
        // Where a relu turns between the two, the loss has no derivative.
        if (isAwayFromKinks(data, shape, theta)) expect(Math.abs(difference - parameters[p].slope) / scale).toBeLessThan(1e-4);
      }),
      { numRuns: 60 },
    );
  });

  it.each([
    ["sgd", false],
    ["adam", false],
    ["adam", true],
  ] as const)("updates by %s as the textbook writes it, with its weight decay decoupled or not: %s", async (optimiser, decoupled) => {
    const data = smallData({ seed: 5, rows: 12, cols: 4, classes: 3, sparse: false, weighted: false });
    const shape = shapeOf(4, [5], data.target, "cross-entropy");
    const settings: TrainingSettings = {
      optimiser,
      learningRate: optimiser === "sgd" ? 0.1 : 0.01,
      momentum: 0.9,
      weightDecay: 0.01,
      decoupled,
      epochs: 5,
      batchRows: 12,
    };
    const theta = startOf(shape, 1);
    const isBias = theta.map((_, p) => Number(p < 25 ? p % 5 === 4 : (p - 25) % 6 === 5));
    const [expected, mean, square] = [theta.slice(), new Float64Array(theta.length), new Float64Array(theta.length)];
    for (let step = 1; step <= 5; step++) {
      const { top, parameters } = lossOnTape(data, shape, expected);
      differentiate(top);
      parameters.forEach(({ slope }, p) => {
        const decay = isBias[p] === 1 ? 0 : settings.weightDecay * expected[p];
        const gradient = slope + (decoupled ? 0 : decay);
        if (optimiser === "sgd") {
          mean[p] = settings.momentum * mean[p] + gradient;
          expected[p] -= settings.learningRate * mean[p];
          return;
        }
        const { first, second, epsilon } = adamDecay;
        if (decoupled) expected[p] -= settings.learningRate * decay;
        mean[p] = first * mean[p] + (1 - first) * gradient;
        square[p] = second * square[p] + (1 - second) * gradient ** 2;
        expected[p] -= (settings.learningRate * mean[p]) / (1 - first ** step) / (Math.sqrt(square[p] / (1 - second ** step)) + epsilon);
      });
    }
    const found = await trainNetwork(data, shape, theta, settings, context);
    found.forEach((value, p) => expect(Math.abs(value - expected[p])).toBeLessThan(2e-5));
  });
});

function isAwayFromKinks(data: Dataset, shape: NetworkShape, theta: Float64Array): boolean {
  const { features, target } = data;
  return shape.sizes.slice(1, -1).every((_, l) => {
    const cut: NetworkShape = { sizes: shape.sizes.slice(0, l + 2), loss: "square" };
    const part = reluNetwork({ shape: cut, theta: theta.slice(0, parameterCount(cut)), features, target });
    return part.scores(data).every((z) => Math.abs(z) > 1e-4);
  });
}
