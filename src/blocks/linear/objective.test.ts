import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checkDerivatives, checkShares, expectClose } from "../../../test/objective-checks.ts";
import { smallData, smallDataArbitrary } from "../../../test/small-data.ts";
import { NumericalError } from "../../core/errors.ts";
import { makeRng } from "../../numeric/random.ts";
import type { BiasKind } from "./layout.ts";
import { linearObjective } from "./objective.ts";
import { type MarginLoss, logisticLoss, squareLoss, squaredHingeLoss } from "./margin-losses.ts";
import { linearModel } from "./model.ts";

const biases = fc.constantFrom<BiasKind>("free", "regularised");

describe.each<[MarginLoss, number[]]>([
  [logisticLoss, [2, 3]],
  [squareLoss, [0]],
  [squaredHingeLoss, [2, 4]],
])("the objective of the $id loss", (loss, classes) => {
  it("has the derivatives that finite differences show", () => {
    fc.assert(
      fc.property(smallDataArbitrary(classes), biases, (options, bias) => {
        const data = smallData(options);
        const f = linearObjective(data, { loss, weightDecay: 0.1, bias });
        const rng = makeRng(options.seed).fork("theta");
        const theta = Float64Array.from({ length: f.size }, () => 0.5 * rng.normal());
        const v = Float64Array.from({ length: f.size }, () => rng.normal());
        const other = smallData({ ...options, seed: options.seed + 1, sparse: false });
        for (const rows of [data, other]) {
          const z = linearModel({ theta, features: data.features, target: data.target, loss }).scores(rows);
          if (loss.id === "squared-hinge") fc.pre(z.every((value) => Math.abs(Math.abs(value) - 1) > 1e-2));
        }
        checkDerivatives(f, theta, v, data);
        checkDerivatives(f, theta, v, other);
        const penalty = theta.map((value, j) => (bias === "free" && (j + 1) % (data.x.cols + 1) === 0 ? 0 : 0.1 * value));
        checkShares(f, theta, data, penalty);
      }),
      { numRuns: 60 },
    );
  });

  it("solves with its Hessian alike by all three methods", () => {
    fc.assert(
      fc.property(smallDataArbitrary(classes), biases, (options, bias) => {
        const data = smallData({ ...options, rows: options.cols + 4 });
        const few = smallData({ ...options, cols: options.rows + 3 });
        const rng = makeRng(options.seed).fork("theta");
        for (const rows of [data, few]) {
          const factored = linearObjective(rows, { loss, weightDecay: 0.1, bias });
          const iterated = linearObjective(rows, { loss, weightDecay: 0.1, bias, factorLimit: 0 });
          const theta = Float64Array.from({ length: factored.size }, () => 0.2 * rng.normal());
          const g = new Float64Array(factored.size);
          factored.hessianVectorInto(
            g,
            theta,
            Float64Array.from({ length: factored.size }, () => rng.normal()),
          );
          const expected = iterated.solveHessian(theta, g);
          const again = new Float64Array(factored.size);
          factored.hessianVectorInto(again, theta, factored.solveHessian(theta, g));
          expectClose(again, g, 1e-8);
          factored.hessianVectorInto(again, theta, expected);
          expectClose(again, g, 1e-8);
        }
      }),
      { numRuns: 40 },
    );
  });

  it("gives the diagonal of its Hessian", () => {
    const data = smallData({ seed: 4, rows: 9, cols: 3, classes: classes[0], sparse: true, weighted: true });
    const f = linearObjective(data, { loss, weightDecay: 0.3, bias: "free" });
    const theta = new Float64Array(f.size).fill(0.1);
    const diagonal = new Float64Array(f.size);
    f.diagonalInto(diagonal, theta);
    const column = new Float64Array(f.size);
    const expected = diagonal.map((_, j) => {
      const unit = new Float64Array(f.size);
      unit[j] = 1;
      f.hessianVectorInto(column, theta, unit);
      return column[j];
    });
    expectClose(diagonal, expected, 1e-12);
  });
});

it("a Hessian that is singular in the direction asked for is a NumericalError", () => {
  const data = smallData({ seed: 1, rows: 6, cols: 2, classes: 0, sparse: false, weighted: false });
  if (data.x.kind !== "dense") throw new Error("dense was asked for");
  for (let i = 0; i < 6; i++) data.x.data[2 * i + 1] = 0;
  const f = linearObjective(data, { loss: squareLoss, weightDecay: 0, bias: "free" });
  expect(() => f.solveHessian(new Float64Array(3), Float64Array.of(1, 1, 1))).toThrow(NumericalError);
  expect(f.solveHessian(new Float64Array(3), Float64Array.of(1, 0, 1))[1]).toBe(0);
});
