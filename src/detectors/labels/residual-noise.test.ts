import { describe, expect, it } from "vitest";
import { ridge } from "../../learners/ridge.ts";
import { denseMatrix, toSparse } from "../../numeric/matrices/matrix.ts";
import { makeRng } from "../../numeric/random.ts";
import type { Dataset } from "../../core/dataset.ts";
import { datasetOf } from "../../../test/small-data.ts";
import { scoreRows } from "../../../test/score-rows.ts";
import { residualNoise } from "./residual-noise.ts";

type Law = (x: Float64Array, rng: ReturnType<typeof makeRng>) => number;

const wavy: Law = (x, rng) => 40 + 10 * Math.sin(3 * x[0]) + 5 * x[1] + rng.normal();

function drawn(rows: number, seed: number, law: Law = wavy): Dataset {
  const rng = makeRng("numbers").fork(seed);
  const x = denseMatrix(rows, 4);
  for (let p = 0; p < x.data.length; p++) x.data[p] = rng.uniform();
  const y = Float64Array.from({ length: rows }, (_, i) => law(x.data.subarray(4 * i, 4 * i + 4), rng));
  return datasetOf(x, y, { kind: "real" });
}

const scored = (data: Dataset) => scoreRows(residualNoise, data, { learner: ridge });
const count = (flags: Uint8Array | undefined): number => (flags as Uint8Array).reduce((sum, is) => sum + is, 0);

describe("residual-noise", () => {
  it("finds twenty labels of many that were multiplied by ten, says how far off they are, and how many are wrong", async () => {
    const clean = drawn(600, 1);
    const data = { ...clean, y: clean.y.map((label, i) => (i % 30 === 3 ? 10 * label : label)) };
    const { flagged, values, expectedFalseAlarms, reason, findings } = await scored(data);
    for (let i = 3; i < 600; i += 30) expect((flagged as Uint8Array)[i]).toBe(1);
    expect(count(flagged)).toBeLessThanOrEqual(26);
    expect(expectedFalseAlarms).toBeLessThanOrEqual(0.2 * count(flagged));
    expect(values[3]).toBeGreaterThan(20);
    expect(reason?.(3)).toMatch(/^its number [\d,.]+ is [\d,]+ times farther from what similar rows say \([\d.]+\) than honest ones are$/);
    expect(findings?.[0]).toMatch(/^about (3|4|5)(\.\d)? % of the numbers look wrong; wrong ones that lie within [\d.]+ of what/);
  });

  it("judges each label of several by itself, whatever its unit", async () => {
    const parts = [drawn(200, 2), drawn(200, 2, (x, rng) => 1000 * x[2] + 10 * rng.normal())];
    const y = Float64Array.from([...parts[0].y, ...parts[1].y]);
    y[17] += 60;
    y[217] += 600;
    const x = denseMatrix(400, 4);
    parts.forEach((part, k) => x.data.set((part.x as { data: Float64Array }).data, 800 * k));
    const task = Int32Array.from(y, (_, i) => (i < 200 ? 0 : 1));
    const data = { ...datasetOf(x, y, { kind: "real" }), task, tasks: ["a", "b"], row: Int32Array.from(y, (_, i) => i % 200) };
    const { values, flagged, findings } = await scored(data);
    expect(
      [...values.keys()]
        .sort((a, b) => values[b] - values[a])
        .slice(0, 2)
        .sort(),
    ).toEqual([17, 217]);
    expect((flagged as Uint8Array)[17] + (flagged as Uint8Array)[217]).toBe(2);
    expect(findings?.map((told) => told.slice(0, 3))).toEqual(["a: ", "b: "]);
  });

  it("flags next to nothing of clean data", async () => {
    const laws: Law[] = [
      wavy,
      (x, rng) => 5 * x[0] + Math.exp(2 * x[1]) * rng.normal(),
      (x, rng) => Math.exp(2 * x[0]) - Math.log(1 - rng.uniform()),
      (x, rng) => Math.round(8 * x[0] + 1.5 * rng.normal()),
    ];
    let all = 0;
    for (const [k, law] of laws.entries())
      for (let seed = 0; seed < 2; seed++) all += count((await scored(drawn(400, 10 * k + seed, law))).flagged);
    expect(all).toBeLessThanOrEqual(0.005 * 3200);
  });

  it("flags none where honest numbers are of two kinds, and says so", async () => {
    const { flagged, findings } = await scored(drawn(300, 3, (x, rng) => 10 * x[0] + (rng.uniform() < 0.55 ? 0.01 : 3) * rng.normal()));
    expect(count(flagged)).toBe(0);
    expect(findings?.[0]).toMatch(/^of wrong numbers little can be said, and none is flagged: more than three in ten/);
  });

  it("says what it can of data that tell little", async () => {
    const constant = await scored(drawn(60, 3, () => 7));
    expect(constant.values.every((value) => value === 0)).toBe(true);
    expect(count(constant.flagged)).toBe(0);
    expect(constant.findings?.[0]).toMatch(/^of wrong numbers nothing can be said/);
    const few = await scored(drawn(5, 4));
    expect(few.values.every(Number.isFinite)).toBe(true);
    expect(count(few.flagged)).toBe(0);
    const tied = await scored(drawn(100, 5, (x) => Math.round(3 * x[0])));
    expect(tied.values.every(Number.isFinite)).toBe(true);
    const one = drawn(80, 6, (x) => (x[0] > 2 ? 1 : 0));
    one.y[5] = 1;
    expect((await scored(one)).values.indexOf(1 / 0)).toBe(-1);
    const alike = drawn(50, 7);
    expect((await scored({ ...alike, x: toSparse(denseMatrix(50, 3)) })).values.every(Number.isFinite)).toBe(true);
  });
});
