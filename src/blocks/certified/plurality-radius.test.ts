import { expect, it } from "vitest";
import { hasVectors, theVectors, vectorsOf } from "../../../test/certificate-vectors.ts";
import { makeTally } from "../../../test/smallest-attack.ts";
import { firstLargest } from "./certified-answers.ts";
import { countVotes, pluralityRadii } from "./plurality-radius.ts";

/** All tables of `total` votes over `classes`. */
function* tables(total: number, classes: number): Generator<number[]> {
  if (classes === 1) yield [total];
  else for (let first = 0; first <= total; first++) for (const rest of tables(total - first, classes - 1)) yield [first, ...rest];
}

/** Voters that turn are taken from one class and given to another; the order does not matter, so all reachable tables are tried. */
function radiusOfTable(votes: readonly number[], mayReceive: number): number {
  const total = votes.reduce((sum, count) => sum + count, 0);
  const answer = firstLargest(Int32Array.from(votes), 0, votes.length);
  let least = Infinity;
  for (const other of tables(total, votes.length)) {
    if (mayReceive >= 0 && other.some((count, c) => c !== mayReceive && count > votes[c])) continue;
    if (firstLargest(Int32Array.from(other), 0, votes.length) === answer) continue;
    least = Math.min(
      least,
      other.reduce((sum, count, c) => sum + Math.max(0, count - votes[c]), 0),
    );
  }
  return least - 1;
}

it("is the exact radius of every table of votes, ties included", () => {
  const tally = makeTally();
  for (const [total, classes] of [
    [5, 2],
    [8, 2],
    [9, 2],
    [5, 3],
    [8, 3],
    [9, 3],
    [5, 4],
    [6, 4],
    [5, 5],
  ])
    for (const votes of tables(total, classes))
      tally.add(pluralityRadii(Int32Array.from(votes), classes).radii[0], radiusOfTable(votes, -1));
  expect(tally).toMatchObject({ problems: 412, violated: 0, loose: 0 });
});

it("counts with a class that nobody knew: exact where all who turn choose one that stands first", () => {
  const tally = makeTally();
  for (const votes of [...tables(7, 2), ...tables(7, 3)]) {
    const withUnseen = radiusOfTable([0, ...votes], -1);
    tally.add(pluralityRadii(Int32Array.from(votes), votes.length, { unseenClass: true }).radii[0], withUnseen);
  }
  expect(tally).toMatchObject({ problems: 44, violated: 0, loose: 0 });
});

it("gives a whole batch, and no radius to a single class", () => {
  const { answers, radii } = pluralityRadii(Int32Array.of(3, 5, 1, 4, 4, 0), 3);
  expect([[...answers], [...radii]]).toEqual([
    [1, 0],
    [0, 0],
  ]);
  expect(pluralityRadii(Int32Array.of(4, 7), 1).radii).toEqual(Float64Array.of(Infinity, Infinity));
  expect([...countVotes(Int32Array.of(0, 2, -1, 1, 1, 1), 3, 3)]).toEqual([1, 0, 1, 0, 3, 0]);
});

it.skipIf(!hasVectors)(`agrees with ${theVectors}`, () => {
  for (const { counts, answer, radius } of vectorsOf("dpa")) {
    const { answers, radii } = pluralityRadii(Int32Array.from(counts), counts.length);
    expect({ counts, answer: answers[0], radius: radii[0] }).toEqual({ counts, answer, radius });
  }
});
