import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { expectClose } from "../../../test/objective-checks.ts";
import { smallData } from "../../../test/small-data.ts";
import type { Learner, Model } from "../../core/learner.ts";
import { linearSvm } from "../../learners/linear-svm.ts";
import { logistic } from "../../learners/logistic.ts";
import { ridge } from "../../learners/ridge.ts";
import { denseMatrix, rowSquaredNorm, toDense } from "../../numeric/matrices/matrix.ts";
import { makeRng } from "../../numeric/random.ts";
import { type Aim, distanceAim, lossAim } from "./attack-aim.ts";
import { svmGradient } from "./svm-gradient.ts";
import { implicitGradient } from "./implicit-gradient.ts";
import { type InjectedRows, withInjected } from "./injected-rows.ts";
import { placesOf } from "../feasible/domain.ts";
import { injectionDomain } from "../feasible/injection-domain.ts";
import { type BilevelProblem, bilevelAscent } from "./bilevel-ascent.ts";
import { type SmoothTraining, smoothTraining } from "../linear/smooth-training.ts";
import { labelRanges } from "./injection-starts.ts";
import { wrongCopies } from "../relabel/wrong-copies.ts";

const settings = { steps: 25, firstRate: 0.3, lastRate: 0.03 };
const [rows, cols, injected] = [50, 3, 5];

interface Case {
  readonly learner: Learner;
  readonly classes: number;
  readonly loss?: string;
}

const cases: Record<string, Case> = {
  ridge: { learner: ridge, classes: 0 },
  "logistic regression": { learner: logistic, classes: 2 },
  "the softmax": { learner: logistic, classes: 3 },
  "the squared hinge": { learner: linearSvm, classes: 2, loss: "squared-hinge" },
  "the hinge, rounded": { learner: linearSvm, classes: 2, loss: "hinge" },
};

function problemOf({ learner, classes, loss }: Case, sparse: boolean): BilevelProblem & SmoothTraining & { aim: Aim } {
  const clean = smallData({ seed: 3, rows, cols, classes, sparse, weighted: false });
  const learnerParams = { weightDecay: 0.05, bias: "free", tolerance: 1e-12, ...(loss === undefined ? {} : { loss }) };
  const training = smoothTraining({ learner, learnerParams, fit: () => expect.fail("not the whole pipeline") }, { rng: makeRng(0) });
  const aim = lossAim({ ...clean, weight: new Float64Array(rows).fill(1 / rows) });
  return {
    ...training,
    ...implicitGradient(training.objectiveOf, aim),
    aim,
    clean,
    seeds: wrongCopies(clean, Int32Array.of(injected), makeRng(5)),
    domain: injectionDomain(clean, 0.01),
    labels: null,
  };
}

const fitted = (problem: BilevelProblem, seeds: InjectedRows, start: Model | null = null): Promise<Model> =>
  problem.fit(withInjected(problem.clean, seeds), start);

describe.each(Object.entries(cases))("the ascent of injected rows under %s", (_, which) => {
  it.each([false, true])("follows the gradient that finite differences of full refits have, sparse: %s", async (sparse) => {
    const problem = problemOf(which, sparse);
    const before = await problem.fit(problem.clean, null);
    const aims: Aim[] = [problem.aim, distanceAim(before.parameters?.theta ?? expect.fail("no parameters"))];
    const { seeds } = problem;
    const data = withInjected(problem.clean, seeds);
    const model = await problem.fit(data, null);
    for (const aim of aims) {
      const slopes = { x: new Float64Array(injected * cols), y: new Float64Array(injected) };
      implicitGradient(problem.objectiveOf, aim).gradientInto(slopes, { data, injected: seeds, model });
      const valueAt = async (moved: InjectedRows): Promise<number> => aim.valueOf(await fitted(problem, moved, model));
      const step = 1e-4;
      for (let i = 0; i < injected; i++) {
        const differences = new Float64Array(cols);
        for (let j = 0; j < cols; j++) {
          const shifted = (by: number): InjectedRows => ({
            ...seeds,
            x: denseMatrix(
              injected,
              cols,
              seeds.x.data.map((value, p) => (p === i * cols + j ? value + by : value)),
            ),
          });
          differences[j] = ((await valueAt(shifted(step))) - (await valueAt(shifted(-step)))) / (2 * step);
        }
        expectClose(slopes.x.subarray(i * cols, (i + 1) * cols), differences, 1e-6);
        if (which.classes > 0) continue;
        const relabelled = (by: number): InjectedRows => ({ ...seeds, y: seeds.y.map((value, k) => (k === i ? value + by : value)) });
        const difference = ((await valueAt(relabelled(step))) - (await valueAt(relabelled(-step)))) / (2 * step);
        expect(Math.abs(slopes.y[i] - difference)).toBeLessThanOrEqual(1e-6 * Math.abs(difference) + 1e-9);
      }
    }
  });

  it.each([
    ["dense rows by Adam", false, "adam"],
    ["dense rows that go back where they failed", false, "accept-reject"],
    ["sparse rows", true, "adam"],
  ] as const)("raises what it aims at, keeps the best and stays in its domain, for %s", async (_rows, sparse, ascent) => {
    const problem = problemOf(which, sparse);
    const { rows: found, value, trace } = await bilevelAscent(problem, { ...settings, ascent }, { rng: makeRng(0) });
    expect(trace).toHaveLength(settings.steps + 1);
    expect(value).toBe(Math.max(...trace));
    expect(value).toBeGreaterThan(trace[0]);
    expect(problem.aim.valueOf(await fitted(problem, found))).toBeCloseTo(value, 6);
    const projected = found.x.data.slice();
    const places = placesOf(problem.seeds);
    for (let i = 0; i < injected; i++) problem.domain.projectInPlace(projected.subarray(i * cols, (i + 1) * cols), places[i]);
    expectClose(projected, found.x.data, 1e-12);
    expect(found.y).toEqual(problem.seeds.y);
  });
});

describe("the ascent of injected rows under the hinge itself", () => {
  it.each([
    ["free", 2],
    ["regularised", 2],
    ["free", 3],
  ] as const)("follows the gradient that finite differences of full refits have, bias %s, %i classes", async (bias, classes) => {
    const clean = smallData({ seed: 3, rows, cols, classes, sparse: false, weighted: false });
    const training = svmGradient(
      { ...clean, weight: new Float64Array(rows).fill(1 / rows) },
      { weightDecay: 0.05, bias, tolerance: 1e-13 },
      { rng: makeRng(0) },
    );
    const seeds = wrongCopies(clean, Int32Array.of(injected), makeRng(5));
    const valueAt = async (moved: InjectedRows): Promise<number> => training.valueOf(await training.fit(withInjected(clean, moved), null));
    const data = withInjected(clean, seeds);
    const model = await training.fit(data, null);
    const slopes = { x: new Float64Array(injected * cols), y: new Float64Array(injected) };
    training.gradientInto(slopes, { data, injected: seeds, model });
    const step = 1e-5;
    const differences = new Float64Array(injected * cols);
    for (let p = 0; p < differences.length; p++) {
      const shifted = (by: number): InjectedRows => ({
        ...seeds,
        x: denseMatrix(
          injected,
          cols,
          seeds.x.data.map((value, q) => (q === p ? value + by : value)),
        ),
      });
      differences[p] = ((await valueAt(shifted(step))) - (await valueAt(shifted(-step)))) / (2 * step);
    }
    expectClose(slopes.x, differences, 1e-6);
  });
});

describe("labels in the ascent", () => {
  it.each(["adam", "accept-reject"] as const)("climb within the range that clean ones show, by %s", async (ascent) => {
    const problem = problemOf(cases["ridge"], false);
    const labels = labelRanges(problem.clean);
    const seeds = { ...problem.seeds, y: problem.clean.y.slice(0, injected) };
    const fixed = await bilevelAscent({ ...problem, seeds }, { ...settings, ascent }, { rng: makeRng(0) });
    const moved = await bilevelAscent({ ...problem, seeds, labels }, { ...settings, ascent }, { rng: makeRng(0) });
    expect(moved.value).toBeGreaterThan(1.2 * fixed.value);
    expect(moved.rows.y.every((y) => y >= labels.low[0] && y <= labels.high[0])).toBe(true);
  });
});

it("leaves indicators of sparse rows where they were", async () => {
  const problem = problemOf(cases["logistic regression"], true);
  const features = { ...problem.clean.features, kinds: ["real", "indicator", "real"] as const };
  const domain = injectionDomain({ ...problem.clean, features }, 0.01);
  const { rows: found } = await bilevelAscent({ ...problem, domain }, settings, { rng: makeRng(0) });
  found.x.data.forEach((value, p) => {
    if (p % cols === 1) expect(value).toBe(problem.seeds.x.data[p]);
  });
  expect(found.x.data).not.toEqual(problem.seeds.x.data);
});

describe("the domain of sparse rows", () => {
  it("holds rows no longer and no fuller than clean ones, and a projection moves nothing twice", () => {
    fc.assert(
      fc.property(fc.integer(), fc.constantFrom(0, 0.1), (seed, tail) => {
        const data = smallData({ seed, rows: 12, cols: 6, classes: 2, sparse: true, weighted: false });
        if (data.x.kind !== "sparse") return;
        const { x } = data;
        const domain = injectionDomain(data, tail);
        const rng = makeRng(seed);
        const row = Float64Array.from({ length: 6 }, () => 3 * rng.normal());
        const place = { label: 0, task: 0, home: row.slice() };
        domain.projectInPlace(row, place);
        const lengths = Array.from({ length: 12 }, (_, i) => rowSquaredNorm(x, i));
        const entries = Array.from({ length: 12 }, (_, i) => x.indptr[i + 1] - x.indptr[i]);
        expect(row.reduce((sum, value) => sum + value * value, 0)).toBeLessThanOrEqual(Math.max(...lengths) * (1 + 1e-12));
        expect(row.filter((value) => value !== 0).length).toBeLessThanOrEqual(Math.max(...entries));
        const dense = toDense(x).data;
        row.forEach((value, j) => {
          const seen = Array.from({ length: 12 }, (_, i) => dense[i * 6 + j]);
          expect(value).toBeGreaterThanOrEqual(Math.min(0, ...seen));
          expect(value).toBeLessThanOrEqual(Math.max(0, ...seen));
        });
        const again = row.slice();
        domain.projectInPlace(again, place);
        expectClose(again, row, 1e-12);
      }),
    );
  });
});
