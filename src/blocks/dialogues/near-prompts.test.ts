import { describe, expect, it } from "vitest";
import { honestTurns } from "../../../test/made-dialogues.ts";
import { makeRng } from "../../numeric/random.ts";
import { clustersOf, nearRows, permutedWithin } from "./near-prompts.ts";
import { makeRowProducts, weightedRows } from "./sparse-rows.ts";
import { makeTokenNumbers } from "./token-numbers.ts";
import { tokenRows } from "./token-rows.ts";

const rng = makeRng("near");
const numbers = makeTokenNumbers();
const prompts = honestTurns(150, rng).map(({ prompt }) => prompt);
// Every third row has one that is nearly equal to it.
prompts.forEach((prompt, i) => i % 3 === 0 && (prompts[i + 1] = `${prompt} more`));
const rows = weightedRows(tokenRows(prompts, 100, numbers), numbers.count(), null);
const all = Int32Array.from(prompts.keys());

describe("near prompts", () => {
  it("are those of a comparison with all, where a row has a rare token in common with one", () => {
    const near = nearRows(rows, numbers.count(), all, all, 3);
    const products = makeRowProducts(numbers.count());
    for (let i = 0; i < 150; i += 3) {
      products.lay(rows, i);
      expect(near.row[3 * i]).toBe(i + 1);
      expect(near.likeness[3 * i]).toBeCloseTo(products.times(rows, i + 1), 5);
      const best = Math.max(...prompts.map((_, j) => (j === i ? 0 : products.times(rows, j))));
      expect(near.likeness[3 * i]).toBeCloseTo(best, 5);
      expect(near.likeness[3 * i + 1]).toBeLessThanOrEqual(near.likeness[3 * i]);
    }
  });

  it("make clusters of four that hold each row once, and answers change places within them only", () => {
    const among = all.filter((i) => i % 10 !== 9);
    const clusters = clustersOf(rows, numbers.count(), among);
    expect([...clusters].sort((a, b) => a - b)).toEqual([...among]);
    const shuffles = rng.fork("shuffles");
    const answerOf = permutedWithin(clusters, 150, (part) => shuffles.shuffleInPlace(part));
    expect([...answerOf].sort((a, b) => a - b)).toEqual([...all]);
    const clusterOf = new Map(Array.from(clusters, (row, n) => [row, Math.floor(n / 4)]));
    for (const i of all) expect(clusterOf.get(answerOf[i])).toBe(clusterOf.get(i));
    expect(answerOf.filter((from, i) => from !== i).length).toBeGreaterThan(60);
    for (const i of all.filter((row) => row % 10 === 9)) expect(answerOf[i]).toBe(i);
  });
});
