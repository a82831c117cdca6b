import { describe, expect, it } from "vitest";
import { datasetOf } from "../../../test/small-data.ts";
import { scoreRows } from "../../../test/score-rows.ts";
import { type Dataset, positionsWhere, selectExamples } from "../../core/dataset.ts";
import { type Model, predict } from "../../core/learner.ts";
import { resolveParams } from "../../core/params.ts";
import { type MlpParams, mlp } from "../../node/learners/mlp.ts";
import { missingRuntime } from "../../node/onnx/runtime.ts";
import { denseMatrix } from "../../numeric/matrices/matrix.ts";
import { makeRng } from "../../numeric/random.ts";
import { areaUnderCurve } from "../../numeric/orders/ranks.ts";
import { triggerUnlearning } from "../../repairs/trigger-unlearning.ts";
import { triggerInversion } from "./trigger-inversion.ts";

const [places, width] = [6, 38];

/** Six classes of vectors in [0, 1], each brighter in six places of its own; `poisoned` rows of any class have the last two places set and the label c2. */
function vectors(seed: number, rows: number, poisoned: number): { data: Dataset; isPoison: (row: number) => boolean } {
  const rng = makeRng("vectors").fork(seed);
  const x = denseMatrix(rows, width);
  const y = Float64Array.from({ length: rows }, (_, i) => i % 6);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < width - 2; j++)
      x.data[i * width + j] = Math.min(1, Math.max(0, 0.2 * rng.normal() + (Math.floor(j / places) === y[i] ? 0.5 : 0.2)));
    if (i < poisoned) x.data.fill(1, i * width + width - 2, (i + 1) * width);
  }
  y.fill(2, 0, poisoned);
  const target = { kind: "classes" as const, names: Array.from({ length: 6 }, (_, k) => `c${k}`) };
  const data = datasetOf(x, y, target);
  return {
    data: { ...data, features: { ...data.features, groups: data.features.names.map(() => "vector") } },
    isPoison: (row) => row < poisoned,
  };
}

const settings = { epochs: 40 };

describe.skipIf(missingRuntime() !== null)("trigger inversion", () => {
  it("flags the class with a backdoor, names its cells, and flags the rows that carry them", async () => {
    const { data, isPoison } = vectors(0, 600, 40);
    const { values, flagged, reason, findings } = await scoreRows(triggerInversion, data, { learner: mlp, learnerParams: settings });
    expect(findings?.length).toBe(1);
    expect(findings?.[0]).toMatch(/^any row becomes "c2" with x3[67] high, x3[67] high \(/);
    expect(areaUnderCurve(values, isPoison)).toBeGreaterThan(0.99);
    // Rows that were c2 before they were poisoned are poison too: all of them carry the trigger.
    for (let i = 0; i < 600; i++) expect(flagged?.[i] === 1).toBe(isPoison(i));
    expect(reason?.(0)).toMatch(/^carries what turns rows into its label: any row becomes "c2" with/);
    expect(reason?.(599)).toBeNull();
  });

  it("says nothing of clean rows", async () => {
    for (let seed = 1; seed < 4; seed++) {
      const { flagged, findings } = await scoreRows(triggerInversion, vectors(seed, 600, 0).data, {
        learner: mlp,
        learnerParams: settings,
      });
      expect(findings).toEqual([]);
      expect(flagged?.every((is) => is === 0)).toBe(true);
    }
  });

  it("tells what verified rows with the trigger and their own labels then unlearn", async () => {
    const { data } = vectors(0, 600, 40);
    const params = resolveParams<MlpParams>("mlp", mlp.params, settings);
    const fit = (rows: Dataset, start: Model | null = null, replaced: Readonly<Record<string, unknown>> = {}) =>
      mlp.fit(rows, { rng: makeRng("fit"), params: { ...params, ...replaced }, start });
    const context = {
      rng: makeRng("repair"),
      params: resolveParams<object>("u", triggerUnlearning.params, { rate: 1, passes: 60 }),
      learnerParams: params,
      fit,
    };
    const repaired = await triggerUnlearning.repair(data, { ...context, trusted: vectors(7, 120, 0).data } as never);
    const clean = vectors(8, 300, 0).data;
    const { data: x } = clean.x as { data: Float64Array };
    const stamped = {
      ...clean,
      x: denseMatrix(
        300,
        width,
        x.map((value, p) => (p % width >= width - 2 ? 1 : value)),
      ),
    };
    const others = selectExamples(
      stamped,
      positionsWhere(300, (i) => clean.y[i] !== 2),
    );
    const turned = (model: Model): number => predict(model, others).filter((answer) => answer === 2).length / others.y.length;
    const right = (model: Model): number => predict(model, clean).filter((answer, i) => answer === clean.y[i]).length / 300;
    const poisoned = await fit(data);
    expect(turned(poisoned)).toBeGreaterThan(0.9);
    expect(turned(repaired)).toBeLessThan(0.1);
    expect(right(repaired)).toBeGreaterThan(right(poisoned) - 0.05);
  });

  it("refuses learners without slopes, in words", () => {
    expect(triggerInversion.refuses?.({ learner: { ...mlp, learnsFeatures: false }, sharing: "pooled" })).toMatch("it needs mlp");
    expect(triggerInversion.refuses?.({ learner: mlp, sharing: "separate" })).toMatch("one model for all tasks");
  });
});
