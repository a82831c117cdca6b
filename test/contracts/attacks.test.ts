import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { catalog } from "../../src/catalog.ts";
import type { Attack } from "../../src/core/attack.ts";
import type { RunContext } from "../../src/core/context.ts";
import { CancelledError, NumericalError } from "../../src/core/errors.ts";
import type { Learner } from "../../src/core/learner.ts";
import { targetOf } from "../../src/core/examples.ts";
import { applyPoison, findBreach, undoPoison } from "../../src/core/patch.ts";
import { resolveParams } from "../../src/core/params.ts";
import { type TablePoison, isRaw } from "../../src/core/poison.ts";
import { rowCells, type Table } from "../../src/core/table.ts";
import type { Reach } from "../../src/core/threat.ts";
import { missingRuntime } from "../../src/node/onnx/runtime.ts";
import { encoderParams, makeEncoder } from "../../src/data/encoder.ts";
import { makeRng } from "../../src/numeric/random.ts";
import { makePipeline } from "../../src/study/table/make-pipeline.ts";
import { seedBudget } from "../../src/study/table/budget.ts";
import { poisonWithin, refusesAccounts } from "../../src/study/table/poison-within.ts";
import { reachableCount } from "../../src/study/table/reach.ts";
import { pretrain } from "../../src/study/table/pretraining.ts";
import { firstHalf, makeTable, oddShapes, secondHalf } from "./arbitrary-table.ts";

/** THERIAC_PROPERTY_RUNS=1000 tries each attack on so many data sets. */
const runs = Number(process.env["THERIAC_PROPERTY_RUNS"] ?? 60);
const everyTask: Reach = { attackTasks: null, targetTasks: null };

interface Attempt {
  readonly table: Table;
  readonly fraction: number;
  readonly seed: number;
  readonly reach: Reach;
  /** Absent = the budget is not in accounts. */
  readonly accounts?: number;
}

const attempts = fc
  .record({ shape: oddShapes, fraction: fc.constantFrom(0.01, 0.1, 0.5, 1), seed: fc.nat(), oneTask: fc.boolean() })
  .map(({ shape, fraction, seed, oneTask }): Attempt => {
    const table = makeTable(shape);
    const hasTasks = table.roles.task !== null || table.roles.labels.length > 1;
    return { table, fraction, seed, reach: { attackTasks: oneTask && hasTasks ? Int32Array.of(1) : null, targetTasks: null } };
  });

/** A learner of this label that the attack does not refuse. */
function learnerFor(attack: Attack, table: Table): Learner | undefined {
  const target = targetOf(table);
  return catalog.learners.find(
    (learner) =>
      learner.outside === undefined &&
      learner.targets.includes(target.kind) &&
      (learner.refuses?.(target) ?? null) === null &&
      (attack.refuses?.({ table, learner, sharing: "pooled", buildsOnOthers: attack.threat.access === "upstream" }) ?? null) === null,
  );
}

function withoutAuto(params: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(params).map(([name, value]) => [name, value === "auto" ? 0.01 : value]));
}

async function setUp(attack: Attack, { table, fraction, reach, accounts }: Attempt) {
  const clean = { table, rows: firstHalf(table) };
  const learner = learnerFor(attack, table) ?? expect.fail("no learner for this target");
  const learnerParams = withoutAuto(resolveParams(learner.id, learner.params));
  const encoder = makeEncoder(resolveParams("encoder", encoderParams), table);
  const context = { rng: makeRng("pretraining") };
  const upstream =
    attack.threat.access === "upstream"
      ? await pretrain({ table, rows: secondHalf(table) }, { encoder, learner, params: learnerParams }, context)
      : null;
  const ground = (await upstream?.after(null)) ?? { encoder, learner };
  const pipeline = makePipeline({ ...ground, fittedOn: "poisoned", learnerParams, repair: null });
  const pretraining = upstream?.view.clean;
  const examples = pretraining === undefined ? reachableCount(clean, reach) : reachableCount(pretraining, everyTask);
  const counted = accounts === undefined ? [] : [{ count: accounts, unit: "accounts", fraction, rowsEach: 2 } as const];
  const budget = seedBudget(counted, fraction, examples);
  const view = upstream === null ? {} : { upstream: upstream.view };
  const poison = (seed: number, options: Pick<RunContext, "signal" | "progress"> = {}): Promise<TablePoison> =>
    poisonWithin(
      attack,
      { clean, pipeline, budget, reach, ...view, victim: () => pipeline.fit(clean, { rng: makeRng("victim") }) },
      { ...options, rng: makeRng(seed), params: resolveParams(attack.id, attack.params) },
      makeRng("accounts"),
    );
  return { clean, pretraining, budget, poison };
}

function snapshot(table: Table): string {
  return JSON.stringify(Array.from({ length: table.rows }, (_, row) => rowCells(table, row)));
}

/** Attacks that go on for long search in so many steps, rounds or draws. */
const isLong = ({ params }: Attack): boolean => ["steps", "rounds", "draws"].some((name) => name in params);

/** What only works on a base model has no learner where the native runtime is not installed. */
const tried = catalog.attacks.filter(({ threat }) => threat.access !== "upstream" || missingRuntime() === null);

/** Of tables whose accounts are no tasks. */
const spendsAccounts = ({ threat }: Attack): boolean =>
  refusesAccounts(threat, makeTable({ rows: 12, target: "real", text: false, tasks: false, sources: true, seed: 1 })) === null;

describe.each(tried.map((attack) => [attack.id, attack] as const))("attack %s", (_, attack) => {
  const fits = ({ table, reach }: Attempt): boolean =>
    attack.targets.includes(targetOf(table).kind) &&
    learnerFor(attack, table) !== undefined &&
    reachableCount({ table, rows: firstHalf(table) }, reach) > 0;

  it("says what it is and where it comes from", () => {
    expect(attack.id).toMatch(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/);
    expect(attack.summary).toMatch(/^[A-Z].*\.$/);
    expect(attack.source.cite).toMatch(/(19|20)\d\d/);
  });

  it("keeps to its threat, its budget and its reach, and leaves the clean data alone", async () => {
    await fc.assert(
      fc.asyncProperty(attempts.filter(fits), async (attempt) => {
        const { clean, pretraining, budget, poison } = await setUp(attack, attempt);
        const before = snapshot(clean.table);
        const patch = await poison(attempt.seed);
        expect(findBreach({ poison: patch, threat: attack.threat, budget, reach: attempt.reach, clean, pretraining })).toBeNull();
        // Patom alone stays with features without a word: it needs a learner that no command is.
        if (patch.kind === "data" && !isRaw(patch)) expect(attack.movesFeatures === true || attack.id === "patom").toBe(true);
        expect(snapshot(clean.table)).toBe(before);
        expect(snapshot(undoPoison(applyPoison(clean.table, patch), patch))).toBe(before);
      }),
      { numRuns: runs },
    );
  });

  it.runIf(spendsAccounts(attack))("enters through few enough accounts where its budget is in accounts", async () => {
    const inAccounts = attempts
      .filter(fits)
      .filter(({ table }) => table.roles.source !== null)
      .chain((attempt) => fc.integer({ min: 1, max: 3 }).map((accounts): Attempt => ({ ...attempt, accounts })));
    await fc.assert(
      fc.asyncProperty(inAccounts, async (attempt) => {
        const { clean, budget, poison } = await setUp(attack, attempt);
        const patch = await poison(attempt.seed).catch((error: unknown) => {
          // Nobody within reach is known by name.
          expect(error).toBeInstanceOf(NumericalError);
          return null;
        });
        fc.pre(patch !== null);
        expect(findBreach({ poison: patch, threat: attack.threat, budget, reach: attempt.reach, clean })).toBeNull();
      }),
      { numRuns: runs },
    );
  });

  it("makes the same poison from the same seed, and poison that can be stored as JSON", async () => {
    await fc.assert(
      fc.asyncProperty(attempts.filter(fits), async (attempt) => {
        const first = JSON.stringify(await (await setUp(attack, attempt)).poison(attempt.seed));
        expect(JSON.stringify(await (await setUp(attack, attempt)).poison(attempt.seed))).toBe(first);
        expect(JSON.stringify(JSON.parse(first))).toBe(first);
      }),
      { numRuns: 20 },
    );
  });

  it.runIf(isLong(attack))("says how far it is, never going back, and stops when it is told to", async () => {
    const attempt = fc.sample(attempts.filter(fits), { numRuns: 1, seed: 7 })[0];
    const told: number[] = [];
    await (await setUp(attack, attempt)).poison(1, { progress: (done) => void told.push(done) });
    expect(told.length).toBeGreaterThan(0);
    told.forEach((done, i) => {
      expect(done).toBeGreaterThanOrEqual(told[i - 1] ?? 0);
      expect(done).toBeLessThanOrEqual(1);
    });
    await expect((await setUp(attack, attempt)).poison(1, { signal: { aborted: true } })).rejects.toThrow(CancelledError);
  });
});
