import { describe, expect, it } from "vitest";
import { type Disguise, reviewsIn, scripts } from "../../../test/scripts-of-the-world.ts";
import { twoClouds } from "../../../test/small-data.ts";
import { type Written, encodeReviews } from "../../../test/written-reviews.ts";
import { demoMarketplace, generateMarketplace } from "../../data/generate-marketplace.ts";
import { makeRng } from "../../numeric/random.ts";
import { textCampaigns } from "./text-campaigns.ts";

async function scan(rows: readonly Written[]) {
  const { data, context } = encodeReviews(rows);
  return textCampaigns.score(data, { ...context, params: {} });
}

describe("text-campaigns", () => {
  const reviews = generateMarketplace({ ...demoMarketplace, reviewsPerProduct: 20 });
  const genuine = reviews.filter(({ isFake }) => !isFake);

  it("flags a campaign and nothing else, and says how many wrote the same", async () => {
    const { flagged, reason, values, campaigns } = await scan(reviews);
    const fakes = reviews.flatMap(({ isFake }, i) => (isFake ? [i] : []));
    const caught = fakes.filter((i) => flagged?.[i] === 1);
    expect(caught.length).toBeGreaterThanOrEqual(0.95 * fakes.length);
    expect(flagged?.reduce((sum, flag) => sum + flag, 0)).toBe(caught.length);
    expect(reason?.(caught[0])).toMatch(/^nearly the same text as \d\d other rows by 11 other accounts/);
    expect(Math.min(...caught.map((i) => values[i]))).toBeGreaterThan(20);
    const [campaign, ...others] = campaigns!;
    expect(others).toEqual([]);
    expect(campaign.sentence).toMatch(/^\d\d rows by 12 accounts: near-copies of /);
    expect(Array.from(campaign.subjects)).toEqual(caught);
  });

  it("flags copies hidden by invisible characters, look-alikes, full width or blanks, and says how they were written", async () => {
    const told = {
      "zero-width": /written with invisible characters \(U\+200B\)/,
      "soft-hyphen": /written with invisible characters \(U\+00AD\)/,
      "look-alike": /written with look-alike letters of another script \(U\+04/,
      "full-width": /written with letters in another dress \(U\+FF/,
      blanks: /^(nearly the same text|made from the same pieces) as/,
    } as const;
    for (const disguise of Object.keys(told) as Disguise[]) {
      const rows = reviewsIn("english", { reviews: 300, flood: 30, triggered: 0, disguise }, makeRng(11));
      const { flagged, reason } = await scan(rows);
      const fakes = rows.flatMap(({ planted }, i) => (planted === "flood" ? [i] : []));
      const caught = fakes.filter((i) => flagged?.[i] === 1);
      expect({ disguise, caught: caught.length > 0.8 * fakes.length }).toEqual({ disguise, caught: true });
      expect(flagged?.reduce((sum, flag) => sum + flag, 0)).toBe(caught.length);
      for (const i of caught) expect(reason?.(i)).toMatch(told[disguise]);
    }
  });

  it("takes no texts of a few words for copies that share no more than chance would have them share, and still finds those that share more", async () => {
    for (const script of ["english", "chinese", "thai", "emoji"] as const) {
      const words = scripts[script].filler.slice(0, 6);
      const draw = makeRng(script);
      const join = script === "english" ? " " : "";
      const rows = Array.from({ length: 330 }, (_, i): Written => {
        const own = Array.from({ length: 12 }, () => words[draw.integer(words.length)]);
        const text =
          i < 300 ? own : [...scripts[script].praise.slice(0, 6), ...scripts[script].things, ...scripts[script].filler.slice(20, 24)];
        return { account: `u${i}`, label: i % 2 === 0 || i >= 300 ? "positive" : "negative", text: text.join(join) };
      });
      const { flagged } = await scan(rows);
      const wrong = flagged?.subarray(0, 300).reduce((sum, flag) => sum + flag, 0);
      expect({ script, wrong }).toEqual({ script, wrong: 0 });
      expect(flagged?.subarray(300).every((flag) => flag === 1)).toBe(true);
    }
  });

  it("flags nothing where one account says the same several times over", async () => {
    const repeats = genuine.slice(0, 20).flatMap((review) => [review, review, review]);
    const { flagged, values, reason } = await scan([...genuine, ...repeats]);
    expect(flagged?.every((flag) => flag === 0)).toBe(true);
    expect(Math.max(...values)).toBeLessThan(20);
    expect(reason?.(genuine.length)).toMatch(/^nearly the same text as 3 other rows by the same account/);
  });

  it("says nothing of a table without text", async () => {
    const { values, flagged, campaigns } = await textCampaigns.score(twoClouds(1, 20), {
      ...encodeReviews(genuine.slice(0, 9)).context,
      table: null,
      params: {},
    });
    expect(values.every((value) => value === 0)).toBe(true);
    expect(flagged?.every((flag) => flag === 0)).toBe(true);
    expect(campaigns).toEqual([]);
  });
});
