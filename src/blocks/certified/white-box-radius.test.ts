import { expect, it } from "vitest";
import { makeTally } from "../../../test/smallest-attack.ts";
import { makeRng } from "../../numeric/random.ts";
import { firstLargest } from "./certified-answers.ts";
import { linearFlipCosts } from "./linear-flip-radius.ts";
import { countVotes, pluralityRadii } from "./plurality-radius.ts";
import { whiteBoxRadii } from "./white-box-radius.ts";

const rng = makeRng("white box");

/** The fewest flips by which a linear model votes for each class, over all labels of its rows; Infinity where it never does. */
function fewestFlips(alpha: Float64Array, labels: Int32Array, classes: number): Float64Array {
  const fewest = new Float64Array(classes).fill(Infinity);
  for (let code = 0; code < classes ** labels.length; code++) {
    const scores = new Float64Array(classes);
    let flips = 0;
    for (let j = 0; j < labels.length; j++) {
      const label = Math.floor(code / classes ** j) % classes;
      scores[label] += alpha[j];
      if (label !== labels[j]) flips++;
    }
    const vote = firstLargest(scores, 0, classes);
    fewest[vote] = Math.min(fewest[vote], flips);
  }
  return fewest;
}

/** The fewest flips over all votes of all models. */
function radiusByTrial(fewest: readonly Float64Array[], classes: number, answer: number): number {
  let least = Infinity;
  for (let code = 0; code < classes ** fewest.length; code++) {
    const votes = Int32Array.from(fewest, (_, m) => Math.floor(code / classes ** m) % classes);
    if (firstLargest(countVotes(votes, votes.length, classes), 0, classes) === answer) continue;
    least = Math.min(
      least,
      votes.reduce((sum, vote, m) => sum + fewest[m][vote], 0),
    );
  }
  return least - 1;
}

it.each([
  [2, 1200],
  [3, 1200],
  [4, 400],
])("lies between the black box and the exact radius over all labels, %i classes", (classes, problems) => {
  const [tally, blackBox] = [makeTally(), makeTally()];
  for (let problem = 0; problem < problems; problem++) {
    const [models, rowsEach] = [3 + (problem % 3), classes === 2 ? 5 : classes === 3 ? 4 : 3];
    const choices = new Int32Array(models);
    const costs = new Float64Array(models * classes);
    const fewest = Array.from({ length: models }, (_, m) => {
      const alpha = Float64Array.from({ length: rowsEach }, () => rng.normal() + 0.7);
      const labels = Int32Array.from({ length: rowsEach }, () => (rng.uniform() < 0.5 ? problem % classes : rng.integer(classes)));
      const model = linearFlipCosts(alpha, labels, classes);
      choices[m] = model.answers[0];
      costs.set(model.costs, m * classes);
      return fewestFlips(alpha, labels, classes);
    });
    const { answers, radii } = whiteBoxRadii({ choices, costs }, models, classes);
    const exact = radiusByTrial(fewest, classes, answers[0]);
    // Beyond what all rows can do nothing is to be compared.
    const cap = models * rowsEach;
    tally.add(Math.min(cap, radii[0]), Math.min(cap, exact));
    blackBox.add(pluralityRadii(countVotes(choices, models, classes), classes).radii[0], Math.min(cap, exact));
    expect(radii[0]).toBeGreaterThanOrEqual(pluralityRadii(countVotes(choices, models, classes), classes).radii[0]);
  }
  expect(tally.violated).toBe(0);
  expect(tally.loose / problems).toBeLessThan(0.01);
  expect(tally.claimed).toBeGreaterThanOrEqual(blackBox.claimed);
  if (classes < 4) expect(tally.claimed).toBeGreaterThan(blackBox.claimed);
});

it("is the plurality's radius where every model falls to one flip", () => {
  const choices = Int32Array.from({ length: 100 * 20 }, () => Math.min(rng.integer(4), rng.integer(4)));
  const costs = new Float64Array(100 * 20 * 4).fill(1);
  expect(whiteBoxRadii({ choices, costs }, 20, 4)).toEqual(pluralityRadii(countVotes(choices, 20, 4), 4));
});
