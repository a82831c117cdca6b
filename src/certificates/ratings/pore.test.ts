import { expect, it } from "vitest";
import { allHistories, ratingsOf, tinyHistories } from "../../../test/tiny-ratings.ts";
import { makeCoOccurrence } from "../../blocks/recommended/co-occurrence.ts";
import { resolveParams } from "../../core/params.ts";
import type { Ratings } from "../../core/ratings.ts";
import { startsByUser } from "../../core/ratings.ts";
import { makeRng } from "../../numeric/random.ts";
import { pore } from "./pore.ts";

const [users, items, sampled, perModel, top] = [9, 4, 2, 1, 1];

/** How many of all samples recommend each item to user 0. */
function exactVotes(train: Ratings, to: "everybody" | "sampled"): number[] {
  const recommender = makeCoOccurrence(train, 1);
  const starts = startsByUser(train);
  const votes = new Array<number>(items).fill(0);
  const list = new Int32Array(perModel);
  for (let a = 0; a < train.users.length; a++)
    for (let b = a + 1; b < train.users.length; b++) {
      if (to === "sampled" && a > 0) continue;
      recommender.learn(Int32Array.of(a, b));
      recommender.recommendInto(list, 0, perModel, train.item.subarray(starts[0], starts[1]));
      for (const item of list) if (item >= 0) votes[item]++;
    }
  return votes;
}

it.each(["everybody", "sampled"] as const)("is not violated by one fake account, whatever it rates, with lists to %s", async (to) => {
  const rng = makeRng("tiny samples");
  const params = resolveParams<any>("pore", pore.params, { to, sampled, perModel, samples: 3000, shrink: 1 });
  const found = { attacks: 0, overlap: 0, targets: 0, kept: 0, needed: 0 };
  for (let problem = 0; problem < 12; problem++) {
    const clean = tinyHistories(rng, users, items).set("u0", [problem % items]);
    const train = ratingsOf(clean, items);
    const votesBefore = exactVotes(train, to);
    const wanted = Int32Array.of(votesBefore.indexOf(Math.max(...votesBefore)));
    const input = { train, users: Int32Array.of(0), wanted: [wanted], targets: Int32Array.of(0, 1, 2, 3), top };
    const bound = await pore.certify(input, { params, rng: rng.fork(problem) });
    for (const history of allHistories(items)) {
      const votes = exactVotes(ratingsOf(new Map(clean).set("fake", history), items), to);
      const kept = votes.every((count, item) => wanted.includes(item) || count < votes[wanted[0]]) ? 1 : 0;
      found.attacks++;
      found.kept += bound.kept[1]?.[0] ?? 0;
      if (kept < (bound.kept[1]?.[0] ?? 0)) found.overlap++;
      for (let target = 0; target < items; target++) {
        if (bound.needed[target][0] > 1) found.needed++;
        const enters = votes.filter((count, item) => item !== target && count > votes[target]).length < top;
        if (enters && bound.needed[target][0] > 1) found.targets++;
      }
    }
  }
  expect(found).toMatchObject({ attacks: 192, overlap: 0, targets: 0 });
  expect(found.kept).toBeGreaterThan(20);
  expect(found.needed).toBeGreaterThan(20);
});
