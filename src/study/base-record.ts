import { reachKind } from "../core/threat.ts";
import { methodOf, resolveReach } from "./config.ts";
import { type Cell, type TrialSpec, repairName } from "./plan.ts";
import type { TrialRecord } from "./record.ts";
import type { StudyInput } from "./seed-setup.ts";

/** The part of a record that is known before anything was run: what failed trials are made of, and the others start from. */
export function baseRecord(input: StudyInput, cell: Cell, spec: TrialSpec): Omit<TrialRecord, "status" | "error"> {
  const attack = cell.attack === null ? null : methodOf("attack", input.methods.attacks, cell.attack.id);
  return {
    id: spec.id,
    learner: input.config.learner.id,
    learnerParams: null,
    encoder: input.config.encoder.fittedOn,
    attack: attack?.id ?? null,
    access: attack?.threat.access ?? null,
    goal: attack?.threat.goal ?? null,
    knowledge: cell.attack?.knowledge ?? attack?.threat.knowledge ?? null,
    ...(cell.attack?.against === undefined ? {} : { adaptive: true as const }),
    reach: attack === null ? null : reachKind(resolveReach(input.table, input.config)),
    target: attack?.threat.goal === "targeted" ? (input.config.target?.join(" or ") ?? null) : null,
    budgetFraction: cell.budgetFraction,
    budgetRows: 0,
    touchedRows: 0,
    repair: repairName(spec),
    seed: cell.seed,
    trainingRows: 0,
    testRows: 0,
    metrics: {},
    attackerObjective: null,
    detections: [],
    times: { attackMs: 0, trainMs: 0 },
  };
}

export function failedRecord(input: StudyInput, cell: Cell, spec: TrialSpec, error: string): TrialRecord {
  return { ...baseRecord(input, cell, spec), status: "failed", error };
}
