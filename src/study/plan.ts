import { type CountedBudget, countedAt } from "./budgets.ts";
import type { AttackChoice } from "./config.ts";
import type { Cell, ConfigOf, PlanOf } from "./kind.ts";

/**
 * Every cell of a study, seed by seed, learner by learner, attack by attack along its budgets.
 *
 * @param identity what else shapes the results: digests of the data, roles of the columns, the version
 * @param digest a hash of text; a trial's id is the hash of everything that shapes its record
 */
export function planCells<I>(plan: PlanOf<I>, config: ConfigOf<I>, identity: unknown, digest: (text: string) => string): Cell[] {
  const { seeds, firstSeed, budgets, counted } = plan.seeds(config);
  const budgetsUp = [...budgets].sort((a, b) => a - b);
  const makeCell = (at: Omit<Cell, "trials">): Cell => ({
    ...at,
    trials: plan.trialsOf(config, at.learner, at.attack).map((trial) => ({
      id: digest(JSON.stringify({ identity, ...plan.keyOf(config, at, trial) })).slice(0, 16),
      ...trial,
    })),
  });
  const ofSeeds = Array.from({ length: seeds }, (_, i) => firstSeed + i).flatMap((seed) =>
    plan
      .learnersOf(config)
      .flatMap((learner) => [
        makeCell({ seed, learner, attack: null, budgetFraction: 0 }),
        ...plan
          .attacksOn(config, learner)
          .flatMap((attack) =>
            budgetsUp
              .filter((fraction) => canSpend(attack, countedAt(counted, fraction)))
              .map((budgetFraction) => makeCell({ seed, learner, attack, budgetFraction })),
          ),
      ]),
  );
  const after = plan.after?.(config) ?? [];
  return [...ofSeeds, ...after.flatMap((cell) => plan.learnersOf(config).map((learner) => makeCell({ ...cell, learner })))];
}

/** Whether an attack is tried with a budget. What lasts is poisoned into a part of the rows, in which the accounts of a study are not whole. */
export function canSpend({ id, lasting }: AttackChoice, counted: CountedBudget | undefined): boolean {
  return (counted?.attacks?.includes(id) ?? true) && (lasting !== true || counted?.unit !== "accounts");
}
