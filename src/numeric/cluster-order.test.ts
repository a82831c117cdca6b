import { describe, expect, it } from "vitest";
import { clusterOrder } from "./cluster-order.ts";
import { makeRng } from "./random.ts";

const distancesOf = (places: readonly number[]): Float64Array =>
  Float64Array.from(places.flatMap((a) => places.map((b) => Math.abs(a - b))));

describe("clusterOrder", () => {
  it("puts what is near together, nearer ends meeting", () => {
    // Two groups, far apart: {10, 11, 13} and {0, 1}; joined so that 1 meets 10.
    const places = [10, 0, 11, 1, 13];
    const order = [...clusterOrder(distancesOf(places), 5)].map((i) => places[i]);
    expect([order, [...order].reverse()]).toContainEqual([0, 1, 10, 11, 13]);
  });

  it("holds every item once, whatever the distances", () => {
    const rng = makeRng(3);
    for (const count of [0, 1, 2, 29]) {
      const distances = new Float64Array(count * count);
      for (let i = 0; i < count; i++)
        for (let j = 0; j < i; j++) distances[i * count + j] = distances[j * count + i] = Math.floor(3 * rng.uniform());
      const order = clusterOrder(distances, count);
      expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: count }, (_, i) => i));
      expect(clusterOrder(distances, count)).toEqual(order);
    }
  });

  it("leaves equal distances in the order given", () => {
    expect([...clusterOrder(new Float64Array(9).fill(1), 3)]).toEqual([0, 1, 2]);
  });
});
