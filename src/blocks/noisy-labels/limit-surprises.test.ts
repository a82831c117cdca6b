import { describe, expect, it } from "vitest";
import { datasetOf } from "../../../test/small-data.ts";
import { denseMatrix } from "../../numeric/matrices/matrix.ts";
import { makeRng } from "../../numeric/random.ts";
import { limitSurprises } from "./limit-surprises.ts";

describe("limitSurprises", () => {
  it("keeps the least probable of scattered labels, 2 % of all, and every one of a pocket", () => {
    const rng = makeRng("limit");
    const rows = 400;
    const x = denseMatrix(rows, 2);
    const y = new Float64Array(rows);
    const flagged = new Uint8Array(rows);
    for (let i = 0; i < rows; i++) {
      const isPocket = i < 30;
      for (let j = 0; j < 2; j++) x.data[2 * i + j] = (isPocket ? 20 : 0) + rng.normal();
      const isScattered = i >= 350;
      y[i] = isPocket || isScattered ? 1 : 0;
      flagged[i] = y[i];
    }
    const data = datasetOf(x, y, { kind: "classes", names: ["a", "b"] });
    // Scattered ones are the less probable the later they come; the pocket is the most probable of the flagged.
    const probabilities = Float64Array.from({ length: 2 * rows }, (_, at) => {
      const own = at < 60 ? 0.04 : 0.03 - at / 40_000;
      return at % 2 === 1 ? own : 1 - own;
    });
    const kept = limitSurprises(data, { flagged, probabilities }, { rng });
    const ids = [...kept.keys()].filter((i) => kept[i] === 1);
    expect(ids).toEqual([...Array.from({ length: 30 }, (_, i) => i), 392, 393, 394, 395, 396, 397, 398, 399]);
    const few = flagged.map((is, i) => (i >= 397 ? is : 0));
    expect(limitSurprises(data, { flagged: few, probabilities }, { rng })).toEqual(few);
  });

  it("keeps all where they are most of what the learner denies, and the learner agrees with most labels of each class", () => {
    const rng = makeRng("sharp");
    const rows = 400;
    const x = denseMatrix(rows, 2);
    for (let p = 0; p < x.data.length; p++) x.data[p] = rng.normal();
    const y = Float64Array.from({ length: rows }, (_, i) => i % 2);
    const data = datasetOf(x, y, { kind: "classes", names: ["a", "b"] });
    const flagged = Uint8Array.from({ length: rows }, (_, i) => Number(i < 30));
    for (const [denied, kept] of [
      [50, 30],
      [160, 8],
    ]) {
      const own = (i: number): number => (i < 30 ? 0.01 + i / 10_000 : i < denied ? 0.4 : 0.9);
      const probabilities = Float64Array.from({ length: 2 * rows }, (_, at) => {
        const i = Math.floor(at / 2);
        return at % 2 === i % 2 ? own(i) : 1 - own(i);
      });
      const count = limitSurprises({ ...data, source: new Int32Array(rows) }, { flagged, probabilities }, { rng }).reduce(
        (sum, is) => sum + is,
        0,
      );
      expect(count).toBe(kept);
    }
  });
});
