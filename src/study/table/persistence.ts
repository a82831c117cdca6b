import type { Attack } from "../../core/attack.ts";
import type { RunContext } from "../../core/context.ts";
import { NumericalError } from "../../core/errors.ts";
import { findBreach } from "../../core/patch.ts";
import type { FittedPipeline, TrainingSet } from "../../core/pipeline.ts";
import type { TablePoison } from "../../core/poison.ts";
import type { Budget } from "../../core/threat.ts";
import type { Rng } from "../../numeric/random.ts";
import { type Arrival, arrivals } from "../arrival.ts";
import { type Encoded, type ExamplesOf, measureIntent } from "./intent-metrics.ts";
import { measure } from "./measure.ts";
import type { AttackChoice, StudyConfig } from "../config.ts";
import { seedBudget } from "./budget.ts";
import { reachableCount } from "./reach.ts";
import type { SeedSetup, StudyInput } from "./seed-setup.ts";

/** What a model shows after poisoning has stopped. */
export interface PersistentFigures {
  readonly trainingRows: number;
  readonly testRows: number;
  readonly arrivedRows: number;
  readonly metrics: Readonly<Record<string, number>>;
  /** Of a model that never met poison, trained on the same other rows. */
  readonly cleanMetrics: Readonly<Record<string, number>>;
}

/** What is bought in a fifth of the training rows, drawn at random. */
export function lastingBudget(setup: SeedSetup, { counted }: Pick<StudyConfig, "counted">, budgetFraction: number): Budget {
  return seedBudget(counted, budgetFraction, reachableCount(firstPart(setup), setup.reach));
}

/**
 * Poisons the first part of the training rows; the others arrive afterwards as they are.
 *
 * @throws NumericalError where the attack fails or breaks its threat
 */
export async function poisonFirst(
  setup: SeedSetup,
  attack: Attack,
  choice: AttackChoice,
  budget: Budget,
  context: RunContext,
): Promise<TablePoison> {
  const clean = firstPart(setup);
  const { reach, target, undefended: pipeline } = setup;
  const fitClean = memo(() => pipeline.fit(clean, { ...context, rng: setup.rng.fork("fit") }));
  const given = { clean, pipeline, budget, reach, target, victim: () => fitClean(0) };
  const rng = setup.rng.fork("attack").fork(attack.id).fork("first");
  const poison = await attack.poison(given, { ...context, rng, params: choice.params });
  const breach = findBreach({ poison, threat: attack.threat, budget, reach, clean });
  if (breach !== null) throw new NumericalError(`the guard refused the patch: ${breach}`);
  return poison;
}

/** Looks at models of the poisoned first part and of what arrived after it. */
export function lookLater(
  input: StudyInput,
  setup: SeedSetup,
  poison: TablePoison,
  context: RunContext,
): (arrival: Arrival) => Promise<PersistentFigures> {
  const { first, later } = splitArrivals(setup.clean, setup.rng.fork("arrival"));
  const { table } = setup.clean;
  const pipeline = setup.undefended;
  const fitting = { ...context, rng: setup.rng.fork("fit") };
  const fitClean = memo((times: number): Promise<FittedPipeline> => pipeline.fit({ table, rows: rowsAfter(first, later, times) }, fitting));
  const fitPoisoned = memo((times: number) => pipeline.fit({ table, rows: rowsAfter(first, later, times) }, { ...fitting, poison }));
  return async ({ times, start }) => {
    const rows = rowsAfter(first, later, times);
    const attacked =
      start === "cold" || times === 0
        ? await fitPoisoned(times)
        : await pipeline.fit({ table, rows }, { ...fitting, poison, start: await fitPoisoned(0) });
    const honest = await fitClean(times);
    const encoded = ({ model }: FittedPipeline, poisonIn: TablePoison | null): Encoded => ({
      model,
      encoder: pipeline.encode({ table, rows }, poisonIn).encoder,
    });
    const [bad, good] = [encoded(attacked, poison), encoded(honest, null)];
    const testOf: ExamplesOf = (encoder, changed = table) => setup.examplesOf("test", encoder, changed);
    const test = testOf(bad.encoder);
    const meant = poison.intent === undefined ? {} : measureIntent(poison.intent, bad, good, table, testOf);
    return {
      trainingRows: attacked.training.y.length,
      testRows: test.y.length,
      arrivedRows: rows.length - first.length,
      metrics: { ...measure(input.methods.metrics, bad.model, test, setup.labels).metrics, ...meant },
      cleanMetrics: measure(input.methods.metrics, good.model, testOf(good.encoder), setup.labels).metrics,
    };
  };
}

function firstPart({ clean, rng }: SeedSetup): TrainingSet {
  return { table: clean.table, rows: splitArrivals(clean, rng.fork("arrival")).first };
}

/** The first part of the training rows, and the others in the order in which they arrive. */
export function splitArrivals({ rows }: TrainingSet, rng: Rng): { first: Int32Array; later: Int32Array } {
  const order = rng.fork("order").sample(rows.length, rows.length);
  const part = Math.max(1, Math.floor(rows.length / (1 + Math.max(...arrivals))));
  const drawn = Int32Array.from(order, (k) => rows[k]);
  return { first: drawn.slice(0, part).sort(), later: drawn.slice(part) };
}

function rowsAfter(first: Int32Array, later: Int32Array, times: number): Int32Array {
  return Int32Array.from([...first, ...later.slice(0, times * first.length)]);
}

function memo<T>(make: (times: number) => Promise<T>): (times: number) => Promise<T> {
  const made = new Map<number, Promise<T>>();
  return (times) => {
    let value = made.get(times);
    if (value === undefined) made.set(times, (value = make(times)));
    return value;
  };
}
