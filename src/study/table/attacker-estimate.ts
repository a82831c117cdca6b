import type { Attack } from "../../core/attack.ts";
import type { RunContext } from "../../core/context.ts";
import type { Dataset } from "../../core/dataset.ts";
import { NumericalError } from "../../core/errors.ts";
import { type Model, predict } from "../../core/learner.ts";
import type { Metric } from "../../core/metric.ts";
import type { FittedPipeline, TrainingSet } from "../../core/pipeline.ts";
import type { Budget } from "../../core/threat.ts";
import type { TablePoison } from "../../core/poison.ts";
import { type Climbs, rememberClimbs } from "./climbs.ts";
import type { EncodedTraining } from "./make-pipeline.ts";
import type { LabelUnits } from "./measure.ts";
import { poisonWithin } from "./poison-within.ts";
import { reachableCount } from "./reach.ts";
import { smoothedError } from "./smoothed-error.ts";
import type { SeedSetup } from "./seed-setup.ts";

/** One row in so many is held out. */
const heldOut = 3;

/** The clean rows of an attacker who rehearses at home: those to poison and train on, and those to look at, which neither the attack nor the model has seen. */
export interface Rehearsal {
  readonly clean: TrainingSet;
  readonly held: Int32Array;
  victim(): Promise<FittedPipeline>;
  readonly climbs: Climbs;
}

/** How a rehearsal is asked of a learner into which nobody looks. */
export interface RehearsalAsker {
  /** What the attacker made as rows that can be written down, of these clean rows, in features of this pipeline. @throws NumericalError where they cannot */
  real(poison: TablePoison, fitted: FittedPipeline, clean: TrainingSet): Promise<TablePoison>;
  /** Its error on held-out examples once it has learned from these rows; null where it cannot be told. */
  harm(training: EncodedTraining, held: Dataset): Promise<number | null>;
}

/** One third of the training rows is held out, of each class its share; the same rows for every attack on a seed, so that two attacks are compared on them. */
export function rehearsalOf({ clean, undefended, rng }: SeedSetup, context: Omit<RunContext, "rng">): Rehearsal {
  const { row: exampleRow, y, target } = undefended.encode(clean, null).data;
  const label = new Map<number, number>();
  for (let i = exampleRow.length - 1; i >= 0; i--) label.set(exampleRow[i], target.kind === "classes" ? y[i] : 0);
  const drawn = rng.fork("attacker's rehearsal").sample(clean.rows.length, clean.rows.length);
  const order = Array.from(drawn, (k) => clean.rows[k]).sort((a, b) => (label.get(a) ?? -1) - (label.get(b) ?? -1));
  const held = new Set(order.filter((_, k) => k % heldOut === 0));
  const kept = { table: clean.table, rows: clean.rows.filter((row) => !held.has(row)) };
  let trained: Promise<FittedPipeline> | null = null;
  return {
    clean: kept,
    held: clean.rows.filter((row) => held.has(row)),
    victim: () => (trained ??= undefended.fit(kept, { ...context, rng: rng.fork("fit") })),
    climbs: rememberClimbs(),
  };
}

/** How much the rehearsal weighs, and the model that was poisoned in earnest. */
const [ofRehearsal, ofOwnRows] = [1 / 2, 1 / 2];

/**
 * What an attacker takes its harm to be. It makes its poison for two thirds of the rows, with as much less of the budget, trains the model on them, and looks at what it gets wrong on the last third, smoothed where labels
 * are classes: rows that the attack has seen flatter it, poison that climbs the loss of very rows leaves others alone. Where features are no more than rows, and so nothing is learned by heart, the error of the model that was
 * poisoned in earnest on the clean training rows has half of the weight: a third of the rows tells little of rare errors.
 *
 * @returns higher = more harm, and comparable on the same seed and learner alone; null where it cannot be told
 */
export async function estimateHarm(
  setup: SeedSetup,
  rehearsal: Rehearsal,
  attack: Attack,
  {
    budgets,
    params,
    context,
    onOwnRows,
    asks = null,
  }: {
    /** Those that the attack goes through, ascending, and at last the one that is meant. */
    readonly budgets: readonly Budget[];
    readonly params: unknown;
    readonly context: Omit<RunContext, "rng">;
    /** What the model that was poisoned in earnest does on clean training rows, as the error that the study is judged by; null where it cannot be told, and where nobody looks into it. */
    readonly onOwnRows: number | null;
    /** Where nobody looks into the model, what makes the poison real and asks it; null = it is trained here. */
    readonly asks?: RehearsalAsker | null;
  },
): Promise<number | null> {
  const { undefended, primary, rng } = setup;
  const { clean } = rehearsal;
  const options = { ...context, rng: rng.fork("fit") };
  try {
    const rows = reachableCount(clean, setup.reach);
    if (rows === 0) return null;
    const share = rows / reachableCount(setup.clean, setup.reach);
    const own = new Map(budgets.map((budget) => [budget.fraction, scaledBudget(budget, share)]));
    const given = { clean, pipeline: undefended, victim: rehearsal.victim, reach: setup.reach, target: setup.target };
    const poison = await rehearsal.climbs.up(`${attack.id} ${JSON.stringify(params)}`, [...own.keys()], (fraction, findings) =>
      poisonWithin(
        attack,
        { ...given, budget: own.get(fraction) as Budget, findings },
        { ...options, rng: rng.fork("attack").fork(attack.id).fork("rehearsal"), params },
        rng.fork("accounts"),
      ),
    );
    if (poison.kind === "upstream") return null;
    if (asks !== null) {
      const real = await asks.real(poison, await rehearsal.victim(), clean);
      const poisoned = undefended.encode(clean, real);
      return await asks.harm(poisoned, setup.examplesAmong(rehearsal.held, poisoned.encoder));
    }
    const encoded = undefended.encode(clean, poison);
    const { model: start, training } = await rehearsal.victim();
    const { model } = await undefended.learn(encoded, null, { ...options, start, patch: poison.kind === "logic" ? poison : null });
    const held = setup.examplesAmong(rehearsal.held, encoded.encoder);
    const smoothed = held.target.kind === "classes" ? smoothedError(model, held, model.scores(held)) : null;
    const rehearsed = smoothed ?? errorOn(held, model, primary, setup.labels);
    const isLearnedByHeart = training.x.cols > training.x.rows;
    return rehearsed === null || onOwnRows === null || isLearnedByHeart ? rehearsed : ofRehearsal * rehearsed + ofOwnRows * onOwnRows;
  } catch (error) {
    if (error instanceof NumericalError) return null;
    throw error;
  }
}

function scaledBudget({ fraction, rows, sources }: Budget, share: number): Budget {
  const own = { fraction, rows: scaled(rows, share) };
  return sources === undefined ? own : { ...own, sources: { ...sources, accounts: scaled(sources.accounts, share) } };
}

function scaled(count: number, share: number): number {
  return Math.max(1, Math.floor(count * share + 1e-9));
}

/** Null where it cannot be told. */
export function errorOn(held: Dataset, model: Model, metric: Metric, labels: LabelUnits): number | null {
  if (held.y.length === 0) return null;
  const measured = metric.measure({
    data: held,
    scores: model.scores(held),
    outputs: model.outputs,
    predictions: predict(model, held),
    ...labels,
  });
  return measured === null ? null : metric.better === "higher" ? metric.range[1] - measured : measured;
}
