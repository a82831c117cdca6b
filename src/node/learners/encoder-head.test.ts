import { describe, expect, it } from "vitest";
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

  it("refuses an encoder that is not there", async () => {
    await expect(fit({ encoder: "nowhere.onnx" })).rejects.toThrow("nowhere.onnx cannot be read");
  });
});
