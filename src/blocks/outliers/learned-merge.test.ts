import { describe, expect, it } from "vitest";
import type { Detector, Heard } from "../../core/detector.ts";
import { loss } from "../../detectors/labels/loss.ts";
import { highest } from "../../numeric/orders/ranks.ts";
import { makeRng } from "../../numeric/random.ts";
import { smallData } from "../../../test/small-data.ts";
import { combineVoices, voiceOf } from "./combined-ranking.ts";
import { learnFromPlanted } from "./learn-from-planted.ts";
import { learnMerge, looksForLabels, reversalOf, tailsOf } from "./learned-merge.ts";
import { plantLabels } from "./planted-labels.ts";

const rows = 600;
const named = (id: string): Detector => ({ ...loss, id });
const said = (id: string, value: (row: number) => number): Heard => ({
  method: named(id),
  scores: { values: Float64Array.from({ length: rows }, (_, row) => value(row)) },
});
const nothing = new Uint8Array(rows);

/** A sharp detector, a dull one, one that knows nothing and one that is reversed, of rows of which `wrong` are. */
function witnesses(wrong: (row: number) => boolean, seed: string): Heard[] {
  const rng = makeRng(seed);
  return [
    said("sharp", (row) => rng.normal() + (wrong(row) ? 3 : 0)),
    said("dull", (row) => rng.normal() + (wrong(row) ? 1 : 0)),
    said("deaf", () => rng.normal()),
    said("reversed", (row) => rng.normal() - (wrong(row) ? 3 : 0)),
  ];
}

describe("the tail of a score", () => {
  it("is −ln of the share of others at or above it, equal ones half", () => {
    const tails = tailsOf(Float64Array.of(1, 2, 2, 3), Float64Array.of(1, 2, 2, 3));
    expect([...tails].map((tail) => Math.exp(-tail) * 4.5)).toEqual([3.5, 2, 2, 0.5].map((count) => expect.closeTo(count, 9)));
    expect(tailsOf(Float64Array.of(9), Float64Array.of(1, 2))[0]).toBeGreaterThan(tailsOf(Float64Array.of(1.5), Float64Array.of(1, 2))[0]);
  });
});

describe("a learned merge", () => {
  const planted = Uint8Array.from({ length: rows }, (_, row) => (row % 10 === 0 ? 1 : 0));
  const merge = learnMerge(
    witnesses((row) => planted[row] === 1, "planted"),
    { labels: planted, far: nothing },
    nothing,
  );

  it("weighs what found the planted labels, nothing by a detector that is reversed, and says so", () => {
    if (merge === null) throw new Error("there is one");
    expect(merge.weights.get("sharp")).toBeGreaterThan(2 * (merge.weights.get("dull") ?? 0));
    expect(merge.weights.has("reversed")).toBe(false);
    expect([...merge.weights.values()].every((weight) => weight > 0)).toBe(true);
    expect(["sharp", "dull", "deaf", "reversed"].map((id) => looksForLabels(id, merge))).toEqual([true, true, false, false]);
    expect(reversalOf("reversed", merge)).toMatch(/^reversed on these data: it ranks planted wrong labels below others \(AUC 0\.0\d\)/);
    expect(reversalOf("deaf", merge)).toBeNull();
  });

  it("ranks other wrong labels at least as well as the best of its parts, where the highest of all ranks does not", () => {
    const wrong = (row: number): boolean => row % 12 === 5;
    const data = smallData({ seed: 1, rows, cols: 2, classes: 2, sparse: false, weighted: false });
    const voices = witnesses(wrong, "others").map((own) => voiceOf(own, data));
    const found = (score: Float64Array): number => highest(score, rows / 12).filter(wrong).length;
    const best = Math.max(...voices.map(({ values }) => found(values)));
    expect(found(combineVoices(voices, rows, merge).score)).toBeGreaterThanOrEqual(best - 1);
    expect(found(combineVoices(voices, rows).score)).toBeLessThan(best - 5);
  });

  it("does not drown what a rule flags that planted labels tell nothing of", () => {
    const data = smallData({ seed: 1, rows, cols: 2, classes: 2, sparse: false, weighted: false });
    const flagged = Uint8Array.from({ length: rows }, (_, row) => (row === 7 ? 1 : 0));
    const copies: Heard = { method: named("copies"), scores: { values: Float64Array.from(flagged), flagged, expectedFalseAlarms: 0 } };
    const voices = [...witnesses(() => false, "clean"), copies].map((own) => voiceOf(own, data));
    const { score } = combineVoices(voices, rows, merge);
    expect(highest(score, 1)[0]).toBe(7);
  });

  it("weighs what found far rows apart from what found labels", () => {
    const far = Uint8Array.from({ length: rows }, (_, row) => (row % 10 === 3 ? 1 : 0));
    const rng = makeRng("apart");
    const found = learnMerge(
      [
        said("labels", (row) => rng.normal() + (planted[row] === 1 ? 3 : 0)),
        said("places", (row) => rng.normal() + (far[row] === 1 ? 3 : 0)),
      ],
      { labels: planted, far },
      nothing,
    );
    expect(found?.weights.get("labels")).toBeGreaterThan(5 * (found?.weights.get("places") ?? 0));
    expect(found?.far?.get("places")).toBeGreaterThan(5 * (found?.far?.get("labels") ?? 0));
    expect(merge?.far).toBeNull();
  });

  it("is null where nothing finds what is planted", () => {
    expect(learnMerge([said("flat", () => 0)], { labels: planted, far: nothing }, nothing)).toBeNull();
  });
});

describe("planted labels", () => {
  it("are wrong, a tenth of the rows that nobody suspects, and of the classes and tasks that occur", () => {
    const data = smallData({ seed: 3, rows, cols: 2, classes: 3, sparse: false, weighted: false });
    const suspected = Uint8Array.from({ length: rows }, (_, row) => (row < 300 ? 1 : 0));
    const copy = plantLabels(data, suspected, makeRng(1));
    const changed = [...data.y.keys()].filter((row) => copy?.data.y[row] !== data.y[row]);
    expect(changed.length).toBe(30);
    expect(changed.every((row) => row >= 300 && copy?.planted[row] === 1 && data.y.includes(copy.data.y[row]))).toBe(true);
    expect(copy?.planted.reduce((sum, is) => sum + is, 0)).toBe(30);
    const numbers = smallData({ seed: 3, rows, cols: 2, classes: 0, sparse: false, weighted: false });
    const moved = plantLabels(numbers, nothing, makeRng(1));
    expect(moved?.planted.reduce((sum, is) => sum + is, 0)).toBe(60);
  });

  it("are none where there is nothing to turn a label to", async () => {
    const data = { ...smallData({ seed: 3, rows, cols: 2, classes: 2, sparse: false, weighted: false }), y: new Float64Array(rows) };
    expect(plantLabels(data, nothing, makeRng(1))).toBeNull();
    expect(await learnFromPlanted(data, [], () => Promise.resolve([]), makeRng(1))).toBeNull();
  });
});
