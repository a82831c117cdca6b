import { describe, expect, it } from "vitest";
import { makeRng } from "../../numeric/random.ts";
import { halfWindow, tailsAmong } from "./tail-groups.ts";

describe("shares of those that did not vote", () => {
  it("are counted one by one, and are the same where only some are asked for", () => {
    for (let draw = 0; draw < 60; draw++) {
      const rng = makeRng(`tails ${draw}`);
      const users = 60 + rng.integer(300);
      const idle = rng.uniform();
      const values = Float64Array.from({ length: users }, () => {
        const kind = rng.uniform();
        return kind < 0.1 ? -1 : kind < idle ? 0 : rng.integer(4) + (kind > 0.6 ? rng.uniform() : 0);
      });
      const byLength = Int32Array.from({ length: users }, (_, u) => u).filter(() => rng.uniform() < 0.9);
      const isVoter = Uint8Array.from(values, () => Number(rng.uniform() < 0.2));
      const expected = countedTails(values, byLength, isVoter);
      const all = tailsAmong({ values, byLength }, isVoter, 1);
      expect([...all]).toEqual([...expected]);
      const voters = byLength.filter((u) => isVoter[u] === 1);
      const asked = tailsAmong({ values, byLength }, isVoter, 1, voters);
      expect([...asked]).toEqual([...expected.map((tail, u) => (voters.includes(u) ? tail : 1))]);
    }
  });
});

/** By its definition: whatever is odd is divided by the middle of the others nearby, and others at least as odd are counted. */
function countedTails(values: Float64Array, byLength: Int32Array, isVoter: Uint8Array): Float64Array {
  const known = [...byLength].filter((u) => values[u] >= 0);
  const others = known.filter((u) => isVoter[u] === 0);
  const out = new Float64Array(values.length).fill(1);
  if (others.length < 2 * halfWindow) return out;
  const width = Math.min(others.length, 2 * halfWindow + 1);
  const over = new Map(
    known.map((u, k) => {
      const run = known.slice(0, k - (k % 16));
      const before = run.filter((v) => isVoter[v] === 0).length;
      const from = Math.max(0, Math.min(others.length - width, before - halfWindow));
      const near = others.slice(from, from + width).map((v) => values[v]);
      return [u, values[u] / Math.max(1, near.sort((a, b) => a - b)[width >> 1])] as const;
    }),
  );
  for (const u of known) {
    const atLeast = others.filter((v) => over.get(v)! >= over.get(u)!).length;
    out[u] = Math.min(1, (atLeast + isVoter[u]) / others.length);
  }
  return out;
}
