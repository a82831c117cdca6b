import { describe, expect, it } from "vitest";
import { multiTaskData } from "../../../test/multi-task-data.ts";
import { smallData } from "../../../test/small-data.ts";
import type { Dataset } from "../../core/dataset.ts";
import type { Learner } from "../../core/learner.ts";
import { resolveParams } from "../../core/params.ts";
import { linearSvm } from "../../learners/linear-svm.ts";
import { logistic } from "../../learners/logistic.ts";
import { mtrl } from "../../learners/mtrl.ts";
import { ridge } from "../../learners/ridge.ts";
import { makeRng } from "../../numeric/random.ts";
import { lossAim } from "../injection/attack-aim.ts";
import { type RelabelProblem, ascendLabels, labelChoices, relabelGains } from "./relabel-ascent.ts";

const rng = makeRng("relabel");

function training(learner: Learner, settings: object): Pick<RelabelProblem, "fit" | "objectiveOf"> {
  const params = { ...resolveParams<object>(learner.id, learner.params), tolerance: 1e-11, weightDecay: 0.05, ...settings };
  return {
    fit: (data, start) => learner.fit(data, { rng, params, start }),
    objectiveOf: (data) => learner.objective?.(data, params) ?? expect.fail("it has an objective"),
  };
}

const plain = (seed: number, rows: number, classes: number): Dataset =>
  smallData({ seed, rows, cols: 3, classes, sparse: false, weighted: false });

const cases: [string, Learner, object, Dataset, Dataset][] = [
  ["logistic", logistic, {}, plain(1, 3000, 2), plain(2, 40, 2)],
  ["logistic of three classes", logistic, {}, plain(3, 3000, 3), plain(4, 40, 3)],
  ["the squared hinge", linearSvm, {}, plain(5, 3000, 2), plain(6, 40, 2)],
  ["ridge", ridge, {}, plain(7, 3000, 0), plain(8, 40, 0)],
  [
    "related tasks",
    mtrl,
    { relationDecay: 0.1, weightDecay: 0.01 },
    multiTaskData({ seed: 9, tasks: 3, rowsPerTask: 600, cols: 3, real: false }),
    multiTaskData({ seed: 9, tasks: 3, rowsPerTask: 20, cols: 3, real: false }),
  ],
];

describe.each(cases)("the gain of another label under %s", (_, learner, settings, clean, aimed) => {
  it("is what training with that label does to the aim, within 10 %", async () => {
    const { fit, objectiveOf } = training(learner, settings);
    const aim = lossAim(aimed);
    const model = await fit(clean, null);
    const { theta } = model.parameters!;
    const objective = objectiveOf(clean);
    const choices = labelChoices(clean);
    const gains = relabelGains(objective, theta, objective.solveHessian(theta, aim.gradientOf(objective, theta)), clean, choices);
    const typical = Math.sqrt(gains.flatMap((g) => [...g]).reduce((sum, g) => sum + g * g, 0) / (gains.length * clean.y.length));
    const before = aim.valueOf(model);
    for (let i = 0; i < 8; i++) {
      for (let c = 0; c < choices.length; c++) {
        const y = clean.y.slice();
        y[i] = choices[c][i];
        const change = aim.valueOf(await fit({ ...clean, y }, model)) - before;
        expect(Math.abs(change - gains[c][i])).toBeLessThan(0.1 * Math.max(typical, Math.abs(gains[c][i])));
      }
    }
  });
});

describe("flips chosen by their gain", () => {
  it("come near the best pair of flips of twelve rows, found by trying all", async () => {
    for (const seed of [1, 2, 3, 4, 5]) {
      const clean = plain(seed, 12, 2);
      const { fit, objectiveOf } = training(logistic, {});
      const aim = lossAim(plain(seed + 100, 60, 2));
      const valueOf = async (flips: number[]): Promise<number> => {
        const y = clean.y.map((label, i) => (flips.includes(i) ? 1 - label : label));
        return aim.valueOf(await fit({ ...clean, y }, null));
      };
      let best = -Infinity;
      for (let i = 0; i < 12; i++) for (let j = 0; j < i; j++) best = Math.max(best, await valueOf([i, j]));
      const found = await ascendLabels(
        { fit, objectiveOf, clean, aim, isOpen: () => true },
        { count: 2, rounds: 20, batch: 1 },
        { rng: makeRng(seed) },
      );
      const start = await valueOf([]);
      expect(found.value - start).toBeGreaterThan(0.9 * (best - start));
      expect(await valueOf([...clean.y.keys()].filter((i) => found.y[i] !== clean.y[i]))).toBeCloseTo(found.value, 8);
    }
  });

  it("stay within the budget and the rows that are open, and begin where they are told to", async () => {
    const clean = plain(11, 60, 3);
    const { fit, objectiveOf } = training(logistic, {});
    const aim = lossAim(plain(12, 60, 3));
    const changedOf = ({ y }: { y: Float64Array }): number[] => [...y.keys()].filter((i) => y[i] !== clean.y[i]);
    const problem = { fit, objectiveOf, clean, aim, isOpen: (i: number) => i % 2 === 0 };
    const free = await ascendLabels(problem, { count: 7, rounds: 30, batch: 3 }, { rng: makeRng(1) });
    expect(changedOf(free)).toHaveLength(7);
    expect(changedOf(free).every((i) => i % 2 === 0)).toBe(true);
    const led = await ascendLabels(
      { ...problem, mayStartAs: (_, choice) => choice === 2 },
      { count: 7, rounds: 2, batch: 3 },
      { rng: makeRng(1) },
    );
    expect(changedOf(led).every((i) => led.y[i] === 2)).toBe(true);
    const few = await ascendLabels(problem, { count: 3, rounds: 30, batch: 3 }, { rng: makeRng(1) });
    const further = await ascendLabels({ ...problem, from: few.y }, { count: 7, rounds: 30, batch: 2 }, { rng: makeRng(1) });
    expect(changedOf(further).length).toBeLessThanOrEqual(7);
    expect(further.value).toBeGreaterThan(few.value);
  });
});
