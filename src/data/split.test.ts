import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { makeRng } from "../numeric/random.ts";
import type { Table } from "../core/table.ts";
import { setApart, splitRows } from "./split.ts";

function tableOf(labels: number[], sources: number[] | null, tasks: number[]): Table {
  const names = (codes: number[], word: string): string[] => Array.from({ length: Math.max(0, ...codes) + 1 }, (_, i) => `${word}${i}`);
  return {
    rows: labels.length,
    columns: [
      { kind: "category", name: "label", codes: Int32Array.from(labels), names: ["no", "yes"] },
      { kind: "category", name: "task", codes: Int32Array.from(tasks), names: names(tasks, "task") },
      { kind: "category", name: "source", codes: Int32Array.from(sources ?? labels), names: names(sources ?? labels, "source") },
    ],
    roles: { labels: ["label"], features: [], task: "task", source: sources === null ? null : "source", id: null },
  };
}

const rows = fc.array(
  fc.record({ label: fc.constantFrom(0, 1), task: fc.integer({ min: 0, max: 2 }), source: fc.integer({ min: -1, max: 30 }) }),
  {
    minLength: 80,
    maxLength: 200,
  },
);

describe("splitRows", () => {
  it("puts each row on one side and the wanted share of every class and task into the test part", () => {
    fc.assert(
      fc.property(rows, fc.nat(), (drawn, seed) => {
        const [labels, tasks] = [drawn.map((row) => row.label), drawn.map((row) => row.task)];
        fc.pre(labels.filter((label) => label === 0).length > 5 && labels.filter((label) => label === 1).length > 5);
        const { train, test } = splitRows(tableOf(labels, null, tasks), { testFraction: 0.25, rng: makeRng(seed) });
        expect([...train, ...test].sort((a, b) => a - b)).toEqual(labels.map((_, i) => i));
        expect(test.length).toBe(Math.round(labels.length * 0.25));
        for (const label of [0, 1])
          for (const task of [0, 1, 2]) {
            const isOf = (row: number): boolean => labels[row] === label && tasks[row] === task;
            const wanted = labels.filter((_, row) => isOf(row)).length * 0.25;
            expect(Math.abs(test.filter(isOf).length - wanted)).toBeLessThanOrEqual(1);
          }
      }),
    );
  });

  it("keeps all rows of a known source on one side", () => {
    fc.assert(
      fc.property(rows, fc.nat(), (drawn, seed) => {
        const [labels, tasks, sources] = [drawn.map((row) => row.label), drawn.map((row) => row.task), drawn.map((row) => row.source)];
        fc.pre(labels.filter((label) => label === 0).length > 20 && labels.filter((label) => label === 1).length > 20);
        const { train, test } = splitRows(tableOf(labels, sources, tasks), { testFraction: 0.25, rng: makeRng(seed) });
        const trained = new Set([...train].map((row) => sources[row]));
        for (const row of test) expect(sources[row] === -1 || !trained.has(sources[row])).toBe(true);
        expect(Math.abs(test.length / labels.length - 0.25)).toBeLessThan(0.15);
      }),
    );
  });

  it("sets a share of every class and task apart from the training rows, one row at least", () => {
    fc.assert(
      fc.property(rows, fc.nat(), (drawn, seed) => {
        const [labels, tasks] = [drawn.map((row) => row.label), drawn.map((row) => row.task)];
        const table = tableOf(labels, null, tasks);
        fc.pre(labels.includes(0) && labels.includes(1));
        const train = Int32Array.from(labels.keys()).filter((row) => row % 3 !== 0);
        const { kept, apart } = setApart(table, train, 0.2, makeRng(seed));
        expect([...kept, ...apart].sort((a, b) => a - b)).toEqual([...train]);
        for (const label of [0, 1])
          for (const task of [0, 1, 2]) {
            const isOf = (row: number): boolean => labels[row] === label && tasks[row] === task;
            const own = train.filter(isOf).length;
            const got = apart.filter(isOf).length;
            expect(Math.abs(got - Math.max(Math.min(1, own), 0.2 * own))).toBeLessThan(1 + 1e-9);
            if (own > 0) expect(got).toBeGreaterThan(0);
          }
      }),
    );
  });

  it("says which class has too few rows", () => {
    const table = tableOf([0, 0, 0, 0, 0, 0, 0, 1, 1, 1], [0, 1, 2, 3, 4, 5, 6, 7, 7, 7], new Array<number>(10).fill(0));
    const refusals = Array.from({ length: 20 }, (_, seed) => {
      try {
        splitRows(table, { testFraction: 0.6, rng: makeRng(seed) });
        return "";
      } catch (error) {
        return (error as Error).message;
      }
    });
    expect(refusals).toContain(
      'class "yes" has too few rows to be in the training part of a split; rows of one source stay together, so a few very large ones cannot be split',
    );
  });
});
