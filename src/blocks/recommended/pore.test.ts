import { expect, it } from "vitest";
import { hasVectors, theVectors, vectorsOf } from "../../../test/certificate-vectors.ts";
import { makeRng } from "../../numeric/random.ts";
import { type PoreFactors, type PoreSampling, poreFactors, poreOverlap, poreShares, poreTargetNeeds } from "./pore.ts";

const rng = makeRng("pore");

function choose(n: number, k: number): number {
  let ways = 1;
  for (let i = 0; i < k; i++) ways = (ways * (n - i)) / (i + 1);
  return Math.round(ways);
}

/** All counts of at most `most` an item and `total` together. */
function* additions(items: number, most: number, total: number): Generator<number[]> {
  if (items === 0) yield [];
  else
    for (let own = 0; own <= Math.min(most, total); own++) for (const rest of additions(items - 1, most, total - own)) yield [own, ...rest];
}

const factorsUpTo = (sampling: PoreSampling, largest: number): PoreFactors[] =>
  Array.from({ length: largest + 1 }, (_, fakes) => poreFactors(sampling, fakes));
const asWanted = (items: readonly number[]) => ({ from: Int32Array.of(0, items.length), items: Int32Array.from(items) });

it("never claims more than any lists of the samples with fakes allow", () => {
  const found = { overlap: 0, violated: 0, loose: 0, targets: 0, targetViolated: 0, targetLoose: 0, claimed: 0 };
  for (let problem = 0; problem < 700; problem++) {
    const [users, sampled, fakes] = [3 + (problem % 3), 1 + rng.integer(3), 1 + rng.integer(2)];
    const [items, shown, perModel] = [3 + (problem % 2), 1 + rng.integer(2), 1 + (problem % 2)];
    const all = choose(users, sampled);
    const own = choose(users - 1, sampled - 1);
    const withFakes = choose(users + fakes - 1, sampled - 1) - own;
    if (withFakes > 8 || sampled > users) continue;
    const counts = new Array<number>(items).fill(0);
    for (let sample = 0; sample < own; sample++)
      for (const item of rng.sample(items, perModel)) if (rng.uniform() < 0.9) counts[rng.uniform() < 0.5 ? item : Math.min(item, 1)]++;
    if (counts.some((count) => count > own)) continue;
    const share = Float64Array.from(counts, (count) => count / all);
    const wanted = [...rng.sample(items, 1 + rng.integer(2))].sort();
    const factors = poreFactors({ users, sampled }, fakes);
    const claimed = poreOverlap({ items, low: share, high: share }, asWanted(wanted), { shown, perModel }, factors)[0];
    const target = rng.integer(items);
    const need = poreTargetNeeds({ items, low: share, high: share }, target, { shown, factors: factorsUpTo({ users, sampled }, fakes) })[0];
    let [least, enters] = [Infinity, false];
    for (const added of additions(items, withFakes, perModel * withFakes)) {
      const after = counts.map((count, i) => count + added[i]);
      // Ties against us: others stand before the wanted, the target before others.
      const order = [...after.keys()].sort((a, b) => after[b] - after[a] || Number(wanted.includes(a)) - Number(wanted.includes(b)));
      least = Math.min(least, order.slice(0, shown).filter((i) => wanted.includes(i)).length);
      if (after.filter((count, i) => i !== target && count > after[target]).length < shown) enters = true;
    }
    found.overlap++;
    found.claimed += claimed;
    if (claimed > least) found.violated++;
    if (claimed < least) found.loose++;
    found.targets++;
    if (enters && need > fakes) found.targetViolated++;
    if (!enters && need <= fakes) found.targetLoose++;
  }
  expect(found).toMatchObject({ violated: 0, loose: 0, targetViolated: 0, targetLoose: 0 });
  expect(found.overlap).toBeGreaterThan(400);
});

it("bounds shares that were sampled, with the risk shared by users, items and sides", () => {
  const { low, high } = poreShares(Int32Array.of(0, 500, 1000, 500), 2, { samples: 1000, risk: 0.08 });
  expect([low[0], high[2]]).toEqual([0, 1]);
  expect(low[2]).toBeCloseTo(0.01 ** (1 / 1000), 12);
  // 2.326 standard errors of 0.0158, by the normal approximation.
  expect([low[1], high[1]]).toEqual([expect.closeTo(0.4627, 3), expect.closeTo(0.5373, 3)]);
  expect([low[3], high[3]]).toEqual([low[1], high[1]]);
});

it.skipIf(!hasVectors)(`agrees with ${theVectors}`, () => {
  for (const { counts, n: users, s: sampled, per, N, groundTruth, certified, target, targetNeeds } of vectorsOf("pore")) {
    const items = counts.length;
    const share = Float64Array.from(counts, (count: number) => count / choose(users, sampled));
    const shares = { items, low: share, high: share };
    for (const [fakes, overlap] of Object.entries(certified)) {
      const factors = poreFactors({ users, sampled }, Number(fakes));
      expect(poreOverlap(shares, asWanted(groundTruth), { shown: N, perModel: per }, factors)[0]).toBe(overlap);
    }
    const need = poreTargetNeeds(shares, target, { shown: N, factors: factorsUpTo({ users, sampled }, 60) })[0];
    expect(need).toBe(targetNeeds ?? Infinity);
  }
});
