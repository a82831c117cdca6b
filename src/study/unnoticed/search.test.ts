import { expect, test } from "vitest";
import { type Seen, keepBelow, mostScans, refills } from "./search.ts";

type Numbers = readonly number[];

/** Poison is a list of numbers, of which a scan flags those that `isFlagged` says. */
function scene(isFlagged: (value: number, all: Numbers) => boolean, more: (rows: number, round: number) => Numbers | null = () => null) {
  const scanned: Numbers[] = [];
  const see = (poison: Numbers): Seen & { readonly poison: Numbers; readonly kept: Numbers } => {
    const kept = poison.filter((value) => !isFlagged(value, poison));
    return { poison, rows: poison.length, flagged: poison.length - kept.length, kept, keptRows: kept.length };
  };
  type Saw = ReturnType<typeof see>;
  const search = {
    scan(poison: Numbers) {
      scanned.push(poison);
      return Promise.resolve(see(poison));
    },
    refill: ({ kept }: Saw, rows: number, round: number) => {
      const added = more(rows, round);
      return Promise.resolve(added === null ? null : [...kept, ...added]);
    },
    keep: ({ kept }: Saw) => kept,
  };
  const find = async (poison: Numbers): Promise<Numbers | null> => (await keepBelow(see(poison), search))?.poison ?? null;
  return { scanned, find };
}

test("poison that nobody flags is kept as it is, without another scan", async () => {
  const { scanned, find } = scene(() => false);
  expect(await find([1, 2])).toEqual([1, 2]);
  expect(scanned).toEqual([]);
});

test("what is flagged is replaced by what is not", async () => {
  const { find } = scene(
    (value) => value > 9,
    (rows, round) => Array.from({ length: rows }, (_, k) => (round === 0 && k === 0 ? 10 : k)),
  );
  expect(await find([1, 11, 2, 12])).toEqual([1, 2, 1, 0]);
});

test("rows that stand out once others are gone are taken back too", async () => {
  // The largest of more than two stands out.
  const { find } = scene((value, all) => all.length > 2 && value === Math.max(...all));
  expect(await find([5, 1, 4, 2, 3])).toEqual([1, 2]);
});

test("nothing is kept where all is flagged, or where the scan is never silent", async () => {
  expect(await scene(() => true).find([1, 2, 3])).toBeNull();
  const restless = scene(
    (value, all) => value === all[0],
    (rows) => Array.from({ length: rows }, () => 7),
  );
  expect(await restless.find(Array.from({ length: 40 }, (_, k) => k))).toBeNull();
  expect(restless.scanned.length).toBe(mostScans);
  expect(restless.scanned.filter(({ length }) => length === 40)).toHaveLength(refills);
});
