import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { smallData } from "../../../test/small-data.ts";
import { denseMatrix, toDense } from "../../numeric/matrices/matrix.ts";
import { percentileBox } from "./box.ts";
import { ballAround, ballDomain, distanceTo, shrinkInPlace } from "./ball-domain.ts";

describe("a ball about clean rows", () => {
  it("has their mean and reach, in standard deviations", () => {
    const x = denseMatrix(4, 2, Float64Array.of(0, 0, 4, 0, 0, 6, 4, 6));
    // Center (2, 3); with units 2 and 3 every row lies √2 away.
    const ball = ballAround(x, [0, 1, 2, 3], Float64Array.of(2, 3), 0);
    expect([...ball.center]).toEqual([2, 3]);
    expect(ball.radius).toBeCloseTo(Math.SQRT2, 14);
  });

  it("draws a point to its surface, along the features that move", () => {
    const ball = { center: Float64Array.of(1, 1, 1), radius: 1 };
    // In units (2, 1) the point lies (6/2, 4/1) = (3, 4) from the center, a distance of 5: a fifth of the way remains.
    const x = Float64Array.of(7, 5, 9);
    shrinkInPlace(x, ball, Float64Array.of(2, 1, 0));
    [2.2, 1.8, 9].forEach((value, j) => expect(x[j]).toBeCloseTo(value, 14));
    const inside = Float64Array.of(1.5, 1.5, 9);
    shrinkInPlace(inside, ball, Float64Array.of(2, 1, 0));
    expect([...inside]).toEqual([1.5, 1.5, 9]);
  });

  it("keeps every row within both the ball and the range, and a row that is there already as it is", () => {
    const base = smallData({ seed: 3, rows: 40, cols: 3, classes: 2, sparse: false, weighted: false });
    const data = { ...base, task: Int32Array.from({ length: 40 }, (_, i) => i % 2), tasks: ["a", "b"] };
    const range = percentileBox(data.x, data.features, 0);
    const domain = ballDomain(data, range, 0.1);
    const like = (y: number, task: number): number[] => [...data.y.keys()].filter((i) => data.y[i] === y && data.task[i] === task);
    const coordinate = fc.double({ min: -20, max: 20, noNaN: true });
    fc.assert(
      fc.property(fc.tuple(coordinate, coordinate, coordinate), fc.nat(1), fc.nat(1), (point, y, task) => {
        const ball = ballAround(toDense(data.x), like(y, task), range.scale, 0.1);
        const x = Float64Array.from(point);
        const place = { label: y, task, home: x.slice() };
        domain.projectInPlace(x, place);
        expect(distanceTo(ball.center, x, range.scale)).toBeLessThanOrEqual(ball.radius * (1 + 1e-12));
        x.forEach((value, j) => {
          expect(value).toBeGreaterThanOrEqual(range.low[j]);
          expect(value).toBeLessThanOrEqual(range.high[j]);
        });
        const again = x.slice();
        domain.projectInPlace(again, place);
        again.forEach((value, j) => expect(value).toBeCloseTo(x[j], 12));
      }),
    );
  });
});
