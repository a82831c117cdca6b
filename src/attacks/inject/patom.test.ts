import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { UsageError } from "../../core/errors.ts";
import { findBreach } from "../../core/patch.ts";
import { resolveParams } from "../../core/params.ts";
import type { DataPoison } from "../../core/poison.ts";
import { type Table, cellIn } from "../../core/table.ts";
import { type Reach, budgetOf } from "../../core/threat.ts";
import { encoderParams, makeEncoder } from "../../data/encoder.ts";
import { mtrl } from "../../learners/mtrl.ts";
import { makeRng } from "../../numeric/random.ts";
import { makePipeline } from "../../study/table/make-pipeline.ts";
import { reachableCount } from "../../study/table/reach.ts";
import { patom } from "./patom.ts";

type Kind = "classes" | "real";

interface Related {
  readonly kind: Kind;
  /** Training rows of each task; 0 = it has rows outside the training rows alone. */
  readonly rows: readonly number[];
  /** Tasks whose training labels are all of the first class, or equal. */
  readonly flat?: readonly number[];
  /** Whether all tasks have the very same rows. */
  readonly equal?: boolean;
}

/** Tasks with nearly the same weights; one more row of each stands at the end and is not trained on. */
function related({ kind, rows, flat = [], equal = false }: Related): { table: Table; rows: Int32Array } {
  const total = rows.reduce((sum, count) => sum + count, 0);
  const task = [...rows.flatMap((count, t) => new Array<number>(count).fill(t)), ...rows.keys()];
  const seen = rows.map(() => 0);
  const points = task.map((t) => {
    const draw = makeRng("related")
      .fork(equal ? 0 : t)
      .fork(seen[t]++);
    const [a, b] = [draw.normal(), draw.normal()];
    return { t, a, b, y: flat.includes(t) ? 0 : a - b + 0.3 * draw.normal() };
  });
  const number = (name: string, values: number[]) => ({ kind: "number" as const, name, values: Float64Array.from(values) });
  const table: Table = {
    rows: task.length,
    columns: [
      number(
        "a",
        points.map(({ a }) => a),
      ),
      number(
        "b",
        points.map(({ b }) => b),
      ),
      kind === "real"
        ? number(
            "y",
            points.map(({ y }) => y),
          )
        : { kind: "category", name: "y", codes: Int32Array.from(points, ({ y }) => (y > 0 ? 1 : 0)), names: ["no", "yes"] },
      { kind: "category", name: "site", codes: Int32Array.from(task), names: rows.map((_, t) => `s${t}`) },
    ],
    roles: { labels: ["y"], features: ["a", "b"], task: "site", source: null, id: null },
  };
  return { table, rows: Int32Array.from({ length: total }, (_, i) => i) };
}

interface Ask {
  readonly reach?: Partial<Reach>;
  readonly fraction?: number;
  readonly seed?: number;
  readonly params?: Record<string, unknown>;
}

async function attack(clean: ReturnType<typeof related>, { reach: asked = {}, fraction = 0.3, seed = 0, params = {} }: Ask) {
  const reach: Reach = { attackTasks: null, targetTasks: null, ...asked };
  const pipeline = makePipeline({
    encoder: makeEncoder(resolveParams("encoder", encoderParams), clean.table),
    fittedOn: "poisoned",
    learner: mtrl,
    learnerParams: resolveParams("mtrl", mtrl.params, { relationDecay: 0.01 }),
    repair: null,
  });
  const budget = budgetOf(fraction, reachableCount(clean, reach));
  const poison = (await patom.poison(
    { clean, pipeline, budget, reach, victim: () => pipeline.fit(clean, { rng: makeRng("victim") }) },
    { rng: makeRng(seed), params: resolveParams("patom", patom.params, { steps: 5, ...params }) },
  )) as DataPoison;
  return { poison, budget, breach: findBreach({ poison, threat: patom.threat, budget, reach, clean }) };
}

const settings = fc.record({
  gradient: fc.constantFrom("exact", "fixed-omega"),
  objective: fc.constantFrom("pseudo", "train", "heldout"),
  heldoutFraction: fc.constantFrom(0.05, 0.5, 0.95),
  labels: fc.constantFrom("flipped", "attacker", "optimised"),
  set: fc.constantFrom("box", "ball"),
  tail: fc.constantFrom(0, 0.01, 0.2),
  spread: fc.constantFrom("even", "gradient"),
  ascent: fc.constantFrom("adam", "accept-reject"),
  starts: fc.constantFrom(1, 2),
});
const reaches = fc.constantFrom<Partial<Reach>>(
  {},
  { attackTasks: Int32Array.of(1, 2), targetTasks: Int32Array.of(0) },
  { attackTasks: Int32Array.of(0, 1), targetTasks: Int32Array.of(0) },
);

describe("patom with any settings", () => {
  it("spends its whole budget, within reach, box and labels", async () => {
    await fc.assert(
      fc.asyncProperty(
        settings,
        reaches,
        fc.constantFrom<Kind>("classes", "real"),
        fc.constantFrom(0.05, 0.4, 1.5),
        async (params, reach, kind, fraction) => {
          const { poison, budget, breach } = await attack(related({ kind, rows: [8, 12, 6] }), { params, reach, fraction });
          expect(breach).toBeNull();
          expect(poison.insert).toHaveLength(budget.rows);
        },
      ),
      { numRuns: 60 },
    );
  });

  it("gives all rows one label where the attacker chooses it", async () => {
    const { poison } = await attack(related({ kind: "classes", rows: [20, 20] }), { params: { labels: "attacker" } });
    expect(new Set(poison.insert.map((row) => row.kind === "raw" && cellIn(row.cells, "y"))).size).toBe(1);
  });
});

describe.each<Kind>(["classes", "real"])("patom on odd tasks with %s as labels", (kind) => {
  it.each<[string, Related, Partial<Reach>, number]>([
    ["a task with one class or value", { kind, rows: [10, 10, 10], flat: [1] }, {}, 0.3],
    ["a target with one class or value", { kind, rows: [10, 10, 10], flat: [0] }, { targetTasks: Int32Array.of(0) }, 0.3],
    ["a task with one row", { kind, rows: [10, 1, 10] }, {}, 0.3],
    ["an attack task with one row", { kind, rows: [10, 1, 10] }, { attackTasks: Int32Array.of(1), targetTasks: Int32Array.of(0) }, 1],
    ["a task that is empty after the split", { kind, rows: [10, 0, 10] }, {}, 0.3],
    ["two equal tasks", { kind, rows: [10, 10], equal: true }, { attackTasks: Int32Array.of(1), targetTasks: Int32Array.of(0) }, 0.3],
    ["one task only", { kind, rows: [12] }, {}, 0.3],
    ["a budget larger than the task", { kind, rows: [10, 4] }, { attackTasks: Int32Array.of(1), targetTasks: Int32Array.of(0) }, 3],
  ])("works with %s", async (_, shape, reach, fraction) => {
    for (const params of [
      { objective: "pseudo" },
      { objective: "train", set: "ball", labels: "attacker" },
      { objective: "heldout", spread: "gradient" },
    ]) {
      const { poison, budget, breach } = await attack(related(shape), { reach, fraction, params });
      expect(breach).toBeNull();
      expect(poison.insert).toHaveLength(budget.rows);
    }
  });

  it("says in a line what it needs", async () => {
    const empty = { attackTasks: Int32Array.of(1), targetTasks: Int32Array.of(0) };
    const refusal = async (rows: number[], params = {}): Promise<unknown> =>
      attack(related({ kind, rows }), { reach: empty, params }).then(
        () => expect.fail("no refusal"),
        (error: unknown) => error,
      );
    const noAttackTask = await refusal([10, 0, 10]);
    expect(noAttackTask).toBeInstanceOf(UsageError);
    expect(String(noAttackTask)).toContain("at least one attack task");
    expect(String(await refusal([0, 10, 10]))).toContain("at least one target task");
    expect(String(await refusal([1, 10, 10], { objective: "heldout" }))).toContain("allowed here: pseudo, train");
  });
});
