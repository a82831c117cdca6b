import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { isMtrlModel } from "../../src/blocks/mtrl/model.ts";
import { mtrlProblem } from "../../src/blocks/mtrl/problem.ts";
import type { Dataset } from "../../src/core/dataset.ts";
import { mtrl } from "../../src/learners/mtrl.ts";
import { denseMatrix } from "../../src/numeric/matrices/matrix.ts";
import { makeRng } from "../../src/numeric/random.ts";
import { norm } from "../../src/numeric/matrices/vector.ts";
import { expectClose } from "../objective-checks.ts";
import { datasetOf } from "../small-data.ts";
import { dataFolder, hasData, twoClasses } from "./real-data.ts";

interface Case {
  readonly loss: string;
  readonly lambda2: number;
  readonly objective: number;
  /** [features, tasks]. */
  readonly W: number[][];
  readonly Omega: number[][];
}

const stored = resolve(dataFolder, "../reference/mtrl-landmine.json");
const cases: Case[] = existsSync(stored) ? JSON.parse(readFileSync(stored, "utf8")).cases : [];

/** Tasks 1–6, the first 120 rows of each in the order of the file, features as given; for the square loss the labels are ±1. */
function landmine(real: boolean): Dataset {
  const counts = new Map<number, number>();
  const rows = readFileSync(resolve(dataFolder, "landmine/landmine.csv"), "utf8")
    .trim()
    .split("\n")
    .slice(1)
    .map((line) => line.split(",").map(Number))
    .filter(([task]) => {
      counts.set(task, (counts.get(task) ?? 0) + 1);
      return task <= 6 && counts.get(task)! <= 120;
    });
  const x = denseMatrix(rows.length, 9, Float64Array.from(rows.flatMap((row) => row.slice(2))));
  const y = Float64Array.from(rows, (row) => (real ? 2 * row[1] - 1 : row[1]));
  const data = datasetOf(x, y, real ? { kind: "real" } : twoClasses);
  return { ...data, task: Int32Array.from(rows, (row) => row[0] - 1), tasks: ["1", "2", "3", "4", "5", "6"] };
}

describe.skipIf(!hasData || cases.length === 0)("against an independent optimum (skipped where the research data are absent)", () => {
  it.each(cases)("reaches the objective, the weights and Ω on Landmine with $loss loss", async ({ loss, lambda2, objective, W, Omega }) => {
    const data = landmine(loss !== "logistic");
    const params = { relationDecay: lambda2, weightDecay: 0, bias: "regularised", epsilon: 1e-6, tolerance: 1e-12 } as const;
    const model = await mtrl.fit(data, { params, rng: makeRng("peers") });
    if (!isMtrlModel(model)) throw new Error("mtrl makes MTRL models");
    const { theta } = model.parameters;
    const problem = mtrlProblem(data, params);
    // The same W has the same objective; the logistic one was stored 7e-7 above the minimum, where its gradient is not yet zero.
    const theirs = new Float64Array(theta.length);
    W.forEach((row, j) => row.forEach((w, i) => (theirs[i * 10 + j] = w)));
    expect(problem.evaluate(theirs).value).toBeCloseTo(objective, 11);
    const ours = problem.evaluate(theta);
    expect(ours.value).toBeLessThan(objective + 1e-8);
    expect(ours.value).toBeGreaterThan(objective - 1e-6);
    expect(norm(ours.gradient)).toBeLessThan(1e-6);
    const tolerance = loss === "logistic" ? 0.02 : 1e-5;
    expectClose(theta, theirs, tolerance);
    expectClose(model.relation, Float64Array.from(Omega.flat()), tolerance);
    const mean = model.losses(data).reduce((sum, each) => sum + each, 0) / data.x.rows;
    expect(mean).toBeLessThan(Math.log(2));
  });
});
