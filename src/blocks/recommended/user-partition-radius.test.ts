import { expect, it } from "vitest";
import { hasVectors, theVectors, vectorsOf } from "../../../test/certificate-vectors.ts";
import { makeRng } from "../../numeric/random.ts";
import { votedOverlap, votedTargetNeeds } from "./user-partition-radius.ts";

const rng = makeRng("user partitions");

function* subsets(items: number, size: number, from = 0): Generator<number[]> {
  if (size === 0) yield [];
  else for (let first = from; first < items; first++) for (const rest of subsets(items, size - 1, first + 1)) yield [first, ...rest];
}

/** All lists of all sets of `touched` models. */
function* attacks(lists: readonly number[][], outputs: readonly number[][], touched: number, from = 0): Generator<readonly number[][]> {
  if (touched === 0) yield lists;
  else
    for (let m = from; m <= lists.length - touched; m++)
      for (const output of outputs) yield* attacks(lists.with(m, [...output]), outputs, touched - 1, m + 1);
}

it("never claims more than any lists of the touched models allow", () => {
  const found = { cases: 0, violated: 0, loose: 0, targetViolated: 0, targetLoose: 0, claimed: 0 };
  for (let problem = 0; problem < 200; problem++) {
    const [models, items, perModel, shown] = [3 + (problem % 4), 4 + (problem % 2), 1 + (problem % 2), 1 + rng.integer(2)];
    const outputs = [...subsets(items, perModel)];
    const usual = rng.integer(outputs.length);
    const lists = Array.from({ length: models }, () => outputs[rng.uniform() < 0.6 ? usual : rng.integer(outputs.length)]);
    const wanted = [...rng.sample(items, 1 + rng.integer(3))];
    const target = rng.integer(items);
    const votesOf = (given: readonly (readonly number[])[]): Int32Array => {
      const votes = new Int32Array(items);
      for (const list of given) for (const item of list) votes[item]++;
      return votes;
    };
    const [[need]] = votedTargetNeeds({ lists: Int32Array.from(lists.flat()), models, perModel, items }, Int32Array.of(target), shown);
    let enters = Infinity;
    for (let touched = 0; touched <= (models < 5 ? 3 : 2); touched++) {
      const wantedLists = { from: Int32Array.of(0, wanted.length), items: Int32Array.from(wanted) };
      const claimed = votedOverlap(votesOf(lists), items, wantedLists, { shown, perModel, touched })[0];
      let least = Infinity;
      for (const given of attacks(lists, outputs, touched)) {
        const votes = votesOf(given);
        const order = [...votes.keys()].sort((a, b) => votes[b] - votes[a] || Number(wanted.includes(a)) - Number(wanted.includes(b)));
        least = Math.min(least, order.slice(0, shown).filter((item) => wanted.includes(item)).length);
        const before = votes.filter((count, item) => count > votes[target] || (count === votes[target] && item < target)).length;
        if (before < shown) enters = Math.min(enters, touched);
      }
      found.cases++;
      found.claimed += claimed;
      if (claimed > least) found.violated++;
      if (claimed < least) found.loose++;
      if (touched >= enters && need > enters) found.targetViolated++;
      if (touched < enters && need <= touched) found.targetLoose++;
    }
  }
  expect(found).toMatchObject({ cases: 700, violated: 0, targetViolated: 0 });
  expect(found.loose / found.cases).toBeLessThan(0.01);
  expect(found.targetLoose / found.cases).toBeLessThan(0.02);
  expect(found.claimed).toBeGreaterThan(150);
});

it.skipIf(!hasVectors)(`agrees with ${theVectors}`, () => {
  for (const { counts, per: perModel, N: shown, groundTruth, certified } of vectorsOf("votes")) {
    const wanted = { from: Int32Array.of(0, groundTruth.length), items: Int32Array.from(groundTruth) };
    certified.forEach((overlap: number, touched: number) => {
      expect(votedOverlap(Int32Array.from(counts), counts.length, wanted, { shown, perModel, touched })[0]).toBe(overlap);
    });
  }
});
