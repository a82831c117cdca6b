import { catalog } from "../../catalog.ts";
import { UsageError } from "../../core/errors.ts";
import { allRows, targetOf } from "../../core/examples.ts";
import { findBreach } from "../../core/patch.ts";
import type { DataPoison } from "../../core/poison.ts";
import type { Table } from "../../core/table.ts";
import { methodOf, resolveReach, resolveTarget } from "../../study/config.ts";
import { seedBudget } from "../../study/table/budget.ts";
import { poisonWithin } from "../../study/table/poison-within.ts";
import { reachableCount } from "../../study/table/reach.ts";
import type { AuditConfig } from "../config/audit-config.ts";
import type { Note } from "../read/request.ts";
import { isOutside } from "../config/outside-learner.ts";
import { resolveStudy } from "../config/resolve-study.ts";
import { aboutBudget } from "./about-budget.ts";
import { labelledRows, tuneOnWhole } from "../train-whole.ts";

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
export async function makePoison(table: Table, config: AuditConfig, progress?: (share: number) => void): Promise<MadePoison> {
  const { study, notes } = resolveStudy(config, table, () => labelledRows(table));
  if (isOutside(study.learner))
    throw new UsageError(`a copy is poisoned against a learner that can be looked into: name a surrogate, as with --learner logistic`);
  if (study.learners !== undefined) throw new UsageError("a copy is poisoned against one learner: name one alone");
  const [chosen] = study.attacks;
  const attack = methodOf("attack", catalog.attacks, chosen.id);
  if (attack.threat.access === "logic" || attack.threat.access === "upstream")
    throw new UsageError(
      `${attack.id} changes the ${attack.threat.access === "logic" ? "learner" : "pretraining data"}, not the data: there is no file to write`,
    );
  const { rng, clean, pipeline, victim } = await tuneOnWhole(table, study);
  const reach = resolveReach(table, study);
  const budget = seedBudget(study.counted, study.budgets[0], reachableCount(clean, reach));
  const options = { rng: rng.fork("attack").fork(attack.id), params: chosen.params, progress };
  const target = resolveTarget(table, study, study.target === null ? new Int32Array(0) : allRows(table));
  const poison = await poisonWithin(attack, { clean, pipeline, budget, reach, target, victim }, options, rng.fork("accounts"));
  const breach = findBreach({ poison, threat: attack.threat, budget, reach, clean });
  if (breach !== null) throw new Error(`the guard refused the patch of ${attack.id}: ${breach}`);
  if (poison.kind !== "data") throw new Error(`${attack.id} made poison of the kind "${poison.kind}"`);
  const about = {
    attack: attack.id,
    params: chosen.params,
    threat: attack.threat,
    ...aboutBudget(study),
    budgetRows: budget.rows,
    ...(budget.sources === undefined ? {} : { budgetAccounts: budget.sources.accounts }),
    seed: study.firstSeed,
    learner: study.learner.id,
    target: targetOf(table).kind,
    ...(poison.intent === undefined ? {} : { intent: poison.intent }),
  };
  return { poison, about, budgetRows: budget.rows, notes };
}
