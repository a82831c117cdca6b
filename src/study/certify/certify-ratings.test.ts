import { expect, it } from "vitest";
import { makeMarketplace } from "../../../test/rating-marketplace.ts";
import type { RatingCertificate, RatingCertificateInput } from "../../core/recommender.ts";
import { makeRng } from "../../numeric/random.ts";
import { certifyRatings } from "./certify-ratings.ts";

/** Claims what it is told to. */
function claiming(bound: (input: RatingCertificateInput) => { kept: Int32Array[]; needed: Float64Array[] }): RatingCertificate {
  return {
    ...{ kind: "certificate", id: "claims", title: "", summary: "", source: { cite: "standard", url: null }, params: {} },
    certify: (input) => {
      const { kept, needed } = bound(input);
      return Promise.resolve({
        ...{ unit: "accounts", costs: { accounts: 1 }, confidence: null, assumes: [], made: "", settled: {}, found: kept[0], kept, needed },
      });
    },
  };
}

it("means precision over the users, and reach over those who have not rated the item", async () => {
  const ratings = makeMarketplace(1, 60, 40);
  let seen: RatingCertificateInput | null = null;
  const method = claiming((input) => {
    seen = input;
    const { users, targets, train } = input;
    const rated = (item: number, user: number): boolean => train.item.some((i, p) => i === item && train.user[p] === user);
    return {
      kept: [users.map((_, u) => u % 3), users.map(() => 0)],
      // Those who rated it need nothing, which does not count; the others 1, 2, 3, …
      needed: Array.from(targets, (item) => {
        let next = 0;
        return Float64Array.from(users, (user) => (rated(item, user) ? 0 : ++next));
      }),
    };
  });
  const targets = Int32Array.of(3, 39);
  const result = await certifyRatings({ ratings, testFraction: 0.25, targets }, [{ method, params: {} }], { rng: makeRng(1) });
  const [{ curve, targeted, clean }] = result.certificates;
  const { users, wanted, train } = seen!;
  expect([users.length, wanted.length, result.users]).toEqual([60, 60, { certified: 60, able: 60 }]);
  expect(curve.map(({ figure }) => figure!.value)).toEqual([expect.closeTo(0.1, 12), 0]);
  expect(clean).toEqual(curve[0].figure);
  const counts = [3, 39].map((item) => train.item.filter((i) => i === item).length);
  expect(targeted[0].items).toEqual(
    counts.map((count, k) => {
      const others = 60 - count;
      return { item: `i${targets[k]}`, ratings: count, accounts: [1, Math.ceil(0.05 * others), Math.ceil(0.5 * others)] };
    }),
  );
  const halves = counts.map((count) => Math.ceil(0.5 * (60 - count))).sort((a, b) => a - b);
  expect(targeted[0].reach[2]).toEqual({ share: 0.5, least: halves[0], median: halves[0] });
  expect(result.heldOut.ratings + result.totals.rows).toBe(ratings.user.length);
});

it("names no number where none was enough, and chooses targets of both kinds unasked", async () => {
  const ratings = makeMarketplace(2, 60, 40);
  const method = claiming(({ users, targets }) => ({
    kept: [users.map(() => 0)],
    needed: Array.from(targets, () => new Float64Array(users.length).fill(Infinity)),
  }));
  const { certificates } = await certifyRatings({ ratings, testFraction: 0.25, targets: null }, [{ method, params: {} }], {
    rng: makeRng(1),
  });
  const [{ targeted }] = certificates;
  expect(targeted.map(({ group, items }) => [group, items.length])).toEqual([
    ["unpopular", 10],
    ["middling", 20],
  ]);
  for (const { reach } of targeted) for (const { least, median } of reach) expect([least, median]).toEqual([null, null]);
  const most = (k: number): number => Math.max(...targeted[k].items.map(({ ratings: count }) => count));
  expect(most(0)).toBeLessThanOrEqual(Math.min(...targeted[1].items.map(({ ratings: count }) => count)));
});
