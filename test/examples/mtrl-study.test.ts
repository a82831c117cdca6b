import { describe, expect, it } from "vitest";
import type { InjectedRows } from "../../src/blocks/injection/injected-rows.ts";
import type { Dataset } from "../../src/core/dataset.ts";
import { denseMatrix } from "../../src/numeric/matrices/matrix.ts";
import { type Rng, makeRng } from "../../src/numeric/random.ts";

interface Record {
  readonly metric: number;
  readonly testLoss: number;
  readonly utility: number | null;
  readonly utilityBefore: number | null;
  readonly injected: number;
}

/** The part of the example that makes one record; it runs on what was built. */
interface Experiment {
  prepare(split: unknown, relationDecay: number | "heldout", rng: Rng): Promise<unknown>;
  measureClean(prepared: unknown, attackTasks: number[]): Promise<{ single: Record; clean: Record; without: Record }>;
  runAttack(
    prepared: unknown,
    attack: { attackTasks: number[]; ratio: number; method: string; ascent?: object },
  ): Promise<{ rows: InjectedRows; record: Record }>;
  byCloseness(prepared: unknown): number[];
}
const { prepare, measureClean, runAttack, byCloseness } = (await import(
  new URL("../../examples/mtrl-study/experiment.mjs", import.meta.url).href
)) as Experiment;

const cols = 6;

/** Tasks 0 and 1 differ a little, task 2 has weights of its own. */
function tasksOf(rowsOf: readonly number[], stream: Rng): Dataset {
  const truth = makeRng("truth");
  const shared = Float64Array.from({ length: cols }, () => truth.normal());
  const weights = [shared, shared.map((w) => w + 0.2 * truth.normal()), Float64Array.from({ length: cols }, () => truth.normal())];
  const task = Int32Array.from(rowsOf.flatMap((count, i) => new Array<number>(count).fill(i)));
  const x = denseMatrix(
    task.length,
    cols,
    Float64Array.from({ length: task.length * cols }, () => stream.normal()),
  );
  const names = Array.from({ length: cols }, (_, j) => `x${j}`);
  return {
    x,
    y: Float64Array.from(task, (t, i) => weights[t].reduce((sum, w, j) => sum + w * x.data[i * cols + j], 0.5 * stream.normal())),
    weight: null,
    target: { kind: "real" },
    task,
    tasks: ["target", "relative", "stranger"],
    source: new Int32Array(task.length).fill(-1),
    sources: [],
    row: Int32Array.from(task, (_, i) => i),
    features: { names, kinds: names.map(() => "real" as const), groups: names },
  };
}

async function smallStudy(seed: number) {
  const rng = makeRng(seed);
  const split = {
    train: tasksOf([12, 60, 60], rng.fork("train")),
    heldout: tasksOf([100, 0, 0], rng.fork("heldout")),
    test: tasksOf([300, 0, 0], rng.fork("test")),
    targets: [0],
    metric: "nrmse",
  };
  return prepare(split, "heldout", rng);
}
const ascent = { steps: 20 };

describe("the study of poisoned related tasks", () => {
  it("hurts more by a direct ascent than by flipped rows", async () => {
    const prepared = await smallStudy(1);
    const flip = await runAttack(prepared, { attackTasks: [0], ratio: 0.25, method: "flip" });
    const climbed = await runAttack(prepared, { attackTasks: [0], ratio: 0.25, method: "train-exact", ascent });
    expect(climbed.record.injected).toBe(3);
    expect(climbed.record.metric).toBeGreaterThan(flip.record.metric);
  });

  it("raises the target's loss from other tasks alone", async () => {
    const prepared = await smallStudy(1);
    const { clean } = await measureClean(prepared, [1, 2]);
    for (const method of ["pseudo-exact", "heldout-exact", "heldout-fixed", "heldout-exact-labels"]) {
      const { rows, record } = await runAttack(prepared, { attackTasks: [1, 2], ratio: 0.3, method, ascent });
      expect([...rows.task]).not.toContain(0);
      expect(record.testLoss).toBeGreaterThan(clean.testLoss);
      expect(record.utility).toBeGreaterThan(record.utilityBefore ?? Infinity);
    }
  });

  it("gains from the relative, and knows it from the stranger", async () => {
    const prepared = await smallStudy(1);
    const { single, clean } = await measureClean(prepared, [1, 2]);
    expect(clean.metric).toBeLessThan(single.metric);
    expect(byCloseness(prepared)).toEqual([1, 2]);
  });

  it("gives the same rows for the same seed", async () => {
    const attack = { attackTasks: [1, 2], ratio: 0.3, method: "pseudo-exact", ascent };
    const [first, again] = [await runAttack(await smallStudy(2), attack), await runAttack(await smallStudy(2), attack)];
    expect(again.rows).toEqual(first.rows);
    expect((await runAttack(await smallStudy(3), attack)).rows.x.data).not.toEqual(first.rows.x.data);
  });
});
