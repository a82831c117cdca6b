import { describe, expect, it } from "vitest";
import { clusterOrder } from "./cluster-order.ts";
import { makeRng } from "../random.ts";

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

  it("joins clusters by their mean distance, as a computation from all pairs does", () => {
    const rng = makeRng(11);
    for (let round = 0; round < 20; round++) {
      const count = 2 + rng.integer(12);
      const distances = new Float64Array(count * count);
      for (let i = 0; i < count; i++) for (let j = 0; j < i; j++) distances[i * count + j] = distances[j * count + i] = rng.uniform();
      expect([...clusterOrder(distances, count)]).toEqual(orderFromAllPairs(distances, count));
    }
  });
});

/** The same clustering, each mean taken over all pairs of members. */
function orderFromAllPairs(distances: Float64Array, count: number): number[] {
  let clusters: number[][] = Array.from({ length: count }, (_, i) => [i]);
  const at = (i: number, j: number): number => distances[i * count + j];
  const mean = (a: number[], b: number[]): number =>
    a.reduce((sum, i) => sum + b.reduce((part, j) => part + at(i, j), 0), 0) / (a.length * b.length);
  while (clusters.length > 1) {
    const pairs = clusters.flatMap((a, i) => clusters.slice(i + 1).map((b) => ({ a, b, distance: mean(a, b) })));
    const { a, b } = pairs.reduce((best, next) => (next.distance < best.distance ? next : best));
    const [ra, rb] = [[...a].reverse(), [...b].reverse()];
    const ways = [
      [a, b],
      [a, rb],
      [ra, b],
      [ra, rb],
    ];
    const gap = ([first, second]: number[][]): number => at(first[first.length - 1], second[0]);
    const joined = ways.reduce((best, way) => (gap(way) < gap(best) ? way : best)).flat();
    clusters = clusters.flatMap((cluster) => (cluster === a ? [joined] : cluster === b ? [] : [cluster]));
  }
  return clusters[0];
}
