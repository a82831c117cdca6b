import type { Attack, AttackInput } from "../core/attack.ts";
import type { RunContext } from "../core/context.ts";
import type { Dataset } from "../core/dataset.ts";
import { NumericalError } from "../core/errors.ts";
import { findBreach } from "../core/guard.ts";
import type { Model } from "../core/learner.ts";
import type { FittedPipeline } from "../core/pipeline.ts";
import type { Poison, UpstreamPoison } from "../core/poison.ts";
import { type Budget, type ThreatModel, budgetOf } from "../core/threat.ts";
import { attemptsWithin, bestBehindRepair } from "./adapt.ts";
import { baseRecord, failedRecord } from "./base-record.ts";
import { methodOf } from "./config.ts";
import { detect, memoScores, poisonedExamples } from "./detect.ts";
import { type Encoded, type ExamplesOf, intentObjective, measureIntentWithRows } from "./intent-metrics.ts";
import { encoderUsed } from "./make-pipeline.ts";
import { measure } from "./measure.ts";
import { poisonFirst } from "./persistence.ts";
import type { Cell, TrialSpec } from "./plan.ts";
import { reachableCount } from "./reach.ts";
import type { TrialRecord } from "./record.ts";
import type { SeedSetup, StudyInput } from "./seed-setup.ts";

export interface CellResult {
  readonly records: readonly TrialRecord[];
  /** null for a baseline or where the attack failed. */
  readonly poison: Poison | null;
}

/**
 * Runs the wanted trials of a cell: poisons once, checks the patch, encodes and scores once, then repairs, learns and measures for each.
 * A NumericalError or a patch that breaks its threat makes failed records; any other error is a bug and is thrown.
 */
export async function runCell(
  input: StudyInput,
  setup: SeedSetup | NumericalError,
  cell: Cell,
  wanted: readonly TrialSpec[],
  context: Omit<RunContext, "rng"> & { readonly now: () => number },
): Promise<CellResult> {
  if (setup instanceof NumericalError)
    return { records: wanted.map((spec) => failedRecord(input, cell, spec, setup.message)), poison: null };
  if (cell.attack?.lasting === true) return runLastingCell(input, setup, cell, wanted, context);
  const { now } = context;
  const attack = cell.attack === null ? null : methodOf("attack", input.methods.attacks, cell.attack.id);
  const budget = budgetOf(cell.budgetFraction, countWithin(setup, attack));
  const options: RunContext = { ...context, rng: setup.rng.fork("fit") };
  const { learnerParams } = setup.undefended;
  const budgetRows = attack === null ? 0 : budget.rows;
  const failed = (spec: TrialSpec, error: string, attackMs: number): TrialRecord => ({
    ...failedRecord(input, cell, spec, error),
    learnerParams,
    budgetRows,
    times: { attackMs, trainMs: 0 },
  });

  const started = now();
  let poison: Poison | null = null;
  let breach: string | null = null;
  try {
    if (attack !== null && cell.attack !== null) {
      const rng = setup.rng.fork("attack").fork(attack.id);
      const { params, knowledge, against } = cell.attack;
      const view = await setup.viewOf(knowledge ?? "white-box");
      const given = { ...view, budget, reach: setup.reach, target: setup.target };
      const repair = against === undefined ? null : wanted[0].repair;
      poison =
        repair === null
          ? await attack.poison(given, { ...options, rng, params })
          : await poisonBehind(setup, repair, attack, given, { ...options, rng, params });
      breach = breachOf(poison, attack.threat, setup, budget);
    }
  } catch (error) {
    breach = numericalMessage(error);
  }
  const attackMs = now() - started;
  if (breach !== null) {
    const message = breach;
    return { records: wanted.map((spec) => failed(spec, message, attackMs)), poison: null };
  }

  const isUpstream = poison?.kind === "upstream";
  const ground = isUpstream ? await setup.afterUpstream(poison as UpstreamPoison) : setup;
  const encoded = ground.undefended.encode(setup.clean, isUpstream ? null : poison);
  const truth = poisonedExamples(encoded.data, poison, setup.clean.table);
  const touchedRows = isUpstream ? rowsTouched(poison as UpstreamPoison) : truth.reduce((sum, is) => sum + is, 0);
  const scoresOf = memoScores(input, ground.undefended, encoded, options);
  const records: TrialRecord[] = [];
  for (const spec of wanted) {
    const trainStarted = now();
    try {
      const pipeline = ground.pipelineWith(spec.repair);
      const suspicions = spec.repair?.detector ? await scoresOf(spec.repair.detector) : null;
      const start = attack === null ? null : (await setup.victim()).model;
      const fitted = await pipeline.learn(encoded, suspicions, { ...options, start, patch: poison?.kind === "logic" ? poison : null });
      const trainMs = now() - trainStarted;
      const { test } = setup.examplesThrough(encoded.encoder);
      const goal = await judgeGoal(setup, poison, { model: fitted.model, encoder: encoded.encoder });
      records.push({
        ...baseRecord(input, cell, spec),
        status: "ok",
        encoder: encoderUsed(input.config.encoder.fittedOn, poison),
        learnerParams,
        budgetRows,
        touchedRows,
        trainingRows: encoded.data.y.length,
        testRows: test.y.length,
        metrics: { ...measure(input.methods.metrics, fitted.model, test, setup.unit), ...goal.metrics },
        ...(goal.rows === undefined ? {} : { shareRows: goal.rows }),
        attackerObjective: goal.objective,
        // Of poison upstream there is no row among those that are learned from.
        detections: spec.repair === null && attack !== null && !isUpstream ? await detect(input.config, truth, scoresOf) : [],
        times: { attackMs, trainMs },
      });
    } catch (error) {
      records.push(failed(spec, numericalMessage(error), attackMs));
    }
  }
  return { records, poison };
}

/** The poison of an attacker who knows the repair in place. */
async function poisonBehind(
  setup: SeedSetup,
  repair: NonNullable<TrialSpec["repair"]>,
  attack: Attack,
  given: AttackInput,
  options: RunContext & { readonly params: unknown },
): Promise<Poison> {
  const pipeline = setup.pipelineWith(repair);
  const fitting = { ...options, rng: setup.rng.fork("fit") };
  let defended: Promise<FittedPipeline> | null = null;
  const behind = { ...given, pipeline, victim: () => (defended ??= pipeline.fit(setup.clean, fitting)) };
  return bestBehindRepair(
    attemptsWithin(given.budget),
    async ({ againstRepair, budget }, index) => {
      const poison = await attack.poison({ ...(againstRepair ? behind : given), budget }, { ...options, rng: options.rng.fork(index) });
      const breach = breachOf(poison, attack.threat, setup, budget);
      if (breach !== null) throw new NumericalError(breach);
      return poison;
    },
    async (poison) => {
      const encoded = pipeline.encode(setup.clean, poison);
      const suspicions = await pipeline.suspicions(encoded, fitting);
      const { model } = await pipeline.learn(encoded, suspicions, { ...fitting, patch: poison.kind === "logic" ? poison : null });
      return (await judgeGoal(setup, poison, { model, encoder: encoded.encoder })).objective;
    },
  );
}

function breachOf(poison: Poison, threat: ThreatModel, setup: SeedSetup, budget: Budget): string | null {
  const { clean, reach, pretraining } = setup;
  const breach = findBreach({ poison, threat, budget, reach, clean, pretraining: pretraining?.view.clean });
  return breach === null ? null : `the guard refused the patch: ${breach}`;
}

/** The examples that a budget is a share of: those of the base model for an attacker who touches nothing else. */
function countWithin({ clean, reach, pretraining }: SeedSetup, attack: Attack | null): number {
  if (attack?.threat.access === "upstream" && pretraining !== null)
    return reachableCount(pretraining.view.clean, { attackTasks: null, targetTasks: null });
  return reachableCount(clean, reach);
}

function rowsTouched({ pretraining: { relabel, edit, insert } }: UpstreamPoison): number {
  return new Set([...relabel, ...edit].map(({ row }) => row)).size + insert.length;
}

function numericalMessage(error: unknown): string {
  if (error instanceof NumericalError) return error.message;
  throw error;
}

/** A cell whose attack poisons a first part of the rows; clean ones arrive afterwards. */
async function runLastingCell(
  input: StudyInput,
  setup: SeedSetup,
  cell: Cell,
  wanted: readonly TrialSpec[],
  context: Omit<RunContext, "rng"> & { readonly now: () => number },
): Promise<CellResult> {
  const { now } = context;
  const choice = cell.attack as NonNullable<Cell["attack"]>;
  const attack = methodOf("attack", input.methods.attacks, choice.id);
  const started = now();
  try {
    const scene = await poisonFirst(input, setup, attack, choice, cell.budgetFraction, { ...context, rng: setup.rng.fork("fit") });
    const attackMs = now() - started;
    const records: TrialRecord[] = [];
    for (const spec of wanted) {
      const trainStarted = now();
      const arrival = spec.arrival as NonNullable<TrialSpec["arrival"]>;
      const { arrivedRows, cleanMetrics, ...figures } = await scene.look(arrival);
      records.push({
        ...baseRecord(input, cell, spec),
        ...figures,
        status: "ok",
        learnerParams: setup.undefended.learnerParams,
        encoder: encoderUsed(input.config.encoder.fittedOn, scene.poison),
        budgetRows: scene.budget.rows,
        arrival: { ...arrival, rows: arrivedRows, cleanMetrics },
        times: { attackMs, trainMs: now() - trainStarted },
      });
    }
    return { records, poison: scene.poison };
  } catch (error) {
    const message = numericalMessage(error);
    return { records: wanted.map((spec) => failedRecord(input, cell, spec, message)), poison: null };
  }
}

/** How far the attack got with what it meant, and what it maximises: without an intent, the mean loss on clean training examples. */
async function judgeGoal(
  setup: SeedSetup,
  poison: Poison | null,
  attacked: Encoded,
): Promise<{ metrics: Record<string, number>; rows?: Record<string, number>; objective: number | null }> {
  const intent = poison?.intent;
  if (intent === undefined)
    return { metrics: {}, objective: meanLoss(attacked.model, setup.examplesThrough(attacked.encoder).clean, setup.unit) };
  const { table } = setup.clean;
  const clean = { model: (await setup.victim()).model, encoder: setup.undefended.encode(setup.clean, null).encoder };
  const examplesOf =
    (part: "test" | "train"): ExamplesOf =>
    (encoder, changed) => {
      if (changed !== undefined) return setup.examplesOf(part, encoder, changed);
      return setup.examplesThrough(encoder)[part === "test" ? "test" : "clean"];
    };
  return {
    ...measureIntentWithRows(intent, attacked, clean, table, examplesOf("test")),
    objective: intentObjective(intent, attacked, clean, table, examplesOf("train")),
  };
}

/** Null without examples. With several real labels, a loss is in squared units of its label, so each is divided by them. */
function meanLoss(model: Model, data: Dataset, unit: Float64Array): number | null {
  const losses = model.losses(data);
  if (losses.length === 0) return null;
  return losses.reduce((sum, loss, i) => sum + loss / unit[data.task[i]] ** 2, 0) / losses.length;
}
