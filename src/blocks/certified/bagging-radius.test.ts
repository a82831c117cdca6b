import { expect, it } from "vitest";
import { hasVectors, theVectors, vectorsOf } from "../../../test/certificate-vectors.ts";
import { makeTally, radiusByTrial } from "../../../test/smallest-attack.ts";
import { makeRng } from "../../numeric/random.ts";
import { type BaggingAttack, baggingRadii, makeBaggingRadius } from "./bagging-radius.ts";
import { firstLargest } from "./certified-answers.ts";

const rng = makeRng("bagging");

it.each<[BaggingAttack, number, number]>([
  ["insert", 3, 0.15],
  ["delete", 3, 0.35],
  ["change", 2, 0.2],
])("never claims more than the exact radius of the ideal vote under %s", (attack, cap, looseShare) => {
  const tally = makeTally();
  for (let problem = 0; problem < 400; problem++) {
    const [draws, classes, kinds] = [1 + (problem % 3), 2 + (problem % 2), 4];
    // Row contents 0 … 2 occur in the data; any draw with the attacker's content 3 may vote as he likes.
    const common = rng.integer(classes);
    const votes = Int32Array.from({ length: kinds ** draws }, () => (rng.uniform() < 0.8 ? common : rng.integer(classes)));
    const rival = (common + 1) % classes;
    for (let code = 0; code < votes.length; code++)
      for (let s = 0; s < draws; s++) if (Math.floor(code / kinds ** s) % kinds === 3) votes[code] = rival;
    const counts = [1 + rng.integer(4), 1 + rng.integer(4), rng.integer(3), 0];
    const chances = (state: string): Float64Array => {
      const now = state.split(",").map(Number);
      const out = new Float64Array(classes);
      for (let code = 0; code < votes.length; code++) {
        let ways = 1;
        for (let s = 0; s < draws; s++) ways *= now[Math.floor(code / kinds ** s) % kinds];
        out[votes[code]] += ways;
      }
      return out;
    };
    function* moves(state: string): Generator<string> {
      const now = state.split(",").map(Number);
      const changed = (...steps: [number, number][]): string =>
        now.map((count, v) => steps.reduce((sum, [kind, by]) => sum + (kind === v ? by : 0), count)).join(",");
      for (let v = 0; v < kinds; v++) {
        if (attack !== "delete") yield changed([v, 1]);
        if (attack !== "insert" && now[v] > 0 && now.reduce((sum, count) => sum + count, 0) > 1) yield changed([v, -1]);
        if (attack === "change" && now[v] > 0) for (let to = 0; to < kinds; to++) yield changed([v, -1], [to, 1]);
      }
    }
    const n = counts[0] + counts[1] + counts[2];
    const before = chances(counts.join(",")).map((ways) => ways / n ** draws);
    const answer = firstLargest(before, 0, classes);
    const second = Math.max(...before.filter((_, c) => c !== answer));
    const claimed = makeBaggingRadius({ trainRows: n, draws, attack })(before[answer] - second);
    const limit = Math.min(cap, n - 1);
    const trueRadius = radiusByTrial(counts.join(","), moves, (state) => firstLargest(chances(state), 0, classes), limit);
    tally.add(Math.min(limit, claimed), trueRadius);
  }
  expect(tally.violated).toBe(0);
  expect(tally.loose / tally.problems).toBeLessThan(looseShare);
  expect(tally.claimed).toBeGreaterThan(100);
});

it("takes the share of the votes that is sure, with the risk shared by all rows and classes", () => {
  const votes = Int32Array.of(950, 50, 0, 400, 350, 250);
  const options = { models: 1000, trainRows: 80_000, draws: 40, attack: "insert", risk: 0.001 } as const;
  const { answers, radii } = baggingRadii(votes, 3, options);
  expect([...answers]).toEqual([0, 0]);
  expect(radii[1]).toBe(-1);
  // By the normal approximation p_A > 0.925 at risk 0.001 / 12, and p_B < 1 − p_A.
  expect(radii[0]).toBeGreaterThan(makeBaggingRadius(options)(0.835));
  expect(radii[0]).toBeLessThan(makeBaggingRadius(options)(0.855));
  const many = Int32Array.from({ length: 2000 * 3 }, (_, j) => votes[j % 3]);
  expect(baggingRadii(many, 3, options).radii[1999]).toBeLessThan(radii[0]);
  const twice = baggingRadii(votes, 3, { ...options, attack: "change" }).radii[0];
  expect(twice).toBeLessThan(radii[0]);
});

it.skipIf(!hasVectors)(`agrees with ${theVectors}`, () => {
  for (const { n, s, gap, insert, change } of vectorsOf("bagging")) {
    const radius = (attack: BaggingAttack): number => makeBaggingRadius({ trainRows: n, draws: s, attack })(gap);
    expect([n, s, gap, radius("insert"), radius("change")]).toEqual([n, s, gap, insert, change]);
  }
});
