import { makeRng } from "../numeric/random.ts";
import { catalog } from "../catalog.ts";
import { UsageError } from "../core/errors.ts";
import { listExamples, targetOf, taskNames } from "../core/examples.ts";
import { findBreach } from "../core/guard.ts";
import type { FittedPipeline } from "../core/pipeline.ts";
import type { DataPoison } from "../core/poison.ts";
import type { Table } from "../core/table.ts";
import { budgetOf } from "../core/threat.ts";
import { makeEncoder } from "../data/encoder.ts";
import { methodOf, resolveReach } from "../study/config.ts";
import { makePipeline } from "../study/make-pipeline.ts";
import { reachableCount } from "../study/reach.ts";
import { separateTasks } from "../study/separate-tasks.ts";
import type { AuditConfig } from "./audit-config.ts";
import type { Note } from "./read/request.ts";
import { resolveStudy } from "./resolve-study.ts";

export interface MadePoison {
  readonly poison: DataPoison;
  /** What the patch will remember of how it was made. */
  readonly about: Readonly<Record<string, unknown>>;
  readonly budgetRows: number;
  readonly notes: readonly Note[];
}

/**
 * Poisons all labelled rows of a table at once, as somebody would who hands the data on; in an audit only training rows are.
 *
 * @param config with one attack and one budget
 */
export async function makePoison(table: Table, config: AuditConfig): Promise<MadePoison> {
  const { study, notes } = resolveStudy(config, table);
  const [chosen] = study.attacks;
  const attack = methodOf("attack", catalog.attacks, chosen.id);
  const rng = makeRng(study.firstSeed);
  const clean = { table, rows: Int32Array.from(new Set(listExamples(table).row)) };
  const reach = resolveReach(table, study);
  const budget = budgetOf(study.budgets[0], reachableCount(clean, reach));

  const encoder = makeEncoder(study.encoder, table);
  const base = methodOf("learner", catalog.learners, study.learner.id);
  const { learner, params } =
    study.sharing === "separate"
      ? separateTasks(base, study.learner.params, taskNames(table).length)
      : { learner: base, params: study.learner.params };
  const cleanData = encoder.fit(table, clean.rows).encode(table, clean.rows);
  const learnerParams: unknown = await learner.tune(cleanData, { rng: rng.fork("tune"), params });
  const pipeline = makePipeline({ encoder, fittedOn: study.encoder.fittedOn, learner, learnerParams, repair: null });
  let trained: Promise<FittedPipeline> | null = null;
  const victim = (): Promise<FittedPipeline> => (trained ??= pipeline.fit(clean, { rng: rng.fork("fit") }));

  const options = { rng: rng.fork("attack").fork(attack.id), params: chosen.params };
  const poison = await attack.poison({ clean, pipeline, budget, reach, victim }, options);
  const breach = findBreach({ poison, threat: attack.threat, budget, reach, clean });
  if (breach !== null) throw new Error(`the guard refused the patch of ${attack.id}: ${breach}`);
  if (poison.kind !== "data")
    throw new UsageError(
      `${attack.id} changes the ${poison.kind === "logic" ? "learner" : "pretraining data"}, not the data: there is no file to write`,
    );
  const about = {
    attack: attack.id,
    params: chosen.params,
    threat: attack.threat,
    budgetFraction: budget.fraction,
    budgetRows: budget.rows,
    seed: study.firstSeed,
    learner: study.learner.id,
    target: targetOf(table).kind,
  };
  return { poison, about, budgetRows: budget.rows, notes };
}
