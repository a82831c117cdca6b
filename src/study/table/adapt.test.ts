import { expect, test } from "vitest";
import { NumericalError } from "../../core/errors.ts";
import { noDataPoison } from "../../core/poison.ts";
import { attemptsWithin, bestBehindRepair } from "./adapt.ts";

test("half of the budget is tried too, but never less than one row", () => {
  expect(attemptsWithin({ fraction: 0.1, rows: 7 }).map(({ budget, againstRepair }) => [budget.rows, againstRepair])).toEqual([
    [7, false],
    [7, true],
    [3, false],
    [3, true],
  ]);
  expect(attemptsWithin({ fraction: 0.1, rows: 1 }).map(({ budget }) => budget.rows)).toEqual([1, 1]);
});

test("the attempt that does best behind the repair is taken, those that fail are passed over, and all failing is a failure", async () => {
  const attempts = attemptsWithin({ fraction: 0.1, rows: 4 });
  const poisons = attempts.map((_, row) => ({ ...noDataPoison, relabel: [{ row, column: "y", before: "a", after: "b" }] }));
  const values = [1, NaN, 3, 2];
  const make = (failing: (index: number) => boolean) => (_: unknown, index: number) =>
    failing(index) ? Promise.reject(new NumericalError(`no ${index}`)) : Promise.resolve(poisons[index]);
  const objectiveOf = (poison: unknown): Promise<number | null> => Promise.resolve(values[poisons.indexOf(poison as (typeof poisons)[0])]);
  expect(
    await bestBehindRepair(
      attempts,
      make((i) => i === 1),
      objectiveOf,
    ),
  ).toBe(poisons[2]);
  expect(
    await bestBehindRepair(
      attempts,
      make((i) => i === 1 || i === 2),
      objectiveOf,
    ),
  ).toBe(poisons[3]);
  await expect(
    bestBehindRepair(
      attempts,
      make(() => true),
      objectiveOf,
    ),
  ).rejects.toThrow("no 3");
});
