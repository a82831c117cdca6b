import { expect, it } from "vitest";
import type { AnswerBound, ValueBound } from "../../core/certificate.ts";
import { wilsonInterval } from "../../numeric/statistics/intervals.ts";
import { curveOf } from "./curve.ts";
import { figureAt, radiiToTry } from "./result.ts";

const info = { unit: "insertions", costs: { insertions: 1 }, confidence: null, assumes: [], made: "", settled: {} } as const;

it("counts right answers by their radius, wrong ones never, and knows those that nothing changes", () => {
  const bound: AnswerBound = { ...info, kind: "answers", answers: Float64Array.of(0, 1, 1, 0), radii: Float64Array.of(2, 0, Infinity, 5) };
  const { curve, clean, stable, medianRadius } = curveOf(bound, Float64Array.of(0, 1, 1, 1));
  expect(clean).toEqual(wilsonInterval(3 / 4, 4));
  expect(curve.map(({ figure }) => figure?.value)).toEqual([0.75, 0.5, 0.5, 0.25]);
  // Of all four answers, the wrong one outlasts five.
  expect(stable).toEqual([1, 0.75, 0.75, 0.5]);
  expect(medianRadius).toBe(2);
  expect(figureAt({ curve }, 1000)?.value).toBe(0.25);
  expect(radiiToTry({ metric: "certifiedAccuracy", curve, clean })).toEqual([2, 3]);
});

it("takes an abstention for no answer: not right without poison, and certified nowhere", () => {
  // Right and sure, right but not sure, wrong and not sure, right and sure, right but not sure: two of five.
  const answers = Float64Array.of(0, 1, 1, 0, 1);
  const bound: AnswerBound = { ...info, kind: "answers", answers, radii: Float64Array.of(3, -1, -1, 0, -1) };
  const { curve, clean, stable, medianRadius } = curveOf(bound, Float64Array.of(0, 1, 0, 0, 1));
  expect(clean).toEqual(wilsonInterval(2 / 5, 5));
  expect(curve[0].figure).toEqual(clean);
  expect(curve.map(({ figure }) => figure?.value)).toEqual([0.4, 0.2, 0.2, 0.2, 0]);
  expect(stable?.[0]).toBe(0.4);
  expect(medianRadius).toBe(-1);
});

it("certifies no error of numbers as soon as one interval has no end, and says how many have one", () => {
  const bound: ValueBound = {
    ...{ ...info, kind: "values", values: Float64Array.of(1, 2), mostRadius: 1 },
    intervals: (radius) =>
      radius === 0
        ? { low: Float64Array.of(1, 2), high: Float64Array.of(1, 2) }
        : radius === 1
          ? { low: Float64Array.of(0, 1), high: Float64Array.of(4, 2) }
          : { low: Float64Array.of(0, -Infinity), high: Float64Array.of(4, 2) },
  };
  const { curve } = curveOf(bound, Float64Array.of(1, 4));
  expect(curve.map(({ figure, reached }) => [figure?.value ?? null, reached])).toEqual([
    [Math.sqrt(4 / 2), 1],
    [Math.sqrt((9 + 9) / 2), 1],
    [null, 0.5],
  ]);
});
