import { describe, expect, it } from "vitest";
import { splitAtFold } from "../../blocks/held-out/out-of-fold.ts";
import { stratifiedFolds } from "../../blocks/held-out/folds.ts";
import { predict } from "../../core/learner.ts";
import { resolveParams } from "../../core/params.ts";
import { logistic } from "../../learners/logistic.ts";
import { makeRng } from "../../numeric/random.ts";
import { smallData } from "../../../test/small-data.ts";
import { missingRuntime } from "../onnx/runtime.ts";
import { type EncoderHeadParams, encoderHead } from "./encoder-head.ts";

describe.skipIf(missingRuntime() !== null)("a head on an encoder", () => {
  const data = smallData({ seed: 4, rows: 60, cols: 5, classes: 3, sparse: false, weighted: false });
  const fit = (given: Record<string, unknown>) =>
    encoderHead.fit(data, {
      params: resolveParams<EncoderHeadParams>("encoder-head", encoderHead.params, { weightDecay: 0.01, ...given }),
      rng: makeRng(1),
    });

  it("is logistic regression on what the encoder says, as a linear probe", async () => {
    const model = await fit({});
    const x = model.represent?.(data);
    const names = Array.from({ length: x?.cols ?? 0 }, (_, j) => `h${j}`);
    const encoded = { ...data, x: x as NonNullable<typeof x>, features: { names, kinds: names.map(() => "real" as const), groups: names } };
    const head = await logistic.fit(encoded, {
      params: resolveParams("logistic", logistic.params, { weightDecay: 0.01 }),
      rng: makeRng(2),
    });
    head.scores(encoded).forEach((score, p) => expect(model.scores(data)[p]).toBeCloseTo(score, 6));
  });

  it("changes its encoder only in fine-tuning, which fits the rows more closely", async () => {
    const [probe, tuned] = [await fit({}), await fit({ tuning: "fine-tune", epochs: 30 })];
    const mean = (losses: Float64Array): number => losses.reduce((sum, loss) => sum + loss, 0) / losses.length;
    expect(mean(tuned.losses(data))).toBeLessThan(mean(probe.losses(data)));
    expect(tuned.represent?.(data).data).not.toEqual(probe.represent?.(data).data);
  });

  it("takes the rate of fine-tuning that errs least on rows held out, and none to choose where nothing is tuned", async () => {
    const tune = (given: Record<string, unknown>) =>
      encoderHead.tune(data, {
        params: resolveParams<EncoderHeadParams>("encoder-head", encoderHead.params, { weightDecay: 0.01, ...given }),
        rng: makeRng(1),
      });
    const chosen = await tune({ tuning: "fine-tune", epochs: 40 });
    expect([1e-3, 3e-4, 1e-4]).toContain(chosen.learningRate);
    const base = await encoderHead.pretrain?.(data, {
      params: resolveParams<EncoderHeadParams>("encoder-head", encoderHead.params),
      rng: makeRng(1),
    });
    const errors = async (learningRate: number): Promise<number> => {
      const folds = stratifiedFolds(data, 3, makeRng(1).fork("rate"));
      let wrong = 0;
      for (let fold = 0; fold < 3; fold++) {
        const { train, held } = splitAtFold(data, folds, fold);
        const settings = { weightDecay: 0.01, tuning: "fine-tune", epochs: 40, learningRate };
        const model = await encoderHead.fit(train, {
          params: resolveParams<EncoderHeadParams>("encoder-head", encoderHead.params, settings),
          rng: makeRng(1).fork("rate").fork(fold),
          base,
        });
        predict(model, held).forEach((answer, i) => (wrong += Number(answer !== held.y[i])));
      }
      return wrong;
    };
    const all = [await errors(1e-3), await errors(3e-4), await errors(1e-4)];
    expect(await errors(chosen.learningRate as number)).toBe(Math.min(...all));
    expect((await tune({})).learningRate).toBe(1e-3);
  });

  it("goes on from a model that is given, on all layers, and only if it is told to", async () => {
    const first = await fit({});
    const base = { weightDecay: 0.01, learningRate: 1e-3, decoupled: false, epochs: 5 };
    const goOn = (given: Record<string, unknown>) =>
      encoderHead.fit(data, {
        params: resolveParams<EncoderHeadParams>("encoder-head", encoderHead.params, { ...base, ...given }),
        rng: makeRng(1),
        start: first,
      });
    const on = await goOn({ continues: true });
    const theta = first.parameters?.theta as Float64Array;
    const moved = on.parameters?.theta.map((value, p) => Math.abs(value - theta[p])) as Float64Array;
    // One batch an epoch, so five steps of Adam, each of about the rate at most; the encoder's weights move too.
    expect(Math.max(...moved)).toBeLessThan(5.5e-3);
    expect(moved.subarray(0, 6 * 64).filter((by) => by > 1e-4).length).toBeGreaterThan(100);
    expect((await goOn({})).parameters?.theta).toEqual(theta);
  });

  it("refuses an encoder that is not there", async () => {
    await expect(fit({ encoder: "nowhere.onnx" })).rejects.toThrow("nowhere.onnx cannot be read");
  });
});
