import { describe, expect, it } from "vitest";
import { twoClouds } from "../../test/small-data.ts";
import { type NetworkModel, layersOfTheta, reluNetwork } from "../blocks/network/relu-network.ts";
import type { Dataset } from "../core/dataset.ts";
import type { Model } from "../core/learner.ts";
import { resolveParams } from "../core/params.ts";
import type { FittingRepair } from "../core/repair.ts";
import { type MlpParams, mlp } from "../node/learners/mlp.ts";
import { missingRuntime } from "../node/onnx/runtime.ts";
import { denseMatrix } from "../numeric/matrices/matrix.ts";
import { makeRng } from "../numeric/random.ts";
import { dropFlagged } from "./drop-flagged.ts";
import { finePruning, prunableUnits } from "./fine-pruning.ts";
import { fineTuning } from "./fine-tuning.ts";

const settings = resolveParams<MlpParams>("mlp", mlp.params, { hidden: "8", epochs: 40 });
const fit = (data: Dataset, start: Model | null = null, replaced: Readonly<Record<string, unknown>> = {}): Promise<Model> =>
  mlp.fit(data, { rng: makeRng("fit"), params: { ...settings, ...replaced }, start });

function repaired(repair: FittingRepair, data: Dataset, trusted: Dataset | null, given: Record<string, unknown> = {}): Promise<Model> {
  const params = resolveParams<object>(repair.id, repair.params, given);
  return repair.repair(data, { rng: makeRng("repair"), params, learnerParams: settings, fit, trusted });
}

const meanLoss = (model: Model, data: Dataset): number => model.losses(data).reduce((sum, loss) => sum + loss, 0) / data.y.length;

describe("units that verified rows use least", () => {
  /** Three units, 0, h₁ = x and h₂ = 2 x of one positive feature; the score is 3 h₁ − h₂ − 1 = x − 1. */
  const features = { names: ["x"], kinds: ["real" as const], groups: ["x"] };
  const theta = Float64Array.of(-1, 0, 1, 0, 2, 0, 5, 3, -1, -1);
  const target = { kind: "classes" as const, names: ["a", "b"] };
  const model = reluNetwork({ shape: { sizes: [1, 3, 1], loss: "cross-entropy" }, theta, features, target });
  const rows = { ...twoClouds(0, 4, { cols: 1 }), x: denseMatrix(4, 1, Float64Array.of(0.5, 2, 0.4, 3)), features };

  it("go by rising activation until too much accuracy is lost, as counted by hand", () => {
    expect([...model.scores(rows)]).toEqual([-0.5, 1, -0.6, 2].map((score) => expect.closeTo(score, 12) as number));
    // Without unit 0 nothing changes. Without h₁ the score is −2 x − 1: class 1 is lost.
    expect([...prunableUnits(model, rows, 0)]).toEqual([0]);
    expect([...prunableUnits(model, rows, 0.49)]).toEqual([0]);
    expect([...prunableUnits(model, rows, 0.5)]).toEqual([0, 1, 2]);
  });
});

describe.skipIf(missingRuntime() !== null)("repairs with verified rows", () => {
  const [data, trusted] = [twoClouds(1, 200, { apart: 2 }), twoClouds(2, 60, { apart: 2 })];

  it("train on from the model of the poisoned rows and fit the verified ones better", async () => {
    const poisoned = { ...data, y: data.y.map((y, i) => (i % 3 === 0 ? 1 - y : y)) };
    const before = meanLoss(await fit(poisoned), trusted);
    for (const repair of [fineTuning, finePruning]) {
      const after = await repaired(repair, poisoned, trusted, { passes: 300, ...(repair === finePruning ? { drop: 0 } : {}) });
      expect(meanLoss(after, trusted), repair.id).toBeLessThan(0.8 * before);
    }
    const untouched = await repaired(fineTuning, poisoned, trusted, { passes: 0 });
    expect(untouched.parameters?.theta).toEqual((await fit(poisoned)).parameters?.theta);
  });

  it("let what verified rows never use fade by weight decay, and nothing else by it", async () => {
    const extra = (rows: Dataset, value: (i: number) => number): Dataset => ({
      ...rows,
      x: denseMatrix(
        rows.x.rows,
        5,
        Float64Array.from({ length: 5 * rows.x.rows }, (_, p) => {
          const i = Math.floor(p / 5);
          return p % 5 === 4 ? value(i) : (rows.x as { data: Float64Array }).data[4 * i + (p % 5)];
        }),
      ),
      features: { names: [..."abcdt"], kinds: [..."abcdt"].map(() => "real"), groups: [..."abcdt"] },
    });
    const model = (await fit(extra(data, (i) => data.y[i]))) as NetworkModel;
    const fade = async (weightDecay: number): Promise<number> => {
      const after = (await repaired(
        fineTuning,
        extra(data, (i) => data.y[i]),
        extra(trusted, () => 0),
        { passes: 200, weightDecay },
      )) as NetworkModel;
      const weightsOf = (of: NetworkModel): Float64Array =>
        layersOfTheta(of.network, of.parameters.theta)[0].weights.filter((_, p) => p % 5 === 4);
      return Math.hypot(...weightsOf(after)) / Math.hypot(...weightsOf(model));
    };
    expect(await fade(0)).toBeCloseTo(1, 3);
    expect(await fade(0.1)).toBeLessThan(0.8);
  });

  it("keep silenced units silent while the rest is trained on", async () => {
    const model = (await repaired(finePruning, data, trusted, { drop: 0.1 })) as NetworkModel;
    const silent = prunableUnits((await fit(data)) as NetworkModel, trusted, 0.1);
    expect(silent.length).toBeGreaterThan(0);
    const h = model.represent(data);
    for (const unit of silent) expect(h.data.filter((_, p) => p % h.cols === unit).every((value) => value === 0)).toBe(true);
  });

  it("refuse to work without verified rows, and for other learners", async () => {
    await expect(repaired(fineTuning, data, null)).rejects.toThrow("fine-tuning learns from verified rows, and there are none");
    expect(finePruning.refuses?.({ learner: mlp, sharing: "separate" })).toMatch("one model for all tasks");
  });
});

describe("dropping what a detector flags", () => {
  const data = twoClouds(3, 6);
  const dropped = async (flagged: Uint8Array | null): Promise<number[]> => {
    const context = { rng: makeRng(0), params: {}, learnerParams: {}, fit, flagged };
    return Array.from((await dropFlagged.repair(data, new Float64Array(6), context)).row);
  };

  it("leaves out those rows and no others, and never a whole class", async () => {
    expect(await dropped(Uint8Array.of(0, 1, 1, 0, 0, 0))).toEqual([0, 3, 4, 5]);
    expect(await dropped(new Uint8Array(6))).toEqual([0, 1, 2, 3, 4, 5]);
    expect(await dropped(Uint8Array.of(0, 1, 0, 1, 0, 1))).toEqual([0, 1, 2, 3, 4, 5]);
    await expect(async () => dropped(null)).rejects.toThrow("this one only ranks");
  });
});
