import { describe, expect, it } from "vitest";
import { attackScene, cloud, tableOf } from "../../../test/attack-scene.ts";
import { leastSquaresHat } from "../../blocks/linear/least-squares-hat.ts";
import { ridge } from "../../learners/ridge.ts";
import { bFlip } from "./b-flip.ts";
import { infFlip } from "./inf-flip.ts";

describe("inf-flip", () => {
  it("comes within a tenth of the two labels of ten that move the fitted values farthest, found by trying all pairs and ends", async () => {
    for (const seed of [1, 2, 3, 4]) {
      const table = tableOf(cloud(10, seed, "real"));
      const { poison, victim } = await attackScene(infFlip, { table, rows: 2, learner: ridge });
      const { y } = victim.training;
      const hat = leastSquaresHat(victim.training);
      const ends = [Math.min(...y), Math.max(...y)];
      const movedBy = (changes: readonly { row: number; to: number }[]): number => {
        const delta = new Float64Array(y.length);
        for (const { row, to } of changes) delta[row] = to - y[row];
        return hat(delta).reduce((sum, value) => sum + value * value, 0);
      };
      let best = 0;
      for (let i = 0; i < 10; i++)
        for (let j = 0; j < i; j++)
          for (const a of ends)
            for (const b of ends)
              best = Math.max(
                best,
                movedBy([
                  { row: i, to: a },
                  { row: j, to: b },
                ]),
              );
      const { relabel } = await poison(seed);
      const reached = movedBy(relabel.map(({ row, after }) => ({ row, to: Number(after) })));
      expect(reached).toBeLessThanOrEqual(best * (1 + 1e-12));
      expect(reached).toBeGreaterThan(0.9 * best);
    }
  });

  it("moves no label where all are equal", async () => {
    const table = tableOf(cloud(10, 1, "real").map(([a, b]) => [a, b, 3]));
    const { poison } = await attackScene(infFlip, { table, rows: 2, learner: ridge });
    expect((await poison(1)).relabel).toEqual([]);
  });
});

describe("b-flip", () => {
  it("gives the rows nearest to one end the other end", async () => {
    const table = tableOf([0, 1, 4, 6, 10].map((y, i) => [i, -i, y]));
    const { poison } = await attackScene(bFlip, { table, rows: 3, learner: ridge });
    const changes = (await poison(1)).relabel.map(({ before, after }) => [before, after]).sort((a, b) => Number(a[0]) - Number(b[0]));
    expect(changes).toEqual([
      [0, 10],
      [1, 10],
      [10, 0],
    ]);
    const drawn = await poison(1, { rows: "random" });
    expect(drawn.relabel).toHaveLength(3);
    expect(drawn.relabel.every(({ before, after }) => after === (Number(before) > 5 ? 0 : 10))).toBe(true);
  });
});
