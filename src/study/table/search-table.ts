import type { Attack } from "../../core/attack.ts";
import type { RunContext } from "../../core/context.ts";
import type { TablePoison } from "../../core/poison.ts";
import type { Budget, ThreatModel } from "../../core/threat.ts";
import type { UntilAim } from "../until/aim.ts";
import type { UntilGoal } from "../until/goal.ts";
import { type Searched, runSearch } from "../until/run-search.ts";
import { type ExamplesOf, intentQuantities, measureIntent } from "./intent-metrics.ts";
import { measure } from "./measure.ts";
import type { SeedSetup, StudyInput } from "./seed-setup.ts";

export interface TableSearch {
  readonly goal: UntilGoal;
  readonly aim: UntilAim;
  readonly attack: Attack;
  /** The examples that the budget is a share of. */
  readonly count: number;
  readonly refuse: (poison: TablePoison, threat: ThreatModel, setup: SeedSetup, budget: Budget) => void;
  /** The learner that is meant, where nobody looks into it: what is made of the poison for it, and what it shows after it; null = without poison. */
  readonly outside: {
    real(poison: TablePoison): Promise<TablePoison>;
    metricsAfter(poison: TablePoison | null): Promise<Readonly<Record<string, number>>>;
  } | null;
}

/** How few rows of one attack do on the split of a seed what is asked. @throws NumericalError */
export async function searchTable(
  { methods: { metrics } }: StudyInput,
  setup: SeedSetup,
  { goal, aim, attack, count, refuse, outside }: TableSearch,
  options: RunContext,
): Promise<Searched<TablePoison>> {
  const { model } = await setup.victim();
  const { encoder } = setup.undefended.encode(setup.clean, null);
  const view = await setup.viewOf(aim.attack.knowledge ?? "white-box");
  const testOf: ExamplesOf = (through, changed) =>
    changed === undefined ? setup.examplesThrough(through).test : setup.examplesOf("test", through, changed);
  return runSearch({
    goal,
    quantities: [...metrics, ...intentQuantities],
    clean: outside === null ? measure(metrics, model, testOf(encoder), setup.labels).metrics : await outside.metricsAfter(null),
    guess: aim.fraction * count,
    most: Math.max(1, Math.floor(count / 2)),
    async attempt(rows) {
      const budget = { fraction: rows / count, rows };
      const rng = setup.rng.fork("attack").fork(attack.id);
      const given = { ...view, budget, reach: setup.reach, target: setup.target };
      const made = await attack.poison(given, { ...options, rng, params: aim.attack.params });
      const poison = outside === null ? made : await outside.real(made);
      refuse(poison, attack.threat, setup, budget);
      if (outside !== null) return { poison, metrics: await outside.metricsAfter(poison) };
      const on = poison.kind === "upstream" ? await setup.afterUpstream(poison) : setup;
      const encoded = on.undefended.encode(setup.clean, poison.kind === "upstream" ? null : poison);
      const attacked = await on.undefended.learn(encoded, null, {
        ...options,
        start: model,
        patch: poison.kind === "logic" ? poison : null,
      });
      const after = { model: attacked.model, encoder: encoded.encoder };
      const meant = poison.intent === undefined ? {} : measureIntent(poison.intent, after, { model, encoder }, setup.clean.table, testOf);
      return { poison, metrics: { ...measure(metrics, after.model, testOf(after.encoder), setup.labels).metrics, ...meant } };
    },
  });
}
