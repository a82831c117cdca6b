import fc from "fast-check";
import { expect, it } from "vitest";
import { checkDerivatives, checkShares, expectClose } from "../../../test/objective-checks.ts";
import { smallData, smallDataArbitrary } from "../../../test/small-data.ts";
import { NumericalError } from "../../core/errors.ts";
import { makeRng } from "../../numeric/random.ts";
import type { BiasKind } from "./layout.ts";
import { softmaxObjective } from "./softmax-objective.ts";

const biases = fc.constantFrom<BiasKind>("free", "regularised");

it("has the derivatives that finite differences show", () => {
  fc.assert(
    fc.property(smallDataArbitrary([2, 3, 5]), biases, fc.constantFrom(0, 600), (options, bias, factorLimit) => {
      const data = smallData(options);
      const f = softmaxObjective(data, { weightDecay: 0.1, bias, factorLimit });
      const rng = makeRng(options.seed).fork("theta");
      const theta = Float64Array.from({ length: f.size }, () => 0.5 * rng.normal());
      const v = Float64Array.from({ length: f.size }, () => rng.normal());
      checkDerivatives(f, theta, v, data);
      checkDerivatives(f, theta, v, smallData({ ...options, seed: options.seed + 1, sparse: false }));
      const penalty = theta.map((value, j) => (bias === "free" && (j + 1) % (data.x.cols + 1) === 0 ? 0 : 0.1 * value));
      checkShares(f, theta, data, penalty);
    }),
    { numRuns: 80 },
  );
});

it("solves the same by factorisation as by conjugate gradients, without penalty too", () => {
  fc.assert(
    fc.property(smallDataArbitrary([3]), fc.constantFrom(0, 0.1), (options, weightDecay) => {
      const data = smallData({ ...options, rows: 4 * options.cols + 8 });
      const theta = new Float64Array(3 * (data.x.cols + 1)).fill(0.1);
      const factored = softmaxObjective(data, { weightDecay, bias: "free" });
      const iterated = softmaxObjective(data, { weightDecay, bias: "free", factorLimit: 0 });
      const g = new Float64Array(factored.size);
      factored.rowGradientInto(g, theta, data, 0);
      expectClose(factored.solveHessian(theta, g), iterated.solveHessian(theta, g), 1e-5);
    }),
    { numRuns: 30 },
  );
});

it("refuses to solve along the gauge, where all classes move together", () => {
  const data = smallData({ seed: 2, rows: 9, cols: 2, classes: 3, sparse: false, weighted: false });
  const f = softmaxObjective(data, { weightDecay: 0.1, bias: "free" });
  const g = new Float64Array(f.size);
  for (let k = 0; k < 3; k++) g[3 * k + 2] = 1;
  expect(() => f.solveHessian(new Float64Array(f.size), g)).toThrow(NumericalError);
});
