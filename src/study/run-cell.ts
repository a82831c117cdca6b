import { areaUnderCurve, highest } from "../numeric/orders/ranks.ts";
import type { RunContext } from "../core/context.ts";
import { NumericalError } from "../core/errors.ts";
import type { Cell, Ground, Scene, StudyKind, TrialSpec } from "./kind.ts";
import type { Decided } from "./stopping/decided.ts";
import { type Detection, type TrialRecord, noRepair } from "./record.ts";

export interface CellResult<P> {
  readonly records: readonly TrialRecord[];
  /** null for a baseline or where the attack failed. */
  readonly poison: P | null;
}

/**
 * Runs the wanted trials of a cell: poisons once and scores once, then repairs, learns and measures for each.
 * A NumericalError or a patch that breaks its threat makes failed records; any other error is a bug and is thrown.
 *
 * @param scene the error takes its place where the seed could not be set up
 */
export async function runCell<I, P>(
  kind: StudyKind<I, P>,
  input: I,
  scene: Scene<P> | NumericalError,
  cell: Cell,
  wanted: readonly TrialSpec[],
  context: Omit<RunContext, "rng"> & { readonly now: () => number },
): Promise<CellResult<P>> {
  if (scene instanceof NumericalError)
    return { records: wanted.map((spec) => failedRecord(kind, input, cell, spec, scene.message)), poison: null };
  const { attack, budgetFraction } = cell;
  const { now } = context;
  const { learnerParams } = scene;
  const budgetRows = attack === null ? 0 : scene.budgetRows(attack, budgetFraction);
  const started = now();
  let attackMs = 0;
  const failed = (spec: TrialSpec, error: unknown): TrialRecord => ({
    ...failedRecord(kind, input, cell, spec, messageOf(error)),
    learnerParams,
    budgetRows,
    times: { attackMs, trainMs: 0 },
  });
  let poison: P | null = null;
  let ground: Ground;
  try {
    if (attack !== null) poison = await scene.poison(attack, budgetFraction, wanted[0].repair, context);
    attackMs = now() - started;
    ground = await scene.ground(poison, attack, context);
  } catch (error) {
    attackMs = now() - started;
    return { records: wanted.map((spec) => failed(spec, error)), poison: null };
  }
  const records: TrialRecord[] = [];
  for (const spec of wanted) {
    const trainStarted = now();
    try {
      const look = await ground.look(spec);
      const trainMs = now() - trainStarted;
      records.push({
        ...baseRecord(kind, input, cell, spec),
        status: "ok",
        learnerParams,
        budgetRows,
        touchedRows: ground.touchedRows,
        trainingRows: ground.trainingRows,
        ...look,
        detections: spec.repair === null && attack !== null ? await detectionsOn(ground, kind.detection(input, cell.learner)) : [],
        times: { attackMs, trainMs },
      });
    } catch (error) {
      records.push(failed(spec, error));
    }
  }
  return { records, poison };
}

/** How well each detector finds what is poisoned. */
async function detectionsOn(
  { poisoned, suspicion }: Ground,
  { detectors, flagFraction }: ReturnType<StudyKind<unknown, unknown>["detection"]>,
): Promise<Detection[]> {
  if (poisoned === null) return [];
  const detections: Detection[] = [];
  const count = poisoned.reduce((sum, is) => sum + is, 0);
  const flagged = Math.max(1, Math.floor(flagFraction * poisoned.length));
  for (const chosen of detectors) {
    const scores = await suspicion(chosen);
    const hits = highest(scores, flagged).reduce((sum, i) => sum + poisoned[i], 0);
    detections.push({
      detector: chosen.id,
      auc: areaUnderCurve(scores, (i) => poisoned[i] === 1),
      precision: hits / flagged,
      recall: count === 0 ? 0 : hits / count,
    });
  }
  return detections;
}

function messageOf(error: unknown): string {
  if (error instanceof NumericalError) return error.message;
  throw error;
}

/** The part of a record that is known before anything was run: what failed trials are made of, and the others start from. */
function baseRecord<I, P>(kind: StudyKind<I, P>, input: I, cell: Cell, spec: TrialSpec): Omit<TrialRecord, "status" | "error"> {
  return {
    id: spec.id,
    learner: cell.learner.id,
    learnerParams: null,
    ...kind.threatOf(input, cell),
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

/** The record of a trial that is not run, since what it is for is decided. */
export function needlessRecord<I, P>(kind: StudyKind<I, P>, input: I, cell: Cell, spec: TrialSpec, decided: Decided): TrialRecord {
  return { ...baseRecord(kind, input, cell, spec), status: "not-needed", decided };
}

export function failedRecord<I, P>(kind: StudyKind<I, P>, input: I, cell: Cell, spec: TrialSpec, error: string): TrialRecord {
  return { ...baseRecord(kind, input, cell, spec), status: "failed", error };
}
