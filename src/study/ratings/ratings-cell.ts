import { areaUnderCurve, highest } from "../../numeric/orders/ranks.ts";
import type { RunContext } from "../../core/context.ts";
import { NumericalError } from "../../core/errors.ts";
import type { AccountPoison, Ratings } from "../../core/ratings.ts";
import type { RecommenderModel } from "../../core/recommender.ts";
import { applyAccounts } from "../../data/ratings-accounts.ts";
import { findAccountBreach } from "../../data/ratings-guard.ts";
import { type Chosen, methodOf } from "../config.ts";
import { type Detection, type DetectionCut, type TrialRecord, noRepair } from "../record.ts";
import type { RatingsStudyInput } from "./ratings-config.ts";
import { measureRecommender } from "./ratings-metrics.ts";
import type { RatingsCell, RatingsTrialSpec } from "./ratings-plan.ts";
import type { RatingsSetup } from "./ratings-setup.ts";
import { attackerObjective, scoreTargets } from "./target-exposure.ts";

export interface RatingsCellResult {
  readonly records: readonly TrialRecord[];
  /** null for a baseline or where the attack failed. */
  readonly poison: AccountPoison | null;
}

/** How many accounts a budget buys: floor(fraction × genuine users), at least 1. */
export function accountsOf(fraction: number, users: number): number {
  return Math.max(1, Math.floor(fraction * users + 1e-9));
}

/** Runs the wanted trials of a cell: registers the accounts once, checks them, scores accounts once, then repairs, learns and measures for each. */
export async function runRatingsCell(
  input: RatingsStudyInput,
  setup: RatingsSetup | NumericalError,
  cell: RatingsCell,
  wanted: readonly RatingsTrialSpec[],
  context: Omit<RunContext, "rng"> & { readonly now: () => number },
): Promise<RatingsCellResult> {
  if (setup instanceof NumericalError)
    return { records: wanted.map((spec) => failedRatingsRecord(input, cell, spec, setup.message)), poison: null };
  const { now } = context;
  const { train, test, goal, engine, victim } = setup;
  const users = train.users.length;
  const attack = cell.attack === null ? null : methodOf("attack", input.methods.attacks, cell.attack.id);
  const budget = { accounts: accountsOf(cell.budgetFraction, users), fillers: input.config.fillers };
  const budgetRows = attack === null ? 0 : budget.accounts;

  const started = now();
  let poison: AccountPoison | null = null;
  let fault: string | null = null;
  try {
    if (attack !== null && cell.attack !== null) {
      const rng = setup.rng.fork("attack").fork(attack.id);
      const given = { clean: train, goal, budget, engine, victim: () => Promise.resolve(victim) };
      poison = await attack.poison(given, { ...context, rng, params: cell.attack.params });
      const breach = findAccountBreach({ poison, clean: train, goal, budget });
      if (breach !== null) fault = `the guard refused the accounts: ${breach}`;
    }
  } catch (error) {
    fault = numericalMessage(error);
  }
  const attackMs = now() - started;
  const failed = (spec: RatingsTrialSpec, error: string): TrialRecord => ({
    ...failedRatingsRecord(input, cell, spec, error),
    budgetRows,
    times: { attackMs, trainMs: 0 },
  });
  if (fault !== null) {
    const message = fault;
    return { records: wanted.map((spec) => failed(spec, message)), poison: null };
  }

  const poisoned = poison === null ? train : applyAccounts(train, poison);
  const scoresOf = memoAccountScores(input, setup, poisoned, context);
  const records: TrialRecord[] = [];
  for (const spec of wanted) {
    const trainStarted = now();
    try {
      const model = poison === null && spec.repair === null ? victim : await learn(input, setup, poisoned, spec, scoresOf, context);
      const trainMs = now() - trainStarted;
      const exposures = model === victim ? setup.cleanScores : scoreTargets(model, train, goal);
      records.push({
        ...baseRatingsRecord(input, cell, spec),
        status: "ok",
        learnerParams: cell.engine.params,
        budgetRows,
        touchedRows: poison?.accounts.length ?? 0,
        trainingRows: poisoned.user.length,
        testRows: test.user.length,
        metrics: measureRecommender(model, exposures, setup),
        attackerObjective: attackerObjective(exposures, goal),
        detections: spec.repair === null && attack !== null ? await detectAccounts(input, users, poisoned.users.length, scoresOf) : [],
        ...(spec.repair === null ? { cuts: await cutAccounts(input, users, scoresOf) } : {}),
        times: { attackMs, trainMs },
      });
    } catch (error) {
      records.push(failed(spec, numericalMessage(error)));
    }
  }
  return { records, poison };
}

type AccountScores = (chosen: Chosen) => Promise<Float64Array>;

function memoAccountScores(
  input: RatingsStudyInput,
  { rng }: RatingsSetup,
  ratings: Ratings,
  context: Omit<RunContext, "rng">,
): AccountScores {
  const known = new Map<string, Promise<Float64Array>>();
  return (chosen) => {
    const key = JSON.stringify(chosen);
    let scores = known.get(key);
    if (scores === undefined) {
      const detector = methodOf("detector", input.methods.detectors, chosen.id);
      scores = detector.score(ratings, { ...context, rng: rng.fork("detector").fork(chosen.id), params: chosen.params }).then((found) => {
        if (found.length !== ratings.users.length || !found.every(Number.isFinite))
          throw new Error(`${chosen.id} must give one finite score for each account`);
        return found;
      });
      known.set(key, scores);
    }
    return scores;
  };
}

async function learn(
  input: RatingsStudyInput,
  { rng, engine }: RatingsSetup,
  ratings: Ratings,
  { repair }: RatingsTrialSpec,
  scoresOf: AccountScores,
  context: Omit<RunContext, "rng">,
): Promise<RecommenderModel> {
  const train = (given: Ratings, userWeight: Float64Array | null): Promise<RecommenderModel> =>
    engine.recommender.fit(given, { ...context, rng: rng.fork("fit"), params: engine.params, userWeight });
  if (repair === null) return train(ratings, null);
  const method = methodOf("repair", input.methods.repairs, repair.id);
  const suspicion = await scoresOf(repair.detector);
  return method.fit(ratings, suspicion, { ...context, rng: rng.fork("repair"), params: repair.params, train });
}

/** How well each detector finds the fake accounts, which come after the genuine ones. */
async function detectAccounts(
  { config }: RatingsStudyInput,
  genuine: number,
  accounts: number,
  scoresOf: AccountScores,
): Promise<Detection[]> {
  const flagged = Math.max(1, Math.floor(config.flagFraction * accounts));
  const detections: Detection[] = [];
  for (const chosen of config.detectors) {
    const scores = await scoresOf(chosen);
    const hits = highest(scores, flagged).reduce((sum, account) => sum + (account >= genuine ? 1 : 0), 0);
    detections.push({
      detector: chosen.id,
      auc: areaUnderCurve(scores, (account) => account >= genuine),
      precision: hits / flagged,
      recall: accounts === genuine ? 0 : hits / (accounts - genuine),
    });
  }
  return detections;
}

/** What detectors with a cut flag; fake accounts come after the genuine ones. */
async function cutAccounts({ config, methods }: RatingsStudyInput, genuine: number, scoresOf: AccountScores): Promise<DetectionCut[]> {
  const cuts: DetectionCut[] = [];
  for (const chosen of config.detectors) {
    const { cut } = methodOf("detector", methods.detectors, chosen.id);
    if (cut === undefined) continue;
    const scores = await scoresOf(chosen);
    const fakes = scores.length - genuine;
    const hits = scores.subarray(genuine).filter((score) => score >= cut).length;
    const falseAlarms = scores.subarray(0, genuine).filter((score) => score >= cut).length;
    const flagged = hits + falseAlarms;
    cuts.push({
      detector: chosen.id,
      flagged,
      precision: flagged === 0 || fakes === 0 ? null : hits / flagged,
      recall: fakes === 0 ? null : hits / fakes,
      falseAlarmRate: falseAlarms / genuine,
    });
  }
  return cuts;
}

function numericalMessage(error: unknown): string {
  if (error instanceof NumericalError) return error.message;
  throw error;
}

/** The part of a record that is known before anything was run. */
function baseRatingsRecord(input: RatingsStudyInput, cell: RatingsCell, spec: RatingsTrialSpec): Omit<TrialRecord, "status" | "error"> {
  const attack = cell.attack === null ? null : methodOf("attack", input.methods.attacks, cell.attack.id);
  return {
    id: spec.id,
    learner: cell.engine.id,
    learnerParams: null,
    attack: attack?.id ?? null,
    access: attack?.threat.access ?? null,
    goal: attack === null ? null : input.config.goal,
    knowledge: attack?.threat.knowledge ?? null,
    reach: attack === null ? null : "indirect",
    target: attack === null ? null : input.config.targets.join(", "),
    budgetFraction: cell.budgetFraction,
    budgetRows: 0,
    touchedRows: 0,
    repair: spec.repair?.id ?? noRepair,
    seed: cell.seed,
    trainingRows: 0,
    testRows: 0,
    metrics: {},
    attackerObjective: null,
    detections: [],
    times: { attackMs: 0, trainMs: 0 },
  };
}

export function failedRatingsRecord(input: RatingsStudyInput, cell: RatingsCell, spec: RatingsTrialSpec, error: string): TrialRecord {
  return { ...baseRatingsRecord(input, cell, spec), status: "failed", error };
}
