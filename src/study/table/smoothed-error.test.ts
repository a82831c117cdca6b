import { expect, test } from "vitest";
import type { Dataset } from "../../core/dataset.ts";
import type { Model } from "../../core/learner.ts";
import { smoothedError } from "./smoothed-error.ts";

const of = (y: number[]): Dataset => ({ y: Float64Array.from(y) }) as Dataset;
const sigma = (z: number): number => 1 / (1 + Math.exp(-z));

test("of one score for two classes, by hand, and whatever its scale", () => {
  // Margins 2, −1, 3: a mean distance of 2, so T = 0.5.
  const expected = (sigma(-4) + sigma(2) + sigma(-6)) / 3;
  for (const scale of [1, 1e-3, 50])
    expect(
      smoothedError(
        { outputs: 1 } as Model,
        of([1, 0, 0]),
        Float64Array.of(2, 1, -3).map((z) => z * scale),
      ),
    ).toBeCloseTo(expected, 12);
});

test("of a score for each class the strongest rival counts", () => {
  // Margins 1 − 0 and 2 − 5: a mean distance of 2.
  const scores = Float64Array.of(1, 0, -7, 0, 5, 2);
  expect(smoothedError({ outputs: 3 } as Model, of([0, 2]), scores)).toBeCloseTo((sigma(-2) + sigma(6)) / 2, 12);
});

test("is unknown without examples and where nothing is told apart", () => {
  expect(smoothedError({ outputs: 1 } as Model, of([]), new Float64Array(0))).toBeNull();
  expect(smoothedError({ outputs: 1 } as Model, of([0, 1]), new Float64Array(2))).toBeNull();
});
