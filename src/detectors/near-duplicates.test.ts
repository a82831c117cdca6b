import { describe, expect, it } from "vitest";
import { type Written, encodeReviews } from "../../test/written-reviews.ts";
import { resolveParams } from "../core/params.ts";
import { demoMarketplace, generateMarketplace } from "../data/generate-marketplace.ts";
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
