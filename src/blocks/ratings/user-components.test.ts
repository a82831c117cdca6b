import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { makeRatings, ratingsShapes } from "../../../test/arbitrary-ratings.ts";
import type { Ratings } from "../../core/ratings.ts";
import { symmetricEigen } from "../../numeric/solvers/symmetric-eigen.ts";
import { coRatingComponents, standardisedComponents } from "./user-components.ts";

/** Z Zᵀ of a dense matrix [users, items]. */
function outer(z: Float64Array, users: number, items: number): Float64Array {
  const out = new Float64Array(users * users);
  for (let u = 0; u < users; u++)
    for (let v = 0; v < users; v++) for (let i = 0; i < items; i++) out[u * users + v] += z[u * items + i] * z[v * items + i];
  return out;
}

function standardised({ user, item, value, users, items }: Ratings): Float64Array {
  const z = new Float64Array(users.length * items.length);
  user.forEach((u, p) => (z[u * items.length + item[p]] = value[p]));
  for (let u = 0; u < users.length; u++) {
    const row = z.subarray(u * items.length, (u + 1) * items.length);
    const mean = row.reduce((sum, v) => sum + v, 0) / row.length;
    const deviation = Math.sqrt(row.reduce((sum, v) => sum + (v - mean) ** 2, 0) / row.length);
    for (let i = 0; i < row.length; i++) row[i] = deviation > 1e-9 ? (row[i] - mean) / deviation : 0;
  }
  return z;
}

function beyondExpectation({ user, item, users, items }: Ratings): Float64Array {
  const z = new Float64Array(users.length * items.length);
  const [byUser, byItem] = [new Float64Array(users.length), new Float64Array(items.length)];
  user.forEach((u, p) => {
    z[u * items.length + item[p]] = 1;
    byUser[u]++;
    byItem[item[p]]++;
  });
  return z.map((rated, at) => {
    const expected = (byUser[Math.floor(at / items.length)] * byItem[at % items.length]) / user.length;
    return expected > 0 ? (rated - expected) / Math.sqrt(expected * user.length) : 0;
  });
}

describe("components of users", () => {
  it.each([
    ["standardised profiles", standardisedComponents, standardised],
    ["co-rating", coRatingComponents, beyondExpectation],
  ] as const)("of %s are those of the dense matrix", (_, components, dense) => {
    fc.assert(
      fc.property(ratingsShapes, (shape) => {
        const ratings = makeRatings(shape);
        const [users, items] = [ratings.users.length, ratings.items.length];
        const { rank, variance, images } = components(ratings, 2);
        const gram = outer(dense(ratings), users, items);
        const { values } = symmetricEigen(gram, users);
        const largest = Math.max(1e-9, values[users - 1]);
        for (let c = 0; c < rank; c++) {
          expect(variance[c] / largest).toBeCloseTo(Math.max(0, values[users - 1 - c]) / largest, 4);
          const image = Float64Array.from({ length: users }, (_u, u) => images[u * rank + c]);
          for (let u = 0; u < users; u++) {
            let sum = 0;
            for (let v = 0; v < users; v++) sum += gram[u * users + v] * image[v];
            expect(Math.abs(sum - variance[c] * image[u]) / largest ** 1.5).toBeLessThan(1e-2);
          }
        }
      }),
      { numRuns: 60 },
    );
  });
});
