import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { expect, it } from "vitest";
import { resolveParams } from "../../src/core/params.ts";
import type { Ratings } from "../../src/core/ratings.ts";
import { alsImplicit } from "../../src/learners/ratings/als-implicit.ts";
import { makeRng } from "../../src/numeric/random.ts";

interface PeerRun {
  readonly rank: number;
  readonly confidence: number;
  readonly decay: number;
  readonly items: number;
  readonly liked: readonly (readonly number[])[];
  readonly scores: readonly (readonly number[])[];
}

/** Written by implicit-als.py. */
const peer = JSON.parse(readFileSync(resolve(import.meta.dirname, "implicit-als.json"), "utf8")) as PeerRun;

const ratings: Ratings = {
  user: Int32Array.from(peer.liked.flatMap((items, u) => items.map(() => u))),
  item: Int32Array.from(peer.liked.flat()),
  value: new Float64Array(peer.liked.flat().length).fill(1),
  time: null,
  users: peer.liked.map((_, u) => `u${u}`),
  items: Array.from({ length: peer.items }, (_, i) => `i${i}`),
  scale: { low: 1, high: 1, step: 0 },
};

it.each(["cg", "cholesky"])("als-implicit by %s converges to the scores of the package implicit", async (solver) => {
  const { rank, confidence, decay } = peer;
  const params = resolveParams<any>("als-implicit", alsImplicit.params, { rank, confidence, decay, solver, sweeps: 3000 });
  const model = await alsImplicit.fit(ratings, { rng: makeRng(1), params });
  const own = new Float64Array(peer.items);
  peer.scores.forEach((scores, u) => {
    model.scoresInto(own, Int32Array.of(u));
    scores.forEach((score, i) => expect(own[i]).toBeCloseTo(score, 5));
  });
});
