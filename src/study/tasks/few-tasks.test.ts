import { describe, expect, it } from "vitest";
import { attackTasksInOrder, chooseSet, setsToTry } from "./few-tasks.ts";

describe("attackTasksInOrder", () => {
  it("adds up the damage to the targets, and leaves out them, what does no harm and what is not known", () => {
    // From task 0 to 4, against tasks 0 and 1.
    const matrix = new Float64Array(25);
    const rows = [
      [9, 9],
      [9, 9],
      [1, 2],
      [4, 1],
      [NaN, 7],
    ];
    rows.forEach((row, from) => row.forEach((value, to) => (matrix[from * 5 + to] = value)));
    expect(attackTasksInOrder(matrix, 5, [0, 1])).toEqual([3, 2]);
    expect(attackTasksInOrder(matrix, 5, [1])).toEqual([0, 4, 2, 3]);
    expect(attackTasksInOrder(matrix, 5, [2])).toEqual([]);
  });
});

describe("setsToTry", () => {
  it("are all sets of the worst few, the worst to first order first; none where there is nothing to choose", () => {
    const sets = setsToTry([7, 3, 5, 1, 0, 2], 3);
    expect(sets).toHaveLength(10);
    expect(sets[0]).toEqual([7, 3, 5]);
    expect(new Set(sets.flat())).toEqual(new Set([7, 3, 5, 1, 0]));
    expect(new Set(sets.map((set) => [...set].sort().join())).size).toBe(10);
    expect(setsToTry([7, 3, 5], 3)).toEqual([]);
    expect(setsToTry([7, 3], 1)).toEqual([[7], [3]]);
  });
});

describe("chooseSet", () => {
  const sets = [[1], [2], [3]];
  const triedAs = (...harms: number[]) => harms.map((harm, s) => ({ tasks: sets[s], harm }));

  it("takes what hurts most where splits agree, and the worst to first order where they do not or there are few", () => {
    const agreeing = [triedAs(1, 3, 2), triedAs(1, 9, 2), triedAs(0, 2, 1), triedAs(3, 9, 4), triedAs(1, 5, 2)];
    expect(chooseSet(sets, agreeing)).toEqual([2]);
    const apart = [triedAs(1, 3, 2), triedAs(5, 1, 2), triedAs(1, 90, 2), triedAs(4, 1, 2), triedAs(1, 7, 3)];
    expect(chooseSet(sets, apart)).toEqual([1]);
    // Of few splits chance makes as many agree.
    expect(chooseSet(sets, agreeing.slice(0, 4))).toEqual([1]);
  });

  it("keeps to the first order where nothing was tried, or not every set", () => {
    expect(chooseSet(sets, [])).toEqual([1]);
    expect(chooseSet(sets, [triedAs(1, 3)])).toEqual([1]);
  });
});
