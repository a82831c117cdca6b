import { beforeAll, describe, expect, it } from "vitest";
import { poorAttacked, poorFit, poorLoss, poorTask } from "../../test/poor-task.ts";
import { fitAlone, tuneAlone } from "../blocks/mtrl/fit-alone.ts";
import { rowsOfTask } from "../blocks/mtrl/task-flips.ts";
import { type Dataset, joinRows, selectExamples } from "../core/dataset.ts";
import type { Model } from "../core/learner.ts";
import { resolveParams } from "../core/params.ts";
import type { FittingRepair } from "../core/repair.ts";
import { mtrl } from "../learners/mtrl.ts";
import { ridge } from "../learners/ridge.ts";
import { makeRng } from "../numeric/random.ts";
import { cleanSharing } from "./clean-sharing.ts";
import { freshRows } from "./fresh-rows.ts";

const repaired = (repair: FittingRepair, data: Dataset, trusted: Dataset | null, params: object = { protects: "task 0" }): Promise<Model> =>
  repair.repair(data, {
    rng: makeRng(0),
    params: resolveParams(repair.id, repair.params, { ...params }),
    learnerParams: {},
    fit: poorFit,
    trusted,
  });

async function aloneLoss(data: Dataset, test: Dataset): Promise<number> {
  const own = selectExamples(data, rowsOfTask(data, 0));
  const weightDecay = await tuneAlone(own, "regularised", { rng: makeRng(0) });
  const theta = new Float64Array(6 * 15);
  theta.set(fitAlone(own, { weightDecay, bias: "regularised" }));
  const model = await poorFit(data);
  return poorLoss((model.withParameters as (theta: Float64Array) => Model)(theta), test);
}

const seeds = [0, 1, 2];
let scenes: { train: Dataset; attacked: Dataset; fresh: Dataset; test: Dataset }[] = [];

beforeAll(async () => {
  scenes = await Promise.all(
    seeds.map(async (seed) => {
      const train = poorTask(seed, "train");
      return { train, attacked: await poorAttacked(train, seed), fresh: poorTask(seed, "fresh"), test: poorTask(seed, "test") };
    }),
  );
}, 60_000);

interface Losses {
  readonly alone: number;
  readonly shared: number;
  readonly repaired: number;
}

describe.each([
  ["clean-sharing", cleanSharing, false],
  ["fresh-rows", freshRows, true],
] as const)("%s", (_, repair, isFresh) => {
  const found: { clean: Losses; attacked: Losses }[] = [];
  const mean = (of: (one: (typeof found)[number]) => number): number => found.reduce((sum, one) => sum + of(one), 0) / found.length;

  beforeAll(async () => {
    for (const scene of scenes) {
      const fresh = isFresh ? scene.fresh : null;
      const withFresh = (data: Dataset): Dataset => (fresh === null ? data : joinRows(data, fresh));
      const losses = async (data: Dataset): Promise<Losses> => ({
        alone: await aloneLoss(withFresh(scene.train), scene.test),
        shared: poorLoss(await poorFit(withFresh(data)), scene.test),
        repaired: poorLoss(await repaired(repair, data, fresh), scene.test),
      });
      found.push({ clean: await losses(scene.train), attacked: await losses(scene.attacked) });
    }
  }, 60_000);

  it("keeps a good part of what sharing gains on clean data", () => {
    const gain = mean(({ clean }) => clean.alone - clean.shared);
    expect(gain).toBeGreaterThan(0);
    expect(mean(({ clean }) => clean.alone - clean.repaired)).toBeGreaterThan((isFresh ? 0.35 : 0.5) * gain);
  });

  it("falls back to about the task alone where all other tasks are attacked, which sharing does not", () => {
    const loss = mean(({ attacked }) => attacked.alone);
    expect(mean(({ attacked }) => attacked.repaired)).toBeLessThan(1.2 * loss);
    expect(mean(({ attacked }) => attacked.shared)).toBeGreaterThan(1.3 * mean(({ attacked }) => attacked.repaired));
  });

  it("gives the same parameters for the same seed, and protects each task where none is named", async () => {
    const [train, fresh] = [poorTask(0, "train"), isFresh ? poorTask(0, "fresh") : null];
    const [once, again] = [await repaired(repair, train, fresh, {}), await repaired(repair, train, fresh, {})];
    expect(once.parameters?.theta).toEqual(again.parameters?.theta);
    expect(once.parameters?.theta).not.toEqual((await repaired(repair, train, fresh)).parameters?.theta);
  });

  it("refuses learners that relate no tasks, and names of tasks that are not there", async () => {
    expect(repair.refuses?.({ learner: ridge, sharing: "pooled" })).toMatch("needs the learner mtrl");
    expect(repair.refuses?.({ learner: mtrl, sharing: "separate" })).toMatch("one model for all tasks");
    expect(repair.refuses?.({ learner: mtrl, sharing: "pooled" })).toBeNull();
    await expect(repaired(repair, poorTask(0, "train"), null, { protects: "task 9" })).rejects.toThrow(
      `${repair.id}.protects names no task "task 9" (did you mean "task 0"?)`,
    );
  });
});

describe("fresh-rows", () => {
  it("leaves a task alone that has no fresh row", async () => {
    const train = poorTask(1, "train");
    const own = selectExamples(train, rowsOfTask(train, 0));
    const single = fitAlone(own, {
      weightDecay: await tuneAlone(own, "regularised", { rng: makeRng(0).fork("repair") }),
      bias: "regularised",
    });
    const model = await repaired(freshRows, train, null);
    const theta = model.parameters?.theta.subarray(0, 15) as Float64Array;
    // λ is chosen on folds of another draw, so that only the direction is the same.
    const cosine = theta.reduce((sum, value, j) => sum + value * single[j], 0) / Math.hypot(...theta) / Math.hypot(...single);
    expect(cosine).toBeGreaterThan(0.95);
  });
});
