import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { type Ratings, ratingsWhere } from "../../src/core/ratings.ts";
import { accountEvidence } from "../../src/detectors/ratings/account-evidence.ts";
import { readRatings } from "../../src/node/read/ratings/read-ratings.ts";
import { makeRng } from "../../src/numeric/random.ts";
import { dataFolder } from "./real-data.ts";

const movieLens = resolve(dataFolder, "ml-100k/ml-100k.inter");
const filmTrust = resolve(dataFolder, "filmtrust-average");

async function flagged(ratings: Ratings): Promise<string[]> {
  const scores = await accountEvidence.score(ratings, { rng: makeRng(1), params: {} });
  return ratings.users.filter((_, u) => scores[u] >= accountEvidence.cut!);
}

/** The ratings of these users alone. */
function of(ratings: Ratings, isKept: (user: string) => boolean): Ratings {
  const users = ratings.users.filter(isKept);
  const place = new Map(users.map((user, u) => [user, u]));
  const kept = ratingsWhere(ratings, (p) => isKept(ratings.users[ratings.user[p]]));
  return { ...kept, user: kept.user.map((u) => place.get(ratings.users[u])!), users };
}

/** Half of the users and half of the items, at random. */
function quarter(ratings: Ratings, seed: number): Ratings {
  const half = (names: readonly string[], label: string): Set<number> =>
    new Set(
      makeRng(seed)
        .fork(label)
        .sample(names.length, names.length >> 1),
    );
  const [users, items] = [half(ratings.users, "users"), half(ratings.items, "items")];
  const kept = ratingsWhere(ratings, (p) => items.has(ratings.item[p]));
  const names = new Set(Array.from(kept.user, (u) => ratings.users[u]));
  const chosen = new Set([...users].map((u) => ratings.users[u]));
  return of(kept, (user) => chosen.has(user) && names.has(user));
}

describe.skipIf(!existsSync(movieLens))("the cut of account-evidence on MovieLens-100K", () => {
  it("flags at most 1 % of the users, in all and in halves of them", async () => {
    const { ratings } = await readRatings({ data: movieLens, format: "tsv" });
    expect((await flagged(ratings)).length).toBeLessThanOrEqual(0.01 * ratings.users.length);
    const half = new Set(Array.from(makeRng("half").sample(ratings.users.length, 471), (u) => ratings.users[u]));
    for (const part of [of(ratings, (user) => half.has(user)), of(ratings, (user) => !half.has(user))])
      expect((await flagged(part)).length).toBeLessThanOrEqual(0.01 * part.users.length);
  });

  it("flags at most 1 % of half of the users where half of the items are left out", async () => {
    const part = quarter((await readRatings({ data: movieLens, format: "tsv" })).ratings, 1);
    expect((await flagged(part)).length).toBeLessThanOrEqual(0.01 * part.users.length);
  });
});

describe.skipIf(!existsSync(filmTrust))("the cut of account-evidence on FilmTrust", () => {
  const fakes = (): Set<string> =>
    new Set(
      readFileSync(resolve(filmTrust, "labels.txt"), "utf8")
        .trim()
        .split("\n")
        .map((line) => line.trim().split(/\s+/))
        .flatMap(([user, label]) => (label === "1" ? [user] : [])),
    );
  const read = async (): Promise<Ratings> => {
    const request = { data: resolve(filmTrust, "ratings.txt"), delimiter: " ", header: false, scale: { low: 0.5, high: 4, clip: true } };
    return (await readRatings({ ...request, user: "1", item: "2", rating: "3" })).ratings;
  };

  it("flags at most 1 % of the genuine users where there are no others", async () => {
    const fake = fakes();
    const genuine = of(await read(), (user) => !fake.has(user));
    expect(genuine.users.length).toBe(1508);
    expect((await flagged(genuine)).length).toBeLessThanOrEqual(15);
  });

  it("flags at most 1 % of half of the genuine users, with all items and with half of them", async () => {
    const fake = fakes();
    const genuine = of(await read(), (user) => !fake.has(user));
    const half = new Set(Array.from(makeRng("half").sample(genuine.users.length, 754), (u) => genuine.users[u]));
    for (const part of [of(genuine, (user) => half.has(user)), quarter(genuine, 1)])
      expect((await flagged(part)).length).toBeLessThanOrEqual(0.01 * part.users.length);
  });

  it("flags 150 injected accounts with a precision of 0.8 at least, and ranks them with an F1 of 0.7 at least", async () => {
    const [fake, ratings] = [fakes(), await read()];
    const found = await flagged(ratings);
    expect(found.filter((user) => fake.has(user)).length / found.length).toBeGreaterThanOrEqual(0.8);
    const scores = await accountEvidence.score(ratings, { rng: makeRng(1), params: {} });
    const order = [...scores.keys()].sort((a, b) => scores[b] - scores[a]).slice(0, fake.size);
    expect(order.filter((u) => fake.has(ratings.users[u])).length / fake.size).toBeGreaterThanOrEqual(0.7);
  });
});
