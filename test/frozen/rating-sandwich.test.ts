import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { partsOfNames } from "../../src/blocks/certified/partitions.ts";
import { catalog } from "../../src/catalog.ts";
import { applyAccounts } from "../../src/core/apply/apply-accounts.ts";
import type { AccountPoison } from "../../src/core/poison.ts";
import { type Ratings, ratingsAt, startsByUser } from "../../src/core/ratings.ts";
import { resolveParams } from "../../src/core/params.ts";
import type { RatingBound, RatingCertificateInput } from "../../src/core/recommender.ts";
import { leaveLastShareOut } from "../../src/data/ratings-split.ts";
import { readRatings } from "../../src/node/read/ratings/read-ratings.ts";
import { makeRng } from "../../src/numeric/random.ts";
import { methodOf } from "../../src/study/config.ts";
import { dataFolder } from "../peers/real-data.ts";

const attacks = ["average-profiles", "bandwagon-profiles", "segment-profiles", "random-profiles"];
const partitions = 33;
const method = methodOf("certificate", catalog.ratings.certificates, "user-partitions");
const certify = (input: RatingCertificateInput): Promise<RatingBound> =>
  method.certify(input, { params: resolveParams(method.id, method.params, { partitions }), rng: makeRng("certify") });

/** Lists of some users drawn by chance, what they are judged by, and targets that few have rated. */
function inputOf(all: Ratings): RatingCertificateInput {
  const rng = makeRng("draw");
  const drawn = rng.sample(all.users.length, Math.min(300, all.users.length)).sort();
  const place = new Map(Array.from(drawn, (user, k) => [user, k]));
  const kept = Int32Array.from(all.user.keys()).filter((p) => place.has(all.user[p]));
  const some = ratingsAt({ ...all, time: null }, kept);
  const ratings = { ...some, user: some.user.map((user) => place.get(user)!), users: Array.from(drawn, (user) => all.users[user]) };
  const split = leaveLastShareOut(ratings, 0.25, rng.fork("split"));
  const [train, held] = [ratingsAt(ratings, split.train), ratingsAt(ratings, split.test)];
  const starts = startsByUser(held);
  const users = Int32Array.from(ratings.users.keys()).filter((user) => starts[user + 1] > starts[user]);
  const counts = new Int32Array(train.items.length);
  for (const item of train.item) counts[item]++;
  const few = Int32Array.from(counts.keys()).filter((item) => counts[item] > 0 && counts[item] < 4);
  return {
    ...{ train, users, top: 10, targets: few.subarray(0, 2) },
    wanted: Array.from(users, (user) => held.item.subarray(starts[user], starts[user + 1])),
  };
}

/** The attacker picks the names of the accounts, so that each comes to a part of its own. */
function withNames(poisoned: Ratings, genuine: number): Ratings {
  const taken = new Set<number>();
  let tried = 0;
  const names = poisoned.users.slice(genuine).map(() => {
    for (;;) {
      const name = `reader-${++tried}`;
      const [part] = partsOfNames([name], partitions, "partitions");
      if (taken.has(part) && taken.size < partitions) continue;
      taken.add(part);
      return name;
    }
  });
  return { ...poisoned, users: [...poisoned.users.slice(0, genuine), ...names] };
}

describe("fake accounts whose names are chosen", () => {
  const sets = [
    { name: "ml-100k/ml-100k.inter", columns: {} },
    { name: "filmtrust-average/ratings.txt", columns: { user: "1", item: "2", rating: "3", header: false } },
  ];
  for (const { name, columns } of sets) {
    const path = resolve(dataFolder, name);
    const isHere = existsSync(path);
    it.skipIf(!isHere)(
      `never take more from lists, nor enter more of them, than certified on a draw of ${name}${isHere ? "" : " (skipped: the file is not on this machine)"}`,
      async () => {
        const { ratings } = await readRatings({ data: path, ...columns });
        const input = inputOf(ratings);
        const { train, users, targets } = input;
        const bound = await certify(input);
        const most = bound.kept.length - 1;
        expect(most).toBeGreaterThan(2);
        const engine = methodOf("engine", catalog.ratings.recommenders, "item-knn");
        const params = resolveParams<object>(engine.id, engine.params);
        let moved = 0;
        for (const accounts of [1, Math.ceil(most / 2), most])
          for (const id of attacks) {
            const attack = methodOf("attack", catalog.ratings.attacks, id);
            const poison: AccountPoison = await attack.poison(
              {
                clean: train,
                goal: { goal: "promote", targets, audience: null },
                budget: { accounts, fillers: 30 },
                engine: { recommender: engine, params },
                victim: () => engine.fit(train, { rng: makeRng("victim"), params }),
              },
              { rng: makeRng(id), params: resolveParams(id, attack.params) },
            );
            const poisoned = withNames(applyAccounts(train, poison), train.users.length);
            const after = await certify({ ...input, train: poisoned });
            for (let u = 0; u < users.length; u++) {
              expect(after.found[u]).toBeGreaterThanOrEqual(bound.kept[accounts][u]);
              moved += Math.abs(after.found[u] - bound.found[u]);
              for (let t = 0; t < targets.length; t++) if (bound.needed[t][u] > accounts) expect(after.needed[t][u]).toBeGreaterThan(0);
            }
          }
        expect(moved).toBeGreaterThan(0);
      },
    );
  }
});
