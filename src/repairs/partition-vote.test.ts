import { expect, it } from "vitest";
import { datasetOf } from "../../test/small-data.ts";
import { partsOfEncoded } from "../blocks/certified/partitions.ts";
import { countVotes, pluralityRadii } from "../blocks/certified/plurality-radius.ts";
import { type VotingModel, outlastedVotes, votingModel } from "../blocks/held-out/partition-votes.ts";
import type { Dataset } from "../core/dataset.ts";
import { predict } from "../core/learner.ts";
import { resolveParams } from "../core/params.ts";
import { logistic } from "../learners/logistic.ts";
import { ridge } from "../learners/ridge.ts";
import { denseMatrix } from "../numeric/matrices/matrix.ts";
import { makeRng } from "../numeric/random.ts";
import { partitionVote } from "./partition-vote.ts";

type Row = readonly [number, number, number];
const classes = { kind: "classes", names: ["no", "yes"] } as const;
const cells = (rows: readonly Row[]) => denseMatrix(rows.length, 2, Float64Array.from(rows.flatMap(([a, b]) => [a, b])));
const labels = (rows: readonly Row[]) => Float64Array.from(rows, (row) => row[2]);
const asClasses = (rows: readonly Row[]) => datasetOf(cells(rows), labels(rows), classes);
const asNumbers = (rows: readonly Row[]) => datasetOf(cells(rows), labels(rows), { kind: "real" });

async function trained(data: Dataset, partitions: number): Promise<VotingModel> {
  const learner = data.target.kind === "real" ? ridge : logistic;
  const learnerParams = { ...resolveParams<object>("learner", learner.params), weightDecay: 0.1 };
  return (await partitionVote.repair(data, {
    rng: makeRng("repair"),
    params: { partitions },
    learnerParams,
    fit: (rows) => learner.fit(rows, { rng: makeRng("fit"), params: learnerParams as never }),
  })) as VotingModel;
}

function drawn(count: number): Row[] {
  const rng = makeRng(7);
  return Array.from({ length: count }, () => {
    const [a, b] = [rng.normal(), rng.normal()];
    return [a, b, a + b > 0 ? 1 : 0] as const;
  });
}

it("bounds by its margin what any one or two inserted rows do, and a row changes at most one partition's votes", async () => {
  const rows = drawn(24);
  const test = asClasses(drawn(40).slice(24));
  const before = await trained(asClasses(rows), 5);
  const [answers, outlasted, votes] = [predict(before, test), outlastedVotes(before, test, 2), before.votes(test)];
  expect(outlasted.some((radius) => radius >= 2)).toBe(true);
  const candidates: Row[] = [-3, -0.5, 2.5].flatMap((a) => [-2, 3].flatMap((b) => [[a, b, 0] as const, [a, b, 1] as const]));
  let changedVotes = 0;
  for (let i = 0; i < candidates.length; i++)
    for (let j = i; j <= candidates.length; j++) {
      const inserted = j === candidates.length ? [candidates[i]] : [candidates[i], candidates[j]];
      const after = await trained(asClasses([...rows, ...inserted]), 5);
      const changed = after.votes(test).filter((own, p) => own.some((vote, row) => vote !== votes[p][row])).length;
      expect(changed).toBeLessThanOrEqual(inserted.length);
      changedVotes += changed;
      predict(after, test).forEach((label, row) => {
        if (outlasted[row] >= inserted.length) expect(label).toBe(answers[row]);
      });
    }
  expect(changedVotes).toBeGreaterThan(0);
});

it("gives ties to the smaller class, no vote to a partition without rows, and counts margins as the paper does", () => {
  const data = asClasses([[0, 0, 0]]);
  expect([...predict(votingModel([1, 0, null], classes), data)]).toEqual([0]);
  expect([...predict(votingModel([1, 0, 1, null], classes), data)]).toEqual([1]);
  expect([...votingModel([1, null], classes).votes(data)].map((own) => own[0])).toEqual([1, -1]);
  // Class 1 by 3 to 0 loses at a tie, 2 changes away or fewer: (3 − 0 − 1) / 2; class 0 holds ties: 3 / 2.
  expect([...outlastedVotes(votingModel([1, 1, 1], classes), data, 2)]).toEqual([1]);
  expect([...outlastedVotes(votingModel([0, 0, 0], classes), data, 2)]).toEqual([1]);
  expect([...outlastedVotes(votingModel([1, 1], classes), data, 2)]).toEqual([0]);
  const three = { kind: "classes", names: ["a", "b", "c"] } as const;
  expect([...predict(votingModel([2, 1, 2, 1, 0], three), data)]).toEqual([1]);
});

it("sends a row to the same partition whatever stands around it, and predicts the median of numbers", async () => {
  const rows = drawn(30);
  const own = partsOfEncoded(cells(rows), 7, "key");
  expect([...partsOfEncoded(cells([...rows].reverse()), 7, "key")].reverse()).toEqual([...own]);
  expect([...partsOfEncoded(cells(rows), 7, "another")]).not.toEqual([...own]);
  expect(new Set(own).size).toBeGreaterThan(4);
  const model = await trained(asNumbers(rows), 3);
  const votes = model.votes(asNumbers(rows));
  model.scores(asNumbers(rows)).forEach((value, i) => expect(value).toBe([...votes.map((v) => v[i])].sort((a, b) => a - b)[1]));
});

it("is tampered with in each of its models", async () => {
  const rows = asClasses(drawn(120));
  const model = await trained(rows, 5);
  const reversed = model.mapMembers?.((member) => member.withParameters?.(member.parameters!.theta.map((value) => -value)) ?? member);
  const [before, after] = [model.votes(rows), (reversed as VotingModel).votes(rows)];
  before.forEach((own, p) => own.forEach((vote, i) => expect(after[p][i]).toBe(vote < 0 ? vote : 1 - vote)));
});

it("counts as the certified ensemble does", async () => {
  const rows = drawn(60);
  const data = asClasses(rows);
  const model = await trained(data, 5);
  const votes = model.votes(data);
  const choices = Int32Array.from({ length: data.y.length * 5 }, (_, k) => votes[k % 5][Math.floor(k / 5)]);
  const { answers, radii } = pluralityRadii(countVotes(choices, 5, 2), 2);
  expect([...predict(model, data)]).toEqual([...answers]);
  expect([...outlastedVotes(model, data, 2)]).toEqual([...radii]);
});
