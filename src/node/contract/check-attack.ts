import { catalog } from "../../catalog.ts";
import type { Attack } from "../../core/attack.ts";
import type { RunContext } from "../../core/context.ts";
import { CancelledError, NumericalError } from "../../core/errors.ts";
import { targetOf } from "../../core/examples.ts";
import type { Learner } from "../../core/learner.ts";
import { resolveParams } from "../../core/params.ts";
import { applyPoison, findBreach, undoPoison } from "../../core/patch.ts";
import type { TablePoison } from "../../core/poison.ts";
import { type Table, rowCells } from "../../core/table.ts";
import type { Reach } from "../../core/threat.ts";
import { encoderParams, makeEncoder } from "../../data/encoder.ts";
import { type Rng, makeRng } from "../../numeric/random.ts";
import { seedBudget } from "../../study/table/budget.ts";
import { makePipeline } from "../../study/table/make-pipeline.ts";
import { poisonWithin, refusesAccounts } from "../../study/table/poison-within.ts";
import { pretrain } from "../../study/table/pretraining.ts";
import { reachableCount } from "../../study/table/reach.ts";
import { type ContractOptions, checkInfo, hold, tryOnMany } from "./contract.ts";
import { type TableShape, drawShape, firstHalf, makeTable, secondHalf } from "./small-tables.ts";

/** An attack on a small table. */
export interface Attempt {
  readonly shape: TableShape;
  readonly fraction: number;
  readonly seed: number;
  /** Whether one task alone may be poisoned, where there are several. */
  readonly oneTask: boolean;
  /** Absent = the budget is not in accounts. */
  readonly accounts?: number;
}

/** Shares of the rows that attempts may touch. */
export const triedFractions = [0.01, 0.1, 0.5, 1] as const;
const everyTask: Reach = { attackTasks: null, targetTasks: null };

/**
 * Holds an attack against what every attack must do: it keeps to its threat, its budget and its reach by the same guard that every trial passes, leaves the clean
 * data alone, makes the same poison from the same seed, poison that can be stored as JSON and taken back, and says how far it is where it goes on for long.
 *
 * @throws ContractBreach with what it does and the data on which it does it; UsageError where no small data set suits it
 */
export async function checkAttack(attack: Attack, options: ContractOptions = {}): Promise<void> {
  checkInfo(attack);
  await tryOnMany(
    attack.id,
    options,
    (rng) => {
      const attempt = drawAttempt(rng);
      return suits(attack, attempt) ? attempt : null;
    },
    (attempt) => attempt,
    async (attempt) => {
      await holdAttempt(attack, attempt);
      const inAccounts = { ...attempt, accounts: 1 + (attempt.seed % 3) };
      if (suitsAccounts(attack, inAccounts)) await holdAttempt(attack, inAccounts);
    },
  );
}

function drawAttempt(rng: Rng): Attempt {
  const shape = drawShape(rng, true);
  return { shape, fraction: triedFractions[rng.integer(triedFractions.length)], seed: rng.integer(2 ** 31), oneTask: rng.uniform() < 0.5 };
}

/** Whether such an attack can be made on such a table. */
export function suits(attack: Attack, { shape, oneTask }: Attempt): boolean {
  const table = makeTable(shape);
  return (
    attack.targets.includes(targetOf(table).kind) &&
    learnerFor(attack, table) !== undefined &&
    reachableCount({ table, rows: firstHalf(table) }, reachOf(table, oneTask)) > 0
  );
}

/** Whether it can be made through so many accounts. */
export function suitsAccounts(attack: Attack, attempt: Attempt): boolean {
  const table = makeTable(attempt.shape);
  return table.roles.source !== null && refusesAccounts(attack.threat, table) === null && suits(attack, attempt);
}

/** One attempt, held against everything. @throws ContractBreach */
export async function holdAttempt(attack: Attack, attempt: Attempt): Promise<void> {
  const { clean, pretraining, budget, reach, poison } = await setUp(attack, attempt);
  const before = snapshot(clean.table);
  const made = await make(poison, attempt);
  if (made === null) return;
  const breach = findBreach({ poison: made, threat: attack.threat, budget, reach, clean, pretraining });
  hold(breach === null, `the guard refuses its poison: ${breach}`);
  hold(snapshot(clean.table) === before, "it changes the clean data");
  hold(snapshot(undoPoison(applyPoison(clean.table, made), made)) === before, "its poison cannot be taken back");
  const text = JSON.stringify(made);
  hold(JSON.stringify(JSON.parse(text)) === text, "its poison cannot be stored as JSON");
  const again = await make((await setUp(attack, attempt)).poison, attempt);
  hold(JSON.stringify(again) === text, "the same seed makes other poison");
}

/** How it tells how far it is, and whether it stops. @throws ContractBreach */
export async function holdProgress(attack: Attack, attempt: Attempt): Promise<void> {
  const told: number[] = [];
  const { poison } = await setUp(attack, attempt);
  await poison(1, { progress: (done) => void told.push(done) });
  hold(told.length > 0, "it never says how far it is");
  hold(
    told.every((done, i) => done >= (told[i - 1] ?? 0) && done <= 1),
    "its progress goes back, or past 1",
  );
  const stopped = await (await setUp(attack, attempt)).poison(1, { signal: { aborted: true } }).catch((error: unknown) => error);
  hold(stopped instanceof CancelledError, "it goes on when it is told to stop");
}

/** null where there are accounts to be captured and nobody within reach is known by name. */
function make(poison: (seed: number) => Promise<TablePoison>, { seed, accounts }: Attempt): Promise<TablePoison | null> {
  return poison(seed).catch((error: unknown) => {
    if (accounts !== undefined && error instanceof NumericalError) return null;
    throw error;
  });
}

async function setUp(attack: Attack, { shape, fraction, oneTask, accounts }: Attempt) {
  const table = makeTable(shape);
  const reach = reachOf(table, oneTask);
  const clean = { table, rows: firstHalf(table) };
  const learner = learnerFor(attack, table)!;
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
  return { clean, pretraining, budget, reach, poison };
}

function reachOf(table: Table, oneTask: boolean): Reach {
  const hasTasks = table.roles.task !== null || table.roles.labels.length > 1;
  return { attackTasks: oneTask && hasTasks ? Int32Array.of(1) : null, targetTasks: null };
}

/** A learner of this label that the attack does not refuse. */
function learnerFor(attack: Attack, table: Table): Learner | undefined {
  const target = targetOf(table);
  return catalog.learners.find(
    (learner) =>
      learner.targets.includes(target.kind) &&
      (learner.refuses?.(target) ?? null) === null &&
      (attack.refuses?.({ table, learner, sharing: "pooled", buildsOnOthers: attack.threat.access === "upstream" }) ?? null) === null,
  );
}

function withoutAuto(params: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(params).map(([name, value]) => [name, value === "auto" ? 0.01 : value]));
}

function snapshot(table: Table): string {
  return JSON.stringify(Array.from({ length: table.rows }, (_, row) => rowCells(table, row)));
}
