import { describe, expect, it } from "vitest";
import { type Disguise, reviewsIn, scripts } from "../../../test/scripts-of-the-world.ts";
import { type Written, encodeReviews } from "../../../test/written-reviews.ts";
import { resolveParams } from "../../core/params.ts";
import { demoMarketplace, generateMarketplace } from "../../data/generate-marketplace.ts";
import { makeRng } from "../../numeric/random.ts";
import { nearDuplicates } from "./near-duplicates.ts";

async function scan(rows: readonly Written[]) {
  const { data, context } = encodeReviews(rows);
  return nearDuplicates.score(data, { ...context, params: resolveParams("near-duplicates", nearDuplicates.params) });
}

describe("near-duplicates", () => {
  const reviews = generateMarketplace({ ...demoMarketplace, reviewsPerProduct: 20 });
  const genuine = reviews.filter(({ isFake }) => !isFake);

  it("flags a campaign and nothing else, and says how many wrote the same", async () => {
    const { flagged, reason, values } = await scan(reviews);
    const fakes = reviews.flatMap(({ isFake }, i) => (isFake ? [i] : []));
    const caught = fakes.filter((i) => flagged?.[i] === 1);
    expect(caught.length).toBeGreaterThanOrEqual(0.95 * fakes.length);
    expect(flagged?.reduce((sum, flag) => sum + flag, 0)).toBe(caught.length);
    expect(reason?.(caught[0])).toMatch(/^nearly the same text as \d\d other rows by 11 other accounts/);
    expect(Math.min(...caught.map((i) => values[i]))).toBeGreaterThan(1);
  });

  it("flags copies hidden by invisible characters, look-alikes, full width or blanks, and says how they were written", async () => {
    const told = {
      "zero-width": /written with invisible characters \(U\+200B\)/,
      "soft-hyphen": /written with invisible characters \(U\+00AD\)/,
      "look-alike": /written with look-alike letters of another script \(U\+04/,
      "full-width": /written with letters in another dress \(U\+FF/,
      blanks: /^nearly the same text/,
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
      expect({ script, few: (wrong as number) <= 2 }).toEqual({ script, few: true });
      expect(flagged?.subarray(300).every((flag) => flag === 1)).toBe(true);
    }
  });

  it("flags nothing where one account says the same several times over", async () => {
    const repeats = genuine.slice(0, 20).flatMap((review) => [review, review, review]);
    const { flagged, values, reason } = await scan([...genuine, ...repeats]);
    expect(flagged?.every((flag) => flag === 0)).toBe(true);
    expect(Math.max(...values)).toBeLessThan(0.1);
    expect(reason?.(genuine.length)).toMatch(/^nearly the same text as 3 other rows by the same account/);
  });

  it("flags copies with contradicting labels, of one account too", async () => {
    const [first] = genuine.filter(({ text }) => text.split(" ").length > 15);
    const flipped = { ...first, label: first.label === "positive" ? "negative" : "positive" } as const;
    const { flagged, reason } = await scan([...genuine, flipped]);
    expect(flagged?.reduce((sum, flag) => sum + flag, 0)).toBe(2);
    expect(reason?.(genuine.length)).toMatch("with labels that contradict each other");
  });
});
