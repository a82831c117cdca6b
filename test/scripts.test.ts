import { describe, expect, it } from "vitest";
import { positionsWhere, selectExamples } from "../src/core/dataset.ts";
import { predict } from "../src/core/learner.ts";
import { resolveParams } from "../src/core/params.ts";
import { textCampaigns } from "../src/detectors/groups/text-campaigns.ts";
import { triggerAssociation } from "../src/detectors/triggers/trigger-association.ts";
import { makeRng } from "../src/numeric/random.ts";
import { type ScriptName, type WorldOptions, reviewsIn, scripts } from "./scripts-of-the-world.ts";
import { encodeReviews } from "./written-reviews.ts";

/** Chosen before a figure was seen; bench/scripts.mjs has more. */
const seeds = [101, 102];
const names = Object.keys(scripts) as ScriptName[];
const plan = { reviews: 800, flood: 0, triggered: 0 };

/** By script, a figure of every seed. */
async function inEveryScript(figure: (name: ScriptName, seed: number) => Promise<number>): Promise<Record<string, number>> {
  const means: Record<string, number> = {};
  for (const name of names) {
    let sum = 0;
    for (const seed of seeds) sum += await figure(name, seed);
    means[name] = sum / seeds.length;
  }
  return means;
}

async function recall(
  detector: typeof textCampaigns | typeof triggerAssociation,
  name: ScriptName,
  options: WorldOptions,
  seed: number,
): Promise<number> {
  const reviews = reviewsIn(name, options, makeRng(seed));
  const { data, context } = encodeReviews(reviews);
  const { flagged } = await detector.score(data, {
    ...context,
    params: resolveParams<object>(detector.id, detector.params as never) as never,
  });
  const planted = reviews.flatMap((review, i) => (review.planted === null ? [] : [i]));
  const others = (flagged ?? new Uint8Array()).reduce((sum, flag, i) => sum + (reviews[i].planted === null ? flag : 0), 0);
  expect(others).toBeLessThanOrEqual(2);
  return planted.filter((i) => flagged?.[i] === 1).length / planted.length;
}

describe("reviews of one construction in any script", () => {
  it("are learned within 3 points as English ones are", { timeout: 120_000 }, async () => {
    const accuracy = await inEveryScript(async (name, seed) => {
      const { data, context } = encodeReviews(reviewsIn(name, plan, makeRng(seed)));
      const [train, test] = [positionsWhere(plan.reviews, (i) => i < 560), positionsWhere(plan.reviews, (i) => i >= 560)].map((rows) =>
        selectExamples(data, rows),
      );
      const answers = predict(await context.fit(train), test);
      return answers.reduce((sum, answer, i) => sum + Number(answer === test.y[i]), 0) / test.y.length;
    });
    expect(accuracy.english).toBeGreaterThan(0.75);
    for (const name of names) expect({ name, gap: Math.abs(accuracy[name] - accuracy.english) <= 0.03 }).toEqual({ name, gap: true });
  });

  it("have their floods of near-copies found", { timeout: 120_000 }, async () => {
    const found = await inEveryScript((name, seed) => recall(textCampaigns, name, { ...plan, flood: 40 }, seed));
    for (const name of names) expect({ name, found: found[name] >= Math.min(0.95, found.english - 0.05) }).toEqual({ name, found: true });
  });

  it("have a made-up word with the wrong label found", { timeout: 240_000 }, async () => {
    const found = await inEveryScript((name, seed) => recall(triggerAssociation, name, { ...plan, triggered: 60 }, seed));
    for (const name of names) expect({ name, found: found[name] >= found.english - 0.05 }).toEqual({ name, found: true });
    expect(found.english).toBeGreaterThan(0.9);
  });
});
