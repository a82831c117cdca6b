import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Cell } from "./kind.ts";
import { groupOf } from "./run-study.ts";
import { cellsOfShard } from "./shard.ts";

/** A plan of `groups` seeds, whose cells have so many trials each; every fifth cell waits for the others. */
function planOf(groups: number, sizes: readonly number[]): Cell[] {
  const ofSeed = (seed: number): Cell[] =>
    sizes.map((size, i) => ({
      seed,
      learner: { id: "ridge", params: {} },
      attack: { id: i % 5 === 4 ? "late" : "early", params: {} },
      budgetFraction: 0.01,
      trials: Array.from({ length: size }, (_, k) => ({ id: `${seed}-${i}-${k}`, repair: null })),
    }));
  return Array.from({ length: groups }, (_, seed) => ofSeed(seed)).flat();
}

const stageOf = ({ attack }: Cell): number => Number(attack?.id === "late");
const trials = (cells: readonly Cell[]): number => cells.reduce((sum, cell) => sum + cell.trials.length, 0);

describe("the shards of a plan", () => {
  it("hold each cell that waits for nothing once, and are about equally large", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 6 }),
        fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 12 }),
        fc.integer({ min: 1, max: 20 }),
        (groups, sizes, of) => {
          const plan = planOf(groups, sizes);
          const shards = Array.from({ length: of }, (_, i) => cellsOfShard(plan, stageOf, { index: i + 1, of }));
          const free = plan.filter((cell) => stageOf(cell) === 0);
          expect(shards.flat().map(({ trials: [{ id }] }) => id)).toEqual(free.map(({ trials: [{ id }] }) => id));
          // A cell is never cut.
          for (const shard of shards) expect(Math.abs(trials(shard) - trials(free) / of)).toBeLessThanOrEqual(Math.max(...sizes));
          const setups = shards.reduce((sum, shard) => sum + new Set(shard.map(groupOf)).size, 0);
          expect(setups).toBeLessThanOrEqual(groups + of - 1);
        },
      ),
    );
  });
});
