import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Dataset } from "../../core/dataset.ts";
import { listExamples } from "../../core/examples.ts";
import type { Model } from "../../core/learner.ts";
import { resolveParams } from "../../core/params.ts";
import type { Table } from "../../core/table.ts";
import { encoderParams, makeEncoder } from "../../data/encoder.ts";
import { mtrl } from "../../learners/mtrl.ts";
import { makeRng } from "../../numeric/random.ts";
import { pseudoUtility } from "../injection/attack-utility.ts";
import { type CraftProblem, craftReviews, withReviews } from "./crafted-reviews.ts";
import { utilityGradient, weightedLoss } from "../injection/attack-aim.ts";
import { mtrlObjective } from "../mtrl/objective.ts";
import { mtrlProblem } from "../mtrl/problem.ts";
import { outsideEnvelope, reviewAt, wordEnvelope } from "./word-envelope.ts";
import { gainOf } from "./write-review.ts";

const words = ["good", "great", "fine", "bad", "poor", "awful", "box", "lamp", "chair", "shelf", "wood", "red", "door", "key"];

/** Reviews of three products, mostly told apart by their words. */
function corpus(seed: number, rows: number): Table {
  const rng = makeRng(seed);
  const texts: string[] = [];
  const labels = new Int32Array(rows);
  for (let i = 0; i < rows; i++) {
    labels[i] = rng.integer(2);
    const length = 4 + rng.integer(12);
    texts.push(
      Array.from({ length }, () => (rng.uniform() < 0.4 ? words[3 * (1 - labels[i]) + rng.integer(3)] : words[6 + rng.integer(8)])).join(
        " ",
      ),
    );
  }
  return {
    rows,
    columns: [
      { kind: "text", name: "review", codes: Int32Array.from(texts, (_, i) => i), names: texts },
      { kind: "category", name: "label", codes: labels, names: ["negative", "positive"] },
      { kind: "category", name: "product", codes: Int32Array.from(texts, (_, i) => i % 3), names: ["a", "b", "c"] },
    ],
    roles: { labels: ["label"], features: ["review"], task: "product", source: null, id: null },
  };
}

const params = { relationDecay: 0.01, weightDecay: 0, bias: "regularised", epsilon: 1e-3, tolerance: 1e-12 } as const;

/** Plain Newton steps from a trained model, until rounding stops them. */
function polish(data: Dataset, { parameters }: Model): Float64Array {
  const problem = mtrlProblem(data, params);
  let theta = parameters?.theta ?? expect.fail("mtrl has parameters");
  const step = new Float64Array(problem.size);
  for (let pass = 0; pass < 12; pass++) {
    const point = problem.evaluate(theta);
    point.solveInto(step, point.gradient, { relation: "exact", tolerance: 1e-10, maxIterations: 2000 });
    theta = theta.map((value, j) => value - step[j]);
  }
  return theta;
}

async function problemOf(
  seed: number,
  rows: number,
  counts: readonly number[],
  attackTasks: number[],
  targets: number[],
): Promise<CraftProblem> {
  const table = corpus(seed, rows);
  const all = Int32Array.from({ length: rows }, (_, i) => i);
  const encoder = makeEncoder(resolveParams("encoder", encoderParams), table).fit(table, listExamples(table).row);
  const clean = encoder.encode(table, all);
  const fit: CraftProblem["fit"] = (data, start) => mtrl.fit(data, { rng: makeRng("fit"), params, start });
  const model = await fit(clean, null);
  return {
    clean,
    words: encoder.words(table, all),
    counts: Int32Array.from(counts),
    utility: pseudoUtility(clean, model, targets, attackTasks, makeRng("utility")),
    model,
    fit,
    objectiveOf: (data) => mtrlObjective(data, params, { relation: "exact" }),
  };
}

describe("crafted reviews", () => {
  it("are whole words inside the envelope of their task, whatever the corpus; and the same from the same seed", async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(), fc.integer({ min: 30, max: 60 }), async (seed, rows) => {
        const problem = await problemOf(seed, rows, [3, 0, 2], [0, 2], [1]);
        const { reviews } = await craftReviews(problem, { steps: 3, mostRepeats: 3 }, { rng: makeRng(seed) });
        expect(reviews.length).toBeLessThanOrEqual(5);
        const { counts, idf } = problem.words[0];
        for (const { x, task, words: written } of reviews) {
          expect([0, 2]).toContain(task);
          const own = [...problem.clean.task.keys()].filter((i) => problem.clean.task[i] === task);
          const { indptr } = counts;
          const ownCounts = {
            ...counts,
            rows: own.length,
            indptr: Int32Array.from(
              [0, ...own.map((i) => indptr[i + 1] - indptr[i])].map(
                (
                  (sum) => (n: number) =>
                    (sum += n)
                )(0),
              ),
            ),
            indices: Int32Array.from(own.flatMap((i) => reviewAt(counts, i).words)),
            values: Float64Array.from(own.flatMap((i) => reviewAt(counts, i).counts)),
          };
          expect(outsideEnvelope(written[0], wordEnvelope(ownCounts, idf, 3))).toBeNull();
          // The features are those counts, weighed and scaled to length 1.
          expect(x.values.reduce((sum, value) => sum + value * value, 0)).toBeCloseTo(1, 12);
          x.indices.forEach((word, k) => {
            const count = written[0].counts[written[0].words.indexOf(word)];
            expect(x.values[k] / x.values[0]).toBeCloseTo((count * idf[word]) / (written[0].counts[0] * idf[x.indices[0]]), 9);
          });
        }
        const again = await craftReviews(problem, { steps: 3, mostRepeats: 3 }, { rng: makeRng(seed) });
        expect(again.reviews).toEqual(reviews);
      }),
      { numRuns: 12 },
    );
  });

  it("raise the attacker's utility, and more than they did after the first step", async () => {
    const problem = await problemOf(7, 90, [4, 0, 0], [0], [0]);
    const { utility, trace } = await craftReviews(problem, { steps: 6, mostRepeats: 3 }, { rng: makeRng(1) });
    expect(utility).toBeGreaterThan(weightedLoss(problem.model, problem.utility));
    expect(utility).toBeGreaterThanOrEqual(trace[0]);
  });

  it("gain what a training with the row shows: the gain of a review is the slope of the utility in its weight", async () => {
    const problem = await problemOf(3, 60, [1, 1, 1], [0, 1, 2], [1]);
    const { reviews } = await craftReviews(problem, { steps: 2, mostRepeats: 3 }, { rng: makeRng(2) });
    expect(reviews.length).toBeGreaterThan(0);
    const { clean, model, utility } = problem;
    const objective = problem.objectiveOf(clean);
    const theta = polish(clean, model);
    const v = objective.solveHessian(theta, utilityGradient(objective, theta, utility));
    for (const review of reviews) {
      const block = clean.x.cols + 1;
      const offset = review.task * block;
      const dot = (vector: Float64Array): number =>
        review.x.indices.reduce((sum, j, k) => sum + review.x.values[k] * vector[offset + j], vector[offset + block - 1]);
      const aim = { score: theta, pull: v, scoreBase: 0, pullBase: 0, sign: review.y === 1 ? (1 as const) : (-1 as const) };
      const gain = gainOf(aim, dot(theta), dot(v));
      // A row of weight e takes the share e / (n + e) from the task's own rows, whose mean gradient moves the utility too.
      const own = [...clean.task.keys()].filter((i) => clean.task[i] === review.task);
      const sensitivities = new Float64Array(clean.y.length);
      objective.rowSensitivitiesInto(sensitivities, theta, v, clean);
      const ofClean = -own.reduce((sum, i) => sum + sensitivities[i], 0) / own.length;
      const step = 1e-3;
      const at = (weight: number): number => {
        const data = withReviews(clean, [review]);
        const weights = new Float64Array(data.y.length).fill(1);
        weights[clean.y.length] = weight;
        const moved = model.withParameters?.(polish({ ...data, weight: weights }, model)) ?? expect.fail("mtrl can be moved");
        return weightedLoss(moved, utility);
      };
      const slope = (4 * at(step) - at(2 * step) - 3 * at(0)) / (2 * step);
      expect(Math.abs(slope * own.length - (gain - ofClean))).toBeLessThan(1e-5 * Math.abs(gain - ofClean));
    }
  });
});
