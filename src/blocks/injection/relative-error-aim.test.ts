import { describe, expect, it } from "vitest";
import { multiTaskData } from "../../../test/multi-task-data.ts";
import { smallData } from "../../../test/small-data.ts";
import type { Dataset } from "../../core/dataset.ts";
import type { Learner } from "../../core/learner.ts";
import { resolveParams } from "../../core/params.ts";
import { logistic } from "../../learners/logistic.ts";
import { mtrl } from "../../learners/mtrl.ts";
import { makeRng } from "../../numeric/random.ts";
import { relativeErrorAim } from "./relative-error-aim.ts";

const weighted = (seed: number, classes: number): Dataset => smallData({ seed, rows: 30, cols: 3, classes, sparse: false, weighted: true });
const cases: [string, Learner, object, Dataset][] = [
  ["two classes", logistic, { weightDecay: 0.05 }, weighted(1, 2)],
  ["three classes", logistic, { weightDecay: 0.05 }, weighted(2, 3)],
  [
    "related tasks",
    mtrl,
    { relationDecay: 0.1 },
    multiTaskData({ seed: 3, tasks: 3, rowsPerTask: 10, cols: 3, real: false, weighted: true }),
  ],
];

describe.each(cases)("the smoothed error of %s", (_, learner, settings, data) => {
  const softness = 0.4;
  const fit = () => learner.fit(data, { rng: makeRng(1), params: { ...resolveParams<object>(learner.id, learner.params), ...settings } });

  it("has the slope of the same sum at a temperature that is held", async () => {
    const model = await fit();
    const { theta } = model.parameters!;
    const margins = (at: Float64Array): Float64Array => {
      const moved = model.withParameters!(at);
      const scores = moved.scores(data);
      return data.y.map((y, i) => {
        if (moved.outputs === 1) return (y === 1 ? 1 : -1) * scores[i];
        const own = scores.subarray(i * moved.outputs, (i + 1) * moved.outputs);
        return own[y] - Math.max(...own.filter((_score, k) => k !== y));
      });
    };
    const temperature = (softness * margins(theta).reduce((sum, m) => sum + Math.abs(m), 0)) / data.y.length;
    const value = (at: Float64Array): number =>
      margins(at).reduce((sum, m, i) => sum + data.weight![i] / (1 + Math.exp(m / temperature)), 0);
    const aim = relativeErrorAim(data, model, softness);
    expect(aim.valueOf(model)).toBeCloseTo(value(theta), 10);
    const gradient = aim.gradientOf(null as never, theta);
    for (let j = 0; j < theta.length; j++) {
      const [up, down] = [1e-5, -1e-5].map((step) => value(theta.map((entry, k) => (k === j ? entry + step : entry))));
      expect(gradient[j]).toBeCloseTo((up - down) / 2e-5, 6);
    }
  });

  it("says the same of a model whose scores are ten times as large", async () => {
    const model = await fit();
    const aim = relativeErrorAim(data, model, softness);
    const larger = model.withParameters!(model.parameters!.theta.map((value) => 10 * value));
    expect(aim.valueOf(larger)).toBeCloseTo(aim.valueOf(model), 10);
  });
});
