import { expect, it } from "vitest";
import { hasVectors, theVectors, vectorsOf } from "../../../test/certificate-vectors.ts";
import { electionsOf, multisets, scoresOfRankings } from "../../../test/run-off-trial.ts";
import { makeTally } from "../../../test/smallest-attack.ts";
import { makeRng } from "../../numeric/random.ts";
import { finiteRunOffRadii } from "./finite-run-off-radius.ts";
import { runOffRadii } from "./run-off-radius.ts";

const rng = makeRng("finite run-off");

/** Every set of parts, with every ranking of the models that they touch. */
function radiusByTrial(ballots: Int32Array, classes: number, shifts: Int32Array): number {
  const models = ballots.length;
  const { rankings, winner } = electionsOf(classes);
  const counts = new Int32Array(rankings.length);
  for (const t of ballots) counts[t]++;
  const answer = winner(counts);
  const known = new Map<number, boolean>();
  const changes = (touched: number): boolean => {
    const kept = new Int32Array(rankings.length);
    let free = 0;
    for (let m = 0; m < models; m++) {
      if ((touched >> m) & 1) free++;
      else kept[ballots[m]]++;
    }
    for (const given of multisets(free, rankings.length)) if (winner(kept.map((count, t) => count + given[t])) !== answer) return true;
    return false;
  };
  let least = Infinity;
  for (let set = 1; set < 2 ** models; set++) {
    let [parts, touched] = [0, 0];
    for (let h = 0; h < models; h++) {
      if (((set >> h) & 1) === 0) continue;
      parts++;
      for (const shift of shifts) touched |= 1 << ((h + shift) % models);
    }
    if (parts >= least) continue;
    if (!known.has(touched)) known.set(touched, changes(touched));
    if (known.get(touched)) least = parts;
  }
  return least - 1;
}

it("never claims more than the exact radius over all sets of parts, and shows no difference where parts are shared", () => {
  const [shared, alone] = [makeTally(), makeTally()];
  for (let problem = 0; problem < 1200; problem++) {
    const [models, classes] = problem % 10 === 9 ? [4, 4] : [4 + (problem % 5), 3];
    const orders = classes === 3 ? 6 : 24;
    const common = rng.integer(orders);
    const ballots = Int32Array.from({ length: models }, () => (rng.uniform() < 0.7 ? common : rng.integer(orders)));
    const { rankings } = electionsOf(classes);
    const scores = scoresOfRankings([...ballots].map((t) => rankings[t]));
    const shifts = rng.sample(models, 1 + (problem % 4 === 0 ? 0 : 1 + (problem % 2)));
    const claimed = finiteRunOffRadii(scores, { models, classes, shifts }).radii[0];
    (shifts.length > 1 ? shared : alone).add(claimed, radiusByTrial(ballots, classes, shifts));
  }
  expect(shared).toMatchObject({ problems: 900, violated: 0, loose: 0 });
  expect(alone.violated).toBe(0);
  expect(shared.true).toBeGreaterThan(50);
});

it("is the published bound where each part goes to one model", () => {
  const scores = Float64Array.from({ length: 100 * 40 * 4 }, (_, j) => rng.normal() + (j % 4 === 1 ? 1 : 0));
  const parts = finiteRunOffRadii(scores, { models: 40, classes: 4, shifts: Int32Array.of(3) });
  const models = runOffRadii(scores, { models: 40, classes: 4, form: "published" });
  expect(parts.answers).toEqual(models.answers);
  parts.radii.forEach((radius, i) => expect(radius).toBeLessThanOrEqual(models.radii[i]));
});

it.skipIf(!hasVectors)(`agrees with ${theVectors}`, () => {
  for (const { prefs, classes, shifts, answer, radius } of vectorsOf("roeFa")) {
    const found = finiteRunOffRadii(scoresOfRankings(prefs), { models: prefs.length, classes, shifts: Int32Array.from(shifts) });
    expect([found.answers[0], found.radii[0]]).toEqual([answer, radius]);
  }
});
