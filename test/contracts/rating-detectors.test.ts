import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { catalog } from "../../src/catalog.ts";
import { resolveParams } from "../../src/core/params.ts";
import { makeRng } from "../../src/numeric/random.ts";
import { makeRatings, ratingsShapes } from "../arbitrary-ratings.ts";

describe.each(catalog.ratings.detectors.map((detector) => [detector.id, detector] as const))("account detector %s", (_, detector) => {
  it("gives every account one finite score, the same every time, and leaves the ratings alone", async () => {
    await fc.assert(
      fc.asyncProperty(ratingsShapes, fc.boolean(), fc.nat(), async (shape, allEqual, seed) => {
        const make = () => {
          const ratings = makeRatings(shape);
          return allEqual ? { ...ratings, value: ratings.value.map(() => 5) } : ratings;
        };
        const ratings = make();
        const options = () => ({ rng: makeRng(seed), params: resolveParams(detector.id, detector.params) as unknown });
        const score = () => detector.score(ratings, options());
        const scores = await score();
        expect(scores.length).toBe(ratings.users.length);
        expect(scores.every(Number.isFinite)).toBe(true);
        expect(await score()).toEqual(scores);
        if (detector.explain !== undefined) expect((await detector.explain(ratings, options())).values).toEqual(scores);
        expect(ratings).toEqual(make());
      }),
      { numRuns: 50 },
    );
  });
});
