import { expect, it } from "vitest";
import { hasVectors, theVectors, vectorsOf } from "../../../test/certificate-vectors.ts";
import { electionsOf, multisets, scoresOfRankings } from "../../../test/run-off-trial.ts";
import { makeTally } from "../../../test/smallest-attack.ts";
import { makeRng } from "../../numeric/random.ts";
import { countVotes, pluralityRadii } from "./plurality-radius.ts";
import { fewestForTwo, runOffRadii } from "./run-off-radius.ts";

const rng = makeRng("run-off");

const factorial = (n: number): number => (n <= 1 ? 1 : n * factorial(n - 1));

/** Against all other profiles: how exact and published radii compare with the truth. `looseOrders` counts the orders of the models too. */
function compare(
  models: number,
  classes: number,
  starts: number,
): { exact: ReturnType<typeof makeTally>; published: ReturnType<typeof makeTally>; looseOrders: number } {
  const { rankings, winner } = electionsOf(classes);
  const profiles = [...multisets(models, rankings.length)];
  const winners = Int8Array.from(profiles, winner);
  const flat = Int8Array.from(profiles.flat());
  const [exact, published] = [makeTally(), makeTally()];
  let looseOrders = 0;
  const chosen = starts >= profiles.length ? [...profiles.keys()] : [...rng.sample(profiles.length, starts)];
  for (const start of chosen) {
    let least = Infinity;
    for (let other = 0; other < profiles.length; other++) {
      if (winners[other] === winners[start]) continue;
      let turned = 0;
      for (let t = 0; t < rankings.length; t++)
        turned += Math.max(0, flat[start * rankings.length + t] - flat[other * rankings.length + t]);
      if (turned < least) least = turned;
    }
    const scores = scoresOfRankings(profiles[start].flatMap((count, t) => Array.from({ length: count }, () => rankings[t])));
    const found = runOffRadii(scores, { models, classes });
    expect(found.answers[0]).toBe(winners[start]);
    exact.add(found.radii[0], least - 1);
    const bound = runOffRadii(scores, { models, classes, form: "published" }).radii[0];
    published.add(bound, least - 1);
    if (bound < least - 1) looseOrders += profiles[start].reduce((ways, count) => ways / factorial(count), factorial(models));
  }
  return { exact, published, looseOrders };
}

it.each([
  [3, 3, 56, 0],
  [4, 3, 126, 0],
  [5, 3, 252, 0],
  [6, 3, 462, 9],
  [7, 3, 792, 15],
  [8, 3, 1287, 11],
  [3, 4, 2600, 0],
  // A sample: the published bound is loose in about 1 of 200.
  [4, 4, 400, null],
])("is the exact radius of every profile of %i rankings of %i classes", (models, classes, starts, loose) => {
  const { exact, published, looseOrders } = compare(models, classes, starts);
  expect(exact).toMatchObject({ problems: starts, violated: 0, loose: 0 });
  expect(published).toMatchObject({ problems: starts, violated: 0, loose: loose ?? published.loose });
  expect(published.loose / starts).toBeLessThan(0.025);
  if (models === 6) expect(Math.round(looseOrders)).toBe(720);
});

it("is the plurality of two classes, and rests on the order of model and class where a model knows no better", () => {
  const scores = Float64Array.from({ length: 50 * 15 * 2 }, () => rng.integer(3));
  const choices = Int32Array.from({ length: 50 * 15 }, (_, m) => (scores[2 * m + 1] > scores[2 * m] ? 1 : 0));
  expect(runOffRadii(scores, { models: 15, classes: 2 })).toEqual(pluralityRadii(countVotes(choices, 15, 2), 2));
  const blank = new Float64Array(9 * 3);
  expect(runOffRadii(blank, { models: 9, classes: 3 }).radii[0]).toBe(4);
  expect(runOffRadii(blank, { models: 9, classes: 3, ties: "rotated" }).radii[0]).toBe(0);
});

it.skipIf(!hasVectors)(`agrees with ${theVectors}`, () => {
  for (const { prefs, classes, answer, published, exact } of vectorsOf("roe")) {
    const scores = scoresOfRankings(prefs);
    const found = (form: "exact" | "published") => runOffRadii(scores, { models: prefs.length, classes, form });
    expect([found("exact").answers[0], found("published").radii[0]]).toEqual([answer, published]);
    if (typeof exact === "number") expect(found("exact").radii[0]).toBe(exact);
  }
  for (const { gap1, gap2, need } of vectorsOf("roeTwoRivals")) expect(fewestForTwo(gap1, gap2)).toBe(need);
});
