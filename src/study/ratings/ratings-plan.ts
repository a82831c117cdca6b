import type { Chosen } from "../config.ts";
import type { RatingsStudyConfig } from "./ratings-config.ts";

/** One trial to be run. */
export interface RatingsTrialSpec {
  readonly id: string;
  /** null = none. */
  readonly repair: RatingsStudyConfig["repairs"][number] | null;
}

/** The trials that share fake accounts: one attack on one engine at one budget with one seed, under each repair. `attack` is null for the baseline. */
export interface RatingsCell {
  readonly seed: number;
  readonly engine: Chosen;
  readonly attack: Chosen | null;
  readonly budgetFraction: number;
  readonly trials: readonly RatingsTrialSpec[];
}

/** Every cell of a study: seed by seed, engine by engine, attack by attack along its budgets; `identity` and `digest` as for `planStudy`. */
export function planRatingsStudy(config: RatingsStudyConfig, identity: unknown, digest: (text: string) => string): RatingsCell[] {
  const { engines, attacks, repairs, budgets, seeds, firstSeed, ...shared } = config;
  const budgetsUp = [...budgets].sort((a, b) => a - b);
  const makeCell = (
    seed: number,
    engine: Chosen,
    possible: readonly string[] | undefined,
    attack: Chosen | null,
    budgetFraction: number,
  ): RatingsCell => ({
    seed,
    engine,
    attack,
    budgetFraction,
    trials: [null, ...repairs.filter(({ id }) => possible?.includes(id) ?? true)].map((repair) => ({
      id: digest(JSON.stringify({ identity, shared, engine, seed, attack, budgetFraction, repair })).slice(0, 16),
      repair,
    })),
  });
  return Array.from({ length: seeds }, (_, i) => firstSeed + i).flatMap((seed) =>
    engines.flatMap(({ id, params, attacks: tried, repairs: possible }) => [
      makeCell(seed, { id, params }, possible, null, 0),
      ...attacks
        .filter((attack) => tried.includes(attack.id))
        .flatMap((attack) => budgetsUp.map((budgetFraction) => makeCell(seed, { id, params }, possible, attack, budgetFraction))),
    ]),
  );
}
