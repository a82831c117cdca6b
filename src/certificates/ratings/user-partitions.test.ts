import { expect, it } from "vitest";
import { type Histories, allHistories, ratingsOf, tinyHistories } from "../../../test/tiny-ratings.ts";
import { partsOfNames } from "../../blocks/certified/partitions.ts";
import { resolveParams } from "../../core/params.ts";
import type { RatingBound } from "../../core/recommender.ts";
import { makeRng } from "../../numeric/random.ts";
import { userPartitions } from "./user-partitions.ts";

const rng = makeRng("tiny partitions");

it("is never violated by accounts that come, change or go, with whatever histories", async () => {
  const found = { attacks: 0, overlap: 0, targets: 0, kept: 0, needed: 0, changed: 0 };
  for (let problem = 0; problem < 12; problem++) {
    const [users, items, partitions, top] = [10, 4, 5 + (problem % 3), [1, 2, 1, 4][problem % 4]];
    const params = resolveParams<any>("user-partitions", userPartitions.params, { partitions, perModel: 1 + (problem % 2), shrink: 1 });
    const clean = tinyHistories(rng, users, items);
    const certified = [0, 1];
    // Most of the others rated one item, which the two whose lists are certified did not.
    const liked = problem % items;
    for (const [name, history] of clean) if (rng.uniform() < 0.65) clean.set(name, [...new Set([...history, liked])].sort());
    for (const u of certified) clean.set(`u${u}`, [(liked + 1 + u) % items]);
    // Where a list has room for all items, one that a single user rated, which may lose its last vote.
    const rare = (liked + 3) % items;
    const hasRoom = top === items;
    if (hasRoom) for (const [name, history] of clean) clean.set(name, name === "u2" ? [rare] : history.filter((item) => item !== rare));
    const wanted = certified.map(() => Int32Array.of(hasRoom ? rare : liked));
    const boundOf = (histories: Histories): Promise<RatingBound> => {
      const train = ratingsOf(histories, items);
      const at = Int32Array.from(certified, (u) => train.users.indexOf(`u${u}`));
      return userPartitions.certify({ train, users: at, wanted, targets: Int32Array.of(0, 1, 2, 3), top }, { params, rng: makeRng(0) });
    };
    const bound = await boundOf(clean);
    // One name for each part, and captured accounts; those whose lists are certified are not among them.
    const names = Array.from({ length: 200 }, (_, k) => `fake${k}`);
    const parts = partsOfNames(names, partitions, "partitions");
    const fakes = Array.from({ length: partitions }, (_, part) => names[parts.indexOf(part)]);
    const touched = [...fakes, ...Array.from({ length: users - 2 }, (_, k) => `u${k + 2}`)];
    const ways = touched.flatMap((name) => allHistories(items).map((history) => ({ name, history })));
    const check = async (histories: Histories, radius: number): Promise<void> => {
      const after = await boundOf(histories);
      found.attacks++;
      certified.forEach((_, u) => {
        found.kept += bound.kept[radius]?.[u] ?? 0;
        if (after.found[u] < (bound.kept[radius]?.[u] ?? 0)) found.overlap++;
        if (after.found[u] !== bound.found[u]) found.changed++;
        for (let target = 0; target < items; target++) {
          if (bound.needed[target][u] > radius) found.needed++;
          if (after.needed[target][u] === 0 && bound.needed[target][u] > radius) found.targets++;
        }
      });
    };
    for (const { name, history } of ways) await check(new Map(clean).set(name, history), 1);
    // All pairs of some problems, some pairs of the others.
    for (let i = 0; i < ways.length; i++)
      for (let j = 0; j < i; j++) {
        if (problem > 0 && rng.uniform() > 0.02) continue;
        await check(new Map(clean).set(ways[i].name, ways[i].history).set(ways[j].name, ways[j].history), 2);
      }
  }
  expect(found).toMatchObject({ overlap: 0, targets: 0 });
  expect(found.attacks).toBeGreaterThan(8000);
  // There is something to violate, and the attacks do reach the lists.
  expect(found.kept).toBeGreaterThan(1000);
  expect(found.needed).toBeGreaterThan(1000);
  expect(found.changed).toBeGreaterThan(1000);
});

it("does not hang on who else is certified, nor on the order of the users", async () => {
  const clean = tinyHistories(rng, 8, 6);
  const reversed = new Map([...clean].reverse());
  const params = resolveParams<any>("user-partitions", userPartitions.params, { partitions: 4, perModel: 2 });
  const certify = (histories: Histories, names: readonly string[]): Promise<RatingBound> => {
    const train = ratingsOf(histories, 6);
    const input = { train, users: Int32Array.from(names, (name) => train.users.indexOf(name)), targets: Int32Array.of(3), top: 3 };
    return userPartitions.certify({ ...input, wanted: names.map(() => Int32Array.of(1, 4)) }, { params, rng: makeRng(0) });
  };
  const both = await certify(clean, ["u1", "u5"]);
  const one = await certify(reversed, ["u5"]);
  expect([one.found[0], one.needed[0][0]]).toEqual([both.found[1], both.needed[0][1]]);
});
