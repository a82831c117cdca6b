import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { makeRatings, ratingsShapes } from "../../test/arbitrary-ratings.ts";
import { audienceOf } from "./ratings-audience.ts";

describe("the audience of some items", () => {
  it("is who likes at least half of them, user by user", () =>
    fc.assert(
      fc.property(ratingsShapes, fc.uniqueArray(fc.nat(), { minLength: 1, maxLength: 4 }), (shape, numbers) => {
        const ratings = makeRatings(shape);
        const { low, high } = ratings.scale;
        const favourites = [...new Set(numbers.map((k) => k % ratings.items.length))];
        const likes = (u: number, i: number): boolean =>
          ratings.user.some((user, p) => user === u && ratings.item[p] === i && ratings.value[p] >= low + 0.75 * (high - low));
        const expected = [...ratings.users.keys()].filter((u) => favourites.filter((i) => likes(u, i)).length >= favourites.length / 2);
        if (expected.length > 0) expect([...audienceOf(ratings, Int32Array.from(favourites))]).toEqual(expected);
        else expect(() => audienceOf(ratings, Int32Array.from(favourites))).toThrow("there is nobody to attack");
      }),
    ));
});
