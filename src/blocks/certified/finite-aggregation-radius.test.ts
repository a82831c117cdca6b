import { expect, it } from "vitest";
import { hasVectors, theVectors, vectorsOf } from "../../../test/certificate-vectors.ts";
import { makeTally } from "../../../test/smallest-attack.ts";
import { makeRng } from "../../numeric/random.ts";
import { firstLargest } from "./certified-answers.ts";
import { finiteAggregationRadii } from "./finite-aggregation-radius.ts";
import { countVotes, pluralityRadii } from "./plurality-radius.ts";

const rng = makeRng("finite aggregation");

/** Every set of parts; whatever models they touch turn to one rival. */
function radiusByTrial(choices: Int32Array, classes: number, shifts: Int32Array): number {
  const models = choices.length;
  const winnerOf = (given: Int32Array): number => firstLargest(countVotes(given, models, classes), 0, classes);
  const answer = winnerOf(choices);
  let least = Infinity;
  for (let set = 1; set < 2 ** models; set++) {
    const parts = [...choices.keys()].filter((h) => ((set >> h) & 1) === 1);
    if (parts.length >= least) continue;
    const touched = new Set(parts.flatMap((h) => [...shifts].map((shift) => (h + shift) % models)));
    for (let rival = 0; rival < classes; rival++)
      if (rival !== answer && winnerOf(choices.map((choice, m) => (touched.has(m) ? rival : choice))) !== answer) least = parts.length;
  }
  return least - 1;
}

it("never claims more than the exact radius over all sets of parts, and shows no difference at these sizes", () => {
  const tally = makeTally();
  for (let problem = 0; problem < 1500; problem++) {
    const [models, classes, shared] = [4 + (problem % 5), 2 + (problem % 3), 1 + (problem % 4 === 0 ? 0 : 1 + (problem % 2))];
    const choices = Int32Array.from({ length: models }, () => (rng.uniform() < 0.5 ? problem % classes : rng.integer(classes)));
    const shifts = rng.sample(models, shared);
    tally.add(finiteAggregationRadii(choices, { models, classes, shifts }).radii[0], radiusByTrial(choices, classes, shifts));
  }
  expect(tally).toMatchObject({ problems: 1500, violated: 0, loose: 0 });
  expect(tally.true).toBeGreaterThan(500);
});

it("is the plurality of partitions where each part goes to one model", () => {
  const choices = Int32Array.from({ length: 200 * 30 }, () => Math.min(rng.integer(5), rng.integer(5)) - (rng.integer(20) === 0 ? 1 : 0));
  for (const unseenClass of [false, true]) {
    const shared = finiteAggregationRadii(choices, { models: 30, classes: 5, shifts: Int32Array.of(7) }, { unseenClass });
    expect(shared).toEqual(pluralityRadii(countVotes(choices, 30, 5), 5, { unseenClass }));
  }
});

it.skipIf(!hasVectors)(`agrees with ${theVectors}`, () => {
  for (const { votes, classes, shifts, answer, radius, exact } of vectorsOf("fa")) {
    const { answers, radii } = finiteAggregationRadii(Int32Array.from(votes), {
      models: votes.length,
      classes,
      shifts: Int32Array.from(shifts),
    });
    expect([answers[0], radii[0]]).toEqual([answer, radius]);
    if (typeof exact === "number") expect(radii[0]).toBe(exact);
  }
});
