import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { attackScene, cloud, tableOf } from "../../../test/attack-scene.ts";
import { applyToTable } from "../../core/apply/apply.ts";
import type { Attack } from "../../core/attack.ts";
import { allRows } from "../../core/examples.ts";
import { findBreach } from "../../core/patch.ts";
import { predict } from "../../core/learner.ts";
import type { DataPoison } from "../../core/poison.ts";
import type { Table } from "../../core/table.ts";
import { logistic } from "../../learners/logistic.ts";
import { ridge } from "../../learners/ridge.ts";
import { inputAscent } from "./input-ascent.ts";
import { inputNoise } from "./input-noise.ts";
import { rowShift } from "./row-shift.ts";

const numbers = (table: Table, name: string): Float64Array => {
  const column = table.columns.find((candidate) => candidate.name === name);
  return column?.kind === "number" ? column.values : expect.fail(`${name} is no number`);
};

/** Test error, or mean squared error, of a model trained on the poisoned cloud. */
async function errorAfter(poison: DataPoison | null, table: Table, kind: "classes" | "real"): Promise<number> {
  const learner = kind === "classes" ? logistic : ridge;
  const { victim } = await attackScene(inputNoise, { table: poison === null ? table : applyToTable(table, poison), rows: 1, learner });
  const fresh = tableOf(cloud(2000, 99, kind));
  const data = victim.encode(fresh, allRows(fresh));
  const predicted = predict(victim.model, data);
  const wrongness = (value: number, i: number): number => (kind === "classes" ? Number(value !== data.y[i]) : (value - data.y[i]) ** 2);
  return predicted.reduce((sum, value, i) => sum + wrongness(value, i), 0) / predicted.length;
}

describe.each([inputNoise, rowShift, inputAscent] as Attack[])("$id", (attack) => {
  it("moves no number farther than its radius, nor beyond what clean rows hold, and touches no label", async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(1000), fc.constantFrom(0.1, 0.5, 2), fc.constantFrom(1, 6, 20), async (seed, radius, rows) => {
        const table = tableOf(cloud(20, seed, seed % 2 === 0 ? "classes" : "real"));
        const learner = seed % 2 === 0 ? logistic : ridge;
        const { poison, clean, budget, reach } = await attackScene(attack, { table, rows, learner });
        const given = attack === inputAscent ? { radius, steps: 5 } : { radius };
        const patch = await poison(seed, given);
        expect(findBreach({ poison: patch, threat: attack.threat, budget, reach, clean })).toBeNull();
        expect([...patch.relabel, ...patch.insert]).toEqual([]);
        for (const name of ["a", "b"]) {
          const [before, after] = [numbers(table, name), numbers(applyToTable(table, patch), name)];
          const mean = before.reduce((sum, value) => sum + value / 20, 0);
          const spread = Math.sqrt(before.reduce((sum, value) => sum + (value - mean) ** 2 / 20, 0));
          before.forEach((value, i) => expect(Math.abs(after[i] - value)).toBeLessThanOrEqual(radius * spread * (1 + 1e-9)));
        }
      }),
      { numRuns: 40 },
    );
  });

  it("leaves sources, categories and rows out of reach as they are", async () => {
    const colours = Int32Array.from({ length: 30 }, (_, i) => i % 3);
    const plain = tableOf(cloud(30, 4, "classes"));
    const site = {
      kind: "category" as const,
      name: "site",
      names: ["north", "south"],
      codes: Int32Array.from(colours, (code) => code % 2),
    };
    const table: Table = {
      ...plain,
      columns: [...plain.columns, { kind: "category", name: "colour", names: ["red", "green", "blue"], codes: colours }, site],
      roles: { ...plain.roles, features: ["a", "colour", "b"], task: "site" },
    };
    const reach = { attackTasks: Int32Array.of(1), targetTasks: null };
    const { poison } = await attackScene(attack, { table, rows: 8, learner: logistic, reach });
    const { edit } = await poison(1);
    expect(edit.length).toBeGreaterThan(0);
    for (const change of edit) {
      expect(site.codes[change.row]).toBe(1);
      if ("x" in change) {
        const own = Array.from({ length: 3 }, (_, k) => Number(k === colours[change.row]));
        expect(change.x.filter((value) => value === 0 || value === 1).length).toBeGreaterThanOrEqual(own.length);
      } else expect(["a", "b"]).toContain(change.column);
    }
  });
});

describe("what changed inputs do", () => {
  it.each(["classes", "real"] as const)("to %s: the ascent more than the shift or the noise, on rows that nobody saw", async (kind) => {
    const learner = kind === "classes" ? logistic : ridge;
    const table = tableOf(cloud(200, 7, kind));
    const clean = await errorAfter(null, table, kind);
    const rise = async (attack: Attack): Promise<number> => {
      const { poison } = await attackScene(attack, { table, rows: 40, learner });
      const rises = await Promise.all([1, 2, 3].map(async (seed) => (await errorAfter(await poison(seed), table, kind)) - clean));
      return rises.reduce((sum, value) => sum + value / rises.length, 0);
    };
    const [noise, shift, ascent] = [await rise(inputNoise), await rise(rowShift), await rise(inputAscent)];
    expect(shift).toBeGreaterThan(noise);
    expect(ascent).toBeGreaterThan(shift);
    expect(ascent).toBeGreaterThan(kind === "classes" ? 0.03 : 0.05);
  });

  it("shifts a row along the line between the means of the classes", async () => {
    const table = tableOf([
      [0, 0, "no"],
      [1, 0, "no"],
      [0, 4, "yes"],
      [1, 4, "yes"],
    ]);
    const { poison } = await attackScene(rowShift, { table, rows: 1, learner: logistic });
    const { edit } = await poison(3, { distance: 0.5, tail: 0 });
    expect(edit).toHaveLength(1);
    const change = edit[0];
    if ("x" in change) throw new Error("numbers are cells");
    expect([change.column, change.before, change.after]).toEqual(["b", change.row < 2 ? 0 : 4, 2]);
  });

  it("raises the loss on clean rows by steps so small that only their first order counts", async () => {
    const table = tableOf(cloud(30, 8, "classes"));
    const settings = { tolerance: 1e-10 };
    const { poison, victim: clean } = await attackScene(inputAscent, { table, rows: 3, learner: logistic, settings });
    const patch = await poison(1, { radius: 0.01, steps: 3, starts: 1, aim: "loss" });
    const { victim } = await attackScene(inputNoise, { table: applyToTable(table, patch), rows: 1, learner: logistic, settings });
    const data = victim.encode(table, allRows(table));
    const [before, after] = [clean, victim].map(({ model }) => model.losses(data).reduce((sum, value) => sum + value, 0));
    expect(patch.edit.length).toBeGreaterThan(2);
    expect(after).toBeGreaterThan(before * (1 + 1e-5));
  });
});
