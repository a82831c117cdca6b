import { expect, it } from "vitest";
import { hasVectors, theVectors, vectorsOf } from "../../../test/certificate-vectors.ts";
import { makeTally } from "../../../test/smallest-attack.ts";
import { makeRng } from "../../numeric/random.ts";
import { firstLargest } from "./certified-answers.ts";
import { linearFlipCosts, linearFlipRadii } from "./linear-flip-radius.ts";

const rng = makeRng("linear flips");

/** The fewest units flipped over all label vectors that change the answer, less one. */
function radiusByTrial(
  alpha: Float64Array,
  labels: Int32Array,
  classes: number,
  unitOf: (row: number) => number,
  offset: Float64Array,
): number {
  const n = labels.length;
  const answerOf = (given: Int32Array): number => {
    const scores = offset.slice();
    for (let j = 0; j < n; j++) scores[given[j]] += alpha[j];
    return firstLargest(scores, 0, classes);
  };
  const answer = answerOf(labels);
  let least = Infinity;
  for (let code = 0; code < classes ** n; code++) {
    const given = Int32Array.from({ length: n }, (_, j) => Math.floor(code / classes ** j) % classes);
    const flipped = [...given.keys()].filter((j) => given[j] !== labels[j]);
    const cost = flipped.some((j) => unitOf(j) < 0) ? Infinity : new Set(flipped.map(unitOf)).size;
    if (cost < least && answerOf(given) !== answer) least = cost;
  }
  return least - 1;
}

it("is the exact radius over all label vectors, with trusted rows, accounts and offsets too", () => {
  const tally = makeTally();
  for (const [n, classes, problems] of [
    [4, 2, 500],
    [6, 2, 300],
    [8, 2, 200],
    [4, 3, 300],
    [6, 3, 100],
    [4, 4, 150],
    [5, 4, 60],
  ])
    for (let problem = 0; problem < problems; problem++) {
      const alpha = Float64Array.from({ length: n }, () => (problem % 2 === 0 ? rng.normal() : Math.abs(rng.normal())));
      const labels = Int32Array.from({ length: n }, () => rng.integer(classes));
      const flippable = Uint8Array.from({ length: n }, () => (problem % 3 === 1 ? rng.integer(2) : 1));
      const account = Int32Array.from({ length: n }, (_, j) => (problem % 5 === 1 ? rng.integer(3) : j));
      const offset = Float64Array.from({ length: classes }, () => (problem % 7 === 1 ? rng.normal() : 0));
      const expected = radiusByTrial(alpha, labels, classes, (j) => (flippable[j] === 1 ? account[j] : -1), offset);
      tally.add(linearFlipRadii(alpha, labels, classes, { flippable, account, offset }).radii[0], expected);
    }
  expect(tally).toMatchObject({ problems: 1610, violated: 0, loose: 0 });
});

it("never claims more where scores tie to the last bit", () => {
  const tally = makeTally();
  for (let problem = 0; problem < 400; problem++) {
    const [n, classes] = problem % 2 === 0 ? [6, 2] : [5, 3];
    const alpha = Float64Array.from({ length: n }, () => (rng.integer(5) - 1) / 10);
    const labels = Int32Array.from({ length: n }, () => rng.integer(classes));
    tally.add(
      linearFlipRadii(alpha, labels, classes).radii[0],
      radiusByTrial(alpha, labels, classes, (j) => j, new Float64Array(classes)),
    );
  }
  expect(tally.violated).toBe(0);
  expect(tally.loose).toBeLessThan(40);
});

it("gives a batch what it gives each row alone, and infinite radii where no label counts", () => {
  const alpha = Float64Array.from({ length: 5 * 30 }, () => rng.normal());
  const labels = Int32Array.from({ length: 30 }, () => rng.integer(3));
  const { answers, costs } = linearFlipCosts(alpha, labels, 3);
  for (let i = 0; i < 5; i++) {
    const alone = linearFlipCosts(alpha.slice(i * 30, (i + 1) * 30), labels, 3);
    expect([answers[i], ...costs.slice(i * 3, (i + 1) * 3)]).toEqual([alone.answers[0], ...alone.costs]);
    expect(costs[i * 3 + answers[i]]).toBe(0);
  }
  expect(linearFlipRadii(alpha, labels, 3, { flippable: new Uint8Array(30) }).radii).toEqual(new Float64Array(5).fill(Infinity));
});

it.skipIf(!hasVectors)(`agrees with ${theVectors}`, () => {
  for (const { alpha, y, classes, answer, radius } of vectorsOf("linearExact")) {
    const { answers, radii } = linearFlipRadii(Float64Array.from(alpha), Int32Array.from(y), classes);
    expect([answers[0], radii[0]]).toEqual([answer, radius]);
  }
  for (const { alpha, y, answer, plainExact } of vectorsOf("labelFlip")) {
    const { answers, radii } = linearFlipRadii(Float64Array.from(alpha), Int32Array.from(y), 2);
    expect([answers[0], radii[0]]).toEqual([answer, plainExact]);
  }
});
