import { describe, expect, it } from "vitest";
import { smallData } from "../../../test/small-data.ts";
import type { Dataset } from "../../core/dataset.ts";
import type { Detector } from "../../core/detector.ts";
import { NumericalError } from "../../core/errors.ts";
import type { Table } from "../../core/table.ts";
import { loss } from "../../detectors/labels/loss.ts";
import { logistic } from "../../learners/logistic.ts";
import { toDense } from "../../numeric/matrices/matrix.ts";
import { makeRng } from "../../numeric/random.ts";
import { scanRows } from "./scan-rows.ts";

const clean = smallData({ seed: 4, rows: 200, cols: 3, classes: 2, sparse: false, weighted: false });
const data: Dataset = { ...clean, y: clean.y.map((label, i) => (i % 20 === 0 ? 1 - label : label)) };
const table: Table = {
  columns: [],
  rows: 200,
  roles: { features: [], labels: [], task: null, source: null, id: null },
} as unknown as Table;

/** How far a row lies on the wrong side, times `sign`. */
function witness(id: string, sign: number): Detector {
  const score = (rows: Dataset): Promise<{ values: Float64Array }> => {
    const { data: x } = toDense(rows.x);
    return Promise.resolve({ values: rows.y.map((label, i) => sign * (label === 1 ? -1 : 1) * x[3 * i]) });
  };
  return { ...loss, id, params: {}, score };
}

function scanned(methods: readonly Detector[], learnsMerge: boolean) {
  const detectors = methods.map((method) => ({ method, params: {} }));
  return scanRows({ data, table }, { learner: logistic, learnerParams: {} }, detectors, { rng: makeRng(1), learnsMerge });
}

describe("a scan that learns what each detector counts", () => {
  const both = [witness("sharp", 1), witness("reversed", -1)];
  const found = (rows: readonly { row: number }[]): number => rows.slice(0, 10).filter(({ row }) => row % 20 === 0).length;

  it("is led by what finds planted labels, and says which detector is reversed", async () => {
    const learned = await scanned(both, true);
    const plain = await scanned(both, false);
    const alone = await scanned(both.slice(0, 1), false);
    expect(found(learned.rows)).toBe(found(alone.rows));
    expect(found(learned.rows)).toBeGreaterThan(found(plain.rows));
    const said = learned.detectors.map(({ findings }) => findings ?? []);
    expect(said[0]).toEqual([]);
    expect(said[1][0]).toMatch(/^reversed on these data: .* \(AUC 0\.[0-3]\d\), and the ranking leaves it out$/);
    expect(plain.detectors.every(({ findings }) => findings === undefined)).toBe(true);
  });

  it("goes on where one gives out on the copy alone, and calls none failed that had its say", async () => {
    let calls = 0;
    const sharp = witness("sharp", 1);
    const once: Detector = {
      ...sharp,
      id: "once",
      score: (rows, context) => {
        if (calls++ > 0) throw new NumericalError("not again");
        return sharp.score(rows, context);
      },
    };
    const { detectors, rows } = await scanned([sharp, once], true);
    expect(detectors.map(({ error }) => error)).toEqual([null, null]);
    expect(rows.length).toBe(200);
  });
});
