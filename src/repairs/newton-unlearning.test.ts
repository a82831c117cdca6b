import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { smallData } from "../../test/small-data.ts";
import { type Dataset, positionsWhere, selectExamples } from "../core/dataset.ts";
import { NumericalError } from "../core/errors.ts";
import type { Learner, Model } from "../core/learner.ts";
import { resolveParams } from "../core/params.ts";
import type { LinearParams } from "../blocks/linear/params.ts";
import { linearSvm } from "../learners/linear-svm.ts";
import { logistic } from "../learners/logistic.ts";
import { ridge } from "../learners/ridge.ts";
import { makeRng } from "../numeric/random.ts";
import { newtonUnlearning } from "./newton-unlearning.ts";

interface Case {
  readonly learner: Learner;
  readonly classes: number;
  readonly settings?: Record<string, unknown>;
}

const ridgeCase: Case = { learner: ridge, classes: 0 };
const smoothCases: Case[] = [
  ridgeCase,
  { learner: logistic, classes: 2 },
  { learner: logistic, classes: 3 },
  { learner: linearSvm, classes: 2, settings: { loss: "squared-hinge" } },
];

const rowsArbitrary = fc.record({ seed: fc.nat(1_000_000), weighted: fc.boolean(), sparse: fc.boolean() });

/** How far unlearning a tenth of the rows leaves the parameters from those of training again, as a share of how far the rows moved them. */
async function distanceLeft(
  { learner, classes, settings = {} }: Case,
  rows: { seed: number; weighted: boolean; sparse: boolean },
  steps: number,
) {
  const data = smallData({ rows: 60, cols: 4, classes, ...rows });
  const flagged = Uint8Array.from(data.y, (_, i) => Number(i % 10 === 3));
  const params = resolveParams<object>(learner.id, learner.params, { weightDecay: 0.05, tolerance: 1e-9, ...settings });
  const trained: Dataset[] = [];
  const fit = (given: Dataset, start: Model | null = null) => {
    trained.push(given);
    return learner.fit(given, { rng: makeRng("fit"), params, start });
  };
  const unlearned = await newtonUnlearning.repair(data, {
    rng: makeRng("repair"),
    params: { steps },
    learnerParams: params,
    fit,
    objective: (given) => learner.objective?.(given, params) ?? null,
    flagged,
  });
  // Between the kinks of a squared hinge a step may lead to where no row bends the loss.
  if (learner !== linearSvm) expect(trained).toHaveLength(1);
  const kept = selectExamples(
    data,
    positionsWhere(data.y.length, (i) => flagged[i] === 0),
  );
  const again = await fit(kept);
  const before = await fit(data);
  const distance = (model: Model): number =>
    Math.hypot(...(model.parameters?.theta ?? []).map((value, j) => value - (again.parameters?.theta[j] ?? NaN)));
  return distance(unlearned) / distance(before);
}

describe("Newton unlearning", () => {
  it("comes to where training without the rows would come", () =>
    fc.assert(
      fc.asyncProperty(fc.constantFrom(...smoothCases), rowsArbitrary, async (which, rows) => {
        expect(await distanceLeft(which, rows, 20)).toBeLessThan(1e-3);
      }),
      { numRuns: 40 },
    ));

  it("needs one step where the objective is quadratic", () =>
    fc.assert(
      fc.asyncProperty(rowsArbitrary, async (rows) => {
        expect(await distanceLeft(ridgeCase, rows, 1)).toBeLessThan(1e-6);
      }),
      { numRuns: 20 },
    ));

  it("leaves little after one step elsewhere, and less after three", async () => {
    const rows = { seed: 5, weighted: false, sparse: false };
    const [one, three] = [await distanceLeft(smoothCases[1], rows, 1), await distanceLeft(smoothCases[1], rows, 3)];
    expect(one).toBeLessThan(0.2);
    expect(three).toBeLessThan(0.01 * one);
  });

  it("trains again where the Hessian is singular, and leaves a model alone of which nothing is flagged", async () => {
    const data = smallData({ seed: 2, rows: 12, cols: 2, classes: 0, sparse: false, weighted: false });
    const params = resolveParams<LinearParams>("ridge", ridge.params, { weightDecay: 0.1 });
    const fit = (given: Dataset) => ridge.fit(given, { rng: makeRng("fit"), params });
    let solved = 0;
    const repaired = (flagged: Uint8Array) =>
      newtonUnlearning.repair(data, {
        rng: makeRng("repair"),
        params: { steps: 3 },
        learnerParams: params,
        fit,
        flagged,
        objective(given) {
          const objective = ridge.objective?.(given, params) ?? expect.fail("ridge has one");
          return {
            ...objective,
            solveHessian: () => {
              solved++;
              throw new NumericalError("singular");
            },
          };
        },
      });
    const none = await repaired(new Uint8Array(12));
    expect(none.parameters?.theta).toEqual((await fit(data)).parameters?.theta);
    expect(solved).toBe(0);
    const some = await repaired(Uint8Array.from(data.y, (_, i) => Number(i < 3)));
    const rest = Int32Array.from({ length: 9 }, (_, i) => i + 3);
    expect(some.parameters?.theta).toEqual((await fit(selectExamples(data, rest))).parameters?.theta);
    expect(solved).toBe(1);
  });
});
