import { expect, it } from "vitest";
import { makeRng } from "../numeric/random.ts";
import { followsLabels } from "./follows-labels.ts";

const x = Float64Array.from({ length: 40 }, (_, i) => i - 19.5);
const truth = x.map((value) => (value > 0 ? 1 : 0));
const target = { kind: "classes", names: ["no", "yes"] } as const;
const follows = (learn: (y: Float64Array) => Float64Array, seed: number, y = truth): Promise<boolean> => {
  const said = { outputs: 1, scores: learn(y) };
  return followsLabels(said, { y, target, rng: makeRng(seed) }, (labels) => Promise.resolve({ outputs: 1, scores: learn(labels) }));
};
const seeds = Array.from({ length: 20 }, (_, seed) => seed);
const answers = (learn: (y: Float64Array) => Float64Array) => Promise.all(seeds.map((seed) => follows(learn, seed)));

it("tells a learner that says the same whatever its labels", async () => {
  expect(new Set(await answers(() => x))).toEqual(new Set([false]));
});

it("takes one that turns round only where nearly all of its labels say so for one that learns", async () => {
  const turned = (y: Float64Array): number => (y.filter((label, i) => label === truth[i]).length < 0.1 * y.length ? -1 : 1);
  expect(new Set(await answers((y) => x.map((value) => Math.sign(value) * turned(y))))).toEqual(new Set([true]));
});

it("has nothing to say of one that says the same of every row", async () => {
  expect(await follows(() => new Float64Array(x.length), 1)).toBe(true);
});

it("asks a learner of numbers once", async () => {
  let asked = 0;
  const ask = () => {
    asked++;
    return Promise.resolve({ outputs: 1, scores: x });
  };
  expect(await followsLabels({ outputs: 1, scores: x }, { y: x, target: { kind: "real" }, rng: makeRng(1) }, ask)).toBe(false);
  expect(asked).toBe(1);
});
