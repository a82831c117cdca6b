import { expect, it } from "vitest";
import { hasVectors, theVectors, vectorsOf } from "../../../test/certificate-vectors.ts";
import { makeRng } from "../../numeric/random.ts";
import { certifiedRmse, medianIntervals, sharedMedianIntervals, sortPredictions } from "./median-interval.ts";

const rng = makeRng("median");
const lowerMedian = (values: Float64Array): number => values.slice().sort()[(values.length - 1) >> 1];

/** The ends over all sets of parts, whose models predict −∞ or ∞ together. */
function endsByTrial(predictions: Float64Array, shifts: Int32Array, touched: number): { low: number; high: number } {
  const models = predictions.length;
  let [low, high] = [Infinity, -Infinity];
  for (let set = 0; set < 2 ** models; set++) {
    const parts = [...predictions.keys()].filter((h) => ((set >> h) & 1) === 1);
    if (parts.length > touched) continue;
    const reached = new Set(parts.flatMap((h) => [...shifts].map((shift) => (h + shift) % models)));
    low = Math.min(low, lowerMedian(predictions.map((value, m) => (reached.has(m) ? -Infinity : value))));
    high = Math.max(high, lowerMedian(predictions.map((value, m) => (reached.has(m) ? Infinity : value))));
  }
  return { low, high };
}

it("is exactly what the lower median can be, with separate parts; with shared ones it is never narrower", () => {
  let [violated, loose, separate, shared] = [0, 0, 0, 0];
  for (let problem = 0; problem < 900; problem++) {
    const models = 1 + (problem % 8);
    const touched = rng.integer(4);
    const predictions = Float64Array.from({ length: models }, () => (problem % 3 === 0 ? rng.integer(4) : rng.normal()));
    const alone = medianIntervals(sortPredictions(predictions, models), models, touched);
    const truth = endsByTrial(predictions, Int32Array.of(0), touched);
    if (alone.low[0] !== truth.low || alone.high[0] !== truth.high) separate++;
    const shifts = rng.sample(models, Math.min(models, 1 + (problem % 3)));
    const outer = sharedMedianIntervals(predictions, { models, shifts }, touched);
    const ends = endsByTrial(predictions, shifts, touched);
    if (outer.low[0] > ends.low || outer.high[0] < ends.high) violated++;
    if (outer.low[0] < ends.low || outer.high[0] > ends.high) loose++;
    if (shifts.length === 1 && (outer.low[0] !== alone.low[0] || outer.high[0] !== alone.high[0])) shared++;
  }
  expect({ separate, violated, shared }).toEqual({ separate: 0, violated: 0, shared: 0 });
  expect(loose).toBe(0);
});

it("bounds the error by the farther end, of every row", () => {
  const sorted = sortPredictions(Float64Array.of(3, 1, 2, 10, 30, 20), 3);
  const truth = Float64Array.of(2, 20);
  expect(certifiedRmse(medianIntervals(sorted, 3, 0), truth)).toBe(0);
  expect(certifiedRmse(medianIntervals(sorted, 3, 1), truth)).toBeCloseTo(Math.sqrt((1 + 100) / 2), 14);
  expect(certifiedRmse(medianIntervals(sorted, 3, 2), truth)).toBe(Infinity);
});

it.skipIf(!hasVectors)(`agrees with ${theVectors}`, () => {
  for (const { predictions, r, low, high } of vectorsOf("median")) {
    const found = medianIntervals(sortPredictions(Float64Array.from(predictions), predictions.length), predictions.length, r);
    expect([found.low[0], found.high[0]]).toEqual([low, high]);
  }
});
